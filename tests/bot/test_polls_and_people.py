"""What people do while a poll is under way stays done, and two polls of one feed swallow no news."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import datetime

import pytest

from feeds.feed import Feed, FeedState
from feeds.page import Page
from feeds.parse import Parsed
from storage.feeds import Mark
from tests.bot.world import World

BID = "Leeds have submitted a bid of £20m for Lyon midfielder Owen Tregarth."
TOLD = ["New link: Owen Tregarth → Leeds United, bid"]


async def test_a_feed_that_is_stopped_and_renamed_during_its_poll_stays_so(world: World) -> None:
    await world.watch("Owen Tregarth")
    feed = await world.feed("herald")
    world.show("herald", world.item("Leeds bid for Tregarth", BID))
    copy = await _again(world, feed)
    stopped = replace(copy, state=FeedState.PAUSED, title="Our Herald", added_by="somebody")
    await world.store.save_feed(stopped)
    await world.poller.poll(copy)
    after = await world.store.feed(feed.id)
    assert after is not None
    assert (after.state, after.title, after.added_by) == (FeedState.PAUSED, "Our Herald", "somebody")
    assert await world.deliver() == []


async def test_a_feed_that_is_removed_during_its_poll_is_one_line_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await world.watch("Owen Tregarth")
    feed = await world.feed("herald")
    world.show("herald", world.item("Leeds bid for Tregarth", BID))
    await world.store.remove_feed(feed.id)
    caplog.clear()
    with caplog.at_level(logging.INFO):
        await world.poller.visit([feed])
    (line,) = [record for record in caplog.records if record.name.startswith("bot")]
    assert (line.levelname, line.exc_info) == ("INFO", None)
    assert "removed" in line.message
    assert await world.deliver() == []
    assert await world.store.feeds() == []


async def test_an_old_copy_that_knows_of_no_first_poll_swallows_no_news(world: World) -> None:
    await world.watch("Owen Tregarth")
    old = await world.store.add_feed(world.web.url("/herald.xml"), title="herald", lang="en")
    world.show("herald", world.item("An older story"))
    await world.poll("herald")
    world.show("herald", world.item("Leeds bid for Tregarth", BID))
    await world.poller.poll(old)
    assert await world.deliver() == TOLD


async def test_an_old_copy_that_fails_makes_no_feed_new_again(world: World) -> None:
    old = await world.store.add_feed(world.web.url("/herald.xml"), title="herald", lang="en")
    world.show("herald", world.item("An older story"))
    await world.poll("herald")
    world.web.put("/herald.xml", status=500)
    await world.poller.poll(old)
    assert (await _again(world, old)).primed


async def test_one_feed_is_polled_by_one_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    feed = await world.feed("herald")
    world.show("herald", world.item("A story"))
    parse, most, now = world.poller._parse, 0, 0

    async def slowly(page: Page) -> Parsed:
        nonlocal most, now
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        return await parse(page)

    monkeypatch.setattr(world.poller, "_parse", slowly)
    world.clock.turn(hours=1)
    await asyncio.gather(world.poller.visit([feed]), world.poller.poll_due(), world.poller.visit([feed]))
    assert most == 1
    assert await world.poll("herald")


async def test_what_comes_to_an_empty_feed_is_news(world: World) -> None:
    """A search for a player is empty until there is news of him, which must not pass for known."""
    await world.watch("Owen Tregarth")
    feed = await world.feed("herald")
    assert (await _again(world, feed)).primed
    world.show("herald", world.item("Leeds bid for Tregarth", BID))
    await world.poll("herald")
    assert await world.deliver() == TOLD


async def test_half_a_page_leaves_nothing_that_would_keep_the_rest_from_being_read(world: World) -> None:
    await world.watch("Owen Tregarth")
    feed = await world.store.add_feed(world.web.url("/herald.xml"), title="herald", lang="en")
    shown = [world.item("A story"), world.item("Leeds bid for Tregarth", BID)]
    whole = f'<rss version="2.0"><channel><title>herald</title>{"".join(shown)}</channel></rss>'
    half = whole[: whole.index("<item><title>Leeds") + 30]
    world.web.put("/herald.xml", half, etag='"v1"')
    after = await world.poll("herald")
    assert (after.etag, after.body_hash, after.primed) == (None, None, False)
    world.web.put("/herald.xml", whole, etag='"v1"')
    after = await world.poll("herald")
    assert (after.etag, after.primed) == ('"v1"', True)
    assert await world.deliver() == []
    assert feed.id == after.id


async def test_a_page_that_is_always_half_counts_as_known_from_the_second_time_on(world: World) -> None:
    await world.watch("Owen Tregarth")
    await world.store.add_feed(world.web.url("/herald.xml"), title="herald", lang="en")
    story, news = world.item("A story"), world.item("Leeds bid for Tregarth", BID)
    for items in (story, story, news + story):
        world.web.put("/herald.xml", f'<rss version="2.0"><channel><title>herald</title>{items}<item>')
        await world.poll("herald")
    assert await world.deliver() == TOLD


async def _again(world: World, feed: Feed) -> Feed:
    after = await world.store.feed(feed.id)
    assert after is not None
    return after


@pytest.mark.parametrize("written", [True, False])
@pytest.mark.parametrize("news", [None, "Another story", BID])
@pytest.mark.parametrize("remembered", [True, False])
async def test_a_poll_that_ends_while_due_feeds_are_looked_up_is_not_made_again(
    world: World, monkeypatch: pytest.MonkeyPatch, written: bool, news: str | None, remembered: bool
) -> None:
    feed = await world.feed("herald", world.item("A story"))
    world.clock.turn(hours=1)
    if remembered:
        assert await world.poller.poll_due() == 1  # and found as it was
        feed = await _again(world, feed)
    world.show("herald", *([world.item(news)] if news else []))
    world.clock.turn(hours=1)
    look = world.store.due_marks

    async def and_meanwhile(now: datetime, limit: int) -> list[Mark]:
        marks = await look(now, limit)
        await (world.poller.poll if written else world.poller.attempt)(feed)
        return marks

    monkeypatch.setattr(world.store, "due_marks", and_meanwhile)
    assert await world.poller._refill() == 0
    monkeypatch.setattr(world.store, "due_marks", look)
    assert await world.poller.poll_due() == 0
    world.clock.turn(hours=1)
    assert await world.poller.poll_due() == 1


async def test_a_feed_that_is_polled_with_an_old_copy_after_its_move_does_not_end(world: World) -> None:
    feed = await world.feed("herald", world.item("A story"))
    world.show("moved", world.item("A story"))
    world.web.move("/herald.xml", world.web.url("/moved.xml"))
    for _ in range(2):
        await world.poller.poll(feed)
    after = await world.store.feed(feed.id)
    assert after is not None
    assert (after.url, after.state) == (world.web.url("/moved.xml"), FeedState.ACTIVE)
