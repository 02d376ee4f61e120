"""App Home: what is watched for me and in my workspace's channels, with all that can be done about it.

https://docs.slack.dev/surfaces/app-home
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from bot.call import Call
from bot.card import Card
from bot.clock import Clock
from bot.commands.desk import Desk
from bot.overview import overview, watches_of
from bot.request import Request
from bot.slack.asker import NAME, Asker
from bot.slack.blocks import MOST_BLOCKS_OF_A_VIEW, Block, Sheet, draw, plain, rich, text_of
from bot.slack.rights import Rights
from bot.slack.web import WebError
from storage.watch import Channel

log = logging.getLogger(__name__)

ROOM = 40_000
"""Characters of JSON in a home view; a view takes more than a message."""

Rows = Sequence[tuple[Channel, Card, int]]


def home_view(mine: Card | None, home: Channel, channels: Rows, feeds: Card | None) -> dict[str, Any]:
    """One person's Home tab. `mine` is None where he watches nobody, `feeds` where he does not run them."""
    sheet = Sheet(most=MOST_BLOCKS_OF_A_VIEW, room=ROOM)
    sheet.lay({"type": "header", "text": plain("Deadline Day", 150)})
    sheet.lay(_bar(sheet))
    _mine(sheet, mine, home)
    for channel, card, count in channels:
        if channel == home or channel.id.startswith(("U", "W")):
            continue
        sheet.place = channel.id
        if not sheet.lay({"type": "divider"}, _channel(channel, count), kept=2000, kept_blocks=8):
            break
        draw(sheet, card, header=False, kept=2000, kept_blocks=8)
        sheet.lay(_settings(sheet, channel), kept=1500, kept_blocks=6)
    if feeds is not None:
        sheet.place = home.id
        sheet.lay({"type": "divider"})
        draw(sheet, feeds)
    return {"type": "home", "callback_id": "home", "blocks": sheet.blocks}


def _bar(sheet: Sheet) -> Block:
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


def _mine(sheet: Sheet, mine: Card | None, home: Channel) -> None:
    sheet.place = home.id
    sheet.lay({"type": "header", "text": plain("Told to me", 150)})
    if mine is not None:
        draw(sheet, mine, header=False, kept=4000, kept_blocks=20)
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


def _channel(channel: Channel, count: int) -> Block:
    section: list[Block] = [
        {"type": "channel", "channel_id": channel.id, "style": {"bold": True}},
        text_of(f"  {count} watched"),
    ]
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": section}]}


def _settings(sheet: Sheet, channel: Channel) -> Block:
    button: Block = {
        "type": "button",
        "action_id": sheet.id("call"),
        "text": plain("Settings", 75),
        "value": Call("settings").encode(),
    }
    return {"type": "actions", **sheet.block_id(), "elements": [button]}


class Homes:
    """Draws people's Home tabs."""

    def __init__(self, desk: Desk, rights: Rights, clock: Clock) -> None:
        self._desk = desk
        self._rights = rights
        self._clock = clock

    async def publish(self, asker: Asker) -> None:
        """Draw this person's tab: of the channels those that he is in, the feeds only for who runs them."""
        store = self._desk.store
        rows = [row for row in await overview(store, NAME, asker.workspace.team) if _is_room(row[0])]
        inside = await asyncio.gather(
            *(self._rights.member(asker.workspace, channel.id, asker.person) for channel, _, _ in rows)
        )
        rooms = [row for row, is_in in zip(rows, inside, strict=True) if is_in]
        mine = await store.watches(asker.home)
        card = await watches_of(store, mine[:25]) if mine else None
        view = home_view(card, asker.home, rooms, await self._feeds(asker))
        try:
            await asker.workspace.web.call("views.publish", user_id=asker.person, view=view)
        except WebError as error:
            log.warning("the Home tab of %s could not be drawn: %s", asker.person, error)

    async def _feeds(self, asker: Asker) -> Card | None:
        """How the feeds fare, for admins."""
        if not await self._rights.admin(asker.workspace, asker.person):
            return None
        call = Call("feeds list")
        request = Request(asker.home, asker.person, True, self._clock(), call=call, may_run=True)
        return next(iter((await self._desk.answer(request)).cards), None)


def _is_room(channel: Channel) -> bool:
    return not channel.id.startswith(("U", "W"))
