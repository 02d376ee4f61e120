"""Pages that say nothing of anybody: kept by the dozen, in one transaction.

Nobody waits for them, as nobody waits for what polls without news leave. A page that says something goes its
own way at once, and so no alert is later for it. What a crash takes was not kept, nor were its pages'
validators: it is read again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.events import tell
from bot.polling.rhythm import Rhythm
from bot.polling.rota import Rota
from feeds.entry import Entry
from feeds.errors import shown
from feeds.feed import Feed, FeedState
from feeds.news import News
from feeds.page import Page
from feeds.parse import Parsed
from links.read import Reading
from storage.errors import DatabaseUnusable
from storage.store import Store

log = logging.getLogger(__name__)

MOST = 300
"""So many entries wait for each other; more would hold up for too long who has an alert to write."""


@dataclass(frozen=True, slots=True)
class ReadPage:
    """A page of a feed, and what was read in those of its entries that are new or have changed.

    `hashes` are the content hashes of its entries that were kept before, `unread` the others as they came.
    """

    feed: Feed
    page: Page
    parsed: Parsed
    now: datetime
    hashes: Mapping[str, str]
    unread: tuple[News, ...]
    readings: Sequence[tuple[Entry, Reading]]

    @property
    def is_quiet(self) -> bool:
        return not any(reading.claims for _, reading in self.readings)

    @property
    def entries(self) -> list[Entry]:
        return [entry for entry, _ in self.readings]


class QuietPages:
    """Those that wait to be kept.

    `kept` is told of each page once it is; `failed` of one that cannot be, by a fault of ours in it.
    """

    def __init__(
        self,
        store: Store,
        rhythm: Rhythm,
        rota: Rota,
        kept: Callable[[ReadPage], None],
        failed: Callable[[Feed, Exception], None],
    ) -> None:
        self._store = store
        self._rhythm = rhythm
        self._rota = rota
        self._kept = kept
        self._failed = failed
        self._waiting: list[ReadPage] = []
        self._under_way: list[ReadPage] = []
        self._turn = asyncio.Lock()

    @property
    def are_many(self) -> bool:
        """Whether they should be kept before more come."""
        return sum(1 + len(page.readings) for page in self._waiting) >= MOST

    @property
    def feeds(self) -> set[int]:
        """Of which feeds there is a page that is not kept yet."""
        return {page.feed.id for page in (*self._under_way, *self._waiting)}

    def add(self, page: ReadPage) -> None:
        """Have a page kept with the next."""
        self._waiting.append(page)

    def hold(self, feed: Feed, entries: Collection[Entry] = ()) -> bool:
        """Whether a page of this feed waits, or one with one of these entries: it goes first."""
        pages = (*self._under_way, *self._waiting)
        keys = {entry.key for entry in entries}
        return any(page.feed.id == feed.id for page in pages) or any(
            entry.key in keys for page in pages if keys for entry, _ in page.readings
        )

    async def settle(self) -> bool:
        """Keep all that wait; False for none. Where that fails together, it is tried page by page.

        Raises DatabaseUnusable; their feeds are then due as before.
        """
        async with self._turn:
            self._under_way, self._waiting = self._waiting, []
            try:
                await self._keep_all(self._under_way)
                return bool(self._under_way)
            finally:
                self._under_way = []

    async def _keep_all(self, pages: Sequence[ReadPage]) -> None:
        try:
            await self._keep(pages)
        except DatabaseUnusable:
            raise
        except Exception as error:  # noqa: BLE001 - told of by `failed`, or tried again
            if len(pages) == 1:
                self._failed(pages[0].feed, error)
                return
            for page in pages:
                await self._keep_all([page])

    async def _keep(self, pages: Sequence[ReadPage]) -> None:
        if not pages:
            return
        going, ids = await self._store.decide(lambda: self._write(pages))
        told: set[int] = set()  # two feeds of a site bring a story at the same moment
        for page in going:
            for number in {ids[entry.key] for entry in page.entries} - told:
                tell("read", entry=number, feed=page.feed.id, claims=0)
                told.add(number)
            self._kept(page)

    async def _write(self, pages: Sequence[ReadPage]) -> tuple[list[ReadPage], dict[str, int]]:
        """Those of the pages that are kept, and the ids of their entries by key."""
        # As they are by now: people may have stopped them, and another poll may have been their first.
        present = {feed.id: feed for feed in await self._store.feeds_of([p.feed.id for p in pages])}
        going = [page for page in pages if still(present.get(page.feed.id), page.feed)]
        ids = await self._store.save_pages([(p.feed.id, p.entries, p.now) for p in going])
        await self._store.save_claims((), reread=ids.values())  # a changed entry says nothing any more
        await self._save([(page, present[page.feed.id].primed) for page in going])
        return going, ids

    async def _save(self, pages: Sequence[tuple[ReadPage, bool]]) -> None:
        after = [
            self._rhythm.succeeded(replace(page.feed, primed=primed), page.page, page.now, page.parsed)
            for page, primed in pages
        ]
        moved = [(new, page.feed) for new, (page, _) in zip(after, pages, strict=True) if page.page.moved_to]
        await self._store.save_polls(
            [new for new, (page, _) in zip(after, pages, strict=True) if not page.page.moved_to]
        )
        for new, before in moved:
            await self._rota.save(new, before)


def still(present: Feed | None, feed: Feed) -> Feed | None:
    """A feed as it is by now, None where it was stopped or removed during its poll."""
    if present is None or present.state is FeedState.PAUSED:
        log.info("feed %s was removed during its poll", shown(feed.url))
        return None
    return present
