"""Pages are parsed in a process of their own, which no page can take away from the others."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterator

import pytest

from bot.polling.parsing import ParsingProcess
from feeds.errors import FeedUnavailable
from feeds.page import Page
from feeds.parse import Parsed

DEADLY, ENDLESS = "https://deadly.example/rss", "https://endless.example/rss"
BROKEN = b"<rss version='2.0'><channel><title>Rovers <item><title>Vale joins</title></item>"


def parse(page: Page) -> Parsed:
    """Stands where the parser does, in the worker process."""
    if page.url == DEADLY:
        os._exit(1)
    if page.url == ENDLESS:
        time.sleep(600)
    return Parsed("Rovers", "en", ())


@pytest.fixture
def parsing(monkeypatch: pytest.MonkeyPatch) -> Iterator[ParsingProcess]:
    monkeypatch.setattr("bot.polling.parsing.parse", parse)
    with ParsingProcess(longest=5.0) as process:
        yield process


def a_page(url: str) -> Page:
    return Page(url, BROKEN, "application/rss+xml")


async def test_a_page_that_kills_the_parser_is_told_and_those_in_line_are_read(
    parsing: ParsingProcess,
) -> None:
    urls = ("https://a.example/rss", DEADLY, "https://b.example/rss", DEADLY, "https://c.example/rss")
    results = await asyncio.gather(*(parsing.parse(a_page(url)) for url in urls), return_exceptions=True)
    assert [isinstance(result, Parsed) for result in results] == [True, False, True, False, True]
    died = results[1]
    assert isinstance(died, FeedUnavailable)
    assert "the parser died" in died.reason


async def test_a_page_without_end_is_given_up_and_the_next_one_is_read(parsing: ParsingProcess) -> None:
    await parsing.parse(a_page("https://a.example/rss"))
    with pytest.raises(FeedUnavailable, match="longer than 5 s"):
        await parsing.parse(a_page(ENDLESS))
    assert (await parsing.parse(a_page("https://b.example/rss"))).title == "Rovers"


async def test_a_poll_that_is_cancelled_leaves_the_parser_to_others(parsing: ParsingProcess) -> None:
    await parsing.parse(a_page("https://a.example/rss"))
    under_way = asyncio.create_task(parsing.parse(a_page(ENDLESS)))
    await asyncio.sleep(0.1)
    under_way.cancel()
    with pytest.raises(asyncio.CancelledError):
        await under_way
    assert (await parsing.parse(a_page("https://b.example/rss"))).title == "Rovers"
