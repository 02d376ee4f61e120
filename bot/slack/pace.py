"""Slack's limit of about one message a second and channel: everybody waits for his turn.

https://docs.slack.dev/apis/web-api/rate-limits
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from datetime import timedelta

BETWEEN = timedelta(seconds=1)


class Pace:
    """Turns by channel, at least `between` apart. A channel that is not posted to is forgotten.

    `book` takes the next place, so far apart, in the channel's line of all processes and gives how long to
    wait for it; None where this is the only one.
    """

    def __init__(
        self,
        between: timedelta = BETWEEN,
        book: Callable[[Hashable, timedelta], Awaitable[timedelta]] | None = None,
    ) -> None:
        self._between = between.total_seconds()
        self._book = book
        self._free: dict[Hashable, float] = {}

    async def turn(self, channel: Hashable) -> None:
        """Wait until this channel may get a message; other channels are not waited for."""
        now = asyncio.get_running_loop().time()
        at = max(now, self._free.get(channel, now))
        self._free[channel] = at + self._between
        if len(self._free) > 1000:
            self._free = {key: free for key, free in self._free.items() if free > now}
        if at > now:
            await asyncio.sleep(at - now)
        if self._book is not None:
            wait = await self._book(channel, timedelta(seconds=self._between))
            await asyncio.sleep(wait.total_seconds())

    def hold(self, channel: Hashable, wait: timedelta) -> None:
        """Slack asked to wait: no turn before that."""
        free = asyncio.get_running_loop().time() + wait.total_seconds()
        self._free[channel] = max(free, self._free.get(channel, free))
