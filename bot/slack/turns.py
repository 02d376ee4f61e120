"""How many answers are worked on at once, so that what must be acknowledged does not queue behind them.

A turn is a place in the event loop's work, not in Slack's: who has held one for `LONG` waits for the Web
API (a call that is stuck, a `Retry-After`), costs the loop nothing meanwhile, and gives his place to the
next. Each workspace has places of its own; what one is slow to answer holds up no other.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

AT_ONCE = 24
LONG = timedelta(seconds=1)


class Turns:
    """`at_once` places for each workspace, each for `long` at the most."""

    def __init__(self, at_once: int = AT_ONCE, long: timedelta = LONG) -> None:
        self._at_once = at_once
        self._long = long.total_seconds()
        self._places: dict[str, asyncio.Semaphore] = {}

    @asynccontextmanager
    async def turn(self, team: str) -> AsyncIterator[None]:
        """Wait for a place among this workspace's, and have it until the end, or for as long as may be."""
        places = self._places.setdefault(team, asyncio.Semaphore(self._at_once))
        await places.acquire()
        had = True

        def give_up() -> None:
            nonlocal had
            if had:
                had = False
                places.release()

        lapse = asyncio.get_running_loop().call_later(self._long, give_up)
        try:
            yield
        finally:
            lapse.cancel()
            give_up()
