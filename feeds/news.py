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


def merged(entries: Iterable[Entry]) -> list[Entry]:
    """One entry for each key, in order of first sight: the latest version, completed from the others."""
    found: dict[str, Entry] = {}
    for entry in entries:
        other = found.get(entry.key)
        found[entry.key] = entry if other is None else _one(other, entry)
    return list(found.values())


def _one(a: Entry, b: Entry) -> Entry:
    newer, older = (b, a) if _version(b) > _version(a) else (a, b)
    dates = [entry.published for entry in (a, b) if entry.published]
    return replace(
        newer,
        published=min(dates, default=None),
        link=newer.link or older.link,
        author=newer.author or older.author,
        lang=newer.lang or older.lang,
        outlet=newer.outlet or older.outlet,
    )


def _version(entry: Entry) -> tuple[datetime, int, str]:
    when = entry.updated or entry.published or datetime.min.replace(tzinfo=UTC)
    return when, len(entry.text), entry.content_hash
