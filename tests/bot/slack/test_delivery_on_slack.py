"""Posting on Slack: threads, pace, and every way in which a post can fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from bot import clock
from bot.cards.card import Text, alert_card
from bot.delivery.deliver import Courier
from bot.platform import CardRefused, ChannelLost, Manner, PostFailed
from bot.slack import blocks
from links.claim import Stage
from storage.delivery import DeliveryState
from storage.watch import Channel, ChannelSettings
from tests.bot.house import an_alert, open_house
from tests.bot.slack.fake_slack import a_slack
from tests.bot.slack.nouns import Fault, Message
from tests.bot.slack.shown import calls, shown
from tests.bot.slack.town import ROOM, Town, a_bot
from tests.bot.world import Clock

HOSTILE = "<!channel> <@U1> <!subteam^S1> <https://evil.example|bank> *bold* `code` & @here #general"


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    """A bot that posts and is not connected: posting needs no socket."""
    async with a_slack() as slack, open_house() as house:
        bot = a_bot(slack, house)
        yield Town(slack, house, bot)
        await bot.close()


def story(**changes: object) -> Manner:
    return replace(Manner(story="1"), **changes)  # type: ignore[arg-type]


async def test_the_first_card_is_the_root_and_later_changes_go_into_its_thread(town: Town) -> None:
    for number in (1, 2, 3):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=number, manner=story())
    other = await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=4, manner=story(story="2"))
    root, *replies, fourth = town.slack.in_channel("C1")
    assert (root.thread, [reply.thread for reply in replies], fourth.thread) == (None, [root.ts] * 2, None)
    assert not any(reply.broadcast for reply in replies)
    assert other == f"C1:{fourth.ts}"


async def test_a_change_that_the_channel_wants_aloud_is_broadcast(town: Town) -> None:
    for number in (1, 2):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=number, manner=story(aloud=True))
    assert [m.broadcast for m in town.slack.in_channel("C1")] == [False, True]


async def test_a_channel_that_wants_no_threads_gets_none(town: Town) -> None:
    for number in (1, 2):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=number, manner=story(threads=False))
    assert [m.thread for m in town.slack.in_channel("C1")] == [None, None]


async def test_the_thread_outlives_a_restart(town: Town) -> None:
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=story())
    again = a_bot(town.slack, town.house)
    await again.post(ROOM, alert_card(an_alert()), delivery_id=2, manner=story())
    await again.close()
    root, reply = town.slack.in_channel("C1")
    assert reply.thread == root.ts


async def test_a_root_that_somebody_deleted_is_replaced(town: Town) -> None:
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=story())
    town.slack.messages.clear()
    for number in (2, 3):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=number, manner=story())
    root, reply = town.slack.in_channel("C1")
    assert (root.thread, reply.thread) == (None, root.ts)


async def test_a_story_that_was_silent_for_two_months_begins_anew(town: Town) -> None:
    old = time.time() - timedelta(days=61).total_seconds()
    await town.house.store.set_fact("slack:thread:T1:C1:1", f"{old:.6f} {old:.6f}")
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=story())
    assert town.slack.in_channel("C1")[0].thread is None


async def test_reported_by_others_too_edits_the_card_and_posts_no_second(town: Town) -> None:
    alert = an_alert()
    called = "<@UADA>"
    message = await town.bot.post(ROOM, alert_card(alert), delivery_id=1, mention=called)
    grown = alert_card(replace(alert, also=("The Echo",)))
    await town.bot.edit(ROOM, message, grown, mention=called)
    (only,) = town.slack.in_channel("C1")
    assert (only.edits, "Also reported by The Echo" in shown(only), calls(only)) == (1, True, ["@UADA"])


async def test_a_watch_in_direct_messages_is_told_there(town: Town) -> None:
    message = await town.bot.post(Channel("slack", "UBEA", "T1"), alert_card(an_alert()), delivery_id=1)
    assert message.startswith("DBEA")
    await town.bot.edit(Channel("slack", "UBEA", "T1"), message, alert_card(an_alert(also=("The Echo",))))
    assert "The Echo" in shown(town.slack.in_channel("DBEAT1")[0])


async def test_a_mention_calls_whom_the_watch_names_and_feed_text_calls_nobody(town: Town) -> None:
    alert = an_alert(
        player=HOSTILE,
        club=HOSTILE,
        quote=HOSTILE,
        outlet=HOSTILE,
        fee=HOSTILE,
        also=(HOSTILE,),
        from_club=HOSTILE,
    )
    card = replace(alert_card(alert), note=HOSTILE)
    await town.bot.post(
        ROOM, card, delivery_id=1, mention="<@UADA|ada> <!subteam^S99|@fans> <!channel> @here"
    )
    (message,) = town.slack.in_channel("C1")
    assert calls(message) == ["@UADA", "!subteam^S99"]
    assert HOSTILE in shown(message)
    assert "<" not in message.content["text"]
    assert message.content["unfurl_links"] is message.content["unfurl_media"] is False
    assert town.slack.violations == []


@pytest.mark.parametrize("letter", ["x", "&", "<", "é", "😀", "\u202e", '"', "*"])
async def test_a_card_at_and_over_every_limit_is_taken(town: Town, letter: str) -> None:
    long = letter * 9000
    alert = an_alert(
        player=long, club=long, from_club=long, quote=long, outlet=long, fee=long, also=(long, long),
        sources=(long,), link="https://herald.example/" + "a" * 1900, title=long,
    )  # fmt: skip
    card = replace(alert_card(alert), note=long)
    card = replace(card, parts=(*card.parts, *(Text(long) for _ in range(60))))
    await town.bot.post(ROOM, card, delivery_id=1)
    (message,) = town.slack.in_channel("C1")
    assert blocks.size(*message.blocks) <= blocks.ROOM + 700
    assert "[Latest]" in shown(message)
    assert "[Mute]" in shown(message)
    assert town.slack.violations == []


async def test_one_message_a_second_and_channel_and_no_channel_waits_for_another() -> None:
    async with a_slack(between=1.0) as slack, open_house() as house:
        slack.channel("C2")
        bot = a_bot(slack, house)
        started = time.monotonic()

        async def post(room: str, number: int) -> float:
            await bot.post(Channel("slack", room, "T1"), alert_card(an_alert()), delivery_id=number)
            return time.monotonic() - started

        first, second, other = await asyncio.gather(post("C1", 1), post("C1", 2), post("C2", 3))
        await bot.close()
        assert first < 0.9
        assert 1.0 <= second < 1.9
        assert other < 0.9
        assert slack.violations == []


async def test_a_wait_that_slack_asks_for_comes_out_and_holds_up_no_other_channel(town: Town) -> None:
    town.slack.channel("C2")
    town.slack.faults["chat.postMessage"].append(Fault(retry_after=30))
    with pytest.raises(PostFailed) as failed:
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    assert (failed.value.retry_after, failed.value.unsure) == (timedelta(seconds=30), False)
    async with asyncio.timeout(2):
        await town.bot.post(Channel("slack", "C2", "T1"), alert_card(an_alert()), delivery_id=2)
    assert len(town.slack.called("chat.postMessage")) == 2


async def test_a_wait_in_direct_messages_is_kept_to_as_well(town: Town) -> None:
    home = Channel("slack", "UADA", "T1")
    town.slack.faults["chat.postMessage"].append(Fault(retry_after=1))
    with pytest.raises(PostFailed):
        await town.bot.post(home, alert_card(an_alert()), delivery_id=1)
    started = time.monotonic()
    await town.bot.post(home, alert_card(an_alert()), delivery_id=2)
    assert time.monotonic() - started > 0.9


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            "channel_not_found",
            "the channel is gone, or it is private and the bot is not in it: /invite @deadlineday",
        ),
        ("is_archived", "the channel is archived"),
        ("restricted_action", "does not let the bot post"),
        ("no_permission", "may not post in the channel: /invite @deadlineday"),
        ("user_disabled", "switched off"),
    ],
)
async def test_a_channel_that_takes_nothing_any_more_is_lost_in_words(
    town: Town, error: str, words: str
) -> None:
    town.slack.faults["chat.postMessage"].append(Fault(error=error))
    with pytest.raises(ChannelLost) as lost:
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    assert words in lost.value.reason
    assert len(town.slack.called("chat.postMessage")) == 1


async def test_a_public_channel_is_joined_and_a_private_one_asks_for_an_invitation(town: Town) -> None:
    town.slack.channel("C2", inside=False)
    await town.bot.post(Channel("slack", "C2", "T1"), alert_card(an_alert()), delivery_id=1)
    assert len(town.slack.in_channel("C2")) == 1
    town.slack.channel("C3", inside=False)
    town.slack.faults["conversations.join"].append(
        Fault(error="missing_scope", extra={"needed": "channels:join"})
    )
    with pytest.raises(ChannelLost, match="/invite @deadlineday"):
        await town.bot.post(Channel("slack", "C3", "T1"), alert_card(an_alert()), delivery_id=2)


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked", "invalid_auth"])
async def test_a_token_that_slack_takes_no_more_waits_for_the_owner(town: Town, error: str) -> None:
    town.slack.faults["chat.postMessage"].append(Fault(error=error))
    with pytest.raises(PostFailed) as failed:
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    assert failed.value.retry_after == timedelta(minutes=10)
    assert "token" in failed.value.reason
    assert "xoxb" not in failed.value.reason


async def test_a_missing_scope_is_named_and_waits_for_the_owner(town: Town) -> None:
    town.slack.teams["T1"].scopes.discard("chat:write")
    with pytest.raises(PostFailed, match="chat:write") as failed:
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    assert failed.value.retry_after == timedelta(minutes=10)


async def test_a_card_that_slack_does_not_take_is_told_by_its_words(town: Town) -> None:
    town.slack.faults["chat.postMessage"].append(Fault(error="invalid_blocks"))
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    (message,) = town.slack.in_channel("C1")
    assert shown(message) == "Escalated: Ada Vale → Crystal Palace, talks → bid"


async def test_a_card_that_slack_takes_in_no_way_is_refused_alone(town: Town) -> None:
    town.slack.faults["chat.postMessage"] += [Fault(error="invalid_blocks"), Fault(error="msg_too_long")]
    with pytest.raises(CardRefused):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(cut="after"),
        Fault(cut="before"),
        Fault(status=503),
        Fault(status=502),
        Fault(error="fatal_error"),
    ],
)
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_post_whose_end_is_not_known_is_looked_for_before_a_second_try(
    town: Town, fault: Fault, restarted: bool
) -> None:
    town.slack.faults["chat.postMessage"].append(fault)
    with pytest.raises(PostFailed) as failed:
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=story())
    assert failed.value.unsure
    bot = a_bot(town.slack, town.house) if restarted else town.bot
    manner = story(unsure=True) if restarted else story()
    message = await bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=manner)
    (only,) = town.slack.in_channel("C1")
    assert message == f"C1:{only.ts}"
    await bot.post(ROOM, alert_card(an_alert()), delivery_id=2, manner=story())
    assert town.slack.in_channel("C1")[1].thread == only.ts
    await bot.close()


async def test_a_post_is_found_by_its_blocks_where_slack_gives_no_metadata(town: Town) -> None:
    town.slack.gives_metadata = False
    town.slack.faults["chat.postMessage"].append(Fault(cut="after"))
    with pytest.raises(PostFailed):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=story())
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=story())
    assert len(town.slack.in_channel("C1")) == 1
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=11, manner=Manner(unsure=True))
    assert len(town.slack.in_channel("C1")) == 2


@pytest.mark.parametrize("error", ["org_login_required", "ekm_access_denied", "not_allowed_token_type"])
async def test_a_workspace_that_takes_no_posts_for_now_has_not_left(town: Town, error: str) -> None:
    town.slack.faults["chat.postMessage"].append(Fault(error=error))
    with pytest.raises(PostFailed) as failed:
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    assert (failed.value.retry_after, failed.value.unsure) == (timedelta(minutes=10), False)


async def test_a_reply_whose_end_is_not_known_is_found_in_its_thread(town: Town) -> None:
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=story())
    town.slack.faults["chat.postMessage"].append(Fault(cut="after"))
    with pytest.raises(PostFailed):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=2, manner=story())
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=2, manner=story())
    assert len(town.slack.in_channel("C1")) == 2


async def test_nothing_is_posted_while_the_end_of_the_last_post_cannot_be_looked_up(town: Town) -> None:
    town.slack.faults["chat.postMessage"].append(Fault(cut="after"))
    town.slack.faults["conversations.history"] += [Fault(retry_after=5), Fault(status=500)]
    for _ in range(3):
        with pytest.raises(PostFailed) as failed:
            await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
        assert failed.value.unsure
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    assert len(town.slack.in_channel("C1")) == 1


async def test_another_database_with_the_same_numbers_is_not_taken_for_ours(town: Town) -> None:
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    async with open_house() as other:
        bot = a_bot(town.slack, other)
        await bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=Manner(unsure=True))
        await bot.close()
    assert len(town.slack.in_channel("C1")) == 2


async def test_a_lost_line_before_anything_was_sent_is_no_doubt(town: Town) -> None:
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    town.bot._one.known.web.client.base_url = "http://127.0.0.1:9/api/"  # type: ignore[union-attr]
    with pytest.raises(PostFailed) as failed:
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=2)
    assert not failed.value.unsure


async def test_the_same_card_a_hundred_times_is_found_over_several_pages(town: Town) -> None:
    town.slack.faults["chat.postMessage"].append(Fault(cut="after"))
    with pytest.raises(PostFailed):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    for number in range(450):
        town.slack.keep(
            replace(town.slack.messages[0], ts=town.slack.ts(), content={"text": f"chatter {number}"})
        )
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    assert len(town.slack.called("chat.postMessage")) == 1


@pytest.mark.parametrize("cut", ["before", "after"])
@pytest.mark.parametrize("restarted", [False, True])
async def test_where_little_may_be_read_a_post_is_settled_all_the_same(
    town: Town, cut: str, restarted: bool
) -> None:
    town.slack.faults["chat.postMessage"].append(Fault(cut=cut))
    with pytest.raises(PostFailed):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    for number in range(40):
        town.ada.say(f"chatter {number}", "C1")
    town.slack.reads_again_after = 0.1
    bot = a_bot(town.slack, town.house) if restarted else town.bot
    waits = []
    for _ in range(5):
        try:
            await bot.post(ROOM, alert_card(an_alert()), delivery_id=1, manner=Manner(unsure=restarted))
            break
        except PostFailed as failed:
            waits.append((failed.unsure, failed.retry_after))
            await asyncio.sleep(0.1)
    assert set(waits) == {(True, timedelta(seconds=1))}
    assert len([m for m in town.slack.in_channel("C1") if m.by == "UBOT"]) == 1
    assert len(town.slack.called("conversations.history")) <= 6
    await bot.close()


async def test_what_is_not_in_doubt_for_long_is_looked_for_in_what_was_said_since(town: Town) -> None:
    for number in range(40):
        old = f"{time.time() - 600:.0f}.{number:06d}"
        town.slack.keep(Message("C1", old, {"text": f"chatter {number}"}, by="UADA"))
    town.slack.faults["chat.postMessage"].append(Fault(cut="before"))
    town.slack.reads_again_after = 60
    with pytest.raises(PostFailed):
        await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    await town.bot.post(ROOM, alert_card(an_alert()), delivery_id=1)
    assert len(town.slack.called("conversations.history")) == 1


async def test_the_courier_over_slacks_faults_loses_nothing_and_tells_nothing_twice(town: Town) -> None:
    store = town.house.store
    town.slack.channel("C2")
    rooms = [ROOM, Channel("slack", "C2", "T1")]
    player = await town.house.player("Ada Vale")
    for room in rooms:
        await store.add_watch(room, player.id, by="UADA")
        await store.save_channel_settings(room, ChannelSettings(broadcast=Stage.DONE))
    alerts = []
    for stage in (Stage.INTEREST, Stage.TALKS, Stage.BID, Stage.AGREED, Stage.DONE):
        alert = await town.house.report(player, "Crystal Palace", stage, hours_ago=9 - stage)
        assert alert is not None
        alerts.append(alert)
    courier = town.courier()
    town.slack.faults["chat.postMessage"] += [
        Fault(cut="after"), Fault(retry_after=1), Fault(), Fault(status=503), Fault(cut="before"), Fault(),
        Fault(error="internal_error"), Fault(cut="after"),
    ]  # fmt: skip
    moment = clock.now()
    courier.clock = lambda: moment
    for alert in alerts:
        await store.enqueue(alert.id, [(room, moment, None) for room in rooms])
        for _ in range(12):
            await courier.deliver_due()
            moment += timedelta(seconds=9)
    counts = await store.counts()
    assert counts[DeliveryState.SENT] == 10
    for room in ("C1", "C2"):
        root, *replies = town.slack.in_channel(room)
        assert [reply.thread for reply in replies] == [root.ts] * 4
        assert [reply.broadcast for reply in replies] == [False, False, False, True]
        told = [message.content["metadata"]["event_payload"]["delivery"] for message in (root, *replies)]
        assert len(set(told)) == 5
    assert town.slack.violations == []


async def test_a_channel_whose_post_hangs_holds_up_no_other(town: Town) -> None:
    store = town.house.store
    town.slack.channel("C2")
    player = await town.house.player("Ada Vale")
    courier = town.courier()
    running = asyncio.create_task(courier.run())
    town.slack.faults["chat.postMessage"].append(Fault(slow=2.5))
    for room, stage in (("C1", Stage.TALKS), ("C2", Stage.BID)):
        alert = await town.house.report(player, "Fulham", stage, hours_ago=9 - stage)
        assert alert is not None
        await store.enqueue(alert.id, [(Channel("slack", room, "T1"), clock.now(), None)])
        courier.wake()
        await town.slack.until(lambda: town.slack.called("chat.postMessage"))
    started = time.monotonic()
    await town.slack.until(lambda: town.slack.in_channel("C2"))
    assert time.monotonic() - started < 2
    assert town.slack.in_channel("C1") == []
    await town.slack.until(lambda: town.slack.in_channel("C1"))
    courier.stop()
    await running


async def test_a_stop_in_the_middle_of_a_post_and_a_new_start_tell_it_once(town: Town) -> None:
    store = town.house.store
    player = await town.house.player("Ada Vale")
    alert = await town.house.report(player, "Fulham", Stage.BID)
    assert alert is not None
    await store.enqueue(alert.id, [(ROOM, clock.now(), None)])
    town.slack.faults["conversations.history"].append(Fault(status=503))
    town.slack.faults["chat.postMessage"].append(Fault(cut="after"))
    first = asyncio.create_task(town.courier().run())
    await town.slack.until(lambda: town.slack.in_channel("C1"))
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    await store.release_claims()
    again = a_bot(town.slack, town.house)
    moment = Clock(clock.now())
    courier = Courier(store, {"slack": again}, moment, timedelta(days=9999))
    for _ in range(3):
        moment.turn(hours=1)
        await courier.deliver_due()
    await again.close()
    assert len(town.slack.in_channel("C1")) == 1
    (delivery,) = await store.deliveries(alert.id)
    assert delivery.message == f"C1:{town.slack.in_channel('C1')[0].ts}"
