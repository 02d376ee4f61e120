"""Which entries of a page have not been read yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from feeds.entry import Entry

_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class News:
    """An entry to be read. `changed` says that it was read before, with other words."""

    entry: Entry
    changed: bool = False


def news(entries: Iterable[Entry], known: Mapping[str, str]) -> tuple[News, ...]:
    """The unseen and the changed among the entries of a page, oldest first, undated last.

    `known` holds the content hash of each entry seen before, by key. Several sightings of one entry
    in the page count as one. Pages have the newest on top, so what has the same date, or none, is told
    from the bottom up.
    """
    upwards = [
        News(entry, changed=entry.key in known)
        for entry in reversed(merged(entries))
        if known.get(entry.key) != entry.content_hash
    ]
    return tuple(sorted(upwards, key=lambda item: item.entry.published or _LAST))


class Versions:
    """The words in which changed entries were read already.

    An article that stands in two feeds of a site with different teasers would else be read again whenever
    either page changes. Kept in memory, for the last `most` versions.
    """

    def __init__(self, most: int = 20_000) -> None:
        self._most = most
        self._read: dict[tuple[str, str], None] = {}

    def unread(self, items: Iterable[News]) -> tuple[News, ...]:
        """Those that are new, or changed into something not read yet."""
        return tuple(
            item
            for item in items
            if not (item.changed and (item.entry.key, item.entry.content_hash) in self._read)
        )

    def read(self, items: Iterable[News], known: Mapping[str, str]) -> None:
        """These were read and kept; `known` is what `news` was given."""
        for item in items:
            if item.changed:
                key = item.entry.key
                self._read.update({(key, known[key]): None, (key, item.entry.content_hash): None})
        while len(self._read) > self._most:
            del self._read[next(iter(self._read))]


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """One entry for each key, in order of first sight: the latest version, completed from the others."""
    sightings: dict[str, list[Entry]] = {}
    for entry in entries:
        sightings.setdefault(entry.key, []).append(entry)
    return [group[0] if len(group) == 1 else _one(group) for group in sightings.values()]


def _one(group: list[Entry]) -> Entry:
    latest, *older = sorted(group, key=_version, reverse=True)
    dates = [entry.published for entry in group if entry.published]
    return replace(
        latest,
        published=min(dates, default=None),
        link=latest.link or next((entry.link for entry in older if entry.link), None),
        author=latest.author or next((entry.author for entry in older if entry.author), None),
        lang=latest.lang or next((entry.lang for entry in older if entry.lang), None),
        outlet=latest.outlet or next((entry.outlet for entry in older if entry.outlet), None),
    )


def _version(entry: Entry) -> tuple[datetime, int, str]:
    when = entry.updated or entry.published or datetime.min.replace(tzinfo=UTC)
    return when, len(entry.text), entry.content_hash
