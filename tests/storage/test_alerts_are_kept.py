import pytest

from links.claim import Deal, Stage, Status
from links.link import Kind
from storage.delivery import NewAlert
from storage.errors import Conflict
from storage.store import Store
from tests.storage.builders import HERE, NOON, a_channel, a_claim, after, an_alert, an_entry


def news(entry_id: int | None, player_id: int, stage: Stage = Stage.TALKS) -> NewAlert:
    claim = a_claim(stage=stage, deal=Deal.LOAN, fee="£5m", sources=("Ann Lee",), why=("rule", "gate"))
    return NewAlert(entry_id, player_id, claim, Kind.ESCALATED, Stage.INTEREST, NOON, after(minutes=2))


async def test_an_alert_carries_what_is_shown_of_its_claim_its_player_and_its_entry(store: Store) -> None:
    player = await store.add_player("Ada Vale-Oak")
    ids = await store.save_entries(None, [an_entry("k", link="https://f.example/a")], NOON)
    alert = await store.add_alert(news(ids["k"], player.id))
    assert await store.alert(alert.id) == alert
    assert (alert.player, alert.club, alert.kind) == ("Ada Vale-Oak", "Rovers", Kind.ESCALATED)
    assert (alert.before, alert.stage, alert.status) == (Stage.INTEREST, Stage.TALKS, Status.LIVE)
    assert (alert.deal, alert.fee, alert.sources, alert.why) == (
        Deal.LOAN,
        "£5m",
        ("Ann Lee",),
        ("rule", "gate"),
    )
    assert (alert.quote, alert.title, alert.outlet) == (a_claim().quote, an_entry().title, "Evening Post")
    assert (alert.link, alert.published, alert.seen) == ("https://f.example/a", NOON, after(minutes=2))
    assert await store.alerts([alert.id, 99]) == {alert.id: alert}
    assert await store.alert(99) is None


async def test_an_entry_says_a_thing_once_however_often_it_is_read(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    ids = await store.save_entries(None, [an_entry("k")], NOON)
    first = await store.add_alert(news(ids["k"], player.id))
    risen = await store.add_alert(news(ids["k"], player.id, Stage.AGREED))
    assert await store.add_alert(news(ids["k"], player.id)) == first
    assert await store.alerts_of(player.id) == [risen, first]


async def test_an_alert_of_nobody_or_of_no_entry_is_refused(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    for lost in (news(None, 99), news(77, player.id)):
        with pytest.raises(Conflict):
            await store.add_alert(lost)
    assert (await store.add_alert(news(None, player.id))).title == ""


async def test_alerts_are_paged_newest_first_by_player_and_by_link(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    told = [await an_alert(store, player.id, club="RC"[n % 2], seen=after(hours=n)) for n in range(5)]
    assert await store.alerts_of(player.id, limit=2) == [told[4], told[3]]
    assert await store.alerts_of(player.id, limit=9, before_id=told[3].id) == told[2::-1]
    assert await store.alerts_of(player.id, "C") == [told[3], told[1]]
    assert await store.alerts_of(player.id, "C", before_id=told[3].id) == [told[1]]
    assert await store.last_alert(player.id, "R") == told[4]
    assert await store.last_alert(player.id, "United") is None


async def test_a_further_report_marks_what_was_posted_to_be_edited(store: Store) -> None:
    alert = await an_alert(store)
    places = [HERE, a_channel(1), a_channel(2)]
    await store.enqueue(alert.id, [(place, NOON, None) for place in places])
    (posted,) = await store.claim_deliveries(NOON, 1, ["terminal"])
    await store.sent(posted.id, "message 1")
    (under_way,) = await store.claim_deliveries(NOON, 1, ["discord"])

    assert await store.add_report(alert.id, "Echo")
    assert not await store.add_report(alert.id, "Echo")
    assert not await store.add_report(alert.id, alert.outlet or "")
    assert not await store.add_report(99, "Echo")

    kept = await store.alert(alert.id)
    assert kept is not None
    assert kept.also == ("Echo",)
    assert [d.id for d in await store.edits(9)] == [posted.id]
    await store.sent(under_way.id, "message 2")
    assert [d.id for d in await store.edits(9)] == [posted.id, under_way.id]
    assert [d.message for d in await store.edits(9, ["discord"])] == ["message 2"]
    assert await store.edits(9, []) == []


async def test_an_edit_that_shows_too_few_reports_stays_to_be_done(store: Store) -> None:
    alert = await an_alert(store)
    await store.enqueue(alert.id, [(HERE, NOON, None)])
    (posted,) = await store.claim_deliveries(NOON, 1, ["terminal"])
    await store.sent(posted.id, "m")
    await store.add_report(alert.id, "Echo")
    await store.add_report(alert.id, "Globe")  # comes while the card with Echo is being posted
    await store.edited(posted.id, also=1)
    assert [d.id for d in await store.edits(9)] == [posted.id]
    await store.edited(posted.id, also=2)
    assert await store.edits(9) == []
    await store.add_report(alert.id, "Courier")
    await store.edited(posted.id)
    assert await store.edits(9) == []


async def test_what_was_misread_is_marked_and_what_was_posted_is_edited(store: Store) -> None:
    alert = await an_alert(store)
    assert await store.mark_misread(alert.id, "club")
    assert not await store.mark_misread(alert.id, "club")
    kept = await store.alert(alert.id)
    assert kept is not None
    assert kept.misread == "club"
    assert await store.mark_misread(alert.id, None)
    assert not await store.mark_misread(99, "club")


async def test_what_people_call_wrong_is_open_until_it_is_marked(store: Store) -> None:
    alert = await an_alert(store)
    for who, what in (("ann", "player"), ("ben", "player"), ("ann", "stage")):
        await store.add_feedback(alert.id, who, what)
    assert await store.open_feedback() == [(alert.id, "stage", 1), (alert.id, "player", 2)]
    await store.mark_misread(alert.id, "player")
    assert await store.open_feedback() == []


async def test_feedback_is_kept_once_for_each_person_and_word(store: Store) -> None:
    alert = await an_alert(store)
    assert await store.add_feedback(alert.id, "ann", "player")
    assert not await store.add_feedback(alert.id, "ann", "player")
    assert await store.add_feedback(alert.id, "ben", "player")
    assert [(f.by, f.what, f.at) for f in await store.feedback()] == [
        ("ben", "player", NOON),
        ("ann", "player", NOON),
    ]
    with pytest.raises(Conflict):
        await store.add_feedback(99, "ann", "player")
