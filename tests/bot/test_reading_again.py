"""An entry that is read again, by a change of its page or through another feed: what is news in it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import bot.polling.readings
from bot.polling.intake import take_in
from feeds.entry import Entry
from links.claim import Claim, Stage, Status
from links.link import Kind
from links.names import Names
from links.read import Reading
from tests.bot.world import NAMES, World

LONG_AGO = datetime(2019, 1, 1, tzinfo=UTC)


def article(
    key: str,
    published: datetime | None,
    *,
    updated: datetime | None = None,
    outlet: str = "Herald",
    version: int = 1,
) -> Entry:
    return Entry(
        key, title=key, published=published, updated=updated, outlet=outlet, content_hash=f"{key}{version}"
    )


def says(stage: Stage = Stage.TALKS, status: Status = Status.LIVE) -> Claim:
    return Claim("Ada Vale", "Leeds United", stage, status, quote="So it is.")


async def hear(world: World, entry: Entry, *claims: Claim, feed: str = "herald") -> list[Kind]:
    """Take the entry in as it reads now; the kinds of the alerts that it gave."""
    kept = await world.store.add_feed(f"https://{feed}.example/feed")
    async with world.store.transaction():
        alerts = await take_in(
            world.store, kept.id, [(entry, Reading(claims))], names=NAMES, now=world.clock(), tell=True
        )
    return [alert.kind for alert in alerts]


@pytest.mark.parametrize("dated", [True, False])
async def test_an_old_report_whose_typing_error_was_mended_does_not_revive_what_is_off(
    world: World, dated: bool
) -> None:
    player = await world.watch("Ada Vale")
    out = world.clock() if dated else None
    assert await hear(world, article("talks", out), says()) == [Kind.NEW]
    world.clock.turn(hours=1)
    off = article("off", world.clock(), outlet="Echo")
    assert await hear(world, off, says(status=Status.OFF)) == [Kind.SETBACK]
    world.clock.turn(hours=1)
    mended = article("talks", out, updated=world.clock() if dated else None, version=2)
    assert await hear(world, mended, says()) == []
    (link,) = await world.store.links_of(player.id)
    assert link.status is Status.OFF
    times = {stored.title: stored.at for stored in await world.store.claims_of(player.id)}
    assert times["talks"] < times["off"]


async def test_a_report_that_says_more_when_it_is_read_again_is_news(world: World) -> None:
    await world.watch("Ada Vale")
    out = world.clock()
    await hear(world, article("live", out), says())
    world.clock.turn(hours=1)
    later = article("live", out, updated=world.clock(), version=2)
    assert await hear(world, later, says(Stage.BID)) == [Kind.ESCALATED]
    world.clock.turn(hours=1)
    turned = article("live", out, updated=world.clock(), version=3)
    assert await hear(world, turned, says(Stage.BID, Status.OFF)) == [Kind.SETBACK]


async def test_an_old_article_that_was_touched_today_is_history(world: World) -> None:
    player = await world.watch("Ada Vale")
    old = article("archive", LONG_AGO, updated=world.clock())
    assert await hear(world, old, says()) == []
    assert await world.store.links_of(player.id) == []
    (stored,) = await world.store.claims_of(player.id)
    assert stored.at == LONG_AGO


async def test_an_article_that_is_issued_again_with_a_new_date_keeps_its_first(world: World) -> None:
    await world.watch("Ada Vale")
    await hear(world, article("archive", LONG_AGO), says())
    again = article("archive", world.clock(), version=2)
    assert await hear(world, again, says(Stage.BID)) == []


async def test_one_article_in_two_feeds_of_a_site_is_reported_by_one_outlet(world: World) -> None:
    player = await world.watch("Ada Vale")
    out = world.clock()
    await hear(world, article("one", out, outlet="Herald Sport"), says(), feed="sport")
    second = article("one", out, outlet="Herald Football", version=2)
    assert await hear(world, second, says(), feed="football") == []
    (alert,) = await world.store.alerts_of(player.id)
    assert (alert.outlet, alert.also) == ("Herald Sport", ())
    (stored,) = await world.store.claims_of(player.id)
    assert stored.outlet == "Herald Sport"


async def test_an_article_that_goes_back_to_what_it_said_is_no_second_report(world: World) -> None:
    player = await world.watch("Ada Vale")
    out = world.clock()
    await hear(world, article("one", out, outlet="Herald Sport"), says(Stage.BID))
    await hear(world, article("one", out, outlet="Herald Football", version=2), says(Stage.TALKS))
    await hear(world, article("one", out, outlet="Herald Football", version=3), says(Stage.BID))
    (alert,) = await world.store.alerts_of(player.id)
    assert alert.also == ()


async def test_an_article_with_another_teaser_in_each_of_two_feeds_is_not_read_at_each_change(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = world.item("Leeds look for a striker", "A short teaser.", number=7)
    other = world.item("Leeds look for a striker", "Another teaser, longer than the first.", number=7)
    await world.feed("football", one)
    await world.feed("transfers", other)
    read: list[str] = []
    reads = bot.polling.readings.read

    def noted(entry: Entry, names: Names, **how: bool) -> Reading:
        read.append(entry.title)
        return reads(entry, names, **how)

    monkeypatch.setattr("bot.polling.readings.read", noted)
    for number in range(4):
        name = ("football", "transfers")[number % 2]
        world.show(name, world.item(f"Story {number}"))
        await world.poll(name)
    assert read == [f"Story {number}" for number in range(4)]
    world.pages["football"].remove(one)
    world.show("football", world.item("Leeds look for a striker", "The teaser was rewritten.", number=7))
    await world.poll("football")
    assert read[-1] == "Leeds look for a striker"
