"""Entries and claims as they were kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from feeds.entry import Entry
from links.claim import Claim


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """What tells whether an entry is new or changed: that it is kept, and what its content was."""

    id: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """A kept entry. `entry.text` is "" once it was pruned for its age.

    `feed_id` is the feed that brought it first, None if that was removed since. `first_seen` is when it
    reached us, `changed` when its title or text last changed.
    """

    id: int
    feed_id: int | None
    entry: Entry
    first_seen: datetime
    changed: datetime


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A kept claim with what is shown of its entry. `at` is the time that it counts from (published).

    `link`, `outlet` and `title` are the entry's, `published` too: None where the feed gave none.
    """

    id: int
    entry_id: int
    player_id: int
    at: datetime
    claim: Claim
    title: str
    link: str | None = None
    outlet: str | None = None
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Who stood behind a claim: `source` as an outlet credited it, None where it credited nobody.

    `first` is the earliest claim of that source in that outlet, `count` how many there were.
    """

    outlet: str | None
    source: str | None
    first: datetime
    count: int
