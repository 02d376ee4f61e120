"""Which feeds go first when polling is behind: those of watched players' clubs, then who told news last."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from bot.polling.searches import BY
from feeds.feed import Feed
from links.claim import Claim
from links.names import Names, Sort

_NEVER = datetime.min.replace(tzinfo=UTC)
_MOST_CLUBS = 5
"""So many clubs are remembered of a feed's articles, the latest: who writes of all is about none."""

_MOST_TITLES = 100
"""Titles in which clubs are looked for at a time: they take 50 us each, on the event loop."""


class Order:
    """What is known of the feeds, in memory: their titles, and the clubs and news in what they brought."""

    def __init__(self, names: Callable[[], Names | None]) -> None:
        """`names` gives None while names are not loaded: nothing waits for them."""
        self._names = names
        self._of: Names | None = None
        self._wanted: frozenset[str] = frozenset()
        self._titles: dict[str, frozenset[str]] = {}
        self._clubs: dict[int, tuple[str, ...]] = {}
        self._told: dict[int, datetime] = {}

    def heard(self, feed_id: int, claims: Iterable[Claim]) -> None:
        """A page of the feed says this."""
        clubs = [club for claim in claims for club in (claim.club, claim.from_club) if club]
        if clubs:
            latest = dict.fromkeys((*reversed(clubs), *self._clubs.get(feed_id, ())))
            self._clubs[feed_id] = tuple(latest)[:_MOST_CLUBS]

    def told(self, feed_id: int, now: datetime) -> None:
        """A page of the feed gave an alert."""
        self._told[feed_id] = now

    def first(self, feeds: Sequence[Feed]) -> list[Feed]:
        """The same feeds in the order in which to poll them; alike ones stay as they stood."""
        names = self._names()
        if names is None:
            return list(feeds)
        wanted = self._wanted_clubs(names)
        strange = [feed.title for feed in feeds if feed.title not in self._titles]
        for title in strange[:_MOST_TITLES]:
            found = names.find(title) if title else []
            self._titles[title] = frozenset(mention.name for mention in found if mention.sort is Sort.CLUB)
        return sorted(feeds, key=lambda feed: self._weight(feed, wanted), reverse=True)

    def _weight(self, feed: Feed, wanted: frozenset[str]) -> tuple[bool, datetime]:
        clubs = (*self._titles.get(feed.title, ()), *self._clubs.get(feed.id, ()))
        return feed.added_by == BY or not wanted.isdisjoint(clubs), self._told.get(feed.id, _NEVER)

    def _wanted_clubs(self, names: Names) -> frozenset[str]:
        if names is not self._of:  # somebody else is watched by now
            self._of = names
            self._wanted = frozenset(club for player in names.players for club in player.clubs)
        return self._wanted
