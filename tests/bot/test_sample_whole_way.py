"""The sample story through everything: served, polled, read, decided, kept, delivered; nothing is faked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bot.cards.card import Card
from bot.delivery.deliver import Courier
from bot.polling.poll import Poller
from bot.sample.play import keep_played, open_sample, play
from bot.sample.story import load_story
from feeds.fetch import open_session
from links.claim import Stage, Status
from links.link import Kind
from storage.store import Store, open_store
from tests.bot.fake_platform import FakePlatform
from tests.bot.world import NAMES, ROOM

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
Told = tuple[str, str, Kind, Stage, Status]


@dataclass
class Played:
    store: Store
    platform: FakePlatform

    @property
    def cards(self) -> list[Card]:
        return [message.card for message in self.platform.messages.values()]


async def played(store: Store, until_told: bool = True) -> Played:
    """The story told to its end in a room, the present standing still; or read only, its alerts waiting."""
    platform = FakePlatform()
    sample = await open_sample(store, ROOM, lambda: NOW)
    try:
        async with open_session(user_agent="test", allowed_hosts=frozenset({sample.host})) as session:
            courier = Courier(store, {platform.name: platform}, lambda: NOW)
            poller = Poller(
                store, session, lambda: NAMES, lambda: NOW, timedelta(minutes=5), random=Random(1)
            )
            await play(sample, store, poller, pause=0)
            while until_told and await courier.deliver_due():
                pass
            if until_told:
                await keep_played(store)
    finally:
        await sample.close()
    return Played(store, platform)


def meant() -> list[Told]:
    """What the story says that the watchers of its players should be told, in order."""
    story = load_story()
    return [
        (report.player, report.club, report.alert, report.stage, report.status)
        for entry in story.entries
        for report in entry.reports
        if report.alert and report.player in story.watched
    ]


async def told(played: Played) -> list[Told]:
    alerts = [await played.store.alert(card.number or 0) for card in played.cards]
    return [(a.player, a.club, a.kind, a.stage, a.status) for a in alerts if a is not None]


async def test_every_alert_of_the_story_is_told_once_in_order_and_nothing_else() -> None:
    async with open_store(":memory:", clock=lambda: NOW) as store:
        assert await told(await played(store)) == meant()


async def test_a_story_that_was_read_to_its_end_and_not_told_yet_is_told_at_the_next_start() -> None:
    async with open_store(":memory:", clock=lambda: NOW) as store:
        assert await told(await played(store, until_told=False)) == []
        assert await told(await played(store)) == meant()


async def test_a_watch_that_a_person_made_on_a_player_of_the_sample_outlives_its_end() -> None:
    async with open_store(":memory:", clock=lambda: NOW) as store:
        first = await told(await played(store))
        (player,) = await store.players_named(["Idris Valcourt"])
        await store.add_watch(ROOM, player.id, None, from_stage=Stage.TALKS, by="you")
        again = await told(await played(store))
        watches = await store.watches(ROOM)
        named = await store.players_named(["Idris Valcourt"])
    assert [(w.from_stage, w.by) for w in watches if w.player_id == named[0].id] == [(Stage.TALKS, "you")]
    assert len(named) == 1
    assert any(t[0] == "Idris Valcourt" for t in again)
    assert len(again) < len(first)


async def test_repeats_by_other_outlets_stand_on_the_card_that_was_first() -> None:
    async with open_store(":memory:", clock=lambda: NOW) as store:
        cards = (await played(store)).cards
    assert sum("Also reported by" in str(card.parts) for card in cards) >= 3


async def test_the_other_player_of_the_surname_has_a_link_of_his_own_and_alerts_nobody() -> None:
    async with open_store(":memory:", clock=lambda: NOW) as store:
        await played(store)
        tregarths = [p for p in await store.players() if p.name.endswith("Tregarth")]
        clubs = {p.name: {link.club for link in await store.links_of(p.id)} for p in tregarths}
    assert clubs == {"Owen Tregarth": {"Leeds United", "Sevilla"}, "Callum Tregarth": {"Brentford"}}
