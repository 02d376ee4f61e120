"""The sample's server: what a polite site answers, one step after another."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import aiohttp
import feedparser
import pytest

from bot.sample import SampleServer

STARTED = datetime(2026, 8, 31, 20, 15, tzinfo=UTC)


@pytest.fixture
async def server() -> AsyncIterator[SampleServer]:
    async with SampleServer(STARTED) as running:
        yield running


@pytest.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def titles(web: aiohttp.ClientSession, server: SampleServer) -> set[str]:
    found = set()
    for url in server.urls.values():
        async with web.get(url) as answer:
            assert answer.status == 200
            found |= {e.title for e in feedparser.parse(await answer.read()).entries}
    return found


async def test_six_outlets_are_served_on_loopback(server: SampleServer, web: aiohttp.ClientSession) -> None:
    assert len(server.urls) == 6
    for url in server.urls.values():
        assert url.startswith(f"http://127.0.0.1:{server.port}/")
        async with web.get(url) as answer:
            assert answer.status == 200
            assert answer.content_type in ("application/rss+xml", "application/atom+xml")


async def test_the_first_poll_finds_only_what_is_old(
    server: SampleServer, web: aiohttp.ClientSession
) -> None:
    assert await titles(web, server) == {e.title for e in server.story.background}


async def test_steps_reveal_one_entry_after_another(server: SampleServer, web: aiohttp.ClientSession) -> None:
    seen = await titles(web, server)
    for step, entry in enumerate(server.story.entries, start=1):
        server.reveal(step)
        now = await titles(web, server)
        assert now - seen == (set() if entry.revises else {entry.title})
        seen = now


async def test_what_was_shown_is_not_taken_back(server: SampleServer) -> None:
    server.reveal(5)
    server.reveal(2)
    assert server.step == 5


async def test_a_step_that_the_story_does_not_have_is_refused(server: SampleServer) -> None:
    with pytest.raises(ValueError, match="there is no step"):
        server.reveal(server.steps + 1)


async def test_an_unchanged_feed_answers_304_to_its_tag_or_its_date(
    server: SampleServer, web: aiohttp.ClientSession
) -> None:
    wire = server.story.entries[0].outlet
    url = next(u for u in server.urls.values() if f"/{wire}/" in u)
    async with web.get(url) as first:
        tag = {"If-None-Match": first.headers["ETag"]}
        date = {"If-Modified-Since": first.headers["Last-Modified"]}
    weak = {"If-None-Match": f'"other", W/{tag["If-None-Match"]}'}
    for validators in (tag, date, weak, tag | {"If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"}):
        async with web.get(url, headers=validators) as again:
            assert again.status == 304
            assert again.headers["ETag"] == tag["If-None-Match"]
            assert await again.read() == b""
    server.reveal(1)
    for validators in (tag, date, weak, tag | date):
        async with web.get(url, headers=validators) as changed:
            assert changed.status == 200
            assert changed.headers["ETag"] != tag["If-None-Match"]


async def test_a_new_server_of_the_same_play_goes_on_with_the_old_validators(
    web: aiohttp.ClientSession,
) -> None:
    async with SampleServer(STARTED, step=9) as before:
        port, etags = before.port, {}
        for url in before.urls.values():
            async with web.get(url) as answer:
                etags[url] = answer.headers["ETag"]
    async with SampleServer(STARTED, step=9, port=port) as after:
        assert after.port == port
        for url, etag in etags.items():
            async with web.get(url, headers={"If-None-Match": etag}) as answer:
                assert answer.status == 304


async def test_a_port_that_is_taken_gives_way_to_a_free_one(server: SampleServer) -> None:
    async with SampleServer(STARTED, port=server.port) as second:
        assert second.port not in (0, server.port)
