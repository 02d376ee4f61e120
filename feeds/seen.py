"""What a feed's page held when it was taken in, so that of its next page only the new entries are parsed.

What comes of it is what comes of parsing all. That holds where entries stand apart, each by itself and known
by addresses and guids of its own; where it might not, nothing is remembered, and all of the page is parsed.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from xxhash import xxh3_64_intdigest

from feeds.charset import is_utf8
from feeds.errors import NotAFeed
from feeds.feed import Feed
from feeds.identity import known_by
from feeds.page import Page
from feeds.parse import MAX_ENTRIES, MAX_PARSED, Parsed, parse_quickly

_TAIL = re.compile(rb"\s*(?:</channel>\s*</rss>|</feed>|</rdf:RDF>)\s*")
_BASE = re.compile(rb"base\s*=")
_LONGEST_HEAD = 64 * 1024  # more is no feed's, and would take its time on the event loop
# The tags around the entries, and any that names namespaces or a base: how entries are read depends on them.
_AROUND = re.compile(rb"(?:rss|feed|rdf:rdf|channel)[\s>]|.*(?:xmlns|base)", re.DOTALL)
# What reaches beyond the element that it stands in, as namespaces do, or ends another entry.
_REACHING = re.compile(rb"<(?:!--|\?|/(?:item|entry|[\w.-]+:(?:item|entry)[\s/>]))")
# An entry's bytes, when it was published (microseconds since 1970), and what it is known by, all but the time
# as hashes. Short ones do for the last: where two happen to be alike, the page is parsed in full.
_RECORD = struct.Struct("<Qq4I")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """A page's entries in a few bytes each. `scope` is all else that they are read by: the site within which
    guids tell them apart, the page's address, and the tags around them. `page` is the page's `body_hash`."""

    page: str
    scope: int
    records: bytes


class SeenPages:
    """By the id of their feed, the pages of the feeds that changed last; some 30 bytes for an entry.

    Only in memory, and only of pages whose entries were kept. What another process, or another row of the
    feed, has kept since is not known here: then all is parsed.
    """

    def __init__(self, most: int = 2000) -> None:
        self._most = most
        self._pages: dict[int, Seen] = {}

    def parse(self, feed: Feed, page: Page) -> Parsed | None:
        """The page with its new entries only, None where it must be parsed in full."""
        seen = self._pages.get(feed.id)
        return None if seen is None or seen.page != feed.body_hash else parse_rest(page, seen)

    def kept(self, feed: Feed, page: Page, parsed: Parsed) -> None:
        """Remember that what was parsed of this page, by `parse` or in full, is kept now."""
        before = self._pages.pop(feed.id, None)
        seen = seen_of(page, parsed, before)
        if seen is not None:
            self._pages[feed.id] = seen
            if len(self._pages) > self._most:
                del self._pages[next(iter(self._pages))]


def parse_rest(page: Page, seen: Seen) -> Parsed | None:
    """The page without the entries that were seen; of these, `older` tells when they were published.

    None where parsing all of it might come to something else.
    """
    cut = _Cut.of(page.body)
    if cut is None:
        return None
    known = _by_hash(seen)
    fresh = cut.besides(known)
    body = b"".join((cut.head, *(entry + cut.end for entry in fresh), cut.tail))
    if len(fresh) == len(cut.entries) or not is_utf8(body, page.content_type):
        return None
    try:
        parsed = parse_quickly(replace(page, body=body))
    except NotAFeed:
        return None
    if parsed is None or _scope(page, parsed, cut.head) != seen.scope:
        return None
    old = [known[number] for number in cut.hashes if number in known]
    new = _records(page, parsed, fresh)
    if new is None or not _apart([*old, *new]):
        return None
    return replace(parsed, older=tuple(_EPOCH + record[1] * _MICROSECOND for record in old))


def seen_of(page: Page, parsed: Parsed, before: Seen | None = None) -> Seen | None:
    """What to remember of a page, None for a page whose entries do not stand apart.

    `before` is what `parse_rest` was given, where it gave `parsed`.
    """
    cut = _Cut.of(page.body) if parsed.in_order else None
    if cut is None:
        return None
    known = _by_hash(before) if before is not None and parsed.older is not None else {}
    if parsed.older is None and not is_utf8(page.body, page.content_type):
        return None
    new = _records(page, parsed, cut.besides(known))
    if new is None:
        return None
    records = [*(known[number] for number in cut.hashes if number in known), *new]
    if not _apart(records):
        return None
    packed = b"".join(_RECORD.pack(*record) for record in records)
    return Seen(page.body_hash, _scope(page, parsed, cut.head), packed)


_Record = tuple[int, int, int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Cut:
    """A page cut at its entries, which are without their end tag, `end`."""

    head: bytes
    entries: Sequence[bytes]
    end: bytes
    tail: bytes
    hashes: Sequence[int]

    @classmethod
    def of(cls, body: bytes) -> _Cut | None:
        """None where there is more between entries and behind them than has to be."""
        if len(body) > MAX_PARSED:
            return None
        name = b"item" if b"</item>" in body else b"entry"
        end = b"</%b>" % name
        *entries, tail = body.split(end)
        if not 0 < len(entries) <= MAX_ENTRIES or not _TAIL.fullmatch(tail):
            return None
        starts = (b"<%b>" % name, b"<%b " % name)
        first = min((at for start in starts if (at := entries[0].find(start)) >= 0), default=-1)
        if not 0 <= first <= _LONGEST_HEAD:
            return None
        head, entries[0] = entries[0][:first], entries[0][first:]
        entries = [entry.lstrip() for entry in entries]
        if not all(entry.startswith(starts) for entry in entries):
            return None
        return cls(head, entries, end, tail, [xxh3_64_intdigest(entry) for entry in entries])

    def besides(self, known: Container[int]) -> list[bytes]:
        """The entries whose hash is not known."""
        return [entry for number, entry in zip(self.hashes, self.entries, strict=True) if number not in known]


def _by_hash(seen: Seen) -> dict[int, _Record]:
    return {record[0]: record for record in _RECORD.iter_unpack(seen.records)}


def _scope(page: Page, parsed: Parsed, head: bytes) -> int:
    around = [tag for tag in head.split(b"<")[1:] if _AROUND.match(tag.lower())]
    site = f"{parsed.home}\n{page.url}".encode("utf-8", "replace")
    return xxh3_64_intdigest(b"<".join((site, *around)))


def _records(page: Page, parsed: Parsed, written: Sequence[bytes]) -> list[_Record] | None:
    """The records of entries, by what is written of each; None where one may depend on others."""
    if len(written) != len(parsed.entries) or page.received is None:
        return None
    if not _stand_alone(written):
        return None
    records = []
    for raw, entry in zip(written, parsed.entries, strict=True):
        when = entry.published
        # At the time of receipt or without one: perhaps a date to come, which will count by and by.
        if when is None or when >= page.received or entry.key.startswith("title:"):
            return None
        link, guid, address = known_by(entry.link, entry.guid)
        number, time = xxh3_64_intdigest(raw), (when - _EPOCH) // _MICROSECOND
        records.append((number, time, _short(link), _short(guid), _short(address), _short(entry.key)))
    return records


def _short(text: str) -> int:
    return xxh3_64_intdigest(text.encode("utf-8", "replace")) & 0xFFFFFFFF if text else 0


def _stand_alone(entries: Sequence[bytes]) -> bool:
    """Whether each is read alike wherever it stands."""
    outside = []
    for entry in entries:
        first, *sections = entry.split(b"<![CDATA[")
        outside.append(first)
        for section in sections:
            _, end, rest = section.partition(b"]]>")
            if not end:
                return False
            outside.append(rest)
    bare = b"".join(outside).lower()
    if b"]]>" in bare or b"xmlns" in bare or _REACHING.search(bare):
        return False
    return b"base" not in bare or not _BASE.search(bare)


def _apart(records: Sequence[_Record]) -> bool:
    """Whether no two entries have anything in common that one is known by."""
    marks = [{mark for mark in record[2:] if mark} for record in records]
    return len(set().union(*marks)) == sum(map(len, marks))
