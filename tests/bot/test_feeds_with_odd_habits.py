"""What sites do to their feeds without meaning it: each story is told once all the same, and none is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from email.utils import format_datetime

import pytest

from tests.bot.world import World

BID = "Leeds United have submitted an £18m bid for Everton midfielder Owen Tregarth."
AGREED = "Leeds United have agreed a £20m fee with Everton for midfielder Owen Tregarth."
TOLD = ["New link: Owen Tregarth → Leeds United, bid"]


def item(
    world: World, text: str = BID, *, link: str = "https://herald.example/tregarth", guid: str = "",
    hours_ago: float | None = 0.0, title: str = "Leeds bid for Tregarth", updated: str = "",
) -> str:  # fmt: skip
    """The story as one of many systems would put it."""
    when = "" if hours_ago is None else format_datetime(world.clock() - timedelta(hours=hours_ago))
    date = f"<pubDate>{when}</pubDate>" if when else ""
    mark = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    address = f"<link>{link}</link>" if link else ""
    return (
        f"<item><title>{title}</title><description>{text}</description>{address}{mark}{date}{updated}</item>"
    )


def show(world: World, *items: str, name: str = "herald", head: str = "") -> None:
    """Exactly these items, whatever stood there before."""
    page = f'<rss version="2.0"><channel><title>{name}</title>{head}{"".join(items)}</channel></rss>'
    world.web.put(f"/{name}.xml", page)


async def begin(world: World, *names: str) -> None:
    """Feeds that were polled before the story, and one who waits for it."""
    await world.watch("Owen Tregarth")
    for name in names or ("herald",):
        await world.feed(name, world.item(f"An older story of {name}", hours_ago=30))


async def polled(world: World, *names: str, minutes: float = 10) -> None:
    world.clock.turn(minutes=minutes)
    for name in names or ("herald",):
        await world.poll(name)


async def test_a_clock_that_is_a_year_ahead_delays_nothing_and_repeats_nothing(world: World) -> None:
    await begin(world)
    for _ in range(3):
        show(world, item(world, hours_ago=-24 * 365))
        await polled(world)
        assert await world.deliver() == TOLD
    show(world, item(world, hours_ago=-24 * 365), item(world, AGREED, link="https://herald.example/2"))
    await polled(world)
    assert len(await world.deliver()) == 2  # what comes after it is not held against a date to come


async def test_a_story_without_a_date_is_told_once(world: World) -> None:
    await begin(world)
    for _ in range(3):
        show(world, item(world, hours_ago=None))
        await polled(world, minutes=60 * 24 * 3)
    assert await world.deliver() == TOLD


@pytest.mark.parametrize(
    "again",
    [
        lambda world, day: item(world, guid=f"post-{day}"),
        lambda world, day: item(world, link=f"https://herald.example/tregarth?utm_source=rss{day}"),
        lambda world, day: item(world, link=f"http{'s' * (day % 2)}://www.herald.example/tregarth/"),
        lambda world, day: item(world, link="https://herald.example/tregarth" + "/amp" * (day % 2)),
        lambda world, day: item(world, title=f"Leeds bid for Tregarth: the latest, part {day}"),
        lambda world, day: item(world, link="", guid="tag:herald.example,2026:tregarth"),
    ],
    ids=["guid", "tracking", "scheme", "amp", "title", "no link"],
)
async def test_a_story_that_is_issued_anew_each_day_is_told_once(
    world: World, again: Callable[[World, int], str]
) -> None:
    await begin(world)
    for day in range(20):
        show(world, again(world, day))  # with the date of that day
        await polled(world, minutes=60 * 24)
    assert await world.deliver() == TOLD


async def test_a_feed_that_shows_two_versions_in_turn_is_read_once_each(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    await begin(world)
    old, new = item(world), item(world, BID + " He is 24.")
    lone = item(world, "A match report.", link="https://herald.example/match", title="A match")
    for turn in range(12):
        show(world, *((old, lone) if turn % 2 else (lone, new)))
        await polled(world)
    assert await world.deliver() == TOLD
    read = [record for record in caplog.records if record.getMessage().startswith("read ")]
    assert len(read) <= 5  # the older story, the match, and the story in two versions, one of them twice


async def test_versions_in_turn_of_which_one_says_more_are_told_as_two_steps(world: World) -> None:
    await begin(world)
    for turn in range(8):
        show(world, item(world, AGREED if turn % 2 else BID))
        await polled(world)
        await world.deliver()
    assert [summary.rpartition(", ")[2] for summary in await world.deliver()] == ["bid", "bid → agreed"]


async def test_a_feed_that_is_shuffled_at_each_poll_tells_nothing_twice(world: World) -> None:
    await begin(world)
    items = [item(world)] + [
        item(world, f"Report {n}.", link=f"https://herald.example/{n}", title=f"Report {n}")
        for n in range(20)
    ]
    for turn in range(10):
        world.poller.random.shuffle(items)
        show(world, *items)
        await polled(world)
        assert await world.deliver() == TOLD, turn


async def test_a_story_that_comes_back_after_days_off_the_page_is_told_once(world: World) -> None:
    await begin(world)
    for shown in (True, False, False, True, False, True):
        show(world, *([item(world)] if shown else []))
        await polled(world, minutes=60 * 24)
    assert await world.deliver() == TOLD


async def test_two_feeds_of_a_site_with_the_same_stories_are_one_reporter(world: World) -> None:
    await begin(world, "herald", "sport")
    for _ in range(4):
        show(world, item(world, guid="a"))
        show(world, item(world, BID + " More follows.", guid="b"), name="sport")
        await polled(world, "herald", "sport")
    assert await world.deliver() == TOLD
    (card,) = [message.card for message in world.platform.messages.values()]
    assert "Also reported" not in str(card)


async def test_the_language_that_a_page_names_now_goes_before_the_one_it_had(world: World) -> None:
    await world.watch("Owen Tregarth")
    show(world, item(world, "Alt.", link="https://herald.example/1"), head="<language>de</language>")
    feed = await world.store.add_feed(world.web.url("/herald.xml"), title="herald")
    await world.poller.poll(feed)
    show(world, item(world), head="<language>en-GB</language>")
    await polled(world)
    assert await world.deliver() == TOLD


async def test_articles_that_changed_and_came_in_one_page_are_told_as_one_step(world: World) -> None:
    await begin(world)
    show(world, item(world))
    await polled(world)
    assert await world.deliver() == TOLD
    show(world, item(world, AGREED), item(world, AGREED, link="https://herald.example/more", title="Agreed"))
    await polled(world)
    await polled(world)
    assert len(await world.deliver()) == 2
