"""The article behind a teaser: asked once, only where its site lets us, its text without the furniture."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from feeds import fulltext
from feeds.entry import Entry
from feeds.fetch import Limits
from feeds.fulltext import TEASER, FullText, text_of_article
from feeds.news import News
from feeds.page import Page
from tests.feeds.web import FakeWeb, a_session, a_web

SENTENCE = "Rovers have agreed a fee with City for the midfielder, who will have a medical on Monday. "
ARTICLE = f"""<html><head><title>Vale to Rovers</title></head><body>
<nav><a href="/">Home</a> <a href="/x">Scores</a></nav>
<article><h1>Vale to Rovers</h1><p>{SENTENCE * 3}</p><p>{SENTENCE * 4}</p></article>
<footer>Cookies and terms</footer><script>alert(1)</script></body></html>"""


@asynccontextmanager
async def a_reader() -> AsyncIterator[tuple[FakeWeb, FullText]]:
    async def extract(page: Page) -> str:
        return text_of_article(page)

    async with a_web() as web, a_session(web, "other.example") as session:
        web.put("/news/1", ARTICLE, type="text/html")
        yield web, FullText(session, "DeadlineDay", extract, spacing=0)


def teaser(web: FakeWeb, path: str = "/news/1", text: str = "A teaser.", host: str = "127.0.0.1") -> Entry:
    return Entry(key=f"{host}{path}", title="T", text=text, link=web.url(path, host))


async def test_the_text_of_the_article_stands_behind_the_teaser() -> None:
    async with a_reader() as (web, reader):
        text = await reader.wanted(teaser(web))
    assert text is not None
    assert text.startswith("A teaser.\n\n")
    assert text.count("agreed a fee") == 7
    assert "Cookies" not in text
    assert "alert" not in text


@pytest.mark.parametrize("status", [200, 500, 403])
async def test_where_robots_keep_out_nothing_is_fetched(status: int) -> None:
    async with a_reader() as (web, reader):
        web.put("/robots.txt", "User-agent: DeadlineDay\nDisallow: /news/", status=status, type="text/plain")
        assert await reader.wanted(teaser(web)) is None
        assert await reader.wanted(teaser(web)) is None
        assert web.asked("/news/1") == []
        assert len(web.asked("/robots.txt")) == 1


ROBOTS = """User-agent: *
Disallow: /
Allow: /news/
Disallow: /*/premium
Disallow: /*.pdf$

User-agent: SomeoneElse
Disallow: /news/
"""


@pytest.mark.parametrize(
    ("path", "may"),
    [("/news/1", True), ("/news/premium", False), ("/other/1", False), ("/news/x.pdf", False)],
)
async def test_robots_are_read_with_their_wildcards_and_the_longest_rule_counts(path: str, may: bool) -> None:
    async with a_reader() as (web, reader):
        web.put("/robots.txt", ROBOTS, type="text/plain")
        web.put(path, ARTICLE, type="text/html")
        assert (await reader.wanted(teaser(web, path)) is not None) == may
        assert len(web.asked(path)) == may


async def test_where_a_redirect_leads_robots_are_asked_too() -> None:
    async with a_reader() as (web, reader):
        web.move("/short/1", web.url("/news/1", "other.example"), 302)
        web.put("/robots.txt", "User-agent: *\nDisallow: /news/", type="text/plain")
        assert await reader.wanted(teaser(web, "/short/1")) is None
        assert web.asked("/news/1") == []
        assert [visit.host.split(":")[0] for visit in web.asked("/robots.txt")] == [
            "127.0.0.1",
            "other.example",
        ]
        web.put("/robots.txt", "", type="text/plain")
        reader._hosts.clear()
        assert await reader.wanted(teaser(web, "/short/1", "Another teaser.", "other.example")) is not None


async def test_an_invitation_to_subscribe_does_not_take_the_teasers_place() -> None:
    wall = (
        f"<html><body><article><p>{'Subscribe to read all of this story. ' * 9}</p></article></body></html>"
    )
    async with a_reader() as (web, reader):
        web.put("/news/1", wall, type="text/html")
        news = "Rovers have agreed a fee with City for Ada Vale."
        text = await reader.wanted(teaser(web, text=news))
        assert text is None or text.startswith(news)


async def test_an_article_that_two_feeds_carry_is_fetched_once() -> None:
    async with a_reader() as (web, reader):
        texts = await asyncio.gather(*(reader.wanted(teaser(web, text=f"Teaser {n}.")) for n in range(3)))
        assert [text is not None and text.startswith(f"Teaser {n}.") for n, text in enumerate(texts)] == [
            True
        ] * 3
        web.put("/video", b"\x00", type="video/mp4")
        for _ in range(2):
            assert await reader.wanted(teaser(web, "/video")) is None
        assert (len(web.asked("/news/1")), len(web.asked("/video"))) == (1, 1)


async def test_a_host_that_is_asked_too_often_is_left_alone() -> None:
    async with a_reader() as (web, reader):
        web.put("/news/2", status=429, Retry_After="600")
        for path in ("/news/2", "/news/1"):
            assert await reader.wanted(teaser(web, path)) is None
        assert web.asked("/news/1") == []


async def test_a_giant_and_a_drip_leave_the_teaser(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "_LIMITS", Limits(max_bytes=100_000, total=timedelta(seconds=0.3)))
    async with a_reader() as (web, reader):
        web.flood("/giant", size=10**8)
        web.drip("/drip")
        assert await reader.wanted(teaser(web, "/giant")) is None
        assert await reader.wanted(teaser(web, "/drip")) is None
        assert web.sent < 2 * 10**7


async def test_the_first_article_waits_for_nothing_and_the_next_as_long_as_robots_ask() -> None:
    async with a_reader() as (web, reader):
        web.put("/robots.txt", "User-agent: *\nCrawl-delay: 7", type="text/plain")
        began = time.monotonic()
        assert await reader.wanted(teaser(web)) is not None
        host = reader._host(web.url("/"))
        assert host.next_at - time.monotonic() > 6
        assert time.monotonic() - began < 5


async def test_a_long_line_at_a_host_holds_a_page_up_no_longer_than_its_articles_may(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fulltext, "_PATIENCE", 0.05)
    async with a_reader() as (web, reader):
        page = [News(teaser(web, f"/news/{n}"), changed=False) for n in range(3)]
        async with reader._host(page[0].entry.link or "").line, asyncio.timeout(3):  # others' articles
            assert await reader.whole(page) == tuple(page)
        assert web.asked("/news/1") == []


async def test_a_whole_entry_and_one_without_an_address_are_left_as_they_are() -> None:
    async with a_reader() as (web, reader):
        assert await reader.wanted(teaser(web, text="x" * TEASER)) is None
        assert await reader.wanted(Entry(key="k", title="T", text="x")) is None
        assert web.visits == []


async def test_what_is_no_article_changes_nothing() -> None:
    async with a_reader() as (web, reader):
        web.put("/video", b"\x00" * 100, type="video/mp4")
        web.put("/empty", "<html></html>", type="text/html")
        for path in ("/video", "/empty", "/missing"):
            assert await reader.wanted(teaser(web, path)) is None


async def test_an_article_inside_a_private_network_is_not_fetched() -> None:
    async with a_reader() as (_, reader):
        assert await reader.wanted(Entry(key="k", title="T", link="http://10.0.0.1/admin")) is None
        assert await reader.wanted(Entry(key="k", title="T", link="http://169.254.169.254/latest")) is None
