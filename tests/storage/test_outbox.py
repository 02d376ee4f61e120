"""The way of a delivery, and who comes first."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storage.delivery import Delivery, DeliveryState
from storage.store import Store, open_store
from storage.watch import Channel
from tests.storage.builders import HERE, NOON, a_backlog, a_channel, after, an_alert

DISCORD = ["discord"]


async def drained(store: Store, *, limit: int, rounds: int) -> list[Delivery]:
    """What is claimed, and sent at once, in so many rounds."""
    told: list[Delivery] = []
    for _ in range(rounds):
        claimed = await store.claim_deliveries(after(hours=1), limit, ["discord", "terminal"])
        await store.all_sent((d.id, f"m{d.id}", None) for d in claimed)
        told += claimed
    return told


async def test_a_delivery_waits_is_claimed_and_is_sent(store: Store) -> None:
    alert = await an_alert(store)
    assert await store.enqueue(alert.id, [(HERE, NOON, "@ann")]) == 1
    (waiting,) = await store.waiting(HERE)
    assert waiting == Delivery(waiting.id, alert.id, HERE, DeliveryState.WAITING, NOON, mention="@ann")

    (claimed,) = await store.claim_deliveries(NOON, 5, ["terminal"])
    assert (claimed.id, claimed.state, claimed.attempts) == (waiting.id, DeliveryState.CLAIMED, 1)
    assert claimed.mention == "@ann"
    assert await store.claim_deliveries(NOON, 5, ["terminal"]) == []

    await store.sent(claimed.id, "message 7", NOON)
    await store.sent(claimed.id, "message 7", NOON + timedelta(hours=1))
    sent = await store.delivery(claimed.id)
    assert sent is not None
    assert (sent.state, sent.message, sent.sent) == (DeliveryState.SENT, "message 7", NOON)
    assert (await store.counts())[DeliveryState.SENT] == 1
    assert await store.next_due(NOON) is None


async def test_one_channel_gets_an_alert_once_however_often_it_is_enqueued(store: Store) -> None:
    alert = await an_alert(store)
    assert await store.enqueue(alert.id, [(HERE, NOON, None), (HERE, NOON, None)]) == 1
    (claimed,) = await store.claim_deliveries(NOON, 5, ["terminal"])
    await store.sent(claimed.id, "m")
    assert await store.enqueue(alert.id, [(HERE, NOON, None), (a_channel(1), NOON, None)]) == 1
    assert await store.enqueue(alert.id, []) == 0
    assert len(await store.deliveries(alert.id)) == 2


async def test_what_a_dead_process_had_goes_first_when_its_claim_is_over(store: Store) -> None:
    """As long as the platform can be asked for it, and before what is younger in its channel."""
    first = await an_alert(store, club="First")
    await store.enqueue(first.id, [(HERE, NOON, None)])
    assert len(await store.claim_deliveries(NOON, 5, ["terminal"], lease=timedelta(minutes=1))) == 1
    for number in range(30):
        later = await an_alert(store, club=f"Club {number}")
        await store.enqueue(later.id, [(HERE, NOON, None), (Channel("terminal", f"{number}"), NOON, None)])
    (again,) = await store.claim_deliveries(after(minutes=2), 1, ["terminal"])
    assert (again.alert_id, again.unsure) == (first.id, True)


async def test_nothing_is_told_before_it_is_due(store: Store) -> None:
    alert = await an_alert(store)
    await store.enqueue(alert.id, [(HERE, after(hours=8), None)])
    assert await store.claim_deliveries(after(hours=7), 5, ["terminal"]) == []
    assert await store.next_due(NOON) == after(hours=8)
    assert len(await store.claim_deliveries(after(hours=8), 5, ["terminal"])) == 1


async def test_only_the_platforms_that_were_named_are_claimed_and_waited_for(store: Store) -> None:
    alert = await an_alert(store)
    slack = Channel("slack", "C1", "T1")
    await store.enqueue(alert.id, [(slack, NOON, None), (HERE, after(hours=1), None)])
    assert await store.claim_deliveries(NOON, 5, ["terminal", "discord"]) == []
    assert await store.next_due(NOON, ["terminal"]) == after(hours=1)
    assert await store.next_due(NOON, ["slack", "terminal"]) == NOON
    assert await store.next_due(NOON, []) is None
    assert [d.channel for d in await store.claim_deliveries(NOON, 5, ["slack"])] == [slack]


@pytest.mark.parametrize(("limit", "shares"), [(4, (2, 2)), (5, (3, 2)), (1, (1, 0))])
async def test_platforms_share_a_claim_and_pass_on_what_they_do_not_need(
    store: Store, limit: int, shares: tuple[int, int]
) -> None:
    places = [a_channel(n, platform) for platform in ("discord", "slack") for n in range(9)]
    await a_backlog(store, places)
    claimed = await store.claim_deliveries(NOON, limit, ["slack", "discord"])
    platforms = [d.channel.platform for d in claimed]
    assert (platforms.count("discord"), platforms.count("slack")) == shares
    assert len(await store.claim_deliveries(NOON, 99, ["slack", "discord", "terminal"])) == 18 - limit


async def test_what_could_not_be_posted_comes_again_later_with_its_reason(store: Store) -> None:
    alert = await an_alert(store)
    await store.enqueue(alert.id, [(HERE, NOON, None)])
    (first,) = await store.claim_deliveries(NOON, 5, ["terminal"])
    await store.retry(first.id, after(minutes=1), "503")
    assert await store.claim_deliveries(NOON, 5, ["terminal"]) == []
    assert await store.next_due(NOON) == after(minutes=1)
    (second,) = await store.claim_deliveries(after(minutes=1), 5, ["terminal"])
    assert (second.id, second.attempts, second.error, second.unsure) == (first.id, 2, "503", False)
    await store.retry(second.id, after(minutes=2), "cut", unsure=True)
    (third,) = await store.claim_deliveries(after(minutes=2), 5, ["terminal"])
    assert third.unsure


async def test_a_channel_in_trouble_gets_one_try_and_keeps_its_order(store: Store) -> None:
    await a_backlog(store, [HERE], alerts=3)
    first, *rest = await store.claim_deliveries(after(seconds=3), 9, ["terminal"])
    await store.retry(first.id, after(minutes=5), "down")
    await store.put_back([d.id for d in rest])
    later = await an_alert(store, seen=after(minutes=1))
    await store.enqueue(later.id, [(HERE, after(minutes=1), None)])

    (one,) = await store.claim_deliveries(after(minutes=2), 1, ["terminal"])
    assert one.id == rest[0].id  # was put back for at once; the caller who wants it later says so
    await store.put_back([one.id, rest[1].id], after(minutes=5))
    await store.retry(one.id, after(minutes=5), "down")
    assert await store.claim_deliveries(after(minutes=4), 9, ["terminal"]) == []
    again = await store.claim_deliveries(after(minutes=5), 9, ["terminal"])
    assert [d.id for d in again] == [first.id, *(d.id for d in rest), again[-1].id]
    assert again[-1].alert_id == later.id


async def test_what_is_handed_back_untried_does_not_count_as_a_try(store: Store) -> None:
    await a_backlog(store, [HERE])
    (one,) = await store.claim_deliveries(NOON, 9, ["terminal"])
    await store.put_back([one.id])
    (again,) = await store.claim_deliveries(NOON, 9, ["terminal"])
    assert (again.id, again.attempts, again.unsure) == (one.id, 1, False)


async def test_a_channel_with_something_under_way_gives_nothing_more_until_it_ended(store: Store) -> None:
    await a_backlog(store, [HERE], alerts=2)
    (first,) = await store.claim_deliveries(after(minutes=1), 1, ["terminal"])
    assert await store.claim_deliveries(after(minutes=1), 1, ["terminal"]) == []
    assert await store.next_due(NOON) == after(minutes=3)  # when the claim runs out
    await store.sent(first.id, "m")
    assert await store.next_due(NOON) == NOON
    assert len(await store.claim_deliveries(after(minutes=1), 1, ["terminal"])) == 1


async def test_a_claim_that_ran_out_is_given_again_and_marked_unsure(store: Store) -> None:
    alert = await an_alert(store)
    await store.enqueue(alert.id, [(HERE, NOON, None)])
    (first,) = await store.claim_deliveries(NOON, 5, ["terminal"], lease=timedelta(seconds=30))
    assert await store.claim_deliveries(after(seconds=29), 5, ["terminal"]) == []
    (again,) = await store.claim_deliveries(after(seconds=30), 5, ["terminal"])
    assert (again.id, again.unsure, again.attempts) == (first.id, True, 2)
    await store.sent(first.id, "m")  # the first claimer was slow, not dead
    await store.retry(again.id, after(minutes=9), "too late")
    kept = await store.delivery(first.id)
    assert kept is not None
    assert (kept.state, kept.unsure) == (DeliveryState.SENT, False)


async def test_a_restart_takes_back_what_was_claimed_and_marks_it_unsure(store: Store) -> None:
    await a_backlog(store, [HERE, a_channel(1)])
    await store.claim_deliveries(NOON, 1, ["terminal"])
    assert await store.release_claims() == 1
    assert await store.release_claims() == 0
    claimed = await store.claim_deliveries(NOON, 9, ["terminal", "discord"])
    assert {d.channel: d.unsure for d in claimed} == {HERE: True, a_channel(1): False}


async def test_a_delivery_knows_what_it_tells_beside_its_own(store: Store) -> None:
    player = (await store.add_player("Ada Vale")).id
    for n, club in enumerate(["Rovers", "United", "Rovers", "Rovers"]):
        alert = await an_alert(store, player, club=club, seen=after(seconds=n))
        due = after(hours=9) if n < 2 else after(seconds=n)
        await store.enqueue(alert.id, [(HERE, due, None), (a_channel(1), due, None)])
    now = after(hours=1)
    told, last = await store.claim_deliveries(now, 9, ["terminal"])
    first, other_club = await store.waiting(HERE)
    assert {
        whole: [p.id for p in parts] for whole, parts in (await store.parts([told.id, last.id])).items()
    } == {
        told.id: [first.id],
        last.id: [first.id],
    }
    await store.merged([first.id, told.id], into=last.id)
    await store.sent(last.id, "m")
    assert {p.id: p.state for p in (await store.parts([last.id]))[last.id]} == {
        first.id: DeliveryState.MERGED,
        told.id: DeliveryState.MERGED,
    }
    assert await store.parts([told.id, other_club.id]) == {}


async def test_what_is_unsure_has_nothing_that_waits_for_its_part(store: Store) -> None:
    player = (await store.add_player("Ada Vale")).id
    for n, due in enumerate([after(hours=9), NOON]):
        alert = await an_alert(store, player, seen=after(seconds=n))
        await store.enqueue(alert.id, [(HERE, due, None)])
    await store.claim_deliveries(after(hours=1), 9, ["terminal"])
    await store.release_claims()
    (unsure,) = await store.claim_deliveries(after(hours=1), 9, ["terminal"])
    assert unsure.unsure
    assert await store.parts([unsure.id]) == {}


async def test_what_is_given_up_or_merged_is_never_claimed_again(store: Store) -> None:
    await a_backlog(store, [HERE], alerts=3)
    one, two, three = await store.waiting(HERE)
    await store.give_up(one.id, "unknown channel")
    await store.merged([two.id])
    assert [d.id for d in await store.claim_deliveries(after(hours=1), 9, ["terminal"])] == [three.id]
    await store.sent(three.id, "m")
    for late in (one, two, three):
        await store.give_up(late.id, "late")
        await store.merged([late.id])
        await store.retry(late.id, NOON, "late")
        await store.put_back([late.id])
    states = [d.state for id in (one, two, three) if (d := await store.delivery(id.id))]
    assert states == [DeliveryState.GIVEN_UP, DeliveryState.MERGED, DeliveryState.SENT]
    given_up = await store.delivery(one.id)
    assert given_up is not None
    assert given_up.error == "unknown channel"


async def test_all_that_is_held_back_from_a_channel_is_due_when_it_is_let_go(store: Store) -> None:
    await a_backlog(store, [HERE], alerts=3)
    (first,) = await store.claim_deliveries(NOON, 1, ["terminal"])
    await store.retry(first.id, after(days=1), "it is lost")
    assert await store.claim_deliveries(after(hours=1), 9, ["terminal"]) == []
    assert await store.let_go(HERE, after(hours=2)) == 3
    assert await store.claim_deliveries(after(hours=1), 9, ["terminal"]) == []
    assert len(await store.claim_deliveries(after(hours=2), 9, ["terminal"])) == 3
    late = await an_alert(store, club="Late")
    await store.enqueue(late.id, [(HERE, after(hours=3), None)])
    assert [d.due for d in await store.waiting(HERE)] == [after(hours=3)]


async def test_what_waits_for_a_later_hour_is_not_let_go(store: Store) -> None:
    alert = await an_alert(store)
    await store.enqueue(alert.id, [(HERE, after(days=3), None)])
    assert await store.let_go(HERE, after(hours=1)) == 0
    assert [d.due for d in await store.waiting(HERE)] == [after(days=3)]


async def test_deliveries_come_oldest_first(store: Store) -> None:
    await a_backlog(store, [a_channel(n) for n in range(3)], alerts=2)
    claimed = await store.claim_deliveries(after(hours=1), 9, DISCORD)
    assert [d.due for d in claimed] == [NOON] * 3 + [after(seconds=1)] * 3


async def test_a_long_backlog_of_one_channel_keeps_nobody_waiting(store: Store) -> None:
    await a_backlog(store, [a_channel(0)], alerts=60)
    await a_backlog(store, [a_channel(n) for n in range(1, 5)], seen=after(minutes=5))
    told = await drained(store, limit=5, rounds=2)
    assert {d.channel for d in told} == {a_channel(n) for n in range(5)}


async def test_an_alert_to_few_does_not_wait_behind_an_alert_to_many(store: Store) -> None:
    await a_backlog(store, [a_channel(n) for n in range(1200)])
    await drained(store, limit=50, rounds=2)
    few = [a_channel(n) for n in range(5000, 5003)]
    await a_backlog(store, few, seen=after(minutes=5))
    told = await drained(store, limit=10, rounds=1)
    assert set(few) <= {d.channel for d in told}
    assert len(told) == 10


async def test_after_quiet_hours_a_long_list_keeps_nobody_waiting(store: Store) -> None:
    at_night = await an_alert(store)
    quiet = [(a_channel(n), after(minutes=30), None) for n in range(800)]
    await store.enqueue(at_night.id, quiet)
    told = await drained(store, limit=10, rounds=1)
    await a_backlog(store, [a_channel(9000)], seen=after(minutes=31))
    told += await drained(store, limit=10, rounds=1)
    assert a_channel(9000) in {d.channel for d in told}
    rest = await drained(store, limit=100, rounds=9)
    assert len({d.id for d in told + rest}) == 801


async def test_a_large_alert_is_enqueued_whole_and_sent_once_to_each(store: Store) -> None:
    places = [a_channel(n) for n in range(1201)]
    await a_backlog(store, places)
    told = await drained(store, limit=300, rounds=6)
    assert sorted(d.channel.id for d in told) == sorted(place.id for place in places)


STEP = st.one_of(
    st.tuples(st.just("enqueue"), st.lists(st.integers(0, 4), min_size=1, max_size=5), st.integers(0, 3)),
    st.tuples(st.just("claim"), st.integers(1, 6), st.integers(0, 5)),
    st.tuples(st.just("end"), st.sampled_from(["sent", "retry", "put back", "merged"]), st.integers(0, 5)),
    st.tuples(st.just("crash"), st.none(), st.integers(0, 1)),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(STEP, max_size=25))
async def test_whatever_happens_nothing_is_lost_and_nothing_is_sent_twice(
    steps: list[tuple[str, object, int]],
) -> None:
    async with open_store(":memory:") as store:
        now, wanted, held, sent = NOON, 0, [], []
        for what, value, number in steps:
            now += timedelta(minutes=1)
            if what == "enqueue":
                alert = await an_alert(store, seen=now)
                due = now + timedelta(minutes=number)
                wanted += await store.enqueue(alert.id, [(a_channel(n), due, None) for n in value])
            elif what == "claim":
                held += await store.claim_deliveries(now, value, DISCORD, lease=timedelta(days=1))
            elif what == "end" and held:
                sent += await _end(store, held.pop(number % len(held)), value, now)
            elif what == "crash":
                held.clear()
                await store.release_claims()
        await store.release_claims()
        while left := await store.claim_deliveries(now + timedelta(days=1), 3, DISCORD):
            sent += [d.id for d in left]
            await store.all_sent((d.id, "m", None) for d in left)
    assert len(sent) == len(set(sent)) == wanted


async def _end(store: Store, delivery: Delivery, how: str, now: object) -> list[int]:
    if how == "retry":
        await store.retry(delivery.id, now + timedelta(minutes=3), "no")
    elif how == "put back":
        await store.put_back([delivery.id])
    else:
        await (store.sent(delivery.id, "m") if how == "sent" else store.merged([delivery.id]))
        return [delivery.id]
    return []
