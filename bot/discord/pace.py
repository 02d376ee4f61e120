"""Discord's limit over everything: 50 requests a second for a bot, answers to interactions aside.

https://docs.discord.com/developers/topics/rate-limits#global-rate-limit
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Hashable

PER_SECOND = 45
"""A few less than Discord allows: clocks and the way to Discord are not even."""

_LOOK_AGAIN = 0.2
"""Seconds after which those who wait look whether the share of this process has changed."""


class Pace:
    """Lets requests through one by one, evenly: two bursts a moment apart would be one too large.

    Those who wait for the same thing (one alert to thousands of channels) stand one behind another;
    between things it goes in turn, so that an alert to few is not held up by one to many.
    """

    def __init__(self, per_second: int = PER_SECOND) -> None:
        self._per_second = per_second
        self.share = 1.0
        """The part of it that is for this process; with 0 everybody waits."""
        self._last = 0.0
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()
        self._calling: asyncio.Task[None] | None = None

    async def __call__(self, thing: Hashable = None) -> None:
        """Wait for a turn."""
        loop = asyncio.get_running_loop()
        if not self._waiting and self._left() <= 0:
            self._last = loop.time()
            return
        turn: asyncio.Future[None] = loop.create_future()
        self._waiting.setdefault(thing, deque()).append(turn)
        if self._calling is None or self._calling.done():
            self._calling = asyncio.create_task(self._call())
        await turn

    def _left(self) -> float:
        """Seconds until the next turn."""
        if self.share <= 0:
            return _LOOK_AGAIN
        return self._last + 1.0 / (self._per_second * self.share) - asyncio.get_running_loop().time()

    async def _call(self) -> None:
        """Call those who wait, as long as there are any."""
        loop = asyncio.get_running_loop()
        while self._waiting:
            if (left := self._left()) > 0:
                await asyncio.sleep(min(left, _LOOK_AGAIN))
                continue
            thing, queue = self._waiting.popitem(last=False)
            turn = queue.popleft()
            if queue:
                self._waiting[thing] = queue
            if not turn.done():
                self._last = loop.time()
                turn.set_result(None)
