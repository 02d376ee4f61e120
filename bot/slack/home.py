"""App Home: what is watched for me and in my workspace's channels, with all that can be done about it.

https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from bot.call import Call
from bot.cards.card import Card
from bot.cards.overview import Overview, Room, overview, some_watches
from bot.clock import Clock
from bot.commands.desk import Desk
from bot.request import Request
from bot.slack.asker import NAME, SLASHED, Asker
from bot.slack.blocks import MOST_BLOCKS_OF_A_VIEW, Block, Sheet, draw, plain, rich, text_of
from bot.slack.rights import Rights
from bot.slack.web import WebError
from storage.watch import Channel

log = logging.getLogger(__name__)

ROOM = 150_000
"""Characters of JSON in a home view: `view_too_large` comes at 250 kB."""

ROWS = 10
"""Watches of one person, and half again those of a channel, that are shown before “Show all”."""

_PAGE = "home:page:"


def home_view(
    mine: Card | None, more: bool, home: Channel, rooms: Overview, feeds: Card | None
) -> dict[str, Any]:
    """One person's Home tab. `mine` is None where he watches nobody, and not all of it with `more`;
    `feeds` is None where he does not run them.
    """
    sheet = Sheet(most=MOST_BLOCKS_OF_A_VIEW, room=ROOM)
    sheet.lay({"type": "header", "text": plain("Deadline Day", 150)})
    sheet.lay(_bar())
    _mine(sheet, mine, more, home)
    for room in rooms.rooms:
        _room(sheet, room)
    if rooms.pages > 1:
        sheet.lay({"type": "divider"}, *_pager(rooms))
    if feeds is not None:
        sheet.place = home.id
        sheet.lay({"type": "divider"})
        draw(sheet, feeds)
    view = {"type": "home", "callback_id": "home", "blocks": sheet.blocks}
    return {**view, "private_metadata": json.dumps({"page": rooms.page})}


def page_of(view: Mapping[str, Any], action: Mapping[str, Any] | None = None) -> int:
    """The page that somebody turned to, or the one that he is looking at."""
    turned = str((action or {}).get("action_id") or "")
    if turned.startswith(_PAGE):
        return _number(turned.removeprefix(_PAGE))
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        return 1
    return _number(str(kept.get("page", 1))) if isinstance(kept, dict) else 1


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def _bar() -> Block:
    return {
        "type": "actions",
        "elements": [
            {
                "type": "button",
                "action_id": "home:watch",
                "style": "primary",
                "text": plain("Watch a player", 75),
            },
            {"type": "button", "action_id": "home:refresh", "text": plain("Refresh", 75)},
        ],
    }


def _mine(sheet: Sheet, mine: Card | None, more: bool, home: Channel) -> None:
    sheet.place = home.id
    sheet.lay({"type": "header", "text": plain("Told to me", 150)})
    if mine is not None:
        draw(sheet, mine, header=False)
        if more:
            sheet.lay(_actions(sheet, _button(sheet, "Show all", Call("watches"))))
        return
    sheet.lay(
        rich(
            text_of("You watch nobody yet. ", bold=True),
            text_of(
                "Press “Watch a player” and take a name: you are told, here or in a channel, when he is"
                " linked with a club and each time that moves on. In a channel, type /deadline watch and a"
                " name. Ask me anything in a message: “latest on Joe Gomez”."
            ),
        )
    )


def _room(sheet: Sheet, room: Room) -> None:
    sheet.place = room.channel.id
    sheet.lay({"type": "divider"}, _channel(room.channel, room.count))
    draw(sheet, room.card, header=False)
    every = _button(sheet, f"Show all {room.count}", Call("watches"))
    more = [every] if room.count > ROWS // 2 else []
    sheet.lay(_actions(sheet, *more, _button(sheet, "Settings", Call("settings"))))


def _channel(channel: Channel, count: int) -> Block:
    section: list[Block] = [
        {"type": "channel", "channel_id": channel.id, "style": {"bold": True}},
        text_of(f"  {count} watched"),
    ]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": section}]}


def _button(sheet: Sheet, label: str, call: Call) -> Block:
    return {
        "type": "button",
        "action_id": sheet.id("call"),
        "text": plain(label, 75),
        "value": call.encode(),
    }


def _actions(sheet: Sheet, *elements: Block) -> Block:
    return {"type": "actions", **sheet.block_id(), "elements": list(elements)}


def _pager(rooms: Overview) -> list[Block]:
    turns = [(rooms.page - 1, "Channels before"), (rooms.page + 1, "More channels")]
    elements = [
        {"type": "button", "action_id": f"{_PAGE}{page}", "text": plain(label, 75)}
        for page, label in turns
        if 1 <= page <= rooms.pages
    ]
    said = plain(f"Channels: page {rooms.page} of {rooms.pages}", 150)
    return [{"type": "context", "elements": [said]}, {"type": "actions", "elements": elements}]


class Homes:
    """Draws people's Home tabs."""

    def __init__(self, desk: Desk, rights: Rights, clock: Clock) -> None:
        self._desk = desk
        self._rights = rights
        self._clock = clock

    async def publish(self, asker: Asker, page: int = 1) -> None:
        """Draw this person's tab: of the channels those that he is in, the feeds only for who runs them."""
        store = self._desk.store
        inside = await self._rights.rooms(asker.workspace, asker.person)
        rooms = await overview(store, NAME, asker.workspace.team, inside, page=page, each=ROWS // 2)
        own = len(await store.first_watches(asker.home, ROWS + 1))
        mine = await some_watches(store, asker.home, ROWS) if own else None
        view = home_view(mine, own > ROWS, asker.home, rooms, await self._feeds(asker))
        try:
            await asker.workspace.web.call("views.publish", user_id=asker.person, view=view)
        except WebError as error:
            log.warning("the Home tab of %s could not be drawn: %s", asker.person, error)

    async def _feeds(self, asker: Asker) -> Card | None:
        """How the feeds fare, for those who may change them."""
        if not await self._rights.keeper(asker.workspace, asker.person):
            return None
        call = Call("feeds list")
        request = Request(
            asker.home, asker.person, True, self._clock(), call=call, may_run=True, wording=SLASHED
        )
        return next(iter((await self._desk.answer(request)).cards), None)
