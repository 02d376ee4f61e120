"""While the database is away nothing is downloaded for nothing, and what was seen is kept for later."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress

import pytest

from feeds.feed import Feed
from storage.errors import DatabaseUnusable
from storage.store import Store
from tests.bot.world import World

FULL = DatabaseUnusable("deadlineday.db", "the disk is full", may_pass=True)
BID = "Leeds have submitted a bid of £20m for Lyon midfielder Owen Tregarth."


async def _run_until(world: World, seconds: float) -> None:
    task = asyncio.create_task(world.poller.run())
    await asyncio.sleep(seconds)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def test_a_full_disk_stops_the_downloads_with_growing_waits_until_it_takes_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.polling.poll.REFILL", 0.01)
    world.poller.setback.first = 0.1
    await world.watch("Owen Tregarth")
    names = [f"herald{n}" for n in range(5)]
    for name in names:
        await world.feed(name)
        world.show(name, world.item("Leeds bid for Tregarth", BID))
    world.clock.turn(hours=1)
    before = len(world.web.visits)

    async def full(self: Store, *_: object, **__: object) -> None:
        raise FULL

    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_entries", full)
        await _run_until(world, 0.8)
        # All five at first; then one at a time, after 0.1, 0.2, 0.4 seconds.
        assert 5 <= len(world.web.visits) - before <= 9
    await _run_until(world, 1.2)
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid"]
    assert all([(await world.poll(name)).failures == 0 for name in names])


async def test_what_polls_have_left_waits_for_the_database(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.feed("herald")
    world.clock.turn(hours=1)
    world.web.put("/herald.xml", status=500)

    async def away(self: Store, feeds: Iterable[Feed]) -> None:
        raise FULL

    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_polls", away)
        feed = (await world.store.feeds())[0]
        with pytest.raises(DatabaseUnusable):
            await world.poller.poll(feed)
        with pytest.raises(DatabaseUnusable):
            await world.poller._settle()
    await world.poller._settle()
    assert (await world.store.feeds())[0].failures == 1
