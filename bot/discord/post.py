"""Posting and editing: a card into a channel, a thread or somebody's direct messages, once."""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import discord

from bot.cards.card import Card
from bot.discord.announcements import Announcements
from bot.discord.cards import Message, layout
from bot.discord.client import Client
from bot.discord.faults import EXPECTED, Fault, fault, shut_out
from bot.discord.handle import Handles
from bot.discord.line import Line
from bot.discord.markup import mentioned
from bot.discord.places import NAME, number_of, person_of
from bot.discord.threads import Threads
from bot.platform import CardRefused, ChannelLost, Manner, PostFailed
from storage.store import Store
from storage.watch import Channel

log = logging.getLogger(__name__)

_TAG = "discord:tag"
_MOST_CALLED = 100
_PAGE = 100
"""Messages that are asked for at once where nobody learnt the end of a post: as many as Discord gives."""
_ADRIFT = timedelta(seconds=10)
"""How far this machine's clock and Discord's may be apart."""


@dataclass(frozen=True, slots=True)
class _Called:
    """Whom a message calls: the words that do, and the leave for exactly these."""

    text: str
    allowed: discord.AllowedMentions

    @classmethod
    def of(cls, mention: str | None) -> _Called:
        people, roles = (numbers[:_MOST_CALLED] for numbers in mentioned(mention))
        return cls(
            " ".join((*(f"<@{id}>" for id in people), *(f"<@&{id}>" for id in roles))),
            discord.AllowedMentions(
                everyone=False,
                users=[discord.Object(id) for id in people],
                roles=[discord.Object(id) for id in roles],
                replied_user=False,
            ),
        )


class Posting:
    """Posts and edits over the line."""

    def __init__(self, line: Line, store: Store) -> None:
        self._line = line
        self._store = store
        self._announcements = Announcements(line.pace)
        self._threads = Threads(store, line.pace, self._announcements)
        self._tag = ""
        self._direct: dict[int, int] = {}

    async def post(
        self, channel: Channel, card: Card, *, delivery_id: int, mention: str | None, manner: Manner
    ) -> str:
        """Post a card; the reference is "channel/message". See `Platform.post`."""
        self._line.check_open()
        try:
            client = await self._line.ready()
            root = place = await self._place(client, channel)
            if manner.unsure and (found := await self._arrived(client, place, card, manner)):
                return found
            if manner.thread:
                place = await self._threads.of(client, channel, root, manner.thread)
                looked = not manner.unsure or place == root
                if not looked and (found := await self._arrived(client, place, card, manner)):
                    return found
            try:
                message = await self._send(client, place, card, delivery_id, mention)
            except discord.HTTPException as error:
                if place == root or not isinstance(fault(error), ChannelLost):
                    raise
                # Locked, or closed to the bot: a thread is no reason to lose the channel that it belongs to.
                log.info("an alert goes into channel %d: its thread %d takes none: %s", root, place, error)
                message, place = await self._send(client, root, card, delivery_id, mention), root
            if manner.publish:
                await self._publish(client, place, message)
        except (PostFailed, ChannelLost, CardRefused):
            raise
        except EXPECTED as error:
            raise self._fault(error) from error
        return f"{place}/{message.id}"

    def _fault(self, error: Exception) -> Fault:
        """What the error means; where it shuts us out, nothing is posted for a while."""
        wait = shut_out(error)
        if wait is not None:
            self._line.keep_still(wait)
        return fault(error)

    async def _send(
        self, client: Client, place: int, card: Card, delivery_id: int, mention: str | None
    ) -> discord.Message:
        called = _Called.of(mention)
        handles = Handles()
        view = layout(Message(cards=(card,), mention=called.text), handles)
        await handles.keep(self._store)
        await self._line.turn(card.number)
        return await client.get_partial_messageable(place).send(
            view=view,
            # The same nonce within a few minutes gives the message that is there already.
            nonce=f"{await self._own_tag()}-{delivery_id}",
            allowed_mentions=called.allowed,
        )

    async def edit(self, message: str, card: Card, mention: str | None) -> None:
        """Show a card that has grown; see `Platform.edit`."""
        place, _, number = message.partition("/")
        if not (place.isdigit() and number.isdigit()):
            raise CardRefused(f"“{message[:60]}” is no message on Discord")
        called = _Called.of(mention)
        handles = Handles()
        view = layout(Message(cards=(card,), mention=called.text), handles)
        self._line.check_open()
        try:
            await handles.keep(self._store)
            client = await self._line.ready()
            await self._line.turn()
            partial = client.get_partial_messageable(int(place)).get_partial_message(int(number))
            # Who was called goes on seeing so; an edit calls nobody.
            await partial.edit(view=view, allowed_mentions=called.allowed)
        except EXPECTED as error:
            raise self._fault(error) from error

    async def _place(self, client: Client, channel: Channel) -> int:
        """The number to post to; a direct channel is opened, once."""
        person = person_of(channel)
        if person is None:
            number = number_of(channel)
            if number is None or channel.platform != NAME:
                raise ChannelLost("that is no channel on Discord")
            return number
        if person not in self._direct:
            await self._line.turn()
            opened = await client.create_dm(discord.Object(person))
            self._direct[person] = opened.id
        return self._direct[person]

    async def _arrived(self, client: Client, place: int, card: Card, manner: Manner) -> str | None:
        """The reference of this alert's message if it stands among the channel's latest or among the first
        that came after its news, else None.

        None too where the channel's history cannot be read: then it is posted, with its nonce.
        """
        if card.number is None or client.user is None:
            return None
        wanted = {id for button in card.buttons for id in (Handles().of(button.call),)}
        rows = await self._history(client, place)
        if manner.since is not None and len(rows) == _PAGE:
            # Many have followed: it stands among the first after the news came.
            since = discord.utils.time_snowflake(manner.since - _ADRIFT)
            rows += await self._history(client, place, after=since)
        mine = [row for row in rows if row["author"]["id"] == str(client.user.id)]
        return next(
            (f"{place}/{row['id']}" for row in mine if wanted <= _ids(row.get("components", ()))), None
        )

    async def _history(self, client: Client, place: int, after: int | None = None) -> list[Any]:
        """The channel's latest messages, or the first after a number; none where they cannot be read."""
        await self._line.turn()
        try:
            return list(await client.http.logs_from(place, _PAGE, after=after))
        except discord.Forbidden:
            return []

    async def _publish(self, client: Client, place: int, message: discord.Message) -> None:
        """Pass it on to the followers of an announcement channel; a failure costs nothing but that."""
        try:
            if not await self._announcements.are_in(client, place):
                return
            await self._line.pace()
            await message.publish()
        except EXPECTED as error:
            log.info("a message in channel %d was not published: %s", place, error)

    async def _own_tag(self) -> str:
        """What tells this database's nonces from another's: delivery numbers begin anew in each."""
        if not self._tag:
            self._tag = await self._store.settle_fact(_TAG, secrets.token_hex(3))
        return self._tag


def _ids(components: Any) -> set[str]:
    """Every custom id among these components."""
    found: set[str] = set()
    for component in components:
        if "custom_id" in component:
            found.add(component["custom_id"])
        inner = [*component.get("components", ()), *filter(None, (component.get("accessory"),))]
        found |= _ids(inner)
    return found
