"""The whole way in miniature: a web with feeds, a store in memory, a channel, and a clock turned by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from xml.sax.saxutils import escape

from bot.delivery.deliver import Courier
from bot.polling.poll import Poller
from feeds.feed import Feed
from feeds.fetch import open_session
from links.names import Names
from links.player import Player
from storage.store import Store, open_store
from storage.watch import Channel
from tests.bot.fake_platform import FakePlatform
from tests.feeds.web import FakeWeb, a_web

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
ROOM = Channel("fake", "room")
NAMES = Names.load()


@dataclass
class Clock:
    """The present, which stands still until it is turned."""

    time: datetime = NOON

    def __call__(self) -> datetime:
        return self.time

    def turn(self, **span: float) -> None:
        self.time += timedelta(**span)


@dataclass
class World:
    web: FakeWeb
    store: Store
    poller: Poller
    courier: Courier
    platform: FakePlatform
    clock: Clock
    pages: dict[str, list[str]] = field(default_factory=dict)

    async def feed(self, name: str, *items: str) -> Feed:
        """A feed of that name with these items, polled once and so known."""
        self.show(name, *items)
        feed = await self.store.add_feed(self.web.url(f"/{name}.xml"), title=name, lang="en")
        await self.poll(name)
        return feed

    def show(self, name: str, *items: str, etag: str | None = None) -> None:
        """Put these items on top of what the feed shows."""
        self.pages[name] = [*items, *self.pages.get(name, [])]
        page = f'<rss version="2.0"><channel><title>{name}</title>{"".join(self.pages[name])}</channel></rss>'
        self.web.put(f"/{name}.xml", page, etag=etag)

    async def poll(self, name: str) -> Feed:
        """Poll this feed now; gives it as it is afterwards."""
        feed = await self.store.feed_by_url(self.web.url(f"/{name}.xml"))
        assert feed is not None
        await self.poller.poll(feed)
        after = await self.store.feed(feed.id)
        assert after is not None
        return after

    def another_poller(self) -> Poller:
        """A second process that polls for the same database."""
        poller = self.poller
        return Poller(
            self.store, poller.session, lambda: NAMES, self.clock, poller.interval, random=Random(2)
        )

    async def watch(self, name: str, channel: Channel = ROOM) -> Player:
        player = await self.store.add_player(name)
        await self.store.add_watch(channel, player.id, None, by="somebody")
        return player

    async def deliver(self) -> list[str]:
        """Deliver what is due; gives all that stands in the room."""
        while await self.courier.deliver_due():
            pass
        return self.shown()

    def shown(self, channel: Channel = ROOM) -> list[str]:
        """Each card in a channel, in one line."""
        return [m.card.summary for m in self.platform.messages.values() if m.channel == channel]

    def item(self, title: str, text: str = "", *, hours_ago: float = 0, number: int | None = None) -> str:
        """An item of a feed. `number` makes its address; None makes one from the title."""
        name = "".join(c for c in title if c.isalnum()) if number is None else f"article-{number}"
        when = format_datetime(self.clock() - timedelta(hours=hours_ago))
        link = f"https://herald.example/news/{name}"
        return (
            f"<item><title>{escape(title)}</title><description>{escape(text)}</description>"
            f"<link>{link}</link><guid>{link}</guid><pubDate>{when}</pubDate></item>"
        )


@asynccontextmanager
async def a_world() -> AsyncIterator[World]:
    async with a_web() as web, open_store(":memory:") as store:
        clock, platform = Clock(), FakePlatform()
        async with open_session(user_agent="test", allow_private=True) as session:
            courier = Courier(store, {platform.name: platform}, clock)
            poller = Poller(
                store,
                session,
                lambda: NAMES,
                clock,
                timedelta(minutes=5),
                random=Random(1),
                on_news=courier.wake,
            )
            yield World(web, store, poller, courier, platform, clock)
