"""Entries: what was read, so that it is read once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from operator import itemgetter
from typing import Any

from feeds.entry import Entry
from storage.database import Params, Row, Step
from storage.entry import KnownEntry, StoredEntry
from storage.room import Room
from storage.rows import array, clean, moment, stamp

_PRUNED_AT_ONCE = 1000


class Entries(Room):
    """Entries by key and by id."""

    async def known(self, keys: Iterable[str]) -> dict[str, KnownEntry]:
        """Those of the keys that are kept, with id and content hash. One query for any number."""
        asked = array(keys)
        if asked == "[]":
            return {}
        rows = self._sql.known(self._db, keys=asked)
        return {row["key"]: KnownEntry(row["id"], row["content_hash"]) async for row in rows}

    async def save_entries(
        self, feed_id: int | None, entries: Collection[Entry], seen: datetime
    ) -> dict[str, int]:
        """Keep new entries and the new content of changed ones; gives the id of every key.

        An entry that stands as it was is left alone. The feed that brought it first, its first outlet and
        date of publication and when it was first seen stay. Raises Conflict if the feed is gone.
        """
        return await self.save_pages([(feed_id, entries, seen)])

    async def save_pages(
        self, pages: Iterable[tuple[int | None, Collection[Entry], datetime]]
    ) -> dict[str, int]:
        """The same for the entries of several feeds, in one go."""
        rows: list[Params] = [
            _columns(entry, feed_id, at)
            for feed_id, entries, seen in pages
            for at in (stamp(seen),)
            for entry in entries
        ]
        if not rows:
            return {}
        rows.sort(key=itemgetter("key"))  # one order for all processes: no deadlock
        asked = {"keys": array(row["key"] for row in rows)}
        steps: list[Step] = [(self._sql.save_entries.sql, rows), (self._sql.entry_ids.sql, asked)]
        return {row["key"]: row["id"] for row in await self._db.together(steps)}

    async def entry(self, id: int) -> StoredEntry | None:
        row = await self._sql.entry(self._db, id=id)
        return None if row is None else _stored(row)

    async def prune(self, before: datetime) -> int:
        """Drop the text of entries that last changed before then; gives how many.

        Titles, claims, links and alerts stay, and so does what tells that an entry is known. Done in
        small steps, so that nobody waits long for the writer.
        """
        pruned, step = 0, _PRUNED_AT_ONCE
        while step == _PRUNED_AT_ONCE:
            step = await self._sql.prune_entries(self._db, before=stamp(before), most=_PRUNED_AT_ONCE)
            pruned += step
        return pruned


def _columns(entry: Entry, feed_id: int | None, seen: int) -> dict[str, Any]:
    return {
        "key": entry.key,
        "feed_id": feed_id,
        "title": clean(entry.title),
        "text": clean(entry.text),
        "content_hash": entry.content_hash,
        "link": clean(entry.link),
        "guid": clean(entry.guid),
        "published": stamp(entry.published),
        "updated": stamp(entry.updated),
        "author": clean(entry.author),
        "lang": entry.lang,
        "outlet": clean(entry.outlet),
        "seen": seen,
    }


def _stored(row: Row) -> StoredEntry:
    entry = Entry(
        key=row["key"],
        title=row["title"],
        text=row["text"],
        link=row["link"],
        guid=row["guid"],
        published=moment(row["published"]),
        updated=moment(row["updated"]),
        author=row["author"],
        lang=row["lang"],
        outlet=row["outlet"],
        content_hash=row["content_hash"],
    )
    return StoredEntry(row["id"], row["feed_id"], entry, moment(row["first_seen"]), moment(row["changed"]))
