import asyncio
import json
from dataclasses import fields, replace
from datetime import time, timedelta

import pytest

from links.claim import Stage
from links.link import Kind
from storage.errors import Conflict
from storage.store import Store
from storage.watch import Channel, ChannelSettings, Watch
from tests.storage.builders import HERE, NOON, a_channel, an_alert


async def test_a_watch_is_one_for_each_channel_player_and_club(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    first = await store.add_watch(HERE, player.id, by="ann")
    pair = await store.add_watch(HERE, player.id, "Rovers")
    club = await store.add_watch(HERE, None, "Rovers")
    again = await store.add_watch(HERE, player.id, None, Stage.BID, "ben", mention="<@1>")
    assert again == replace(first, from_stage=Stage.BID, by="ben", mention="<@1>")
    assert first.created == NOON
    assert await store.watches(HERE) == [again, pair, club]
    assert await store.watch(pair.id) == pair


async def test_the_same_id_in_another_space_or_platform_is_another_channel(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    places = [Channel("slack", "C1", "T1"), Channel("slack", "C1", "T2"), Channel("discord", "C1", "T1")]
    for place in places:
        await store.add_watch(place, player.id)
    assert [w.channel for place in places for w in await store.watches(place)] == places


async def test_news_concerns_watches_of_the_player_the_pair_and_the_club(store: Store) -> None:
    ada, ben = await store.add_player("Ada Vale"), await store.add_player("Ben Oak")
    hers = await store.add_watch(a_channel(1), ada.id)
    pair = await store.add_watch(a_channel(2), ada.id, "Rovers")
    club = await store.add_watch(a_channel(3), None, "Rovers")
    await store.add_watch(a_channel(4), ada.id, "City")
    await store.add_watch(a_channel(5), ben.id)
    await store.add_watch(a_channel(6), ben.id, "Rovers")
    paused = await store.add_watch(a_channel(7), ada.id)
    await store.pause_watch(paused.id, "may not post there")
    on = await store.watches_on(ada.id, "Rovers")
    assert sorted(on, key=lambda w: w.id) == [hers, pair, club]


async def test_followers_come_page_by_page_each_channel_once_with_those_that_ask_alike(store: Store) -> None:
    ada = await store.add_player("Ada Vale")
    places = [a_channel(number) for number in range(9)]
    for number, place in enumerate(places):
        await store.add_watch(place, ada.id, by=f"p{number}", mention="@ann" if number == 5 else None)
        if number % 2:
            await store.add_watch(place, ada.id, "Rovers")
        if number % 3 == 0:
            await store.add_watch(place, None, "Rovers")
    await store.save_channel_settings(places[3], ChannelSettings(tier=2))
    numbers = await store.numbers_of(places)
    for at_once in (3, 4, 5, 100):
        pages = [page async for page in store.followers(ada.id, "Rovers", at_once=at_once)]
        followers = [each for page in pages for each in page]
        assert sorted(n for each in followers for n in each.numbers) == sorted(numbers.values())
        for each in followers:
            for place in (place for place in places if numbers[place] in each.numbers):
                mine = [w for w in await store.watches_on(ada.id, "Rovers") if w.channel == place]
                assert [_asked(w) for w in mine] == [_asked(w) for w in each.watches]
                assert await store.channel_settings(place) == each.settings
    # With everything in one page: 0 6, 1 7, 2 4 8, 3, 5.
    assert sorted(len(each.numbers) for each in followers) == [1, 1, 2, 2, 3]
    assert [page async for page in store.followers(ada.id + 1, "City")] == []


def _asked(watch: Watch) -> tuple[object, ...]:
    return watch.player_id, watch.club, watch.from_stage, watch.mention


async def test_who_is_newly_watched_is_found_without_reading_all(store: Store) -> None:
    ada, ben = await store.add_player("Ada Vale"), await store.add_player("Ben Oak")
    await store.add_watch(HERE, ada.id)
    first = await store.last_watch()
    assert await store.watched_since(first) == ([], first)
    await store.add_watch(a_channel(1), ben.id)
    await store.add_watch(a_channel(2), ben.id)
    assert await store.watched_since(first) == ([ben], await store.last_watch())
    assert (await store.watched_players(), await store.count_watched()) == ([ada, ben], 2)


async def test_a_paused_watch_says_why_and_goes_on_again(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    watch = await store.add_watch(HERE, player.id)
    assert await store.pause_watch(watch.id, "no permission")
    assert [w.paused for w in await store.watches(HERE)] == ["no permission"]
    assert (await store.add_watch(HERE, player.id)).paused is None
    await store.add_watch(HERE, None, "Rovers")
    assert await store.pause_channel(HERE, "gone") == 2
    assert await store.pause_channel(HERE, None) == 2
    assert await store.pause_channel(a_channel(9), "gone") == 0
    assert not await store.pause_watch(99, "none")
    assert [w.paused for w in await store.all_watches()] == [None, None]


async def test_a_removed_watch_is_gone_and_its_id_is_never_used_again(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    watch = await store.add_watch(HERE, player.id)
    assert await store.remove_watch(watch.id)
    assert not await store.remove_watch(watch.id)
    assert (await store.add_watch(HERE, player.id)).id > watch.id


async def test_a_watch_of_nothing_or_nobody_is_refused(store: Store) -> None:
    with pytest.raises(ValueError, match="player or a club"):
        await store.add_watch(HERE, None)
    with pytest.raises(Conflict):
        await store.add_watch(HERE, 99)
    assert await store.all_watches() == []


async def test_watches_are_counted_by_channel_of_one_space_and_read_as_far_as_asked(store: Store) -> None:
    players = [await store.add_player(name) for name in ("Ada Vale", "Bea Quill", "Cleo Marsh")]
    busy, calm = Channel("slack", "C1", "T1"), Channel("slack", "C2", "T1")
    for channel, count in ((calm, 1), (busy, 3), (Channel("slack", "C1", "T2"), 2)):
        for player in players[:count]:
            await store.add_watch(channel, player.id, by="ann")
    await store.add_watch(Channel("discord", "C1", "T1"), players[0].id, by="ann")
    assert await store.watch_counts("slack", "T1") == [(busy, 3), (calm, 1)]
    assert await store.watch_counts("slack", "T9") == []
    assert await store.first_watches(busy, 2) == (await store.watches(busy))[:2]


async def test_watches_are_exported_with_their_players(store: Store) -> None:
    player = await store.add_player("Ada Vale", ["A. Vale"])
    await store.add_player("Ben Oak")
    one, two = await store.add_watch(HERE, player.id), await store.add_watch(HERE, None, "Rovers")
    assert await store.export_watches() == [(one, player), (two, None)]


async def test_settings_are_the_defaults_until_some_are_set(store: Store) -> None:
    assert await store.channel_settings(HERE) == ChannelSettings()
    mine = ChannelSettings(
        lowest=Stage.BID, kinds=frozenset({Kind.NEW, Kind.REVIVED}), tier=2, quiet_from=time(22, 30),
        quiet_to=time(7), timezone="Europe/London", digest=time(9), threads=True, language="de",
    )  # fmt: skip
    await store.save_channel_settings(HERE, mine)
    assert await store.channel_settings(HERE) == mine
    assert await store.settings_of([HERE, a_channel(1)]) == {HERE: mine, a_channel(1): ChannelSettings()}
    assert await store.all_channel_settings() == [(HERE, mine)]
    await store.save_channel_settings(HERE, ChannelSettings())
    assert await store.all_channel_settings() == []


def test_settings_survive_a_field_that_this_version_does_not_know() -> None:
    kept = ChannelSettings(tier=2).as_json() | {"hologram": True}
    assert ChannelSettings.from_json(kept) == ChannelSettings(tier=2)


async def test_a_kept_setting_that_cannot_be_is_the_trouble_of_nobody_else(store: Store) -> None:
    other = replace(HERE, id="other")
    await store.save_channel_settings(HERE, ChannelSettings(timezone="Mars/Base", tier=2))
    await store.save_channel_settings(other, ChannelSettings(tier=3))
    assert await store.settings_of([HERE, other]) == {
        HERE: ChannelSettings(tier=2),
        other: ChannelSettings(tier=3),
    }


def test_settings_keep_only_what_differs_from_the_defaults() -> None:
    assert ChannelSettings().as_json() == {}
    assert ChannelSettings(lowest=Stage.TALKS).as_json() == {"lowest": "talks"}


def test_every_setting_can_be_written_and_read() -> None:
    other = {
        "lowest": Stage.DONE, "kinds": frozenset({Kind.NEW}), "tier": 1,
        "quiet_from": time(1), "quiet_to": time(2), "timezone": "Europe/Rome", "digest": time(3),
        "threads": True, "broadcast": Stage.BID, "publish": True, "anyone": True, "language": "it",
    }  # fmt: skip
    assert other.keys() == {field.name for field in fields(ChannelSettings)}
    changed = ChannelSettings(**other)
    assert ChannelSettings.from_json(json.loads(json.dumps(changed.as_json()))) == changed


@pytest.mark.parametrize(
    "wrong",
    [{"lowest": "gossip"}, {"lowest": 3}, {"kinds": "new"}, {"kinds": ["old"]}, {"tier": 5}, {"tier": "1"},
     {"quiet_from": "25:00"}, {"quiet_to": 7}, {"timezone": 1}, {"timezone": "Mars/Base"},
     {"timezone": "Europe"}, {"timezone": "../etc"}, {"threads": "yes"}, {"language": None}],
)  # fmt: skip
def test_a_setting_that_cannot_be_is_named(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=f"the setting {next(iter(wrong))} cannot be"):
        ChannelSettings.from_json(wrong)


async def test_a_forgotten_channel_takes_its_watches_settings_and_deliveries_with_it(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    alert = await an_alert(store, player.id)
    places = [a_channel(1), a_channel(2), HERE]
    for place in places:
        await store.add_watch(place, player.id)
        await store.save_channel_settings(place, ChannelSettings(tier=1))
    await store.enqueue(alert.id, [(place, NOON, None) for place in places])
    assert await store.forget_channel(a_channel(1))
    assert not await store.forget_channel(a_channel(1))
    assert await store.forget_space("discord", "guild") == 1
    assert [w.channel for w in await store.all_watches()] == [HERE]
    assert [d.channel for d in await store.deliveries(alert.id)] == [HERE]
    assert await store.all_channel_settings() == [(HERE, ChannelSettings(tier=1))]


async def test_facts_are_kept_changed_and_dropped(store: Store) -> None:
    assert await store.fact("discord commands") is None
    await store.set_fact("discord commands", "ab12")
    await store.set_fact("discord commands", "cd34")
    assert await store.fact("discord commands") == "cd34"
    await store.set_fact("discord commands", None)
    assert await store.fact("discord commands") is None


async def test_a_first_time_is_the_first_for_all_until_it_is_forgotten(store: Store) -> None:
    await store.set_fact("other", "0")
    said = await asyncio.gather(*(store.first_times(["event:1"], NOON) for _ in range(5)))
    assert sorted(said) == [[False], [False], [False], [False], [True]]
    later = NOON + timedelta(hours=1)
    assert await store.first_times(["event:1", "event:2", "event:2"], later) == [False, True, False]
    assert await store.forget_times(NOON + timedelta(minutes=1)) == 1
    assert await store.first_times(["event:2", "event:1"], NOON + timedelta(hours=2)) == [False, True]
    assert await store.fact("other") == "0"
