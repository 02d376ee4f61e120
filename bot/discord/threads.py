"""A thread of its own for each player, where a channel wants that."""

from __future__ import annotations

import hashlib
import logging
from typing import Final

import discord

from bot.discord.announcements import Announcements
from bot.discord.client import Client
from bot.discord.markup import cut
from bot.discord.pace import Pace
from links.fold import fold
from storage.store import Store
from storage.watch import Channel

log = logging.getLogger(__name__)

_WEEK: Final = 10080  # minutes after which Discord folds a silent thread away; a post unfolds it
_NAME = 100
_GONE = frozenset({10003, 50001})


class Threads:
    """Finds a channel's thread of a name, or makes it."""

    def __init__(self, store: Store, pace: Pace, announcements: Announcements) -> None:
        self._store = store
        self._announcements = announcements
        self._pace = pace

    async def of(self, client: Client, channel: Channel, place: int, name: str) -> int:
        """The number of the thread; `place` itself where there can be none.

        A thread that somebody deleted is made anew; one whose making was not answered is found by its name.
        In a direct message, in a thread, and where the bot may make none, all goes into the channel itself.
        """
        if not channel.space or _closed(client, place):
            return place
        key = f"discord:thread:{place}:{hashlib.sha256(fold(name).encode()).hexdigest()[:24]}"
        known = await self._store.fact(key)
        if known is not None and await self._stands(client, int(known)):
            return int(known)
        if (ours := _ours(client, place, name)) is not None:
            await self._store.set_fact(key, str(ours))
            return ours
        try:
            await self._pace()
            made = await client.http.start_thread_without_message(
                place,
                name=_called(name),
                auto_archive_duration=_WEEK,
                # A public thread, of announcements where the channel is for them.
                type=10 if await self._announcements.are_in(client, place) else 11,
            )
        except (discord.Forbidden, discord.NotFound) as error:
            if error.code in (10003, 50001):
                raise
            log.info("no thread can be made in channel %d: %s", place, error)
            return place
        except discord.HTTPException as error:
            if error.status != 400:
                raise
            log.info("no thread can be made in channel %d: %s", place, error)
            return place
        await self._store.set_fact(key, str(made["id"]))
        return int(made["id"])

    async def _stands(self, client: Client, thread: int) -> bool:
        """Is the thread still there? Asked of Discord only where the gateway has not told us."""
        if client.get_channel(thread) is not None:
            return True
        try:
            await self._pace()
            await client.http.get_channel(thread)
        except (discord.NotFound, discord.Forbidden) as error:
            if error.code in _GONE:
                return False
            raise
        return True


def _closed(client: Client, place: int) -> bool:
    """Whether the bot may not write in this channel's threads, as far as the gateway has told."""
    channel = client.get_channel(place)
    if not isinstance(channel, discord.TextChannel) or channel.guild.me is None:
        return False
    return not channel.permissions_for(channel.guild.me).send_messages_in_threads


def _called(name: str) -> str:
    return cut(name, _NAME) or "?"


def _ours(client: Client, place: int, name: str) -> int | None:
    """The open thread of that name that the bot has made already, as the gateway has told."""
    channel = client.get_channel(place)
    if not isinstance(channel, discord.TextChannel) or client.user is None:
        return None
    found = (
        thread.id
        for thread in channel.threads
        if thread.owner_id == client.user.id and thread.name == _called(name) and not thread.locked
    )
    return next(found, None)
