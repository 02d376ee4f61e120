"""Which feeds are due, and what their polls have left to be written down.

A poll without news costs no look-up and no row of its own: feeds that were read are remembered, and what such
polls leave, three times, is written for hundreds in one go. The database stays the only truth: what it says
of a feed that differs from what is remembered is read anew.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta

from bot.clock import Clock
from feeds.errors import shown
from feeds.feed import Feed, FeedState
from feeds.turns import Turns
from storage.errors import DatabaseUnusable
from storage.feeds import Mark, Unchanged
from storage.store import Store

log = logging.getLogger(__name__)

SHARE = 50
"""Feeds that are claimed at a time where other processes poll too."""


class Rota:
    """The feeds of this process's polls."""

    def __init__(self, store: Store, clock: Clock, lease: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease
        self._known: dict[int, tuple[Mark, Feed]] = {}
        self._polled: list[Feed] = []
        self._unchanged: dict[int, tuple[Unchanged, Feed]] = {}

    def __len__(self) -> int:
        """Polls that are not written down yet."""
        return len(self._polled) + len(self._unchanged)

    async def due(self, most: int, waiting: Turns) -> list[Feed]:
        """Feeds to be polled now, the longest due first, without those that wait for it already."""
        now = self._clock()
        if self._store.shared:
            claimed = await self._store.claim_feeds(now, SHARE, lease=self._lease)
            return [feed for feed in claimed if feed.id not in waiting]
        unwritten = {feed.id for feed in self._polled} | self._unchanged.keys()
        marks = await self._store.due_marks(now, most)
        # What came to its end during the look is not written down yet, and is due only in the table.
        unwritten |= {feed.id for feed in self._polled} | self._unchanged.keys()
        marks = [mark for mark in marks if mark.id not in waiting and mark.id not in unwritten]
        strange = [mark.id for mark in marks if self._remembered(mark) is None]
        for feed in await self._store.feeds_of(strange):
            self._known[feed.id] = (Mark.of(feed), feed)
        late = {feed_id for feed_id in strange if not self._is_due(feed_id, now)}
        return [self._known[mark.id][1] for mark in marks if mark.id in self._known and mark.id not in late]

    def _is_due(self, feed_id: int, now: datetime) -> bool:
        """Whether one that was read anew still is: its poll may have been written down since the look."""
        known = self._known.get(feed_id)
        when = known[1].next_poll if known is not None else None
        return when is None or when <= now

    def polled(self, feed: Feed) -> None:
        """This is what a poll without entries has left of a feed."""
        self._polled.append(feed)

    def unchanged(self, feed: Feed, now: datetime, next_poll: datetime) -> None:
        """A poll found all as it was."""
        self._unchanged[feed.id] = (Unchanged(feed.id, feed.url, now, next_poll), feed)

    def forget(self, feed_id: int) -> None:
        """It was kept in another way; a look that is under way still finds it as remembered, and due."""
        self._known.pop(feed_id, None)

    async def save(self, after: Feed, before: Feed) -> None:
        """Keep a feed at once. One that moved to an address which is polled already is not asked any more."""
        other = await self._store.feed_by_url(after.url) if after.url != before.url else None
        if other is not None and other.id != after.id:
            after = replace(after, url=before.url)
            if other.state is FeedState.ACTIVE:
                reason = f"moved for good to {shown(other.url)}, which is polled already"
                log.info("feed %s: %s", shown(before.url), reason)
                after = replace(after, state=FeedState.GONE, error=reason, next_poll=None)
        await self._store.save_poll(after, asked=before.url)

    async def settle(self) -> bool:
        """Write down what polls have left; False for nothing. Raises DatabaseUnusable, and keeps it all."""
        polled, self._polled = self._polled, []
        unchanged, self._unchanged = self._unchanged, {}
        if not polled and not unchanged:
            return False
        try:
            if unchanged:
                await self._store.save_unchanged([row for row, _ in unchanged.values()])
            if polled:
                await self._store.save_polls(polled)
        except (DatabaseUnusable, asyncio.CancelledError):
            self._polled = polled + self._polled
            self._unchanged = unchanged | self._unchanged
            raise
        for row, feed in unchanged.values():
            self._known[feed.id] = (row.mark(), feed)
        for feed in polled:
            self._known.pop(feed.id, None)
        return True

    def _remembered(self, mark: Mark) -> Feed | None:
        known = self._known.get(mark.id)
        return known[1] if known is not None and known[0] == mark else None
