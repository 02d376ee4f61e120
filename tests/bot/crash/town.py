"""Feeds that tell more and more, a Discord and a Slack that keep what is posted and often fail."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from random import Random

import aiohttp
from aiohttp import web

from feeds.page import Page
from feeds.parse import parse
from storage.delivery import DeliveryState
from storage.store import open_store
from storage.watch import Channel
from tests.bot.crash.nursery import Child, Nursery, a_nursery
from tests.bot.discord.fake import Fake, a_discord
from tests.bot.discord.people import read
from tests.bot.discord.town import Json
from tests.bot.slack.fake_slack import FakeSlack, a_slack
from tests.bot.slack.nouns import Fault
from tests.bot.slack.shown import shown

PLAYERS = ("Ada Vale", "Ben Oakes", "Cleo Marsh", "Dan Firth", "Eva Holm", "Finn Leigh")
FEEDS = ("one", "two", "three")
QUIET = "weather"
"""A feed whose articles say nothing of anybody."""

SLACK_ROOMS = ("C1", "C2")

Told = tuple[str, str]
"""A channel, and the title of the article that it was told of."""

_TITLE = re.compile(rf"(?:{'|'.join(PLAYERS)}) \| Club \d+")


@dataclass
class Town:
    """`items` are what the feeds show, `quiet` what the one shows that says nothing of anybody.

    What the channels hold stands in `discord` and `slack`.
    """

    discord: Fake
    slack: FakeSlack
    nursery: Nursery
    rooms: list[Json]
    address: str = ""
    titles: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    quiet: list[str] = field(default_factory=list)
    chance: Random = field(default_factory=lambda: Random(11))

    def say(self, count: int = 1) -> None:
        """So many more articles, each in every feed: a new club for one of the players. And more trouble.

        With them comes one of which nothing follows, in a feed of its own.
        """
        for _ in range(count):
            number = len(self.items)
            title = f"{PLAYERS[number % len(PLAYERS)]} | Club {number}"
            self.titles.append(title)
            self.items.append(_item(title, f"https://post.example/{number}"))
        number = len(self.quiet)
        self.quiet.append(_item(f"Rain on day {number}", f"https://post.example/weather/{number}"))
        self.trouble()

    def trouble(self) -> None:
        """Some of the next posts fail, arrive without an answer, or have to wait; so does asking for them."""
        draw = self.chance.random
        if draw() < 0.6:
            how = self.chance.choice(["503", "502", "429", "cut before", "cut after", "cut after"])
            self.discord.trouble(how, times=self.chance.randint(1, 2))
        if draw() < 0.2:
            self.discord.trouble("503", method="GET")
        fault = Fault(cut="after")
        if draw() < 0.6:
            fault = self.chance.choice(
                [
                    Fault(status=503),
                    Fault(error="fatal_error"),
                    Fault(retry_after=1),
                    Fault(cut="before"),
                    fault,
                ]
            )
            self.slack.faults["chat.postMessage"].append(fault)
        if draw() < 0.2:
            self.slack.faults["conversations.history"].append(Fault(status=503))

    def wanted(self) -> Counter[Told]:
        """What each channel has to hold, once."""
        channels = [*SLACK_ROOMS, *(room["id"] for room in self.rooms)]
        return Counter((channel, title) for title in self.titles for channel in channels)

    def held(self) -> Counter[Told]:
        """What the channels hold."""
        return Counter(self._held())

    def _held(self) -> Iterator[Told]:
        for room in self.rooms:
            yield from ((room["id"], _title(read(message))) for message in self.discord.town.in_(room))
        for name in SLACK_ROOMS:
            yield from ((name, _title(shown(message))) for message in self.slack.in_channel(name))

    async def feed(self, request: web.Request) -> web.Response:
        page = self._page(self.quiet if request.match_info["name"] == QUIET else self.items)
        return web.Response(text=page, content_type="application/rss+xml")

    def _page(self, items: Sequence[str]) -> str:
        return f'<rss version="2.0"><channel><title>Post</title>{"".join(items[-300:])}</channel></rss>'

    async def unkept(self, where: Path | str) -> list[str]:
        """The articles of the quiet feed that the database does not have, the last 300 looked at."""
        body = self._page(self.quiet).encode()
        page = Page(f"{self.address}/feed/{QUIET}", body, "application/rss+xml", received=datetime.now(UTC))
        titles = {entry.key: entry.title for entry in parse(page).entries}
        async with open_store(where) as store:
            return [titles[key] for key in titles.keys() - await store.known(titles)]

    async def program(self, where: Path | str, lease: float, point: str = "") -> Child:
        """Start the program; it is at work when this returns."""
        return await self.nursery.begin(str(where), self.discord.api, self.slack.base, str(lease), point)

    async def arrived(self) -> None:
        """Whatever dead processes had sent has arrived: what is asked now is answered after it."""
        async with aiohttp.ClientSession() as session:
            for _ in range(2):
                for address in (f"{self.discord.api}/nothing", f"{self.slack.base}/nothing"):
                    async with session.get(address):
                        pass

    async def settled(self, where: Path | str, seconds: float) -> None:
        """Wait until everything that was said is told and nothing waits any more."""
        self.discord.troubles.clear()
        async with asyncio.timeout(seconds), open_store(where) as store:
            while True:
                counts = await store.counts()
                if self.held() >= self.wanted() and not (
                    counts[DeliveryState.WAITING] + counts[DeliveryState.CLAIMED]
                ):
                    return
                await asyncio.sleep(0.1)

    def broken(self) -> list[str]:
        """Rules of the platforms that the program broke, its rate aside."""
        objections = (each for each in self.discord.objections if "requests in a second" not in each)
        return [*objections, *self.slack.violations]


def _item(title: str, link: str) -> str:
    when = format_datetime(datetime.now(UTC))
    return (
        f"<item><title>{title}</title><guid>{link}</guid><link>{link}</link><pubDate>{when}</pubDate></item>"
    )


def _title(text: str) -> str:
    found = _TITLE.search(text)
    assert found is not None, text
    return found[0]


@asynccontextmanager
async def _serving(town: Town) -> AsyncIterator[None]:
    app = web.Application()
    app.router.add_get("/feed/{name}", town.feed)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    town.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def a_town(where: Path | str) -> AsyncIterator[Town]:
    """A town whose feeds are known and whose players are watched in this database."""
    async with a_discord(strict=False) as discord, a_slack() as slack, a_nursery() as nursery:
        discord.bucket = (20, 0.5)
        guild = discord.town.guild("The Club House", discord.town.person("Olive Owner"))
        rooms = [discord.town.channel(guild, name) for name in ("transfers", "rumours")]
        slack.channel("C2")
        town = Town(discord, slack, nursery, rooms)
        async with _serving(town):
            await _prepare(town, where, guild)
            yield town


async def _prepare(town: Town, where: Path | str, guild: Json) -> None:
    places = [Channel("discord", room["id"], guild["id"]) for room in town.rooms]
    places += [Channel("slack", name, "T1") for name in SLACK_ROOMS]
    async with open_store(where) as store:
        for name in (*FEEDS, QUIET):
            feed = await store.add_feed(f"{town.address}/feed/{name}", title=name, lang="en")
            await store.save_feed(replace(feed, primed=True))
        for name in PLAYERS:
            player = await store.add_player(name)
            for place in places:
                await store.add_watch(place, player.id)
