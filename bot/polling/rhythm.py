"""When each feed is polled again: by what it was seen to do, and what it asks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from bot.polling.habits import HabitBook
from bot.polling.searches import BY
from feeds.errors import FeedError, shown
from feeds.feed import Feed, FeedState
from feeds.habits import Habits, asked, learned
from feeds.news import News
from feeds.pace import Pace, interval_of, net_of, out_of_skipped
from feeds.page import Page
from feeds.parse import Parsed
from feeds.schedule import after_success, failed, is_lasting, succeeded

log = logging.getLogger(__name__)


class Rhythm:
    """The next poll of every feed, within the bounds that the owner sets; all times are aware, in UTC."""

    def __init__(
        self,
        habits: HabitBook,
        pace: Pace,
        usual: timedelta,
        random: Random,
        told: Callable[[int], bool] = lambda _feed_id: False,
    ) -> None:
        """`told` says of which feeds somebody else tells us at once, so that polls are the net only."""
        self._habits = habits
        self._pace = pace
        self._usual = usual
        self._random = random
        self._told = told
        self._hour = -1
        self._intervals: dict[int, timedelta] = {}

    def learn(self, feed: Feed, page: Page, parsed: Parsed, unread: Sequence[News], now: datetime) -> None:
        """Take in what a changed page shows of the feed's habits."""
        fresh = [item.entry for item in unread if not item.changed]
        self._intervals.pop(feed.id, None)
        habits = asked(self._habits.of(feed.id), parsed.wishes, page.fresh_for)
        seen = page.received or now
        older = parsed.older or ()
        habits = learned(habits, parsed.entries, fresh, seen, primed=feed.primed, older=older)
        self._habits.learn(feed.id, habits)

    def learn_lag(self, feed: Feed, unread: Sequence[News], now: datetime) -> None:
        """Take in what came without a poll: it may be a part of the page only."""
        fresh = [item.entry for item in unread if not item.changed]
        habits = learned(self._habits.of(feed.id), (), fresh, now, primed=feed.primed)
        self._habits.learn(feed.id, habits)

    def unchanged(self, feed: Feed, page: Page | None, now: datetime) -> datetime | None:
        """The next poll of a feed of which only the times have changed; None if there is more to keep."""
        if feed.failures or not feed.primed or feed.error or feed.state is not FeedState.ACTIVE:
            return None
        if page is not None and (
            page.moved_to or page.etag != feed.etag or page.last_modified != feed.last_modified
        ):
            return None
        habits = self._habits.of(feed.id)
        if habits.told:
            return None
        interval = self._interval(feed.id, habits, now)
        return self._unskipped(after_success(now, interval, self._random), habits, now)

    def succeeded(self, feed: Feed, page: Page | None, now: datetime, parsed: Parsed | None = None) -> Feed:
        """The feed after a good poll. What a search makes keeps its address, by which the search knows it."""
        if page is not None and page.moved_to and feed.added_by == BY:
            page = replace(page, moved_to=None)
        habits = self._habits.of(feed.id)
        if habits.told:
            log.info("feed %s is well again", shown(feed.url))
            self._habits.learn(feed.id, replace(habits, told=False))
        after = succeeded(feed, page, now, self._interval(feed.id, habits, now), self._random, parsed)
        if habits.skip_hours and after.next_poll:
            after = replace(after, next_poll=self._unskipped(after.next_poll, habits, now))
        return after

    def failed(self, feed: Feed, error: FeedError, now: datetime) -> tuple[Feed, bool]:
        """The feed after a failed poll, and whether its owner should now be told, which is once."""
        after = failed(feed, error, now, self._usual, self._random)
        habits = self._habits.of(feed.id)
        if not is_lasting(after, now) or habits.told:
            return after, False
        self._habits.learn(feed.id, replace(habits, told=True))
        return after, True

    def _unskipped(self, when: datetime, habits: Habits, now: datetime) -> datetime:
        if not habits.skip_hours:
            return when
        return max(when, min(out_of_skipped(when, habits.skip_hours), now + self._pace.longest))

    def _interval(self, feed_id: int, habits: Habits, now: datetime) -> timedelta:
        """What `interval_of` gives, which is the same for an hour and for as long as the habits are."""
        if now.hour != self._hour:
            self._hour = now.hour
            self._intervals.clear()
        interval = self._intervals.get(feed_id)
        if interval is None:
            interval = self._intervals[feed_id] = interval_of(habits, self._pace, now)
        return max(interval, net_of(habits, self._pace)) if self._told(feed_id) else interval
