"""One time for all processes that share a database: its own."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from bot import clock
from storage.errors import DatabaseError
from storage.store import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 60.0
"""Seconds between two looks at the database's time."""

_PROMPT = 0.5
"""Seconds within which an answer says what time it is; a later one is passed over."""

_APART = timedelta(seconds=5)
"""A difference that is worth a word to whoever runs the machine."""


def seconds() -> float:
    """Seconds since some moment, those too in which the machine slept. No hand can be turned on them."""
    boot: int | None = getattr(time, "CLOCK_BOOTTIME", None)  # Linux has it
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class SharedTime:
    """A clock that shows the database's time: a machine whose clock is minutes ahead would take a claim for
    lapsed while another still posts, one that is behind would believe in a claim that is over.

    Between two looks it goes by `count`, so that nothing moves when this machine's clock is set anew. Before
    the first look it shows this machine's time.
    """

    def __init__(self, store: Store, count: Callable[[], float] = seconds) -> None:
        self._store = store
        self._count = count
        self._start: datetime | None = None

    def __call__(self) -> datetime:
        if self._start is None:
            return clock.now()
        return self._start + timedelta(seconds=self._count())

    async def look(self) -> None:
        """Set it by the database. An answer that took its time is passed over, except for the first."""
        asked = self._count()
        there = await self._store.time()
        took = self._count() - asked
        if took > _PROMPT and self._start is not None:
            return
        if self._start is None and abs(there - clock.now()) > _APART + timedelta(seconds=took):
            log.warning("this machine's clock and the database's are apart: the database's counts")
        self._start = there - timedelta(seconds=asked + took / 2)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            try:
                await self.look()
            except DatabaseError as error:
                log.debug("the database's time could not be looked up: %s", error)
