"""Feeds: the addresses that are polled, and what is remembered between two polls."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from feeds.feed import Feed, FeedState
from storage.database import Row
from storage.room import Room
from storage.rows import clean, moment, stamp

FEEDS = "feeds"
"""The topic under which processes are told that a feed was added."""

LEASE = timedelta(minutes=5)
"""How long a claim on a feed holds: longer than a round of polls takes."""


class Mark(NamedTuple):
    """By what a feed that is remembered is known to be as it was. `last_poll` is as it stands in its row."""

    id: int
    url: str
    primed: bool
    last_poll: int | None

    @classmethod
    def of(cls, feed: Feed) -> Mark:
        return cls(feed.id, feed.url, feed.primed, stamp(feed.last_poll))


class Unchanged(NamedTuple):
    """What a good poll without news leaves: it was `at` that time, and the next one is due at `next_poll`."""

    id: int
    asked: str
    at: datetime
    next_poll: datetime

    def mark(self) -> Mark:
        """Of the feed once this is written down."""
        return Mark(self.id, self.asked, True, stamp(self.at))


_EVER = datetime(1, 1, 1, tzinfo=UTC)


class Feeds(Room):
    """Feeds by id and by address."""

    async def add_feed(
        self,
        url: str,
        *,
        title: str = "",
        lang: str | None = None,
        builtin: bool = False,
        added_by: str | None = None,
        folder: str | None = None,
    ) -> Feed:
        """The feed at this address, made if it is not there; one that is there stays as it is."""
        async with self.transaction():
            row = {"url": url, "title": clean(title), "lang": lang, "builtin": int(builtin)}
            await self._sql.add_feed(self._db, **row, added_by=added_by, folder=clean(folder))
            feed = await self.feed_by_url(url)
            await self._db.notify(FEEDS)
        assert feed is not None
        return feed

    async def remove_feed(self, id: int) -> bool:
        """Forget the feed; its entries and claims stay. False if there is none."""
        return bool(await self._sql.remove_feed(self._db, id=id))

    async def forget_feed(self, id: int) -> bool:
        """Drop the feed and all that it said: entries, claims, alerts, deliveries. False if there is none.

        Links stay as they are; `forget_idle_players` drops those that nothing speaks for any more.
        """
        async with self.transaction():
            await self._sql.forget_alerts_of_feed(self._db, id=id)
            await self._sql.forget_entries_of_feed(self._db, id=id)
            return await self.remove_feed(id)

    async def feeds(self) -> list[Feed]:
        """Every feed, the oldest first."""
        return [_feed(row) async for row in self._sql.feeds(self._db)]

    async def builtin_feeds(self) -> list[Feed]:
        """Those that ship with the bot, the oldest first."""
        return [_feed(row) async for row in self._sql.builtin_feeds(self._db)]

    async def feed(self, id: int) -> Feed | None:
        row = await self._sql.feed(self._db, id=id)
        return None if row is None else _feed(row)

    async def feed_by_url(self, url: str) -> Feed | None:
        row = await self._sql.feed_by_url(self._db, url=url)
        return None if row is None else _feed(row)

    async def due_feeds(self, now: datetime, limit: int) -> list[Feed]:
        """Active feeds whose next poll is at `now` or before, the longest waiting first."""
        return [_feed(row) async for row in self._sql.due_feeds(self._db, now=stamp(now), most=limit)]

    async def due_marks(self, now: datetime, limit: int) -> list[Mark]:
        """The same, for a caller that remembers feeds: many times cheaper."""
        rows = self._sql.due_marks(self._db, now=stamp(now), most=limit)
        return [Mark(row["id"], row["url"], row["primed"] == 1, row["last_poll"]) async for row in rows]

    async def feeds_of(self, ids: Sequence[int]) -> list[Feed]:
        """The feeds with these ids, in no order; those that are gone are left out."""
        if not ids:
            return []
        return [_feed(row) async for row in self._sql.feeds_of(self._db, ids=json.dumps(ids))]

    async def claim_feeds(self, now: datetime, limit: int, *, lease: timedelta = LEASE) -> list[Feed]:
        """The same, for this process alone until it is saved or the lease ends."""
        until = {"until": stamp(now + lease), "owner": self.owner}
        rows = self._sql.claim_feeds(self._db, now=stamp(now), most=limit, **until)
        return sorted([_feed(row) async for row in rows], key=lambda feed: (feed.next_poll or _EVER, feed.id))

    async def feed_counts(self, now: datetime, late: timedelta = timedelta(minutes=5)) -> dict[str, int]:
        """How many feeds are active, how many of them due, and how many due for longer than `late`."""
        row = await self._sql.feed_counts(self._db, now=stamp(now), late=stamp(now - late))
        return {name: int(row[name]) for name in ("active", "due", "late")}

    async def release_feeds(self, *, mine: bool = False) -> int:
        """Hand back every feed that is claimed, or with `mine` those that this process has claimed."""
        return int(await self._sql.release_feeds(self._db, owner=self.owner if mine else None))

    async def next_poll(self) -> datetime | None:
        """When the next active feed is due (long ago: at once); None if there is no active feed."""
        due: int | None = await self._sql.next_feed(self._db)
        return moment(due)

    async def save_feed(self, feed: Feed) -> None:
        """Keep all of its fields. A feed that was removed meanwhile stays removed."""
        await self.save_feeds([feed])

    async def save_feeds(self, feeds: Iterable[Feed]) -> None:
        """Keep many in one go: a round of polls without news costs one write.

        Raises Conflict where an address is another feed's (a permanent redirect to one that we have).
        """
        ordered = sorted(feeds, key=lambda feed: feed.id)  # one order for all processes: no deadlock
        await self._sql.save_feeds(self._db, [_columns(feed) for feed in ordered])

    async def save_poll(self, feed: Feed, *, asked: str) -> None:
        """Keep what one poll has left, as `save_polls` does. `asked` is where: the feed may have moved."""
        await self._sql.save_polls(self._db, [_columns(feed) | {"asked": asked}])

    async def save_polls(self, feeds: Iterable[Feed]) -> None:
        """Keep what polls have left: validators, health, the next time; and set the feeds free.

        What people did meanwhile stays done: a feed that was paused stays paused, one that was removed stays
        removed, a title or language that is there is kept, and a feed that has another address by now is
        left alone. Raises Conflict as `save_feeds`.
        """
        await self._sql.save_polls(self._db, [_columns(feed) | {"asked": feed.url} for feed in feeds])

    async def save_unchanged(self, polls: Iterable[Unchanged]) -> None:
        """Keep what good polls without news have left, as `save_polls` does."""
        rows = [
            {"id": id, "asked": asked, "at": stamp(at), "next_poll": stamp(next_poll)}
            for id, asked, at, next_poll in polls
        ]
        await self._sql.save_unchanged(self._db, rows)


def _columns(feed: Feed) -> dict[str, Any]:
    return {
        "id": feed.id,
        "url": feed.url,
        "title": clean(feed.title),
        "lang": feed.lang,
        "builtin": int(feed.builtin),
        "added_by": feed.added_by,
        "folder": clean(feed.folder),
        "state": feed.state.value,
        "etag": clean(feed.etag),
        "last_modified": clean(feed.last_modified),
        "body_hash": feed.body_hash,
        "primed": int(feed.primed),
        "failures": feed.failures,
        "error": clean(feed.error),
        "error_since": stamp(feed.error_since),
        "last_poll": stamp(feed.last_poll),
        "last_ok": stamp(feed.last_ok),
        "next_poll": stamp(feed.next_poll) or 0,
    }


def _feed(row: Row) -> Feed:
    return Feed(
        id=row["id"],
        url=row["url"],
        title=row["title"],
        lang=row["lang"],
        builtin=bool(row["builtin"]),
        added_by=row["added_by"],
        state=FeedState(row["state"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_hash=row["body_hash"],
        primed=bool(row["primed"]),
        failures=row["failures"],
        error=row["error"],
        error_since=moment(row["error_since"]),
        last_poll=moment(row["last_poll"]),
        last_ok=moment(row["last_ok"]),
        next_poll=moment(row["next_poll"]) if row["next_poll"] else None,
        folder=row["folder"],
    )
