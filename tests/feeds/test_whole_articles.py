"""The article behind a teaser: asked once, only where its site lets us, its text without the furniture."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from feeds.entry import Entry
from feeds.fulltext import TEASER, FullText, text_of_article
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

    async with a_web() as web, a_session(web) as session:
        web.put("/news/1", ARTICLE, type="text/html")
        yield web, FullText(session, "DeadlineDay", extract, spacing=0)


def teaser(web: FakeWeb, path: str = "/news/1", text: str = "A teaser.") -> Entry:
    return Entry(key="k", title="T", text=text, link=web.url(path))


async def test_the_text_of_the_article_takes_the_teasers_place() -> None:
    async with a_reader() as (web, reader):
        text = await reader.wanted(teaser(web))
    assert text is not None
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
