"""The straight way: due feeds -> fetch -> parse -> entries not seen -> read -> claims -> taken in.

Read from top to bottom, this file is what the bot does with the web. A page's validators are saved
in the transaction that keeps its entries, never before: a crash in between reads the page again.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from random import Random
from typing import Any

import aiohttp

from bot.clock import Clock
from bot.events import tell
from bot.polling.habits import HabitBook
from bot.polling.intake import take_in
from bot.polling.order import Order
from bot.polling.parsing import ParsingProcess
from bot.polling.quiet import QuietPages, ReadPage, still
from bot.polling.readings import read_all
from bot.polling.rhythm import Rhythm
from bot.polling.rota import Rota
from bot.polling.searches import follow_watches
from bot.polling.serial import Serial
from bot.polling.setback import Setback
from bot.polling.tally import Tally
from feeds.errors import FeedError, FeedUnavailable, shown
from feeds.feed import Feed
from feeds.fetch import Limits, fetch
from feeds.fulltext import FullText
from feeds.hub import Hub
from feeds.news import Versions, news
from feeds.pace import Pace
from feeds.page import Page
from feeds.parse import Parsed, parse
from feeds.schedule import advice
from feeds.seen import SeenPages
from feeds.turns import Turns, host_of
from links.names import Names
from storage.delivery import Alert
from storage.errors import DatabaseError, DatabaseUnusable
from storage.feeds import LEASE
from storage.store import Store

log = logging.getLogger(__name__)

BATCH = 500
"""Feeds that are taken up at a time, and results that are written at a time."""

REFILL = 0.25
"""Seconds between two looks for what is due, while there is something to do."""

CROWDED, LONGEST_HOLD = timedelta(minutes=5), timedelta(hours=1)
"""How long a host with too much to do is left alone: where it names no time, and at most."""

REPORT = "report it with what the log says; nothing is wrong with the feed"

SAVE_HABITS = 300.0
"""Seconds between two writes of what the feeds were seen to do."""


@dataclass
class Poller:
    """Polls what is due, at most `at_once` feeds at a time.

    `interval` is the usual time between two polls of a feed; `pace` bounds what a feed's own rhythm makes of
    it, None polls all alike. `turns` spares the hosts. `names` gives the names to read with, at the time of
    reading. `parsing` is where pages are parsed, None parses on the spot. `on_news` is called after each page
    that gave an alert, `on_trouble` once for a feed that fails for long, with what its owner may do. `lease`
    is how long a feed is this process's own, where several poll.
    `on_hub` is told which hub a feed names in a page that changed, `is_told` says whether one tells of it.
    `full_text` fetches the articles behind teasers, None leaves them. Reading waits for `loaded`.
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
    pace: Pace | None = None
    turns: Turns = field(default_factory=lambda: Turns(at_once=4, spacing=0.0))
    on_trouble: Callable[[Feed, str], None] = lambda _feed, _advice: None
    on_hub: Callable[[Feed, Hub | None], None] = lambda _feed, _hub: None
    is_told: Callable[[int], bool] = lambda _feed_id: False
    lease: timedelta = LEASE
    full_text: FullText | None = None
    loaded: asyncio.Event | None = None

    def __post_init__(self) -> None:
        self.habits = HabitBook(self.store)
        self.rota = Rota(self.store, self.clock, self.lease)
        pace = self.pace or Pace.steady(self.interval)
        self._rhythm = Rhythm(self.habits, pace, self.interval, self.random, lambda id: self.is_told(id))
        self._quiet = QuietPages(self.store, self._rhythm, self.rota, self._kept, self._faulty)
        self.began = asyncio.Event()
        """A first round of feeds is at work."""
        self._wake = asyncio.Event()
        self._workers: set[asyncio.Task[None]] = set()
        self.setback = Setback()
        self._serial = Serial()
        self._order = Order(lambda: self.names() if self._is_loaded() else None)
        self._tally = Tally()
        self._versions = Versions()
        self._seen = SeenPages()

    def _is_loaded(self) -> bool:
        return self.loaded is None or self.loaded.is_set()

    def wake(self) -> None:
        """A feed was added or made due: look now."""
        self._wake.set()

    async def run(self, idle: timedelta = timedelta(seconds=5)) -> None:
        """Poll until cancelled; what was under way is let go, what was settled is written."""
        loop = asyncio.get_running_loop()
        saved, first = loop.time(), True
        try:
            while True:
                woken = first or self._wake.is_set()
                first = False
                self._wake.clear()
                found = await self._round(woken=woken)
                self.began.set()
                if loop.time() - saved > SAVE_HABITS and not self.setback:
                    log.info("%s", self._tally.line(len(self.turns)))
                    await self._keep_habits()
                    saved = loop.time()
                await self._pause(REFILL if found or len(self.turns) else idle.total_seconds())
        finally:
            for worker in self._workers:
                worker.cancel()
            await asyncio.gather(*self._workers, return_exceptions=True)
            try:
                await self._settle()
            except DatabaseError as error:
                log.error("the last polls were not written down: %s", error)
            await self._keep_habits()

    async def poll_due(self) -> int:
        """Poll every feed that is due, once; says how many there were."""
        count = 0
        while found := await self._refill():
            count += found
            while len(self.turns):
                self._spawn()
                if self._workers:
                    await asyncio.wait(self._workers)
                else:
                    await asyncio.sleep(
                        max(self.turns.wait(time.monotonic()) or 0, self.setback.left(time.monotonic()))
                    )
            await self._settle()
        return count

    async def _round(self, *, woken: bool) -> int:
        try:
            if woken:
                await follow_watches(self.store)
            found = await self._refill()
        except DatabaseUnusable as error:
            self.setback.failed(time.monotonic())
            log.error("a round of polling failed; the next one goes on: %s", error)
            return 0
        except Exception:
            log.exception("a round of polling failed; the next one goes on")
            return 0
        self._spawn()
        return found

    async def _pause(self, seconds: float) -> None:
        """Wait to be woken, and meanwhile set to work whoever may be asked."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not self._wake.is_set():
            wait = self.turns.wait(time.monotonic())
            if wait is not None:
                wait = max(wait, self.setback.left(time.monotonic()), 0.01)
            try:
                async with asyncio.timeout(left if wait is None else min(left, wait)):
                    await self._wake.wait()
            except TimeoutError:
                self._spawn()

    async def _refill(self) -> int:
        """Take up what is due. Behind with polling, feeds of watched players' clubs go first."""
        if self.setback.left(time.monotonic()):
            return 0
        await self._settle()
        room = 4 * BATCH - len(self.turns)
        if room <= 0:
            return 0
        unkept = self._quiet.feeds  # due only until that is written down
        fresh = await self.rota.due(BATCH + len(self.turns), self.turns)
        unkept |= self._quiet.feeds
        fresh = [feed for feed in fresh if feed.id not in unkept]
        if len(fresh) >= BATCH:
            fresh = self._order.first(fresh)
        await self.habits.load(feed.id for feed in fresh)
        self.turns.add(fresh, time.monotonic())
        return len(fresh)

    def _spawn(self) -> None:
        """As many at work as may be and as have something to do."""
        while len(self._workers) < self.at_once and (feed := self._take(len(self._workers))) is not None:
            worker = asyncio.create_task(self._work(feed))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    async def _work(self, feed: Feed | None) -> None:
        while feed is not None:
            try:
                if self.store.shared:
                    await self._take_place(feed)
                await self.attempt(feed)
            finally:
                self.turns.done(feed, time.monotonic())
            feed = self._take(len(self._workers) - 1)

    def _take(self, others: int) -> Feed | None:
        """The next feed; none while the database is left alone, and one at a time until it takes again."""
        if self.setback and (others or self.setback.left(time.monotonic())):
            return None
        return self.turns.take(time.monotonic())

    async def _settle(self) -> None:
        """Write what polls without news have left."""
        settled = [await self._quiet.settle(), await self.rota.settle()]
        if any(settled):
            self.setback.over()

    async def _keep_habits(self) -> None:
        try:
            await self.habits.save()
        except DatabaseError as error:
            log.error("what the feeds were seen to do was not written down: %s", error)

    async def attempt(self, feed: Feed) -> None:
        """Poll one feed; a fault of ours in it is logged and noted on the feed, which then waits its turn."""
        try:
            await self._poll(feed)
            if len(self.rota) >= BATCH:
                await self._settle()
        except DatabaseUnusable as error:
            self.setback.failed(time.monotonic())  # nothing could be noted on the feed: it stays due
            log.error("feed %s was not taken in: %s", shown(feed.url), error)
            tell("fault", where="database", error=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - it is logged there
            self._faulty(feed, error)

    async def visit(self, feeds: Iterable[Feed]) -> None:
        """Poll these feeds now, one after another, whether they are due or not."""
        for feed in feeds:
            await self.habits.load([feed.id])
            await self.attempt(feed)
        await self._settle()

    async def _take_place(self, feed: Feed) -> None:
        """Where other processes ask the same hosts, wait for a place in the line of all of them."""
        if self.turns.spacing:
            spacing = timedelta(seconds=self.turns.spacing)
            try:
                wait = await self.store.book(f"host {host_of(feed.url)}", self.clock(), spacing)
            except DatabaseUnusable:
                return  # what is read now cannot be kept anyway: `attempt` says so
            await asyncio.sleep(wait.total_seconds())

    async def poll(self, feed: Feed) -> None:
        """Poll one feed and keep all that follows from it, its error too."""
        await self.habits.load([feed.id])
        await self._poll(feed)
        await self._settle()

    def _poll(self, feed: Feed) -> Coroutine[Any, Any, None]:
        """Poll it once a poll of it that is under way has ended."""
        return self._serial.run(feed.id, self._poll_alone(feed))

    async def brought(self, feed: Feed, page: Page) -> None:
        """Take in a page that the feed's hub has sent; what the next poll is to ask stays as it is."""
        await self.habits.load([feed.id])
        try:
            parsed = await self._parse(page)
        except FeedError as error:
            log.info("what came from the hub of feed %s: %s", shown(feed.url), error.reason)
            return
        await self._serial.run(feed.id, self._take_in(feed, page, parsed, brought=True))

    async def _poll_alone(self, feed: Feed) -> None:
        host = host_of(feed.url)
        if held := self.turns.held(host, time.monotonic()):
            later = self.clock() + timedelta(seconds=held * self.random.uniform(1.0, 1.2))
            self.rota.polled(replace(feed, next_poll=later))
            return
        try:
            page = await fetch(self.session, feed, self.limits, keep=not self.turns.is_last(feed))
            if page is None or page.body_hash == feed.body_hash:
                await self._unchanged(feed, page)
                return
            parsed = self._seen.parse(feed, page) or await self._parse(page)
        except FeedError as error:
            self._failed(feed, error)
            return
        await self._take_in(feed, page, parsed)

    async def _unchanged(self, feed: Feed, page: Page | None) -> None:
        now = self.clock()
        self._tally.add(unchanged=1)
        tell("polled", feed=feed.id, result="unchanged")
        if (next_poll := self._rhythm.unchanged(feed, page, now)) is not None:
            self.rota.unchanged(feed, now, next_poll)
            return
        after = self._rhythm.succeeded(feed, page, now)
        if after.url == feed.url:
            self.rota.polled(after)
        else:
            await self.rota.save(after, feed)
            self.rota.forget(feed.id)

    async def _parse(self, page: Page) -> Parsed:
        return parse(page) if self.parsing is None else await self.parsing.parse(page)

    async def _take_in(self, feed: Feed, page: Page, parsed: Parsed, *, brought: bool = False) -> None:
        if self._quiet.hold(feed):
            await self._settle()
        now = self.clock()
        known = await self.store.known([entry.key for entry in parsed.entries])
        hashes = {key: entry.content_hash for key, entry in known.items()}
        unread = self._versions.unread(news(parsed.entries, hashes))
        if brought:
            self._rhythm.learn_lag(feed, unread, now)
        else:
            self._rhythm.learn(feed, page, parsed, unread, now)
            self.on_hub(feed, parsed.hub)
        if self.full_text is not None and feed.primed:
            unread = await self.full_text.whole(unread)
        if self.loaded is not None:
            await self.loaded.wait()
        names = self.names()
        readings = await read_all(unread, feed, parsed, names)
        done = ReadPage(feed, page, parsed, now, hashes, unread, readings)
        if brought or not done.is_quiet:
            await self._take_in_now(done, names, brought=brought)
            return
        self._quiet.add(done)
        if self._quiet.are_many:
            await self._settle()

    async def _take_in_now(self, done: ReadPage, names: Names, *, brought: bool) -> None:
        feed = done.feed
        if self._quiet.hold(feed, done.entries):
            await self._settle()  # what was seen before is kept before
        told = await self.store.decide(lambda: self._keep(done, names, brought=brought))
        if told is None:
            return
        self.setback.over()
        self._kept(done, told, brought=brought)

    async def _keep(self, done: ReadPage, names: Names, *, brought: bool) -> list[Alert] | None:
        """The alerts that follow from the page; None where nothing is to be kept of it."""
        feed = done.feed
        # As it is by now: people may have stopped it, and another poll may have been its first.
        present = still(await self.store.feed(feed.id), feed)
        if present is None or (brought and not present.primed):
            return None  # of what is brought first, the first poll will take all as known
        told = await take_in(
            self.store, feed.id, done.readings, names=names, now=done.now, tell=present.primed
        )
        if not brought:
            feed = replace(feed, primed=present.primed)
            await self.rota.save(self._rhythm.succeeded(feed, done.page, done.now, done.parsed), feed)
        return told

    def _kept(self, done: ReadPage, told: Sequence[Alert] = (), *, brought: bool = False) -> None:
        """All of a page is kept."""
        feed, entries = done.feed, len(done.readings)
        self._versions.read(done.unread, done.hashes)
        self._order.heard(feed.id, (claim for _, reading in done.readings for claim in reading.claims))
        if not brought:
            self.rota.forget(feed.id)
            self._seen.kept(feed, done.page, done.parsed)
        self._tally.add(changed=1, entries=entries, alerts=len(told))
        tell("polled", feed=feed.id, result="new" if entries else "nothing new", entries=entries)
        for alert in told:
            lag = (alert.seen - alert.published).total_seconds()
            tell("alert", entry=alert.entry_id, alert=alert.id, kind=alert.kind.value, lag=lag)
        if told:
            self._order.told(feed.id, done.now)
            self.on_news()

    def _faulty(self, feed: Feed, error: Exception) -> None:
        fault = FeedUnavailable(
            feed.url, f"a fault of the bot ({type(error).__name__}), see its log", advice=REPORT
        )
        # In full the first time; a feed that keeps failing so is no news every few minutes.
        known = feed.error == fault.reason
        log.error("feed %s was not taken in", shown(feed.url), exc_info=None if known else error)
        self._failed(feed, fault)

    def _failed(self, feed: Feed, error: FeedError) -> None:
        self._tally.add(failed=1)
        tell("polled", feed=feed.id, result="failed", error=type(error).__name__)
        now = self.clock()
        after, to_be_told = self._rhythm.failed(feed, error, now)
        if feed.error != after.error:
            log.info("feed %s: %s", shown(feed.url), after.error)
        if isinstance(error, FeedUnavailable) and error.crowded:
            # Not until this feed's next poll: it may fail alone, and for long.
            hold = CROWDED if error.retry_after is None else min(error.retry_after, LONGEST_HOLD)
            self.turns.hold(host_of(feed.url), time.monotonic() + hold.total_seconds())
        if to_be_told:
            log.warning("feed %s fails: %s. What to do: %s", shown(feed.url), after.error, advice(error))
            self.on_trouble(after, advice(error))
        self.rota.polled(after)
