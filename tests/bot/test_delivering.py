"""The outbox: what is posted, tried again, given up, merged, edited."""

from __future__ import annotations

import asyncio
import logging
from datetime import time, timedelta
from typing import Any

import pytest

from bot.delivery.deliver import ASKED_WITHIN, SETTLING
from bot.delivery.lost import Losses
from bot.platform import ChannelLost, PostFailed
from storage.delivery import DeliveryState
from storage.errors import DatabaseUnusable
from storage.store import Store
from storage.watch import Channel, ChannelSettings
from tests.bot.world import ROOM, World

TALKS = "Leeds United are in talks with Everton over Owen Tregarth."
BID = "Leeds United have submitted an £18m bid for Everton midfielder Owen Tregarth."
OFF = "Leeds United have pulled out of talks with Everton over Owen Tregarth."
MEDICAL = "Owen Tregarth is having a medical at Leeds United ahead of his move from Everton."
OTHER = Channel("fake", "other")


async def say(world: World, text: str) -> None:
    """Another article in the herald, polled."""
    world.show("herald", world.item(f"Article of {world.clock():%d %H:%M:%S}", text))
    await world.poll("herald")


async def ready(world: World) -> None:
    await world.watch("Owen Tregarth")
    await world.feed("herald")


async def test_a_post_that_failed_is_tried_again_when_the_platform_says(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    world.platform.failures = [PostFailed("too fast", retry_after=timedelta(seconds=30))]
    assert await world.deliver() == []
    world.clock.turn(seconds=29)
    assert await world.deliver() == []
    world.clock.turn(seconds=2)
    assert len(await world.deliver()) == 1
    assert world.platform.tried == 2


async def test_an_outage_delays_the_alert_and_never_loses_it(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    world.platform.failures = [PostFailed("down") for _ in range(8)]
    for _ in range(60):
        await world.deliver()
        world.clock.turn(minutes=1)
    assert len(await world.deliver()) == 1
    assert world.platform.failures == []


async def test_what_cannot_be_posted_for_a_day_is_given_up_with_its_reason(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    world.platform.failures = [PostFailed("down") for _ in range(1000)]
    for _ in range(400):
        await world.deliver()
        world.clock.turn(minutes=10)
    counts = await world.store.counts()
    assert counts[DeliveryState.GIVEN_UP] == 1
    assert counts[DeliveryState.WAITING] == 0


async def test_a_lost_channel_costs_one_try_and_its_watches_are_paused_with_the_reason(world: World) -> None:
    await ready(world)
    await world.store.save_channel_settings(ROOM, ChannelSettings(digest=None))
    await say(world, TALKS)
    world.clock.turn(minutes=1)
    await say(world, BID)
    world.platform.failures = [ChannelLost("the bot may not write here")]
    assert await world.deliver() == []
    assert world.platform.tried == 1
    (watch,) = await world.store.watches(ROOM)
    assert watch.paused == "the bot may not write here"


async def test_what_a_lost_channel_was_to_be_told_is_told_as_a_net_change_when_it_is_back(
    world: World,
) -> None:
    await ready(world)
    losses = Losses(world.store, {}, world.clock)
    world.courier.losses = losses
    await say(world, TALKS)
    world.clock.turn(minutes=1)
    await say(world, BID)
    world.platform.failures = [ChannelLost("the bot may not write here")]
    await world.deliver()
    world.clock.turn(hours=3)
    assert await world.deliver() == []
    await losses.regain(ROOM)
    assert len(await world.deliver()) == 1
    assert (await world.store.counts())[DeliveryState.MERGED] == 1


async def test_what_a_channel_lost_for_a_day_was_to_be_told_is_given_up(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    world.platform.lost = {ROOM}
    await world.deliver()
    world.clock.turn(hours=25)
    await world.deliver()
    assert world.platform.tried == 2
    assert (await world.store.counts())[DeliveryState.GIVEN_UP] == 1


async def test_one_channels_trouble_holds_up_no_other(world: World) -> None:
    await ready(world)
    (player,) = await world.store.players()
    await world.store.add_watch(OTHER, player.id, None, by="somebody")
    await say(world, TALKS)
    world.platform.failures = [PostFailed("slow", retry_after=timedelta(hours=1))]
    await world.deliver()
    assert len(world.shown(ROOM)) + len(world.shown(OTHER)) == 1


async def test_in_quiet_hours_everything_waits_and_the_net_change_is_told_after(world: World) -> None:
    await ready(world)
    quiet = ChannelSettings(quiet_from=time(11), quiet_to=time(15))
    await world.store.save_channel_settings(ROOM, quiet)
    await say(world, TALKS)
    world.clock.turn(hours=1)
    await say(world, BID)
    assert await world.deliver() == []
    world.clock.turn(hours=3)
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid"]
    counts = await world.store.counts()
    assert counts[DeliveryState.MERGED] == 1


async def test_what_came_and_went_in_quiet_hours_is_not_told(world: World) -> None:
    await ready(world)
    await world.store.save_channel_settings(ROOM, ChannelSettings(quiet_from=time(11), quiet_to=time(15)))
    await say(world, TALKS)
    world.clock.turn(hours=1)
    await say(world, OFF)
    world.clock.turn(hours=3)
    assert await world.deliver() == []


async def told_after_quiet_hours(world: World, *texts: str) -> None:
    """These articles, an hour apart, in quiet hours that have just ended."""
    await ready(world)
    await world.store.save_channel_settings(ROOM, ChannelSettings(quiet_from=time(11), quiet_to=time(15)))
    for text in texts:
        await say(world, text)
        world.clock.turn(hours=1)
    world.clock.time = world.clock.time.replace(hour=15)


async def test_the_net_change_stays_the_same_when_its_post_is_tried_again(world: World) -> None:
    await told_after_quiet_hours(world, TALKS, BID)
    world.platform.failures = [PostFailed("down"), PostFailed("cut off", unsure=True)]
    for _ in range(3):
        await world.deliver()
        world.clock.turn(minutes=1)
    assert world.shown() == ["New link: Owen Tregarth → Leeds United, bid"]


async def test_a_change_that_could_not_be_posted_becomes_part_of_the_next(world: World) -> None:
    await told_after_quiet_hours(world, TALKS, BID)
    world.platform.failures = [PostFailed("down", retry_after=timedelta(hours=1))]
    await world.deliver()
    world.clock.turn(minutes=30)
    await say(world, MEDICAL)
    world.clock.turn(hours=1)
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, medical"]


async def test_a_net_change_that_others_report_too_stays_what_it_was(world: World) -> None:
    await world.feed("gazette")
    await told_after_quiet_hours(world, TALKS, BID)
    await world.deliver()
    world.show("gazette", world.item("Leeds make an offer", BID))
    await world.poll("gazette")
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid"]
    (message,) = world.platform.messages.values()
    assert "Also reported by gazette" in str(message.card.parts)


async def test_what_may_have_been_posted_is_asked_for_and_never_told_as_part_of_another(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    world.platform.failures = [PostFailed("cut off", unsure=True, retry_after=timedelta(hours=1))]
    await world.deliver()
    world.clock.turn(minutes=20)
    await say(world, BID)
    world.clock.turn(hours=1)
    assert await world.deliver() == [
        "New link: Owen Tregarth → Leeds United, talks",
        "Escalated: Owen Tregarth → Leeds United, talks → bid",
    ]


async def test_what_waits_for_the_digest_is_told_with_the_agreement_that_cannot_wait(world: World) -> None:
    await ready(world)
    await world.store.save_channel_settings(ROOM, ChannelSettings(digest=time(8)))
    for text in (TALKS, BID, MEDICAL):
        await say(world, text)
        world.clock.turn(hours=1)
    agreed = ["New link: Owen Tregarth → Leeds United, medical"]
    assert await world.deliver() == agreed
    world.clock.turn(days=1)
    assert await world.deliver() == agreed


async def test_what_waits_for_the_digest_is_left_alone_by_another_players_news(world: World) -> None:
    await ready(world)
    await world.watch("Ada Vale")
    await world.store.save_channel_settings(ROOM, ChannelSettings(digest=time(8)))
    await say(world, TALKS)
    await say(world, MEDICAL.replace("Owen Tregarth", "Ada Vale"))
    assert await world.deliver() == ["New link: Ada Vale → Leeds United, medical"]
    world.clock.turn(days=1)
    assert (await world.deliver())[1:] == ["New link: Owen Tregarth → Leeds United, talks"]


async def test_two_alerts_of_one_link_within_minutes_are_told_one_by_one(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    world.clock.turn(minutes=1)
    await say(world, BID)
    assert await world.deliver() == [
        "New link: Owen Tregarth → Leeds United, talks",
        "Escalated: Owen Tregarth → Leeds United, talks → bid",
    ]


async def test_a_database_that_goes_away_for_a_while_ends_nothing_and_loses_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await ready(world)
    await say(world, TALKS)

    looked, posted = asyncio.Event(), asyncio.Event()
    post = world.platform.post

    async def away(*_: object, **__: object) -> None:
        raise DatabaseUnusable("here", "disk is full", may_pass=True)

    async def away_again(*_: object) -> None:
        looked.set()
        await away()

    async def noted(*what: Any, **how: Any) -> str:
        message = await post(*what, **how)
        posted.set()
        return message

    monkeypatch.setattr(world.platform, "post", noted)
    with monkeypatch.context() as patch:
        patch.setattr(Store, "claim_deliveries", away)
        patch.setattr(Store, "next_due", away_again)
        running = asyncio.create_task(world.courier.run(timedelta(seconds=0.01)))
        await looked.wait()
    async with asyncio.timeout(10):
        await posted.wait()
    world.courier.stop()
    await running
    assert len(world.shown()) == 1
    said = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "disk is full" in said[0]
    assert said.count("the database answers again: deliveries go on") == 1


async def test_what_may_have_arrived_is_asked_for_soon_however_often_it_was_tried(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    world.platform.failures = [*[PostFailed("down")] * 9, PostFailed("cut off", unsure=True)]
    while world.platform.failures:
        world.clock.turn(minutes=10)
        assert await world.deliver() == []
    (waiting,) = await world.store.waiting(ROOM)
    assert waiting.unsure
    assert waiting.attempts == 10
    assert SETTLING <= waiting.due - world.clock() <= ASKED_WITHIN


async def test_a_process_that_died_in_a_post_leaves_it_to_the_next_one(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    claimed = await world.store.claim_deliveries(world.clock(), 10, ["fake"])
    assert len(claimed) == 1
    assert await world.deliver() == []
    assert await world.store.release_claims() == 1
    assert len(await world.deliver()) == 1


async def test_what_a_dead_process_may_have_sent_is_not_asked_for_before_it_can_have_arrived(
    world: World,
) -> None:
    await ready(world)
    await say(world, TALKS)
    assert len(await world.store.claim_deliveries(world.clock(), 10, ["fake"])) == 1
    world.clock.turn(minutes=1)
    await say(world, BID)  # waits behind it: one channel's messages stay in order
    await world.store.release_claims(due=world.clock() + SETTLING)
    assert await world.deliver() == []
    world.clock.turn(seconds=SETTLING.total_seconds())
    assert [text.split(",")[-1] for text in await world.deliver()] == [" talks", " talks → bid"]


async def test_a_post_that_takes_longer_than_its_claim_is_ended_and_asked_for_later(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    world.courier.lease = timedelta(seconds=0.4)

    async def never(*_: object, **__: object) -> str:
        await asyncio.Event().wait()
        raise AssertionError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.platform, "post", never)
        async with asyncio.timeout(5):
            await world.deliver()
    (waiting,) = await world.store.waiting(ROOM)
    assert waiting.unsure
    assert waiting.due >= world.clock() + SETTLING
    world.clock.turn(minutes=1)
    world.courier.lease = timedelta(minutes=2)
    assert len(await world.deliver()) == 1


async def test_what_comes_to_its_turn_when_the_claim_is_all_but_over_is_left_to_the_next_claim(
    world: World,
) -> None:
    await ready(world)
    await world.watch("Idris Valcourt")
    await say(world, TALKS)
    await say(world, TALKS.replace("Owen Tregarth", "Idris Valcourt"))
    post = world.platform.post

    async def slow(*values: Any, **named: Any) -> str:
        world.clock.turn(seconds=100)  # of 120
        return await post(*values, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.platform, "post", slow)
        await world.courier.deliver_due()
    (waiting,) = await world.store.waiting(ROOM)
    assert (waiting.unsure, waiting.attempts) == (False, 0)
    assert len(await world.deliver()) == 2  # with the one before


async def test_a_card_that_cannot_be_edited_is_left_as_it_is(world: World) -> None:
    await ready(world)
    await world.feed("gazette")
    await say(world, TALKS)
    await world.deliver()
    world.clock.turn(minutes=5)
    world.show("gazette", world.item("Talks on", TALKS))
    await world.poll("gazette")
    world.platform.lost = {ROOM}
    await world.deliver()
    assert await world.store.edits(10) == []


async def test_a_clock_that_leaps_ahead_while_a_post_is_on_its_way_posts_nothing_twice(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    post, posting, go_on = world.platform.post, asyncio.Event(), asyncio.Event()
    posts = 0

    async def slow(*values: Any, **named: Any) -> str:
        nonlocal posts
        posts += 1
        posting.set()
        await go_on.wait()
        return await post(*values, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.platform, "post", slow)
        first = asyncio.create_task(world.courier.deliver_due())
        await posting.wait()
        world.clock.turn(hours=5)
        await world.courier.deliver_due()  # its claim seems to be over
        go_on.set()
        await first
    assert posts == 1
    assert await world.store.waiting(ROOM) == []
    world.clock.turn(hours=1)
    assert await world.deliver() == world.shown()
    assert len(world.shown()) == 1


async def test_a_stop_while_a_post_is_on_its_way_waits_for_it_and_begins_no_other(world: World) -> None:
    await ready(world)
    await say(world, TALKS)
    post, posting, go_on = world.platform.post, asyncio.Event(), asyncio.Event()

    async def slow(*values: Any, **named: Any) -> str:
        posting.set()
        await go_on.wait()
        return await post(*values, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.platform, "post", slow)
        running = asyncio.create_task(world.courier.run(timedelta(seconds=0.01)))
        await posting.wait()
        await world.store.add_watch(OTHER, (await world.store.players())[0].id)
        world.courier.stop()
        await say(world, BID)  # comes while it stops: left to the next one
        go_on.set()
        await asyncio.wait_for(running, 10)
    counts = await world.store.counts()
    assert (counts[DeliveryState.SENT], counts[DeliveryState.CLAIMED]) == (1, 0)
    assert counts[DeliveryState.WAITING] == 2
    assert await world.store.release_claims(mine=True) == 0
