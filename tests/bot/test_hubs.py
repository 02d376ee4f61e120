"""A feed's hub tells of it: asked with a secret, confirmed, signed, renewed; polls are the net."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import parse_qsl

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from bot.polling.websub import Hubs, open_hubs
from bot.settings import BadSettings
from feeds.errors import FeedRefused
from feeds.feed import Feed
from feeds.fetch import open_session
from feeds.hub import Hub, hub_of
from feeds.page import Page
from feeds.parse import parse
from feeds.subscribe import _moved, ask
from tests.bot.world import World

BID = "Leeds have submitted a bid of £20m for Lyon midfielder Owen Tregarth."
TOLD = ["New link: Owen Tregarth → Leeds United, bid"]


@dataclass
class FakeHub:
    """Keeps what it is asked, and asks back when told to."""

    url: str = ""
    asked: list[dict[str, str]] = field(default_factory=list)
    status: int = 202

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(dict(parse_qsl(await request.text())))
        return web.Response(status=self.status)

    async def confirm(self, **query: str) -> tuple[int, str]:
        """Ask back for the last request, as a hub does."""
        last = self.asked[-1]
        meant = {"hub.mode": last["hub.mode"], "hub.topic": last["hub.topic"], "hub.challenge": "ch4llenge"}
        meant |= {f"hub.{name}": value for name, value in query.items()}
        async with (
            aiohttp.ClientSession() as session,
            session.get(last["hub.callback"], params=meant) as answer,
        ):
            return answer.status, await answer.text()

    async def send(self, body: bytes, *, secret: str | None = None, method: str = "sha256") -> int:
        last = self.asked[-1]
        key = (last["hub.secret"] if secret is None else secret).encode()
        signature = f"{method}={hmac.new(key, body, method).hexdigest()}"
        headers = {"X-Hub-Signature": signature, "Content-Type": "application/rss+xml"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(last["hub.callback"], data=body, headers=headers) as answer,
        ):
            return answer.status


@dataclass
class Place:
    world: World
    hub: FakeHub
    hubs: Hubs

    async def feed(self) -> Feed:
        """A feed that names the hub, subscribed to and confirmed."""
        named = f'<link xmlns="http://www.w3.org/2005/Atom" rel="hub" href="{self.hub.url}"/>'
        self.world.show("herald", named, self.world.item("An older story"))
        await self.world.store.add_feed(self.world.web.url("/herald.xml"), title="herald", lang="en")
        feed = await self.world.poll("herald")
        await self.hubs.look()
        return feed

    async def settled(self) -> None:
        for task in list(self.hubs._reading):
            await task

    def page(self, *items: str) -> bytes:
        return f'<rss version="2.0"><channel><title>herald</title>{"".join(items)}</channel></rss>'.encode()


@pytest.fixture
async def place(world: World) -> AsyncIterator[Place]:
    hub = FakeHub()
    served = web.Application()
    served.router.add_post("/hub", hub.answer)
    runner = web.AppRunner(served, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hub.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hub"
    door = web.Application(client_max_size=100_000)
    door_runner = web.AppRunner(door, access_log=None)
    hubs = Hubs(world.store, world.poller.session, world.clock, "", world.poller.brought)
    hubs.serve(door)
    await door_runner.setup()
    await web.TCPSite(door_runner, "127.0.0.1", 0).start()
    hubs._public = f"http://127.0.0.1:{door_runner.addresses[0][1]}"
    world.poller.on_hub, world.poller.is_told = hubs.named, hubs.tells
    yield Place(world, hub, hubs)
    await hubs.close()
    await door_runner.cleanup()
    await runner.cleanup()


async def test_what_a_hub_sends_is_told_without_a_poll_and_no_poll_repeats_it(place: Place) -> None:
    world = place.world
    await world.watch("Owen Tregarth")
    feed = await place.feed()
    assert place.hub.asked[0]["hub.topic"] == world.web.url("/herald.xml")
    assert int(place.hub.asked[0]["hub.lease_seconds"]) == 864_000
    assert await place.hub.confirm(lease_seconds="864000") == (200, "ch4llenge")
    assert place.hubs.tells(feed.id)
    news = world.item("Leeds bid for Tregarth", BID)
    visits = len(world.web.visits)
    assert await place.hub.send(place.page(news)) == 202
    await place.settled()
    assert await world.deliver() == TOLD
    assert len(world.web.visits) == visits
    world.show("herald", news)
    await world.poll("herald")
    assert await world.deliver() == TOLD


async def test_what_is_not_signed_with_the_secret_is_passed_over(place: Place) -> None:
    await place.world.watch("Owen Tregarth")
    await place.feed()
    await place.hub.confirm()
    news = place.page(place.world.item("Leeds bid for Tregarth", BID))
    assert await place.hub.send(news, secret="guessed") == 202
    assert await place.hub.send(news, method="md5") == 202
    await place.settled()
    assert await place.world.deliver() == []
    assert await place.hub.send(news, method="sha1") == 202
    await place.settled()
    assert await place.world.deliver() == TOLD


async def test_only_what_was_asked_for_is_confirmed(place: Place) -> None:
    feed = await place.feed()
    assert (await place.hub.confirm(topic="https://other.example/"))[0] == 404
    assert (await place.hub.confirm(mode="unsubscribe"))[0] == 404
    place.hub.asked[-1]["hub.callback"] += "x"
    assert (await place.hub.confirm())[0] == 404
    assert await place.hub.send(b"<rss/>") == 410
    assert not place.hubs.tells(feed.id)


async def test_polls_go_on_as_a_net_at_the_longest_interval(place: Place) -> None:
    world = place.world
    feed = await place.feed()
    rhythm = world.poller._rhythm
    rhythm._pace = type(rhythm._pace)(timedelta(minutes=2), timedelta(minutes=5), timedelta(hours=1))
    before = rhythm.unchanged(feed, None, world.clock())
    await place.hub.confirm()
    after = rhythm.unchanged(feed, None, world.clock())
    assert before is not None
    assert after is not None
    assert before - world.clock() < timedelta(minutes=10)
    assert after - world.clock() > timedelta(minutes=50)
    world.clock.turn(days=11)
    assert not place.hubs.tells(feed.id)  # the lease is over: the feed's own rhythm again


async def test_a_hub_that_has_moved_is_asked_where_it_stands_now(place: Place) -> None:
    place.world.web.move("/hub", place.hub.url, 308)
    place.world.web.move("/elsewhere", "http://169.254.169.254/hub", 307)
    place.world.web.move("/round", "/round", 307)
    session = place.world.poller.session
    form = Hub(place.world.web.url("/hub"), "https://herald.example/rss")
    await ask(session, form, "subscribe", "https://bot.example/websub/1/t", "secret")
    assert place.hub.asked[0]["hub.secret"] == "secret"
    async with open_session(user_agent="t", allowed_hosts=frozenset({place.world.web.url("")[7:]})) as gated:
        for path, words in (("/elsewhere", "private network"), ("/round", "leads on more than 3 times")):
            with pytest.raises(FeedRefused, match=words):
                await ask(gated, Hub(place.world.web.url(path), ""), "subscribe", "https://bot.example/", "s")


def test_a_hub_that_leads_to_plain_http_is_not_given_the_secret() -> None:
    hub = URL("https://hub.example/a")
    assert _moved(hub, "/b") == URL("https://hub.example/b")
    with pytest.raises(FeedRefused, match="from https"):
        _moved(hub, "http://hub.example/b")


async def test_a_hub_that_is_gone_costs_a_line_and_polls_go_on(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await place.world.watch("Owen Tregarth")
    place.hub.status = 410
    feed = await place.feed()
    assert not place.hubs.tells(feed.id)
    (line,) = [r.getMessage() for r in caplog.records if "hub" in r.getMessage() and r.name.startswith("bot")]
    assert line.endswith("the hub answered 410")
    place.world.show("herald", place.world.item("Leeds bid for Tregarth", BID))
    await place.world.poll("herald")
    assert await place.world.deliver() == TOLD


async def test_a_lease_is_renewed_before_it_ends_also_after_a_restart(place: Place) -> None:
    world = place.world
    feed = await place.feed()
    await place.hub.confirm(lease_seconds=str(5 * 86_400))
    world.clock.turn(days=2)
    await place.hubs.look()
    assert len(place.hub.asked) == 1
    again = Hubs(world.store, world.poller.session, world.clock, place.hubs._public, world.poller.brought)
    await again.load()
    assert again.tells(feed.id)
    world.clock.turn(days=1, hours=6)
    await again.look()
    assert len(place.hub.asked) == 2
    assert place.hub.asked[1]["hub.secret"] == place.hub.asked[0]["hub.secret"]
    assert place.hub.asked[1]["hub.callback"] == place.hub.asked[0]["hub.callback"]


async def test_a_hub_that_refuses_is_asked_again_hours_later_only(place: Place) -> None:
    place.hub.status = 500
    feed = await place.feed()
    for hours, asked in ((1, 1), (6, 2)):
        place.world.clock.turn(hours=hours)
        await place.hubs.look()
        assert len(place.hub.asked) == asked
    place.hub.status = 202
    await place.hub.confirm()
    await place.hub.confirm(mode="denied")
    assert not place.hubs.tells(feed.id)


async def test_the_hub_of_a_feed_that_was_removed_is_left(place: Place) -> None:
    feed = await place.feed()
    await place.hub.confirm(lease_seconds="600")
    await place.world.store.remove_feed(feed.id)
    place.world.clock.turn(hours=7)
    await place.hubs.look()
    assert place.hub.asked[-1]["hub.mode"] == "unsubscribe"
    assert (await place.hub.confirm())[0] == 200
    assert await place.hub.send(b"<rss/>", secret="x") == 410


async def test_a_hub_in_a_private_network_is_not_asked(place: Place) -> None:
    async with open_session(user_agent="test") as session:
        place.hubs._session = session
        await place.feed()
    assert place.hub.asked == []


@pytest.mark.parametrize(
    ("links", "body", "hub"),
    [
        ('<https://hub.example/>; rel="hub", <https://x.example/f>; rel=self', "", ("hub.example/", "x.example/f")),  # noqa: E501
        ('</hub>; rel="hub"', "", ("rovers.example/hub", "rovers.example/rss")),
        ("", '<atom:link rel="hub" href="https://hub.example/"/>', ("hub.example/", "rovers.example/rss")),
        ("", '<atom:link rel="self" href="/f"/>', None),
        ('<javascript:x>; rel="hub"', "", None),
        ("<" * 9000, "", None),
    ],
)  # fmt: skip
def test_a_hub_is_found_in_headers_and_head(links: str, body: str, hub: tuple[str, str] | None) -> None:
    page = Page("https://rovers.example/rss", b"", links=links)
    found = hub_of(page, f"<rss><channel>{body}")
    assert found == (Hub(f"https://{hub[0]}", f"https://{hub[1]}") if hub else None)
    whole = f"<rss version='2.0' xmlns:atom='http://www.w3.org/2005/Atom'><channel>{body}</channel></rss>"
    assert parse(Page(page.url, whole.encode(), links=links)).hub == found


async def test_an_address_that_cannot_be_had_is_named_with_its_setting(place: Place) -> None:
    with pytest.raises(BadSettings, match="DEADLINEDAY_WEBSUB_LISTEN"):
        async with open_hubs(place.hubs, "256.0.0.1:80", 1000):
            pass
    async with open_hubs(place.hubs, "127.0.0.1:0", 1000), open_hubs(None, "", 1000):
        pass
