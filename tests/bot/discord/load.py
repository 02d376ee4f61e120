"""The program under load: `deadlineday run` on a loopback Discord, with crowds of feeds and channels."""

from __future__ import annotations

import asyncio
import random
import socket
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.discord.places import channel as place_of
from links.claim import Stage
from storage.store import open_store
from tests.bot.discord.fake import Fake, a_discord
from tests.bot.discord.people import Outcome, Person
from tests.bot.discord.test_whole_way import item, page, polled, running
from tests.bot.discord.town import MANAGER, Json
from tests.feeds.web import FakeWeb, a_web

ROOT = Path(__file__).parents[3]
EVERYBODYS, NICHE = "Owen Tregarth", "Idris Valcourt"
_PER_GUILD = 500
HOWS = ("429", "503", "500", "502", "cut before", "cut after")


@dataclass
class Load:
    """What runs, and how long each answer took: seconds to the first sign, seconds to the whole of it."""

    fake: Fake
    web: FakeWeb
    folder: Path
    guilds: list[Json]
    rooms: list[Json]
    lone: Json
    boss: Person
    fan: Person
    first: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    whole: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    polls: int = 0

    @property
    def database(self) -> Path:
        return self.folder / "deadlineday.db"

    async def timed(self, name: str, asking: Awaitable[Outcome | list[tuple[str, str]]]) -> Outcome | None:
        """One question with its times; a first sign after three seconds fails, as on Discord."""
        began = time.monotonic()
        answer = await asking
        took = time.monotonic() - began
        self.whole[name].append(took)
        if not isinstance(answer, Outcome):
            self.first[name].append(took)
            return None
        assert answer.called.acknowledged is not None
        self.first[name].append(answer.called.acknowledged - answer.called.made)
        assert answer.text, f"{name} was answered with nothing"
        return answer

    async def ask_everything(self) -> None:
        """Each command, each kind of suggestion and each button of an alert, once."""
        boss, fan, room = self.boss, self.fan, self.rooms[0]
        suggested = (
            ("watch", "player", "ow", {}),
            ("watch", "player", "Nobody At", {}),
            ("watch", "club", "leed", {"player": "x"}),
            ("latest", "player", "", {}),
            ("unwatch", "player", "", {}),
            ("settings", "timezone", "lond", {}),
            ("feeds remove", "feed", "pap", {}),
            ("help", "command", "wa", {}),
        )
        for name, option, typed, given in suggested:
            asking = boss.complete(name, option, typed, room, **given)
            await self.timed(f"suggestions: {name} {option}", asking)
        commands = (
            (boss, "watch", {"player": "Zed Quill"}), (fan, "watch", {"player": "Zed Quill", "tell": "me"}),
            (boss, "mute", {"player": "Zed Quill"}), (boss, "unmute", {"player": "Zed Quill"}),
            (boss, "watches", {}), (boss, "unwatch", {"player": "Zed Quill"}),
            (fan, "latest", {"player": EVERYBODYS}), (fan, "history", {"player": EVERYBODYS}),
            (fan, "why", {"player": EVERYBODYS}), (fan, "wrong", {"alert": 1}),
            (boss, "settings", {}), (boss, "settings", {"quiet": "off"}), (boss, "feeds list", {}),
            (boss, "feeds test", {"address": self.web.url("/herald.xml")}), (boss, "feeds export", {}),
            (fan, "help", {}),
        )  # fmt: skip
        for who, name, values in commands:
            await self.timed(f"/{name}", who.command(name, room, **values))
        told = self.fake.town.in_(room)
        for label in ("Latest", "Why") if told else ():
            await self.timed(f"button {label}", fan.press(told[-1], label))

    async def tell(self, title: str, text: str) -> None:
        """An article appears, and its feed is asked soon."""
        known = getattr(self, "_items", [])
        self._items = [item(title, text), *known]
        self.web.put("/herald.xml", page(*self._items, item("Old", "Nothing much happened.")))
        await asyncio.to_thread(_first_of_all, self.database, "herald")

    async def keep_polling(self, every: float = 0.5) -> None:
        """Make each feed due again and again: every feed is asked as often as the program can.

        A command beside it wakes the program, which would sleep until the time that it knew.
        """
        while True:
            self.polls += await asyncio.to_thread(_again, self.database)
            await self.fan.ask("help", self.rooms[0])
            await asyncio.sleep(every)

    async def until(self, true: Callable[[], object], within: float) -> None:
        async with asyncio.timeout(within):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.02)

    def shown(self, room: Json) -> int:
        return len(self.fake.town.in_(room))

    def tally(self, rooms: list[Json]) -> Counter[int]:
        """How many rooms show how many messages."""
        return Counter(map(self.shown, rooms))

    def troubles(self, count: int, seed: int = 7) -> None:
        """Faults for the posts to so many rooms, one for each, by dice."""
        luck = random.Random(seed)
        for room in luck.sample(self.rooms, min(count, len(self.rooms))):
            self.fake.trouble(luck.choice(HOWS), holds=f"/channels/{room['id']}/messages")

    def slowest(self) -> tuple[str, float]:
        """The question whose first sign took longest."""
        return max(((name, max(times)) for name, times in self.first.items()), key=lambda pair: pair[1])


def _again(database: Path) -> int:
    """Let every feed be due once each was polled; gives how many were polled since the last time, else 0."""
    with sqlite3.connect(database, timeout=10) as db:
        (waiting,) = db.execute("select count(*) from feeds where next_poll <= 0").fetchone()
        polled = 0 if waiting else db.execute("update feeds set next_poll = 0").rowcount
    db.close()
    return int(polled)


def _first_of_all(database: Path, holds: str) -> None:
    """Let the feed with this in its address be due before all others."""
    with sqlite3.connect(database, timeout=10) as db:
        db.execute("update feeds set next_poll = -1 where url like ?", [f"%{holds}%"])
    db.close()


def _free_ports() -> int:
    """A port whose next one is free too."""
    while True:
        with socket.socket() as one, socket.socket() as other:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                other.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return int(port)


@asynccontextmanager
async def _papers(feeds: int, items: int) -> AsyncIterator[int]:
    """So many feeds in a process of their own; gives the port."""
    port = _free_ports()
    server = await asyncio.create_subprocess_exec(
        sys.executable, str(ROOT / "bench" / "feed_server.py"), str(port), "--feeds", str(feeds),
        "--items", str(items),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert server.stdout is not None
    assert server.stdin is not None
    try:
        await asyncio.wait_for(server.stdout.readline(), 30)
        yield port
    finally:
        server.stdin.close()
        await server.wait()


async def _furnished(load: Load, port: int, feeds: int) -> None:
    """The database before the program starts: feeds with and without validators, and the watches."""
    async with open_store(load.database) as store, store.transaction():
        for number in range(feeds):
            await store.add_feed(
                f"http://127.0.0.1:{port + number % 2}/{number}.xml", title=f"Paper {number}", lang="en"
            )
        await store.add_feed(load.web.url("/herald.xml"), title="Daily Herald", lang="en")
        owner = int(load.boss.id)
        for name, rooms in ((EVERYBODYS, load.rooms), (NICHE, [load.lone])):
            player = await store.add_player(name)
            for room in rooms:
                place = place_of(int(room["id"]), int(room["guild_id"]))
                await store.add_watch(place, player.id, None, Stage.INTEREST, by=str(owner))


@asynccontextmanager
async def a_load(folder: Path, *, feeds: int, channels: int, items: int = 2) -> AsyncIterator[Load]:
    """The program with so many feeds, each polled once, and so many channels that watch one player."""
    async with a_discord(strict=channels < 1000) as fake, a_web() as web, _papers(feeds, items) as port:
        town = fake.town
        guilds = [
            town.guild(f"Club {n}", town.person("Olive Owner")) for n in range(-(-channels // _PER_GUILD))
        ]
        boss, fan = Person(fake, town.person("Bea Boss")), Person(fake, town.person("Fay Fan"))
        town.join(guilds[0], boss.user, town.role(guilds[0], "managers", MANAGER))
        town.join(guilds[0], fan.user)
        rooms = [town.channel(guilds[n // _PER_GUILD], f"room-{n}") for n in range(channels)]
        load = Load(fake, web, folder, guilds, rooms, town.channel(guilds[0], "lone"), boss, fan)
        town.application["bot_public"] = False  # so that the managers of a server may see its feeds
        web.put("/herald.xml", page(item("Old", "Nothing much happened.")))
        await _furnished(load, port, feeds)
        more = {
            "DEADLINEDAY_HOST_SPACING": "0", "DEADLINEDAY_HOST_AT_ONCE": "50",
            "DEADLINEDAY_POLL_SHORTEST": "60",
        }  # fmt: skip
        async with running(folder, fake, **more):
            await load.until(lambda: polled(load.database), 240)
            polling = asyncio.create_task(load.keep_polling())
            try:
                yield load
            finally:
                polling.cancel()
                await asyncio.gather(polling, return_exceptions=True)
