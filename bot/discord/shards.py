"""Which shards of the gateway are this process's own, where several processes listen.

A shard is held by a lease in the database. Those who listen share them evenly; what a process had that died
or fell silent is taken over when its lease is over. The number of shards is one for all: the largest that
Discord has recommended.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import yarl

from bot.discord.client import Client
from storage.errors import DatabaseError
from storage.store import Store

log = logging.getLogger(__name__)

WORK = "discord shards"
LOOK_EVERY = 2.0
"""Seconds between two looks at what is whose."""

LEASE = timedelta(seconds=10)
_AGREED = "discord:shards"


class Shards:
    """`total` and `gateway` as Discord names them, once it was asked."""

    def __init__(self, store: Store) -> None:
        self.total = 1
        self.gateway = yarl.URL()
        self._store = store
        self._mine: frozenset[int] = frozenset()
        self._surplus: frozenset[int] = frozenset()
        self._until = 0.0
        self._at_once = 1

    async def ask(self, client: Client) -> None:
        """Ask Discord how many shards it recommends. More than before: all processes begin anew with them."""
        self.total, gateway, limits = await client.http.get_bot_gateway()
        self.gateway, self._at_once = yarl.URL(gateway), max(1, limits["max_concurrency"])
        if self._store.shared:
            self.total = await self._agree(self.total)

    async def ask_again(self, client: Client) -> None:
        """The same, where others have agreed on another number meanwhile."""
        if self._store.shared and int(await self._store.fact(_AGREED) or 0) != self.total:
            await self.ask(client)

    async def _agree(self, recommended: int) -> int:
        async with self._store.transaction():
            agreed = int(await self._store.hold_fact(_AGREED) or 0)
            if agreed < recommended:
                await self._store.set_fact(_AGREED, str(recommended))
        return max(agreed, recommended)

    async def look(self) -> frozenset[int]:
        """The shards to listen on now: this process's own for a while. None of them while the number of all
        is another one by now (`ask`), or when the database has been away for longer than the lease."""
        if not self._store.shared:
            return frozenset(range(self.total))
        now = asyncio.get_running_loop().time()
        try:
            if int(await self._store.fact(_AGREED) or self.total) != self.total:
                self._mine = frozenset()
                return self._mine
            parts = await self._store.share_out(WORK, self.total, LEASE)
        except DatabaseError as error:
            log.warning("whose shards are whose could not be looked up: %s", error)
            return self._mine if now < self._until else frozenset()
        self._until = now + LEASE.total_seconds()
        self._mine, self._surplus = parts.kept, parts.surplus
        return self._mine

    async def hand_back(self, *, all_of_them: bool = False) -> None:
        """Let others have what is too much here, or everything; nothing may listen on it any more."""
        surplus = frozenset(range(self.total)) if all_of_them else self._surplus
        if surplus and self._store.shared:
            await self._store.hand_back(WORK, self.total, surplus)
        self._surplus = frozenset()

    async def turn_to_identify(self, shard: int, pause: float) -> float:
        """Seconds to wait before the shard may begin a session: `pause` after another one of its group, in
        whatever process. https://docs.discord.com/developers/events/gateway#rate-limiting"""
        try:
            group = f"discord identify {shard % self._at_once}"
            wait = await self._store.book(group, await self._store.time(), timedelta(seconds=pause))
        except DatabaseError:
            return pause
        return wait.total_seconds()
