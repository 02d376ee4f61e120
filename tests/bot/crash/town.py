"""Feeds that tell more and more, and a platform that keeps what is posted and often fails; on loopback."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from random import Random

from aiohttp import web

from storage.delivery import DeliveryState
from storage.store import open_store
from storage.watch import Channel

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("program.py")
PLAYERS = ("Ada Vale", "Ben Oakes", "Cleo Marsh", "Dan Firth", "Eva Holm", "Finn Leigh")
FEEDS = ("one", "two", "three")
CHANNELS = 3

Told = tuple[str, str, str]
"""A channel, a player, a club."""


@dataclass
class Town:
    """`items` are what the feeds show, `posts` what the platform holds, message by message."""

    address: str = ""
    items: list[str] = field(default_factory=list)
    posts: list[tuple[int, str, str]] = field(default_factory=list)
    chance: Random = field(default_factory=lambda: Random(11))
    failing: bool = True
    programs: list[asyncio.subprocess.Process] = field(default_factory=list)
    nonces: bool = False
    """Whether the platform itself takes the same delivery only once, as Discord does."""

    def say(self, count: int = 1) -> None:
        """So many more articles, each in every feed: a new club for one of the players."""
        for _ in range(count):
            number = len(self.items)
            title = f"{PLAYERS[number % len(PLAYERS)]} | Club {number}"
            when = format_datetime(datetime.now(UTC))
            link = f"https://post.example/{number}"
            self.items.append(
                f"<item><title>{title}</title><guid>{link}</guid><link>{link}</link><pubDate>{when}</pubDate></item>"
            )

    def wanted(self) -> Counter[Told]:
        """What each channel has to hold, once."""
        pairs = [(PLAYERS[n % len(PLAYERS)], f"Club {n}") for n in range(len(self.items))]
        return Counter((f"room {room}", *pair) for pair in pairs for room in range(CHANNELS))

    def held(self) -> Counter[Told]:
        """What the channels hold."""
        found: Counter[Told] = Counter()
        for _, channel, text in self.posts:
            player, _, rest = text.removeprefix("New link: ").partition(" → ")
            found[(channel, player, rest.rpartition(",")[0])] += 1
        return found

    async def feed(self, _request: web.Request) -> web.Response:
        page = f'<rss version="2.0"><channel><title>Post</title>{"".join(self.items[-300:])}</channel></rss>'
        return web.Response(text=page, content_type="application/rss+xml")

    async def ask(self, request: web.Request) -> web.Response:
        wanted = int(request.match_info["delivery"])
        for number, (delivery, _, _) in enumerate(self.posts):
            if delivery == wanted:
                return web.Response(text=str(number))
        return web.Response(status=404)

    async def post(self, request: web.Request) -> web.Response:
        message = await request.json()
        draw = self.chance.random() if self.failing else 1.0
        if draw < 0.1:
            return web.Response(status=503)
        known = {delivery for delivery, _, _ in self.posts}
        if not (self.nonces and message["delivery"] in known):
            self.posts.append((message["delivery"], message["channel"], message["text"]))
        if draw < 0.2 and request.transport is not None:
            request.transport.close()  # it has arrived, and nobody is told so
        return web.Response(text=str(len(self.posts)))

    async def program(self, where: Path | str, lease: float, point: str = "") -> asyncio.subprocess.Process:
        """Start the program; it is at work when this returns."""
        child = await asyncio.create_subprocess_exec(
            sys.executable, str(PROGRAM), str(where), self.address, str(lease), point,
            cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""}, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        self.programs.append(child)
        assert child.stdout is not None
        await asyncio.wait_for(child.stdout.readline(), 60)
        return child

    async def settled(self, where: Path | str, seconds: float) -> None:
        """Wait until everything that was said is told and nothing waits any more."""
        async with asyncio.timeout(seconds), open_store(where) as store:
            while True:
                counts = await store.counts()
                if self.held() >= self.wanted() and not (
                    counts[DeliveryState.WAITING] + counts[DeliveryState.CLAIMED]
                ):
                    return
                await asyncio.sleep(0.05)


@asynccontextmanager
async def a_town(where: Path | str) -> AsyncIterator[Town]:
    """A town whose feeds are known and whose players are watched in this database."""
    town = Town()
    app = web.Application()
    app.router.add_get("/feed/{name}", town.feed)
    app.router.add_get("/posts/{delivery}", town.ask)
    app.router.add_post("/posts", town.post)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    town.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    async with open_store(where) as store:
        for name in FEEDS:
            feed = await store.add_feed(f"{town.address}/feed/{name}", title=name, lang="en")
            await store.save_feed(replace(feed, primed=True))
        for name in PLAYERS:
            player = await store.add_player(name)
            for room in range(CHANNELS):
                await store.add_watch(Channel("far", f"room {room}"), player.id)
    try:
        yield town
    finally:
        for child in town.programs:
            if child.returncode is None:
                child.kill()
            await child.wait()
        await runner.cleanup()
