"""Addresses inside a network are not reached, however the way leads there."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from yarl import URL

from feeds.errors import FeedRefused
from feeds.fetch import fetch, fetch_address, open_session
from feeds.gate import Gate, GatedResolver, NotPublic, is_public
from tests.feeds.pages import rss
from tests.feeds.web import FakeDns, FakeWeb, a_session, a_web


@pytest.fixture
async def web() -> AsyncIterator[FakeWeb]:
    async with a_web() as fake:
        fake.put("/rss", rss())
        yield fake


@pytest.mark.parametrize(
    "ip",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "100.100.100.200", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1",
        "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:0a00:0001::1",
    ],
)  # fmt: skip
def test_an_inner_address_is_known_as_such(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip", ["8.8.8.8", "151.101.0.81", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_an_address_of_the_open_internet_is_known_as_such(ip: str) -> None:
    assert is_public(ip)


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:7f00:1]",
        "0",
    ],
)
async def test_loopback_is_refused_in_every_spelling(web: FakeWeb, host: str) -> None:
    async with open_session(user_agent="DeadlineDay/test") as session:
        with pytest.raises(FeedRefused, match=r"private network|not a usable address"):
            await fetch_address(session, f"http://{host}:{web.port}/rss")
    assert web.visits == []


async def test_the_metadata_address_is_refused_behind_a_redirect(web: FakeWeb) -> None:
    feed = web.move("/away", "http://169.254.169.254/latest/meta-data/", 302)
    async with a_session(web) as session:
        with pytest.raises(FeedRefused, match=r"private network \(redirected to http://169\.254\.169\.254/"):
            await fetch(session, feed)


async def test_a_name_that_leads_inside_is_refused(web: FakeWeb) -> None:
    web.dns.names["innocent.example"] = ["127.0.0.1"]
    async with a_session(web) as session:
        with pytest.raises(FeedRefused, match="private network"):
            await fetch_address(session, web.url("/rss", "innocent.example"))
        with pytest.raises(FeedRefused, match="private network"):
            await fetch(session, web.move("/away", web.url("/rss", "innocent.example")))
    assert len(web.asked("/rss")) == 0


async def test_a_name_that_turns_private_later_is_refused() -> None:
    dns = FakeDns()
    resolver = GatedResolver(Gate(), dns)
    dns.names["rebind.example"] = ["93.184.215.14"]
    assert [found["host"] for found in await resolver.resolve("rebind.example", 80)] == ["93.184.215.14"]
    dns.names["rebind.example"] = ["192.168.0.1"]
    with pytest.raises(NotPublic):
        await resolver.resolve("rebind.example", 80)


async def test_of_mixed_answers_only_the_public_ones_are_used() -> None:
    dns = FakeDns()
    dns.names["mixed.example"] = ["10.0.0.1", "93.184.215.14", "::1"]
    found = await GatedResolver(Gate(), dns).resolve("mixed.example", 80)
    assert [result["host"] for result in found] == ["93.184.215.14"]


async def test_the_owner_may_allow_one_host_and_port(web: FakeWeb) -> None:
    async with a_web() as neighbour, a_session(web, "Feeds.Local") as session:
        neighbour.put("/rss", rss())
        web.dns.names["feeds.local"] = ["127.0.0.1"]
        assert await fetch_address(session, web.url("/rss", "feeds.local")) is not None
        with pytest.raises(FeedRefused):
            await fetch_address(session, neighbour.url("/rss", "feeds.local"))
        with pytest.raises(FeedRefused):
            await fetch(session, web.move("/away", neighbour.url("/rss")))
    assert neighbour.visits == []


async def test_the_owner_may_allow_the_whole_inside(web: FakeWeb) -> None:
    async with a_session(web, allow_private=True) as session:
        assert await fetch(session, web.feed("/rss")) is not None


@pytest.mark.parametrize("address", ["file:///etc/passwd", "gopher://x.example/", "data:text/plain,x"])
def test_only_the_web_is_read(address: str) -> None:
    assert Gate(allow_private=True).objection(URL(address)) is not None
