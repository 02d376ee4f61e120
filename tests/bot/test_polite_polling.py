"""Hosts that have too much to do are left alone, and a feed that fails for long is told of once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from feeds.feed import Feed
from feeds.pace import Pace
from feeds.turns import Turns
from tests.bot.world import World


async def test_a_crowded_host_is_asked_for_none_of_its_feeds(world: World) -> None:
    herald = await world.feed("herald")
    await world.feed("gazette")
    world.web.put("/herald.xml", status=429, Retry_After="900")
    world.clock.turn(minutes=10)
    await world.poller.poll(herald)
    visits = len(world.web.visits)
    assert await world.poller.poll_due() >= 1
    assert len(world.web.visits) == visits
    gazette = await world.store.feed_by_url(world.web.url("/gazette.xml"))
    assert gazette is not None
    assert gazette.failures == 0
    assert gazette.next_poll is not None
    assert gazette.next_poll - world.clock() > timedelta(minutes=14)


async def test_a_feed_that_fails_for_long_holds_its_host_for_minutes_only(world: World) -> None:
    await world.feed("gazette")
    await world.feed("herald")
    for status, more, held in ((503, {}, 6), (429, {"Retry_After": "86000"}, 73)):
        world.web.put("/herald.xml", status=status, **more)
        for _ in range(9):
            world.clock.turn(days=1)
            world.poller.turns = Turns(spacing=0.0)
            await world.poll("herald")
        gazette = await world.poll("gazette")
        assert gazette.next_poll is not None
        wait = gazette.next_poll - world.clock()
        assert timedelta(minutes=1) < wait <= timedelta(minutes=held)


async def test_hours_to_skip_are_heard_no_longer_than_the_longest_interval(world: World) -> None:
    world.poller = replace(
        world.poller, pace=Pace(timedelta(minutes=2), timedelta(minutes=5), timedelta(hours=1))
    )
    hours = "".join(f"<hour>{hour}</hour>" for hour in range(24) if hour != 11)
    world.show("herald", f"<skipHours>{hours}</skipHours>", world.item("A story"))
    await world.feed("herald")
    feed = await world.poll("herald")
    assert feed.next_poll is not None
    assert timedelta(minutes=50) < feed.next_poll - world.clock() <= timedelta(hours=1)


async def test_a_refusal_without_a_time_waits_longer_than_a_fault(world: World) -> None:
    await world.feed("herald")
    world.web.put("/herald.xml", status=403)
    after = await world.poll("herald")
    assert after.next_poll is not None
    assert after.next_poll - world.clock() >= timedelta(hours=1)


async def test_a_feed_that_fails_for_hours_is_told_of_once_and_again_after_it_was_well(world: World) -> None:
    told: list[str] = []

    def trouble(feed: Feed, advice: str) -> None:
        told.append(f"{feed.error}: {advice}")

    world.poller.on_trouble = trouble
    await world.feed("herald")
    for _ in range(2):
        world.web.put("/herald.xml", "<html><title>Moved</title></html>", type="text/html")
        for _ in range(6):
            world.clock.turn(hours=2)
            await world.poll("herald")
        assert len(told) == 1
        assert "web page" in told[0]
        assert "add the site's address" in told[0]
        world.show("herald")
        await world.poll("herald")
        assert not world.poller.habits.of(1).told
        told.clear()


@pytest.mark.parametrize(
    ("status", "what_to_do"),
    [
        (401, "name:password@host"),
        (403, "DEADLINEDAY_CONTACT"),
        (404, "add the site's address"),
        (410, "not asked again"),
        (429, "DEADLINEDAY_HOST_SPACING"),
        (500, "try the address in a browser"),
    ],
)
async def test_the_owner_hears_once_what_helps_against_this_very_fault(
    world: World, caplog: pytest.LogCaptureFixture, status: int, what_to_do: str
) -> None:
    told: list[str] = []
    world.poller.on_trouble = lambda _feed, advice: told.append(advice)
    await world.feed("herald")
    world.web.put("/herald.xml", status=status)
    for _ in range(20):
        world.clock.turn(hours=2)
        world.poller.turns = Turns(spacing=0.0)
        await world.poller.poll_due()
    (advice,) = told
    assert what_to_do in advice
    (warned,) = [record for record in caplog.records if record.levelname == "WARNING"]
    assert advice in warned.getMessage()


async def test_what_a_feed_does_outlives_the_poller(world: World) -> None:
    await world.feed("herald", *(world.item(f"Story {n}", hours_ago=n) for n in range(1, 5)))
    gap = world.poller.habits.of(1).gap
    assert gap == 3600
    await world.poller.habits.save()
    again = type(world.poller.habits)(world.store)
    await again.load([1])
    assert again.of(1).gap == gap


async def test_a_host_is_asked_no_sooner_than_its_answer_stays_good(world: World) -> None:
    await world.feed("herald")
    world.show("herald", world.item("A story"))
    world.web.sites["/herald.xml"].headers["Cache-Control"] = "public, max-age=700"
    await world.poll("herald")
    assert world.poller.habits.of(1).fresh == 700
