"""`deadlineday run`: all the parts put together, started, and shut down in order."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Collection, Coroutine, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import ClientSession

from bot import clock
from bot.accounts import accounts_set, check_accounts, open_accounts
from bot.alone import alone
from bot.cards.picture import Pictures
from bot.commands.desk import Desk
from bot.delivery.budget import Budget
from bot.delivery.deliver import SETTLING, Courier
from bot.delivery.lost import Losses
from bot.delivery.trouble import Troubles
from bot.doctor import HEARTBEAT, heartbeat_file
from bot.known import Known
from bot.platform import Platform, PlatformRefused
from bot.polling.check import AddressCheck
from bot.polling.default_feeds import bring_default_feeds
from bot.polling.parsing import ParsingProcess
from bot.polling.poll import Poller
from bot.polling.websub import Hubs, open_hubs
from bot.request import Answer, Request
from bot.roles import Roles
from bot.sample.play import SampleFailed, faults_of, forget_sample, keep_played, open_sample, play
from bot.sample.server import SampleServer
from bot.settings import Settings
from bot.shared_time import SharedTime
from bot.signals import heard
from bot.status import open_status
from bot.terminal.platform import HERE, Terminal
from feeds.fetch import open_session
from feeds.fulltext import FullText
from feeds.turns import Turns
from links.names import Names
from storage.deliveries import DELIVERIES
from storage.delivery import DeliveryState
from storage.errors import DatabaseError, DatabaseUnusable
from storage.feeds import FEEDS
from storage.store import Store, open_store

log = logging.getLogger(__name__)

GREETING = (
    "Deadline Day. A sample story plays; its alerts appear here, and you may type meanwhile.\n"
    "Try: watches, latest, why, watch <player>, help. Ctrl-D ends."
)
CHECKED_UP_TO = 200_000_000
"""Bytes of a database file that is read through at the start; that takes about a second."""

PRUNE_EVERY = timedelta(hours=6)
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 300.0
"""Seconds before a platform that failed is started again: the first time, and at most."""

CLOSING = 2.0
"""Seconds that platforms may take to say good-bye, and the database to be told what is handed back."""


@dataclass(slots=True)
class Bot:
    """The parts that run, and what ends them."""

    settings: Settings
    store: Store
    poller: Poller
    courier: Courier
    roles: Roles
    terminal: Terminal
    accounts: Sequence[Platform]
    sample: SampleServer | None
    losses: Losses
    troubles: Troubles
    hubs: Hubs | None
    desk: Desk
    known: Known

    async def dispatch(self, request: Request) -> Answer:
        """Answer a request of any platform, and take up what it changed."""
        await self.known.loaded.wait()
        answer = await self.desk.answer(request)
        try:
            if request.home is not None:
                await self.losses.regain(request.home)  # who speaks to the bot can be spoken to
            await self.known.refresh()
        except DatabaseError as error:
            log.error("what a command changed is not taken up yet: %s", error)
        self.poller.wake()
        return answer

    async def run(self, stop: asyncio.Event) -> None:
        """Run until a signal, the end of the terminal, or, where nobody types, the end of the sample."""
        ends: list[asyncio.Task[Any]] = [asyncio.create_task(stop.wait())]
        courier = asyncio.create_task(self.courier.run())
        background = [asyncio.create_task(work) for work in self._parts()]
        if "terminal" in self.roles:
            ends.append(asyncio.create_task(self.terminal.run(self.dispatch)))
        if self.sample is not None:
            story = asyncio.create_task(self._play(self.sample))
            (background if self.terminal.interactive else ends).append(story)
        try:
            await _first_to_end(ends, [courier, *background])
        finally:
            await self._close(courier, [*background, *ends])

    def _parts(self) -> Iterator[Coroutine[Any, Any, None]]:
        """What runs beside the courier, whose rounds are waited for at the end."""
        yield self._heartbeat()
        if isinstance(self.courier.clock, SharedTime):
            yield self.courier.clock.run()
        if "poll" in self.roles:
            yield self.poller.run()
            if self.hubs is not None:
                yield self.hubs.run()
            yield self._prune()
        if "deliver" in self.roles or any(platform.name in self.roles for platform in self.accounts):
            yield self.losses.run()
        if "deliver" in self.roles and self.store.shared:
            yield Budget(self.store, self.accounts).run()
        for platform in self.accounts:
            if platform.name in self.roles:
                yield self._keep_up(platform)
        if self.store.shared or self.roles.only:
            yield self._hear()
        yield self._load()

    async def _load(self) -> None:
        """Once the first pages are asked for, which a thread at work would slow down."""
        if "poll" in self.roles:
            await self.poller.began.wait()
        await self.known.load()

    async def _hear(self) -> None:
        """Wake what other processes bring work for, and take in the players that were watched there."""
        brought = asyncio.Event()

        def told(topic: str) -> None:
            if topic != FEEDS:
                self.courier.wake()
            if topic != DELIVERIES:
                self.poller.wake()
                brought.set()

        listening = asyncio.create_task(self.store.listen(told))
        try:
            while True:
                await brought.wait()
                brought.clear()
                try:
                    await self.known.refresh()
                except DatabaseError as error:
                    log.warning("the watched players were not looked up again: %s", error)
                await asyncio.sleep(1)
        finally:
            listening.cancel()

    async def _close(self, courier: asyncio.Task[None], others: list[asyncio.Task[Any]]) -> None:
        """Let the post under way come through, then end everything, whatever does not answer any more."""
        self.courier.stop()
        await asyncio.wait({courier}, timeout=self.settings.stop_within)
        await asyncio.gather(*map(_say_good_bye, (self.terminal, *self.accounts)))
        for task in (courier, *others):
            task.cancel()
        ended, _ = await asyncio.wait({courier, *others}, timeout=CLOSING)
        await asyncio.gather(*ended, return_exceptions=True)  # their faults were said, or come out of `run`
        await self._hand_back()
        heartbeat_file(self.settings).unlink(missing_ok=True)

    async def _hand_back(self) -> None:
        """Let others go on at once with what this process has claimed and not done."""
        try:
            async with asyncio.timeout(CLOSING):
                await self.store.release_claims(mine=True, due=self.courier.clock() + SETTLING)
                await self.store.release_feeds(mine=True)
                await self.store.release_leases()
        except (DatabaseError, TimeoutError) as error:
            reason = error if str(error) else "the database does not answer"
            log.warning("what was claimed is free again when its lease ends: %s", reason)

    async def _keep_up(self, platform: Platform) -> None:
        """Run a platform, and again after a fault; PlatformRefused comes out and ends the bot."""
        wait = FIRST_PAUSE
        while True:
            try:
                await platform.run(self.dispatch)
                return
            except PlatformRefused:
                raise
            except Exception:
                log.exception("%s failed; it is started again in %.0f s", platform.name, wait)
            await asyncio.sleep(wait)
            wait = min(wait * 2, LONGEST_PAUSE)

    async def _play(self, sample: SampleServer) -> None:
        await play(sample, self.store, self.poller, self.settings.sample_pace)
        while await self._waiting():
            self.courier.wake()
            await asyncio.sleep(0.05)
        await keep_played(self.store)
        if faults := await faults_of(self.store):
            raise SampleFailed("; ".join(faults))

    async def _waiting(self) -> bool:
        """Whether something that may be told now, or once an earlier post has settled, has not been told, or
        a card has grown."""
        soon = self.courier.clock() + SETTLING
        due = await self.store.next_due(soon, self.courier.platforms)
        counts = await self.store.counts()
        grown = await self.store.edits(1, self.courier.platforms)
        return bool(counts[DeliveryState.CLAIMED] or grown) or (due is not None and due <= soon)

    async def _heartbeat(self) -> None:
        while True:
            try:
                heartbeat_file(self.settings).parent.mkdir(parents=True, exist_ok=True)
                heartbeat_file(self.settings).touch()
            except OSError as error:
                log.warning("no sign of life could be given: %s", error)
            await asyncio.sleep(HEARTBEAT)

    async def _prune(self) -> None:
        while True:
            try:
                await self.store.prune(clock.now() - timedelta(days=self.settings.keep_text))
                await self.store.forget_paces(clock.now() - timedelta(days=1))
            except DatabaseError as error:
                log.warning("old texts were not taken out, that is tried again: %s", error)
            await asyncio.sleep(PRUNE_EVERY.total_seconds())


async def run(settings: Settings, roles: Roles | None = None) -> int:
    """Put the bot together and run it to its end; gives the exit code. Raises PlatformRefused, and
    BadSettings where a part is asked for that has no account."""
    roles = roles or Roles()
    check_accounts(settings, roles)
    async with AsyncExitStack() as stack:
        stop = stack.enter_context(heard(signal.SIGTERM))
        if settings.database_url is None:
            stack.enter_context(alone(settings, roles))
        store = await stack.enter_async_context(open_store(settings.where))
        await _check(settings, store)
        known = Known(store, Names.load())
        if not store.shared and "deliver" in roles:
            await store.release_claims(due=clock.now() + SETTLING)
        await bring_default_feeds(store, wanted=settings.default_feeds)
        sample = None
        wanted = settings.sample == "on" or (settings.sample == "auto" and not accounts_set(settings))
        if wanted and not roles.only:
            sample = await open_sample(store, HERE, clock.now)
            stack.push_async_callback(sample.close)
        elif not wanted and not roles.only:
            await forget_sample(store)
        await stack.enter_async_context(open_status(store, settings.status_listen))
        bot = await _assemble(settings, roles, store, known, sample, stack)
        stack.enter_context(heard(signal.SIGINT, stop))
        try:
            await bot.run(stop)
        except SampleFailed as failed:
            log.error("the sample story was not read to its end: %s", failed)
            return 1
    return 0


async def _assemble(
    settings: Settings,
    roles: Roles,
    store: Store,
    known: Known,
    sample: SampleServer | None,
    stack: AsyncExitStack,
) -> Bot:
    session = await stack.enter_async_context(
        open_session(
            user_agent=settings.user_agent,
            allow_private=settings.private_feeds,
            allowed_hosts=frozenset({sample.host} if sample else ()),
            # Room for all polls, and for articles, hubs and commands beside them: who waits for a connection
            # uses up the time that the feed has.
            connections=settings.poll_at_once + 50,
            per_host=settings.host_at_once + 2,
        )
    )
    now = await _time_of(store)
    parsing = stack.enter_context(ParsingProcess())
    desk = Desk(store, known.names, AddressCheck(session, settings.limits, parsing))
    terminal = Terminal(
        commands=desk.commands,
        suggest=desk.suggest,
        greeting=GREETING if sample else "",
        history=settings.database.with_name("history"),
    )
    accounts = open_accounts(settings, desk, stack.enter_context(Pictures()))
    platforms: dict[str, Platform] = {platform.name: platform for platform in (terminal, *accounts)}
    told = {n: p for n, p in platforms.items() if (n if p is terminal else "deliver") in roles}
    losses = Losses(store, platforms, now)
    lease = timedelta(seconds=settings.lease)
    courier = Courier(store, told, now, timedelta(seconds=settings.give_up_after), losses, lease)
    keepers = {"discord": _parted(settings.discord_admins), "slack": _parted(settings.slack_admins)}
    troubles = Troubles(store, told, keepers)
    poller = _poller(settings, session, parsing, known, now, courier, troubles)
    hubs = await _hubs(settings, roles, session, poller, stack)
    parts = (poller, courier, roles, terminal, accounts, sample, losses, troubles, hubs)
    return Bot(settings, store, *parts, desk, known)


async def _time_of(store: Store) -> clock.Clock:
    """This machine's time, or that of the database where several machines share it."""
    if not store.shared:
        return clock.now
    shared = SharedTime(store)
    await shared.look()
    return shared


def _poller(
    settings: Settings,
    session: ClientSession,
    parsing: ParsingProcess,
    known: Known,
    now: clock.Clock,
    courier: Courier,
    troubles: Troubles,
) -> Poller:
    return Poller(
        known.store,
        session,
        lambda: known.names,
        now,
        settings.interval,
        settings.limits,
        settings.poll_at_once,
        parsing,
        courier.wake,
        pace=settings.pace,
        turns=Turns(at_once=settings.host_at_once, spacing=settings.host_spacing),
        on_trouble=troubles.note,
        lease=timedelta(seconds=settings.lease),
        full_text=FullText(session, "DeadlineDay", parsing.text_of_article) if settings.full_text else None,
        loaded=known.loaded,
    )


async def _hubs(
    settings: Settings, roles: Roles, session: ClientSession, poller: Poller, stack: AsyncExitStack
) -> Hubs | None:
    """What hubs (WebSub) tell, brought to the poller; None where none is asked."""
    hubs = None
    if settings.half_a_hub:
        log.warning("%s", settings.half_a_hub)
    if settings.websub_url and settings.websub_listen and "poll" in roles:
        hubs = Hubs(poller.store, session, poller.clock, settings.websub_url, poller.brought)
        poller.on_hub, poller.is_told = hubs.named, hubs.tells
    await stack.enter_async_context(open_hubs(hubs, settings.websub_listen, settings.feed_max_bytes))
    return hubs


def _parted(ids: str) -> list[str]:
    return [word.strip() for word in ids.split(",") if word.strip()]


async def _check(settings: Settings, store: Store) -> None:
    """Raises DatabaseUnusable where the file is damaged; one that takes long to read is left to `doctor`."""
    if store.shared or settings.database.stat().st_size > CHECKED_UP_TO:
        return
    if (damage := await store.damage()) is not None:
        raise DatabaseUnusable(store.where, damage)


async def _say_good_bye(platform: Platform) -> None:
    try:
        async with asyncio.timeout(CLOSING):
            await platform.close()
    except TimeoutError:
        log.warning("%s did not close within %.0f s", platform.name, CLOSING)
    except Exception:
        log.exception("%s did not close in order", platform.name)


async def _first_to_end(ends: Collection[asyncio.Task[Any]], others: Iterable[asyncio.Task[Any]]) -> None:
    """Wait for the first of `ends`; a fault in any task comes out here, the end of another is none."""
    running = {*ends, *others}
    while True:
        done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
        if not done.isdisjoint(ends):
            return
