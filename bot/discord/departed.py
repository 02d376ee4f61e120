"""Servers that removed the bot: remembered for a month in case it comes back, then forgotten."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.discord.places import NAME, shard_of
from storage.errors import DatabaseError
from storage.store import Store

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
"""How long a server's watches and settings are kept after it removed the bot; the README says so."""

_NOTE = "discord:left"
_LOOK_EVERY = timedelta(hours=1)


class Departed:
    """Which servers the bot is no longer in, and since when."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def left(self, guild: int) -> None:
        """The server removed the bot; its time runs from the first telling."""
        async with self._store.transaction():
            since = await self._since()
            if str(guild) not in since:
                await self._keep({**since, str(guild): self._now().isoformat()})

    async def back(self, guild: int) -> None:
        """The bot is in the server (again)."""
        if str(guild) not in json.loads(await self._store.fact(_NOTE) or "{}"):
            return
        async with self._store.transaction():
            since = await self._since()
            if since.pop(str(guild), None) is not None:
                await self._keep(since)

    async def compare(self, guilds: set[int], shard: int = 0, shards: int = 1) -> None:
        """Bring the memory up to date: of the servers of this shard, the bot is in these and in no others."""
        for space in await self._store.spaces(NAME):
            if space.isdigit() and shard_of(space, shards) == shard and int(space) not in guilds:
                await self.left(int(space))
        for space in await self._since():
            if int(space) in guilds:
                await self.back(int(space))

    async def keep_house(self) -> None:
        """Forget those whose time is over, for as long as this runs."""
        while True:
            try:
                await self.forget_long_gone()
            except DatabaseError as error:
                log.warning("servers that removed the bot are forgotten later: %s", error)
            await asyncio.sleep(_LOOK_EVERY.total_seconds())

    async def forget_long_gone(self) -> list[str]:
        """Drop everything kept of servers whose time is over; gives their numbers."""
        async with self._store.transaction():
            return await self._forget(await self._since())

    async def _forget(self, since: dict[str, str]) -> list[str]:
        gone = [g for g, left in since.items() if self._now() - datetime.fromisoformat(left) >= KEPT]
        for guild in gone:
            channels = await self._store.forget_space(NAME, guild)
            log.info("server %s removed the bot a month ago: %d channels are forgotten", guild, channels)
        if gone:
            await self._keep({guild: left for guild, left in since.items() if guild not in gone})
        return gone

    async def _since(self) -> dict[str, str]:
        return dict(json.loads(await self._store.hold_fact(_NOTE) or "{}"))

    async def _keep(self, since: dict[str, str]) -> None:
        await self._store.set_fact(_NOTE, json.dumps(since) if since else None)
