"""Whose turn it is: many feeds, of which those of one host come one after another, spaced."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import urlsplit

from feeds.feed import Feed


@lru_cache(maxsize=20_000)
def host_of(url: str) -> str:
    """What is spared as one: the host's name without www."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


class Turns:
    """A round of polls. Times are seconds of any clock that only goes forward.

    At most `at_once` polls of one host run at a time, and two of them begin `spacing` seconds apart. Hosts
    take turns: one with many feeds delays no other. Feeds of a host that is held are given out at once, to
    be put off.
    """

    def __init__(self, *, at_once: int = 2, spacing: float = 0.5) -> None:
        self.at_once = at_once
        self.spacing = spacing
        self._waiting: dict[str, deque[Feed]] = {}
        self._ready: list[tuple[float, int, str]] = []
        self._running: dict[str, int] = {}
        self._next: dict[str, float] = {}
        self._held: dict[str, float] = {}
        self._count = 0
        self._ids: set[int] = set()

    def __len__(self) -> int:
        """Feeds that wait or are being polled."""
        return len(self._ids)

    def __contains__(self, feed_id: int) -> bool:
        return feed_id in self._ids

    def add(self, feeds: Iterable[Feed], now: float) -> None:
        """Let them wait; one that is there already is passed over."""
        for feed in feeds:
            if feed.id in self._ids:
                continue
            self._ids.add(feed.id)
            host = host_of(feed.url)
            queue = self._waiting.get(host)
            if queue is None:
                self._waiting[host] = deque((feed,))
                self._offer(host, now)
            else:
                queue.append(feed)

    def take(self, now: float) -> Feed | None:
        """The next feed whose host may be asked now, None if there is none (see `wait`)."""
        ready = self._ready
        while ready and ready[0][0] <= now:
            _, _, host = heapq.heappop(ready)
            queue = self._waiting.get(host)
            if not queue:
                continue
            if (start := self._start(host, now)) > now:
                self._offer(host, start)
                continue
            feed = queue.popleft()
            self._running[host] = running = self._running.get(host, 0) + 1
            self._next[host] = max(now + self.spacing, self._next.get(host, 0.0))
            if not queue:
                del self._waiting[host]
            elif running < self.at_once:
                self._offer(host, now + self.spacing)
            return feed
        return None

    def is_last(self, feed: Feed) -> bool:
        """Whether no other feed of its host waits or is polled, so that a connection need not be kept."""
        host = host_of(feed.url)
        return host not in self._waiting and self._running.get(host, 0) <= 1

    def wait(self, now: float) -> float | None:
        """Seconds until `take` may give something; None if only the end of a poll can bring that."""
        return max(self._ready[0][0] - now, 0.0) if self._ready else None

    def done(self, feed: Feed, now: float) -> None:
        """The poll of a feed that was taken is over."""
        host = host_of(feed.url)
        self._ids.discard(feed.id)
        left = self._running.get(host, 1) - 1
        if host in self._waiting:
            self._running[host] = left
            self._offer(host, self._start(host, now))
        elif left:
            self._running[host] = left
        else:
            self._running.pop(host, None)
            if self._next.get(host, 0.0) <= now:
                self._next.pop(host, None)

    def hold(self, host: str, until: float) -> None:
        """Nothing is to be asked of this host before then."""
        self._held[host] = max(until, self._held.get(host, 0.0))

    def held(self, host: str, now: float) -> float:
        """Seconds for which the host is held, 0 if it is not."""
        if not self._held:
            return 0.0
        left = self._held.get(host, now) - now
        if left <= 0:
            self._held.pop(host, None)
            return 0.0
        return left

    def _start(self, host: str, now: float) -> float:
        return now if self.held(host, now) else max(now, self._next.get(host, 0.0))

    def _offer(self, host: str, when: float) -> None:
        if self._running.get(host, 0) < self.at_once:
            self._count += 1
            heapq.heappush(self._ready, (when, self._count, host))
