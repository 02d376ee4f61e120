"""Several processes on one PostgreSQL and one Discord: shards, commands and the rate are shared."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import pytest

from bot.clock import now
from bot.commands.desk import Desk
from bot.delivery import budget
from bot.delivery.budget import Budget
from bot.discord import platform as discord_platform
from bot.discord import shards
from bot.discord.client import Client
from bot.discord.departed import Departed
from bot.discord.pace import PER_SECOND, Pace
from bot.discord.places import channel
from bot.discord.platform import Discord, point
from bot.slack.pace import Pace as SlackPace
from storage.leases import Parts
from storage.store import Store, open_store
from tests.bot.discord.fake import TOKEN, Fake, a_discord
from tests.bot.discord.people import Person
from tests.bot.discord.stage import no_picture
from tests.bot.discord.town import MANAGER, Json
from tests.bot.house import FakeChecks
from tests.bot.world import NAMES
from tests.storage.server import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server.started() as server:
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discord_platform, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(shards, "LEASE", timedelta(seconds=1))
    monkeypatch.setattr(Client, "identify_pause", 0.01)


@dataclass
class Process:
    """What one process has of its own: its store, its client, its task."""

    store: Store
    bot: Discord
    running: asyncio.Task[None]

    async def end(self) -> None:
        """As on SIGTERM."""
        await self.bot.close()
        await asyncio.wait_for(self.running, 5)
        await self.store.release_leases()

    async def die(self) -> None:
        """As by kill -9: nothing is handed back, the lines to Discord are cut."""
        self.bot._shards.hand_back = _nothing  # type: ignore[method-assign]
        self.running.cancel()
        await self.bot.close()  # a cancellation can be lost in a connection that is just being made
        await asyncio.gather(self.running, return_exceptions=True)


async def _nothing(**_: object) -> None: ...


def held(process: Process) -> set[int]:
    client = process.bot._line.client
    if client is None:
        return set()
    return {id for id, shard in client.shards.items() if not shard.is_closed()}


async def until(true: Callable[[], object]) -> None:
    """Wait until something is so; what is seen from outside wakes nobody."""
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.02)


@dataclass
class Town:
    """A Discord with a server on each of its four shards, and processes that come and go."""

    fake: Fake
    url: str
    stack: AsyncExitStack
    rooms: list[Json]
    boss: Person

    async def process(self) -> Process:
        store = await self.stack.enter_async_context(open_store(self.url))
        desk = Desk(store, NAMES, FakeChecks())
        bot = Discord(TOKEN, desk, no_picture)
        process = Process(store, bot, asyncio.create_task(bot.run(desk.answer)))
        self.stack.push_async_callback(process.die)
        return process

    def standing(self) -> Counter[int]:
        """How many sessions listen on each shard."""
        wires = [each for each in self.fake.gateway.sessions.values() if each.wire is not None]
        return Counter(each.shard[0] for each in wires if each.wire and not each.wire.socket.closed)

    async def shared(self) -> None:
        """Wait until every shard is listened on once."""
        await until(lambda: self.standing() == dict.fromkeys(range(4), 1))

    async def all_answered(self) -> None:
        """Whoever asks anywhere is answered, once: a second answer would be refused by Discord."""
        for room in self.rooms:
            assert "What you can ask" in (await self.boss.command("help", room)).text


@asynccontextmanager
async def a_town(server: Server) -> AsyncIterator[Town]:
    url = await server.emptied("shards")
    async with a_discord() as fake, AsyncExitStack() as stack:
        point(fake.api, fake.gateway_url)
        fake.shards = 4
        boss = Person(fake, fake.town.person("Bea Boss"))
        rooms: dict[int, Json] = {}
        while len(rooms) < 4:
            guild = fake.town.guild("The Club House", boss.user)
            fake.town.join(guild, boss.user, fake.town.role(guild, "managers", MANAGER))
            rooms.setdefault((int(guild["id"]) >> 22) % 4, fake.town.channel(guild, "transfers"))
            await asyncio.sleep(0.001)
        yield Town(fake, url, stack, [rooms[n] for n in range(4)], boss)
    assert fake.objections == []


async def test_shards_are_divided_taken_over_from_the_dead_and_handed_back_by_those_who_end(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_town(server) as town:
        one = await town.process()
        await town.shared()
        await town.all_answered()
        other = await town.process()
        third = await town.process()
        await until(lambda: sorted(len(held(each)) for each in (one, other, third)) == [1, 1, 2])
        await town.shared()
        await town.all_answered()

        await other.die()
        await town.shared()
        await town.all_answered()
        monkeypatch.setattr(shards, "LEASE", timedelta(minutes=5))
        await third.store.share_out(shards.WORK, 4, shards.LEASE)
        await third.end()
        await town.shared()  # no lease had to run out
        await town.all_answered()
        assert held(one) == {0, 1, 2, 3}
        assert town.fake.syncs == 1


async def test_more_shards_recommended_begin_anew_in_every_process(server: Server) -> None:
    async with a_town(server) as town:
        town.fake.shards = 2
        one, other = await town.process(), await town.process()
        await until(lambda: town.standing() == {0: 1, 1: 1})
        town.fake.shards = 4
        third = await town.process()
        await until(lambda: sorted(len(held(each)) for each in (one, other, third)) == [1, 1, 2])
        await town.shared()  # nothing moves any more: who asks while a shard moves may be missed
        totals = {each.shard[1] for each in town.fake.gateway.sessions.values() if each.wire is not None}
        assert totals == {4}
        await town.all_answered()
        assert sum(len(held(each)) for each in (one, other, third)) == 4


@contextmanager
def standing_still(process: Process) -> Iterator[asyncio.Event]:
    """Until the end of this it comes no further than its next look at the shards, where the event is set."""
    here, go_on = asyncio.Event(), asyncio.Event()

    async def share_out(work: str, total: int, lease: timedelta) -> Parts:
        here.set()
        await go_on.wait()
        return await Store.share_out(process.store, work, total, lease)

    process.store.share_out = share_out  # type: ignore[method-assign]
    try:
        yield here
    finally:
        go_on.set()
        del process.store.share_out


async def test_a_process_that_stood_still_beyond_its_lease_lets_go_of_what_others_have_taken(
    server: Server,
) -> None:
    async with a_town(server) as town:
        one, other = await town.process(), await town.process()
        await town.shared()
        await until(lambda: len(held(other)) == 2)
        before = town.fake.gateway.identified
        with standing_still(one) as still:
            await still.wait()
            await Store.share_out(one.store, shards.WORK, 4, timedelta(0))  # its lease is over meanwhile
            assert len((await other.store.share_out(shards.WORK, 4, shards.LEASE)).kept) == 4
        await until(lambda: town.fake.gateway.identified >= before + 2)
        await until(lambda: len(held(one)) == len(held(other)) == 2)
        await town.shared()
        await town.all_answered()


async def test_a_server_of_another_shard_is_not_taken_for_one_that_removed_the_bot(server: Server) -> None:
    async with open_store(await server.emptied("departed")) as store:
        departed = Departed(store, now)
        guilds = [number << 22 for number in (4, 5, 6)]
        for guild in guilds:
            await store.add_watch(channel(guild + 1, guild), None, "Rovers")
        await departed.compare(set(), shard=1, shards=2)
        assert set(await departed._since()) == {str(guilds[1])}


class Rate:
    """A platform that has a limit."""

    def __init__(self) -> None:
        self.name, self.part = "discord", -1.0

    def share(self, part: float) -> None:
        self.part = part


async def test_the_rate_is_shared_by_those_who_post_and_never_exceeded_meanwhile(server: Server) -> None:
    url = await server.emptied("budget")
    async with open_store(url) as first, open_store(url) as second:
        rates = Rate(), Rate()
        one, other = (Budget(store, [rate]) for store, rate in zip((first, second), rates, strict=True))  # type: ignore[list-item]
        await one.look(newcomer=True)
        assert rates[0].part == 1.0
        await other.look(newcomer=True)
        assert (rates[0].part, rates[1].part) == (1.0, 0.0)  # the first does not know yet
        await one.look()
        await other.look()
        assert (rates[0].part, rates[1].part) == (0.5, 0.5)
        await second.release_leases()
        await one.look()
        assert rates[0].part == 1.0


async def test_who_cannot_say_any_more_that_he_posts_stops_before_others_take_his_share(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "LEASE", timedelta(0))
    rate = Rate()
    async with open_store(await server.emptied("budget")) as store:
        own = Budget(store, [rate])  # type: ignore[list-item]
        await own.look()
        assert rate.part == 1.0
        await store.close()
        await own.look()
        assert rate.part == 0.0


async def test_a_share_of_the_pace_is_kept_to_and_grows_at_once() -> None:
    pace, loop = Pace(), asyncio.get_running_loop()
    pace.share = 0.5
    began = loop.time()
    for _ in range(6):
        await pace()
    assert loop.time() - began >= 5 / (PER_SECOND * 0.5) - 0.01
    pace.share = 0.0
    waiting = asyncio.create_task(pace())
    await asyncio.sleep(0.1)
    assert not waiting.done()
    pace.share = 1.0
    await asyncio.wait_for(waiting, 1)


async def test_one_slack_channel_is_spared_by_all_processes_together(server: Server) -> None:
    url, step = await server.emptied("slack"), timedelta(seconds=0.3)
    async with open_store(url) as one, open_store(url) as other:

        async def book(store: Store, of: object, apart: timedelta) -> timedelta:
            return await store.book_now("slack", of, apart)

        paces = [SlackPace(step, partial(book, store)) for store in (one, other)]
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.gather(*(pace.turn(("T1", "C1")) for pace in paces))
        assert loop.time() - began >= 0.29
        began = loop.time()
        await asyncio.gather(*(pace.turn(("T1", f"C{n}")) for n, pace in enumerate(paces, start=2)))
        assert loop.time() - began < 0.29
