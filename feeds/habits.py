"""What a feed was seen to do, and what it asks of those who poll it."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from feeds.entry import Entry

_NO_HOURS = (0.0,) * 24
_HEAD = 16_384  # characters in which a page says its wishes
_FADE = 0.98  # what an hour's weight keeps at each new article, so that a new season shows
_TTL = re.compile(r"(?i)<ttl>\s*(\d{1,6})\s*</ttl>")
# Run on the event loop over whatever a host sends: nothing in them may be tried twice.
_SKIP_HOURS = re.compile(r"(?i)<skipHours\b[^<>]{0,200}>((?:\s*+<hour>\s*+\d{1,2}\s*+</hour>){1,24}+)")
_HOUR = re.compile(r"(?i)<hour>\s*(\d{1,2})\s*</hour>")
_FIRST_ENTRY = re.compile(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a page asks: `ttl` between two polls, and hours of the day (GMT) in which not to come."""

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()


NO_WISHES = Wishes()


def wishes_of(text: str) -> Wishes:
    """The wishes in the head of an RSS page. A feed that asks for no poll in any hour asks for nothing."""
    head = head_of(text)
    if "ttl>" not in head.lower() and "iphours" not in head.lower():
        return NO_WISHES
    ttl = _TTL.search(head)
    hours = _SKIP_HOURS.search(head)
    skipped = frozenset(int(hour) % 24 for hour in _HOUR.findall(hours[1])) if hours else frozenset()
    wait = timedelta(minutes=int(ttl[1])) if ttl else None
    return Wishes(wait or None, skipped if len(skipped) < 24 else frozenset())


def head_of(text: str) -> str:
    """What stands before the first entry, as far as it is looked at."""
    first = _FIRST_ENTRY.search(text, 0, _HEAD)
    return text[: first.start() if first else _HEAD]


@dataclass(frozen=True, slots=True)
class Habits:
    """A feed's rhythm. Durations are in seconds, so that it can be kept as it is.

    `gap` is the usual time between two new articles, `window` how long an article stayed on the page at the
    least, None while unknown; `hours` how the articles spread over the hours of the day (UTC). `lag` is the
    usual time from an article's publication to our seeing it. `fresh` is how long the host says that its
    answer stays good, `ttl` and `skip_hours` are what the feed itself asks. `told` is set once its owner
    was told that it fails.
    """

    gap: float | None = None
    window: float | None = None
    hours: tuple[float, ...] = field(default=_NO_HOURS)
    lag: float | None = None
    fresh: float = 0
    ttl: float = 0
    skip_hours: tuple[int, ...] = ()
    told: bool = False

    def to_json(self) -> str:
        """The habits as text; fields that say nothing are left out."""
        values = {name: value for name, value in asdict(self).items() if value}
        if self.hours == _NO_HOURS:
            values.pop("hours", None)
        else:
            values["hours"] = [round(weight, 3) for weight in self.hours]
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Habits:
        """The habits in a text that `to_json` gave; what cannot be read is as good as unknown."""
        try:
            values = json.loads(text)
            known = {name: values[name] for name in cls.__dataclass_fields__ if name in values}
            for name in ("hours", "skip_hours"):
                if name in known:
                    known[name] = tuple(known[name])
            return cls(**known) if len(known.get("hours", _NO_HOURS)) == 24 else cls()
        except (ValueError, TypeError):
            return cls()


NEW = Habits()


def learned(
    habits: Habits,
    page: Sequence[Entry],
    fresh: Sequence[Entry],
    now: datetime,
    *,
    primed: bool,
    older: Sequence[datetime] = (),
) -> Habits:
    """The habits after a page that changed. `fresh` are its unseen entries, all of them at the first poll.
    `older` are the dates of its entries that are not in `page`.

    The first poll teaches rhythm and window but no lag: its articles are as old as they are.
    """
    told = [entry.published for entry in page if entry.published]
    dates = sorted(when for when in (*told, *older) if when <= now)
    if len(dates) >= 2:
        spans = (dates[-1] - dates[0]).total_seconds()
        habits = replace(
            habits,
            gap=_blend(habits.gap, max(spans / (len(dates) - 1), 1.0)),
            window=max((now - dates[0]).total_seconds(), 1.0),
        )
    told = [entry.published for entry in fresh if entry.published and entry.published <= now]
    hours = list(habits.hours)
    for when in told:
        # Nothing times something is a new object, and ten thousand feeds have 24 hours each.
        hours = [weight * _FADE if weight else 0.0 for weight in hours]
        hours[when.hour] += 1
    habits = replace(habits, hours=tuple(hours)) if told else habits
    if primed:
        for when in told:
            late = (now - when).total_seconds()
            if late <= timedelta(days=1).total_seconds():  # later it was no lag but an old story taken up
                habits = replace(habits, lag=_blend(habits.lag, late))
    return habits


def asked(habits: Habits, wishes: Wishes, fresh_for: timedelta | None) -> Habits:
    """The habits with what this answer and its page ask."""
    return replace(
        habits,
        fresh=fresh_for.total_seconds() if fresh_for else 0,
        ttl=wishes.ttl.total_seconds() if wishes.ttl else 0,
        skip_hours=tuple(sorted(wishes.skip_hours)),
    )


def _blend(before: float | None, now: float) -> float:
    return now if before is None else before * 0.7 + now * 0.3
