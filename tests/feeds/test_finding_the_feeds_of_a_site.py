"""A person types the address of a site; its feeds are found."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession

from feeds.errors import FeedRefused, FeedUnavailable, NotAFeed
from feeds.find import Found, find
from tests.feeds.pages import an_item, rss
from tests.feeds.web import FakeWeb, a_session, a_web

FEED = rss(an_item(), an_item("Other"), extra="<language>en</language>")


@pytest.fixture
async def web() -> AsyncIterator[FakeWeb]:
    async with a_web() as fake:
        yield fake


@pytest.fixture
async def session(web: FakeWeb) -> AsyncIterator[ClientSession]:
    async with a_session(web) as session:
        yield session


def a_site(web: FakeWeb, html: str, path: str = "/") -> str:
    web.put(path, f"<!doctype html><html><title>Rovers</title>{html}</html>", type="text/html")
    return web.url(path)


async def test_a_feeds_own_address_is_found_at_once(web: FakeWeb, session: ClientSession) -> None:
    feed = web.put("/rss", FEED)
    assert await find(session, f"  {feed.url} ") == [Found(feed.url, "Rovers Daily", "en", 2)]
    assert len(web.visits) == 1


async def test_the_feeds_that_a_site_names_are_found(web: FakeWeb, session: ClientSession) -> None:
    site = a_site(
        web,
        '<link rel=alternate type="application/rss+xml" href="/dead.xml">'
        '<link rel=alternate type="application/atom+xml" href="/atom">'
        '<link rel=alternate type="application/rss+xml" href="/news.xml">',
    )
    web.put("/atom", FEED)
    web.put("/news.xml", FEED)
    assert [found.url for found in await find(session, site)] == [web.url("/atom"), web.url("/news.xml")]


async def test_a_link_that_a_site_calls_a_feed_is_found(web: FakeWeb, session: ClientSession) -> None:
    site = a_site(
        web, "<a href='/about'>About</a><a href='/sport/rss.xml'>RSS</a><a href='mailto:feed@x'>m</a>"
    )
    web.put("/sport/rss.xml", FEED)
    assert [found.url for found in await find(session, site)] == [web.url("/sport/rss.xml")]
    assert not web.asked("/about")


async def test_the_usual_places_are_tried(web: FakeWeb, session: ClientSession) -> None:
    site = a_site(web, "<p>nothing named</p>", "/blog/vale")
    web.put("/feed.xml", FEED)
    assert [found.url for found in await find(session, site)] == [web.url("/feed.xml")]


async def test_a_permanent_move_is_followed(web: FakeWeb, session: ClientSession) -> None:
    web.put("/new", FEED)
    web.move("/old", "/new")
    assert [found.url for found in await find(session, web.url("/old"))] == [web.url("/new")]


async def test_a_site_without_a_feed_is_told_as_such(web: FakeWeb, session: ClientSession) -> None:
    with pytest.raises(NotAFeed, match=r"a web page \(“Rovers”\), not a feed, and no feed was found"):
        await find(session, a_site(web, ""))
    assert len(web.visits) <= 9


async def test_a_site_of_a_thousand_links_is_not_stormed(web: FakeWeb, session: ClientSession) -> None:
    with pytest.raises(NotAFeed):
        await find(session, a_site(web, "".join(f"<a href='/rss/{n}'>x</a>" for n in range(1000))))
    assert len(web.visits) < 20


async def test_a_site_that_does_not_answer_is_told_as_such(web: FakeWeb, session: ClientSession) -> None:
    with pytest.raises(FeedUnavailable, match="not found"):
        await find(session, web.url("/nowhere"))


@pytest.mark.parametrize("typed", ["", "javascript:alert(1)", "ftp://x.example/", "http://"])
async def test_what_is_no_address_is_refused(session: ClientSession, typed: str) -> None:
    with pytest.raises(FeedRefused, match="not an http or https address"):
        await find(session, typed)


async def test_a_name_without_a_scheme_means_https(web: FakeWeb, session: ClientSession) -> None:
    with pytest.raises(FeedUnavailable, match="no such host") as caught:
        await find(session, "rovers.example/news")
    assert caught.value.url == "https://rovers.example/news"
