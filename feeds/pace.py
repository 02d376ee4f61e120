"""How often a feed is polled: its own rhythm, within the bounds that the owner sets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from feeds.habits import Habits

# The windows of the larger leagues, as (month, day): they close on the last day, some a day later.
_WINDOWS = (((1, 1), (2, 3)), ((6, 10), (9, 2)))
_LAST_DAYS = ((1, 31), (2, 1), (2, 2), (2, 3), (8, 30), (8, 31), (9, 1), (9, 2))
_POLLS_PER_ARTICLE = 3
_POLLS_PER_WINDOW = 3  # so that two failures in a row lose nothing


@dataclass(frozen=True, slots=True)
class Pace:
    """The owner's bounds: `usual` for a feed of which nothing is known yet."""

    shortest: timedelta
    usual: timedelta
    longest: timedelta

    @classmethod
    def steady(cls, interval: timedelta) -> Pace:
        """Always the same."""
        return cls(interval, interval, interval)


def interval_of(habits: Habits, pace: Pace, now: datetime) -> timedelta:
    """The time until the next poll of a feed that answers, before jitter.

    A third of the time between two of its articles, stretched in hours in which it writes little and cut
    in a transfer window; on the window's last days no longer than usual. Never so long that an article
    could scroll away unseen, never shorter than what host and feed ask, unless that is beyond `longest`.
    """
    wait = pace.usual.total_seconds()
    if habits.gap is not None:
        wait = habits.gap / _POLLS_PER_ARTICLE * _hour_factor(habits, now)
    today = now.date()
    if in_window(today):
        wait /= 2
    if is_last_day(today):
        wait = min(wait, pace.usual.total_seconds())
    if habits.window is not None:
        wait = min(wait, habits.window / _POLLS_PER_WINDOW)
    wait = max(wait, habits.fresh, habits.ttl, pace.shortest.total_seconds())
    return timedelta(seconds=min(wait, pace.longest.total_seconds()))


def net_of(habits: Habits, pace: Pace) -> timedelta:
    """The time until the next poll of a feed whose hub tells of its changes: no article may scroll away."""
    if habits.window is None:
        return pace.longest
    return min(pace.longest, timedelta(seconds=habits.window / _POLLS_PER_WINDOW))


def out_of_skipped(when: datetime, skip_hours: tuple[int, ...]) -> datetime:
    """The moment, moved to the end of the hours in which the feed asks not to be polled."""
    for _ in range(24):
        if when.hour not in skip_hours:
            return when
        when = when.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return when


@lru_cache(maxsize=64)
def in_window(day: date) -> bool:
    """Whether a transfer window of the larger leagues is open."""
    return any(opens <= (day.month, day.day) <= closes for opens, closes in _WINDOWS)


@lru_cache(maxsize=64)
def is_last_day(day: date) -> bool:
    """Whether a window closes today or about now: leagues differ by a day or two."""
    return (day.month, day.day) in _LAST_DAYS


def _hour_factor(habits: Habits, now: datetime) -> float:
    """From a half in the busiest hours to four in those in which nothing ever comes."""
    total = sum(habits.hours)
    if total < 24:
        return 1.0
    hour = now.hour
    around = (habits.hours[hour - 1] + habits.hours[hour] + habits.hours[hour - 23]) / 3
    return min(max(total / 24 / around, 0.5), 4.0) if around > 0 else 4.0
