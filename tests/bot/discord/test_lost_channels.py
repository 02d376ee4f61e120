"""Channels that cannot be posted to: paused, told once, and going on by themselves."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import clock
from bot.discord import departed
from bot.discord.departed import Departed
from bot.discord.places import home
from links.claim import Stage
from storage.errors import DatabaseUnusable
from storage.watch import Channel, Watch
from tests.bot.discord.people import read
from tests.bot.discord.stage import Lobby, a_house
from tests.bot.discord.town import Json


async def watched(lobby: Lobby, place: Channel | None = None, by: str | None = None) -> None:
    player = await lobby.house.player("Ada Vale")
    await lobby.house.store.add_watch(place or lobby.here, player.id, by=by or lobby.boss.id)


async def the_watch(lobby: Lobby, place: Channel | None = None) -> Watch:
    (watch,) = await lobby.house.store.watches(place or lobby.here)
    return watch


async def letters(lobby: Lobby, user: Json) -> list[str]:
    return [read(message) for message in lobby.shown(lobby.fake.town.direct(user))]


@pytest.mark.parametrize(
    ("denied", "reason"),
    [("view_channel", "View Channel"), ("send_messages", "Send Messages")],
)
async def test_a_permission_that_is_gone_pauses_tells_the_maker_once_and_comes_back(
    lobby: Lobby, denied: str, reason: str
) -> None:
    await watched(lobby)
    await lobby.fake.forbid(lobby.room, lobby.fake.town.bot, denied)
    for stage in (Stage.TALKS, Stage.BID):
        await lobby.told(await lobby.news(stage=stage))
    assert reason in str((await the_watch(lobby)).paused)
    for _ in range(3):
        await lobby.losses.look()
    (letter,) = await letters(lobby, lobby.boss.user)
    assert reason in letter
    assert "#transfers in The Club House" in letter
    assert lobby.fake.count("POST", f"/channels/{lobby.room['id']}/messages") == 1

    looking = asyncio.create_task(lobby.losses.run())
    await lobby.fake.forbid(lobby.room, lobby.fake.town.bot)
    async with asyncio.timeout(5):
        while (await the_watch(lobby)).paused:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    looking.cancel()
    await lobby.told(await lobby.news(stage=Stage.AGREED))
    assert [
        stage in read(said) for said, stage in zip(lobby.shown(), ("Talks", "Bid", "Agreed"), strict=True)
    ]
    assert len(await letters(lobby, lobby.boss.user)) == 1


async def test_a_dead_channel_costs_one_request_for_all_that_waited(lobby: Lobby) -> None:
    await watched(lobby)
    alerts = [await lobby.news(stage=stage) for stage in (Stage.INTEREST, Stage.TALKS, Stage.BID)]
    for alert in alerts:
        await lobby.house.store.enqueue(alert.id, [(lobby.here, lobby.clock(), None)])
    await lobby.fake.delete(lobby.room)
    await lobby.deliver()
    assert lobby.fake.count("POST", "/messages") == 1
    assert (await the_watch(lobby)).paused == "the channel was deleted"


async def test_a_lost_channel_that_is_gone_is_not_asked_for_at_each_look(lobby: Lobby) -> None:
    await watched(lobby)
    await lobby.until(lambda: (client := lobby.platform._line.client) and client.standing)
    await lobby.fake.delete(lobby.room)
    await lobby.told(await lobby.news())
    for _ in range(5):
        await lobby.losses.look()
    assert (await the_watch(lobby)).paused
    assert lobby.fake.count("GET", f"/channels/{lobby.room['id']}") == 1


async def test_what_a_person_muted_stays_muted_when_the_channel_comes_back(lobby: Lobby) -> None:
    await watched(lobby)
    await lobby.house.store.pause_watch((await the_watch(lobby)).id, "muted")
    await lobby.losses.lose(lobby.here, "gone")
    await lobby.losses.regain(lobby.here)
    assert (await the_watch(lobby)).paused == "muted"


async def test_closed_direct_messages_are_tried_again_after_a_day(lobby: Lobby) -> None:
    place = home(int(lobby.fan.id))
    await watched(lobby, place, lobby.fan.id)
    lobby.fake.town.closed_to.add(lobby.fan.id)
    await lobby.told(await lobby.news(), place)
    assert (await the_watch(lobby, place)).paused == "this person takes no direct messages from the bot"
    await lobby.losses.look()
    assert (await the_watch(lobby, place)).paused
    lobby.clock.time += timedelta(days=1, minutes=1)
    await lobby.losses.look()
    assert (await the_watch(lobby, place)).paused is None


async def test_a_person_who_is_no_more_rests_and_costs_one_request(lobby: Lobby) -> None:
    place = home(int(lobby.fan.id))
    await watched(lobby, place, lobby.fan.id)
    del lobby.fake.town.users[lobby.fan.id]
    for stage in (Stage.TALKS, Stage.BID):
        alert = await lobby.news(stage=stage)
        await lobby.house.store.enqueue(alert.id, [(place, lobby.clock(), None)])
    await lobby.deliver()
    assert (await the_watch(lobby, place)).paused == "this person is not on Discord any more"
    assert lobby.fake.count("POST", "/users/@me/channels") == 1


async def test_the_owner_is_told_where_the_maker_cannot_be(lobby: Lobby) -> None:
    await watched(lobby)
    lobby.fake.town.closed_to.add(lobby.boss.id)
    await lobby.losses.lose(lobby.here, "it is closed")
    await lobby.losses.look()
    owner = lobby.fake.town.users[lobby.guild["owner_id"]]
    assert len(await letters(lobby, owner)) == 1


async def test_nobody_is_told_twice_over_a_restart(lobby: Lobby) -> None:
    await watched(lobby)
    await lobby.losses.lose(lobby.here, "it is closed")
    await lobby.fake.forbid(lobby.room, lobby.fake.town.bot, "send_messages")
    await lobby.losses.look()
    again = type(lobby.losses)(lobby.house.store, {"discord": lobby.platform}, lobby.clock)
    await again.look()
    await again.lose(lobby.here, "it is closed")
    await again.look()
    assert len(await letters(lobby, lobby.boss.user)) == 1


async def test_a_server_that_removed_the_bot_is_forgotten_after_a_month(lobby: Lobby) -> None:
    await watched(lobby)
    await lobby.fake.remove_bot(lobby.guild)
    await asyncio.sleep(0.1)
    departed = lobby.platform.departed
    lobby.clock.time += timedelta(days=29)
    assert await departed.forget_long_gone() == []
    lobby.clock.time += timedelta(days=2)
    assert await departed.forget_long_gone() == [lobby.guild["id"]]
    assert await lobby.house.store.watches(lobby.here) == []


async def test_a_database_that_is_away_for_a_moment_does_not_end_the_forgetting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []

    class Moody(Departed):
        async def forget_long_gone(self) -> list[str]:
            looked.append("")
            raise DatabaseUnusable("club.db", "another program holds it", may_pass=True)

    monkeypatch.setattr(departed, "_LOOK_EVERY", timedelta(0))
    async with a_house() as house:
        keeping = asyncio.create_task(Moody(house.store, clock.now).keep_house())
        async with asyncio.timeout(5):
            while len(looked) < 3 and not keeping.done():  # noqa: ASYNC110
                await asyncio.sleep(0)
        keeping.cancel()
        assert len(looked) == 3


async def test_a_server_that_comes_back_in_time_keeps_its_watches(lobby: Lobby) -> None:
    await watched(lobby)
    await lobby.fake.remove_bot(lobby.guild)
    await asyncio.sleep(0.1)
    await lobby.fake.add_bot(lobby.guild)
    await asyncio.sleep(0.1)
    lobby.clock.time += timedelta(days=40)
    assert await lobby.platform.departed.forget_long_gone() == []


async def test_a_server_that_removed_the_bot_while_it_was_away_is_noticed(lobby: Lobby) -> None:
    await watched(lobby)
    await lobby.stop()
    del lobby.fake.town.members[lobby.guild["id"], lobby.fake.town.bot["id"]]
    await lobby.platform.departed.compare(set())
    lobby.clock.time += timedelta(days=31)
    assert await lobby.platform.departed.forget_long_gone() == [lobby.guild["id"]]
