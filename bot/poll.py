"""The straight way: due feeds -> fetch -> parse -> entries not seen -> read -> claims -> taken in.

Read from top to bottom, this file is what the bot does with the web. A page's validators are saved
in the transaction that keeps its entries, never before: a crash in between reads the page again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random

import aiohttp

from bot.clock import Clock
from bot.intake import take_in
from bot.parsing import ParsingProcess
from feeds.entry import Entry
from feeds.errors import FeedError, FeedUnavailable, shown
from feeds.feed import Feed
from feeds.fetch import Limits, fetch
from feeds.news import news
from feeds.page import Page
from feeds.parse import Parsed, parse
from feeds.schedule import failed, succeeded
from links.names import Names
from links.read import read
from storage.store import Store

log = logging.getLogger(__name__)

BATCH = 200
READ_SLICE = 0.01
"""Seconds of reading after which the loop gets a turn: no platform waits longer for its answer."""


@dataclass
class Poller:
    """Polls what is due, at most `at_once` feeds at a time.

    `names` gives the names to read with, at the time of reading. `parsing` is the process where pages
    are parsed, None parses on the spot. `on_news` is called after each page that gave an alert.
    """

    store: Store
    session: aiohttp.ClientSession
    names: Callable[[], Names]
    clock: Clock
    interval: timedelta
    limits: Limits = field(default_factory=Limits)
    at_once: int = 20
    parsing: ParsingProcess | None = None
    on_news: Callable[[], None] = lambda: None
    random: Random = field(default_factory=Random)

    def __post_init__(self) -> None:
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """A feed was added or made due: look now."""
        self._wake.set()

    async def run(self, idle: timedelta = timedelta(seconds=5)) -> None:
        """Poll until cancelled."""
        while True:
            self._wake.clear()
            try:
                polled = await self.poll_due()
            except Exception:
                log.exception("a round of polling failed; the next one goes on")
                polled = 0
            if not polled:
                try:
                    async with asyncio.timeout(idle.total_seconds()):
                        await self._wake.wait()
                except TimeoutError:
                    pass

    async def poll_due(self) -> int:
        """Poll every feed that is due, once; says how many there were."""
        due = await self.store.due_feeds(self.clock(), BATCH)
        gate = asyncio.Semaphore(self.at_once)

        async def one(feed: Feed) -> None:
            async with gate:
                await self.attempt(feed)

        async with asyncio.TaskGroup() as group:
            for feed in due:
                group.create_task(one(feed))
        return len(due)

    async def attempt(self, feed: Feed) -> None:
        """Poll one feed; a fault of ours in it is logged and noted on the feed, which then waits its turn."""
        try:
            await self.poll(feed)
        except Exception as error:
            log.exception("feed %s was not taken in", shown(feed.url))
            fault = f"a fault of the bot ({type(error).__name__}), see its log"
            await self._failed(feed, FeedUnavailable(feed.url, fault))

    async def poll(self, feed: Feed) -> None:
        """Poll one feed and keep all that follows from it, its error too."""
        try:
            page = await fetch(self.session, feed, self.limits)
            if page is None or page.body_hash == feed.body_hash:
                after = succeeded(feed, page, self.clock(), self.interval, self.random)
                await self._save(after, feed)
                return
            parsed = await self._parse(page)
        except FeedError as error:
            await self._failed(feed, error)
            return
        await self._take_in(feed, page, parsed)

    async def _parse(self, page: Page) -> Parsed:
        if self.parsing is None:
            return parse(page)
        return await self.parsing.parse(page)

    async def _take_in(self, feed: Feed, page: Page, parsed: Parsed) -> None:
        now = self.clock()
        known = await self.store.known([entry.key for entry in parsed.entries])
        unread = news(parsed.entries, {key: entry.content_hash for key, entry in known.items()})
        names, readings = self.names(), []
        loop = asyncio.get_running_loop()
        started = loop.time()
        for item in unread:
            entry = _with_defaults(item.entry, feed, parsed)
            readings.append((entry, read(entry, names)))
            if loop.time() - started > READ_SLICE:
                await asyncio.sleep(0)
                started = loop.time()
        async with self.store.transaction():
            told = await take_in(self.store, feed.id, readings, names=names, now=now, tell=feed.primed)
            await self._save(succeeded(feed, page, now, self.interval, self.random, parsed), feed)
        if told:
            self.on_news()

    async def _save(self, after: Feed, before: Feed) -> None:
        """Keep the feed; one that moved to an address which is polled already keeps its old one."""
        if after.url != before.url and await self.store.feed_by_url(after.url):
            after = replace(after, url=before.url)
        await self.store.save_feed(after)

    async def _failed(self, feed: Feed, error: FeedError) -> None:
        after = failed(feed, error, self.clock(), self.interval, self.random)
        if feed.error != after.error:
            log.info("feed %s: %s", shown(feed.url), after.error)
        await self.store.save_feed(after)


def _with_defaults(entry: Entry, feed: Feed, parsed: Parsed) -> Entry:
    """The entry with what its feed says where it says nothing itself: language and outlet."""
    return replace(
        entry,
        lang=entry.lang or parsed.lang or feed.lang,
        outlet=entry.outlet or feed.title or parsed.title or None,
    )
