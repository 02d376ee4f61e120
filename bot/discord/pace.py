"""Discord's limit over everything: 50 requests a second for a bot, answers to interactions aside.

https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
"""

from __future__ import annotations

import asyncio
from collections import deque

PER_SECOND = 45
"""A few less than Discord allows: clocks and the way to Discord are not even."""


class Pace:
    """Lets at most so many requests through in any second; the others wait their turn, in order."""

    def __init__(self, per_second: int = PER_SECOND) -> None:
        self._recent: deque[float] = deque(maxlen=per_second)
        self._turn = asyncio.Lock()

    async def __call__(self) -> None:
        """Wait for a turn."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            if len(self._recent) == self._recent.maxlen:
                wait = self._recent[0] + 1.0 - loop.time()
                if wait > 0:
                    await asyncio.sleep(wait)
            self._recent.append(loop.time())
