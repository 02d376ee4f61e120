"""Noting in the database what was posted: what is posted while one note is written goes into the next."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta

from bot.clock import Clock
from storage.deliveries import Posted
from storage.errors import DatabaseUnusable
from storage.store import Store

log = logging.getLogger(__name__)

EVERY, WITHIN = timedelta(seconds=1), timedelta(minutes=1)
"""How often, and for how long, a note is tried while the database is away."""


class Notes:
    """One write for all that many channels have to be noted at the same moment, with no wait for more: where
    each waited for a commit of its own, the last of them would be unknown the longest."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._open: list[tuple[Posted, asyncio.Future[Exception | None]]] = []
        self._turn = asyncio.Lock()

    async def sent(self, id: int, message: str, posted: datetime) -> None:
        """Keep that it was posted, also through a database that is away for a while: what is not noted is
        asked for or posted again. Raises DatabaseUnusable where it stays away."""
        end = self._clock() + WITHIN
        while True:
            try:
                return await self._write((id, message, posted))
            except DatabaseUnusable as error:
                if not error.may_pass or self._clock() >= end:
                    raise
                log.error("delivery %d is posted, which cannot be noted yet: %s", id, error)
            await asyncio.sleep(EVERY.total_seconds())

    async def _write(self, note: Posted) -> None:
        """Write all that is open; what becomes of it holds for all who had something in it."""
        outcome: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
        self._open.append((note, outcome))
        async with self._turn:
            if not outcome.done():
                notes, self._open = self._open, []
                error: Exception | None = None
                try:
                    await self._store.all_sent([each for each, _ in notes])
                except asyncio.CancelledError:
                    self._open = [*notes, *self._open]  # the next one writes them
                    raise
                except Exception as failed:  # noqa: BLE001 - raised by each of them
                    error = failed
                for _, other in notes:
                    if not other.done():
                        other.set_result(error)
        if error := outcome.result():
            raise error
