"""Pages that say nothing of anybody are kept together, and lose and hold up nothing for it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from storage.errors import CROSSED, DatabaseUnusable
from storage.store import Store
from tests.bot.world import World

BID = "Leeds have submitted a bid of £20m for Lyon midfielder Owen Tregarth."
TOLD = ["New link: Owen Tregarth → Leeds United, bid"]
NAMES = [f"herald{n}" for n in range(4)]


async def _four_feeds(world: World) -> None:
    """Each shows a story of its own that says nothing of a move."""
    for name in NAMES:
        await world.feed(name)
        world.show(name, world.item(f"A day out at {name}", "The sun shone."))
    world.clock.turn(hours=1)


async def _kept(world: World) -> list[str]:
    """The feeds whose story is kept, with what their next poll asks by."""
    known = await world.store.known([f"https://herald.example/news/Adayoutat{name}" for name in NAMES])
    stored = [await world.store.entry(known[key].id) for key in sorted(known)]
    return [one.entry.title.split()[-1] for one in stored if one]


def _count(monkeypatch: pytest.MonkeyPatch, name: str) -> list[int]:
    calls: list[int] = []
    real = getattr(Store, name)

    async def counted(self: Store, rows: Any, **more: Any) -> Any:
        rows = list(rows)
        calls.append(len(rows))
        return await real(self, rows, **more)

    monkeypatch.setattr(Store, name, counted)
    return calls


async def test_quiet_pages_of_a_round_are_one_transaction(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _four_feeds(world)
    saved = _count(monkeypatch, "save_pages")
    assert await world.poller.poll_due() == 4
    assert saved == [4]
    assert await _kept(world) == NAMES
    visits = len(world.web.visits)
    assert await world.poller.poll_due() == 0
    assert len(world.web.visits) == visits


async def test_more_than_may_wait_are_kept_before_the_round_is_over(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _four_feeds(world)
    monkeypatch.setattr("bot.polling.quiet.MOST", 4)
    saved = _count(monkeypatch, "save_pages")
    await world.poller.poll_due()
    assert sum(saved) == 4
    assert max(saved) < 4
    assert await _kept(world) == NAMES


async def test_a_fault_in_one_page_is_its_feeds_alone(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await _four_feeds(world)
    broken = await world.store.feed_by_url(world.web.url("/herald2.xml"))
    assert broken is not None
    real = Store.save_pages

    async def fault(self: Store, pages: Any) -> Any:
        pages = list(pages)
        ids = await real(self, pages)
        if any(feed_id == broken.id for feed_id, _, _ in pages):
            raise ZeroDivisionError
        return ids

    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_pages", fault)
        await world.poller.poll_due()
    assert await _kept(world) == ["herald0", "herald1", "herald3"]
    states = {feed.title: (feed.failures, feed.error) for feed in await world.store.feeds()}
    assert [states[name][0] for name in NAMES] == [0, 0, 1, 0]
    assert "ZeroDivisionError" in str(states["herald2"][1])
    await world.poll("herald2")
    assert await _kept(world) == NAMES


async def test_what_a_database_that_is_away_did_not_take_is_polled_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _four_feeds(world)
    world.poller.setback.first = 0.01

    async def full(self: Store, pages: object) -> None:
        raise DatabaseUnusable("deadlineday.db", "the disk is full", may_pass=True)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_pages", full)
        with pytest.raises(DatabaseUnusable):
            await world.poller.poll_due()
    assert await _kept(world) == []
    await asyncio.sleep(0.02)
    assert await world.poller.poll_due() == 4
    assert await _kept(world) == NAMES


async def test_those_that_gave_way_to_another_process_are_kept_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _four_feeds(world)
    real, tries = Store.save_pages, []

    async def crossed(self: Store, pages: Any) -> Any:
        tries.append(1)
        if len(tries) == 1:
            raise DatabaseUnusable("postgresql://here/name", CROSSED, may_pass=True)
        return await real(self, pages)

    monkeypatch.setattr(Store, "save_pages", crossed)
    assert await world.poller.poll_due() == 4
    assert (len(tries), await _kept(world)) == (2, NAMES)
    assert not world.poller.setback


async def test_news_is_told_while_quiet_pages_wait(world: World) -> None:
    await world.watch("Owen Tregarth")
    await _four_feeds(world)
    await world.feed("gazette")
    world.show("gazette", world.item("Leeds bid for Tregarth", BID))
    told = asyncio.Event()
    world.poller.on_news = told.set
    feeds = {feed.title: feed for feed in await world.store.feeds()}
    for name in (*NAMES, "gazette"):
        await world.poller.attempt(feeds[name])
    assert told.is_set()
    assert await world.deliver() == TOLD
    assert await _kept(world) == []
    await world.poller.visit([])
    assert await _kept(world) == NAMES


async def test_an_article_that_says_something_now_is_not_undone_by_how_it_was(world: World) -> None:
    player = await world.watch("Owen Tregarth")
    for name in ("herald", "gazette"):
        await world.feed(name)
    world.show("herald", world.item("More from the desk", "The sun shone.", number=1))
    world.show("gazette", world.item("More from the desk", BID, number=1))
    feeds = {feed.title: feed for feed in await world.store.feeds()}
    await world.poller.attempt(feeds["herald"])
    await world.poller.attempt(feeds["gazette"])
    await world.poller.visit([])
    assert await world.deliver() == TOLD
    assert len(await world.store.claims_of(player.id)) == 1


async def test_a_second_poll_of_a_feed_finds_what_the_first_has_seen(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _four_feeds(world)
    feed = (await world.store.feeds())[0]
    saved = _count(monkeypatch, "save_pages")
    await world.poller.attempt(feed)
    world.show("herald0", world.item("Another day out", "It rained."))
    await world.poller.attempt(feed)
    assert saved == [1]
    await world.poller.visit([])
    assert saved == [1, 1]


async def test_what_waits_is_kept_when_the_bot_ends(world: World) -> None:
    await _four_feeds(world)
    task = asyncio.create_task(world.poller.run())
    while len(world.web.visits) < 8:  # noqa: ASYNC110 - the web has no event for it
        await asyncio.sleep(0.01)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    kept = await _kept(world)
    assert kept == [name for name in NAMES if name in kept]
    await world.poller.poll_due()
    assert await _kept(world) == NAMES
