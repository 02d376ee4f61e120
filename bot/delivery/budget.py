"""A platform's limits, shared by all processes that post there: with n of them, each uses one nth."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol, runtime_checkable

from bot.platform import Platform
from storage.errors import DatabaseError
from storage.store import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 2.0
"""Seconds between two looks at how many post."""

LEASE = timedelta(seconds=10)
"""How long a process is counted that gives no sign any more; one that can give none stops posting by then."""

_ALL_KNOW = 1.5 * LOOK_EVERY
"""Seconds after which all others have seen a newcomer, and leave him his share."""


@runtime_checkable
class Limited(Protocol):
    """A platform whose limits hold for all processes together."""

    def share(self, part: float) -> None:
        """Use this part of the limits: 1 is all, 0 is nothing for now."""


class Budget:
    """Tells each platform its part. A newcomer beside others waits until they know of him."""

    def __init__(self, store: Store, platforms: Iterable[Platform]) -> None:
        self._store = store
        self._platforms = {each.name: each for each in platforms if isinstance(each, Limited)}
        self._counted_until = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        first = True
        while self._platforms:
            others = await self.look(newcomer=first)
            await asyncio.sleep(_ALL_KNOW if first and others else LOOK_EVERY)
            first = False

    async def look(self, *, newcomer: bool = False) -> bool:
        """Take part, and share anew; says whether others post as well."""
        now, many = asyncio.get_running_loop().time(), 1
        try:
            for name, platform in self._platforms.items():
                many = await self._store.take_part(f"{name} posts", LEASE)
                platform.share(0.0 if newcomer and many > 1 else 1.0 / many)
        except DatabaseError as error:
            log.warning("how many processes post could not be looked up: %s", error)
            if now >= self._counted_until:
                for platform in self._platforms.values():
                    platform.share(0.0)
        else:
            self._counted_until = now + LEASE.total_seconds()
        return many > 1
