"""The gateway's ups and downs: the bot comes back by itself."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable

import pytest
from discord.gateway import KeepAliveHandler

from bot.discord.client import Client
from bot.discord.places import channel as place_of
from bot.discord.platform import Discord
from bot.platform import PlatformRefused
from tests.bot.discord.fake import TOKEN, Fake
from tests.bot.discord.stage import Lobby, a_lobby, no_picture


async def answers(lobby: Lobby) -> bool:
    return "What you can ask" in (await lobby.fan.command("help", lobby.room)).text


async def drop(fake: Fake) -> None:
    await fake.gateway.drop(4000)


async def cut(fake: Fake) -> None:
    fake.gateway.joined.clear()
    for session in fake.gateway.sessions.values():
        assert session.wire is not None
        transport = session.wire.socket._req.transport  # type: ignore[union-attr]
        assert transport is not None
        transport.abort()


@pytest.mark.parametrize("fall", [drop, lambda fake: fake.gateway.ask_to_reconnect()], ids=["4000", "op 7"])
async def test_a_session_is_resumed_and_what_was_missed_is_answered(
    lobby: Lobby, fall: Callable[[Fake], Awaitable[None]]
) -> None:
    await fall(lobby.fake)
    asking = asyncio.create_task(answers(lobby))
    await lobby.ready()
    assert await asking
    assert (lobby.fake.gateway.identified, lobby.fake.gateway.resumed) == (1, 1)


async def test_a_line_that_was_cut_is_taken_up_again(lobby: Lobby) -> None:
    await cut(lobby.fake)
    await lobby.ready()
    assert await answers(lobby)


async def test_an_invalid_session_begins_anew(lobby: Lobby) -> None:
    await lobby.fake.gateway.invalidate()
    await lobby.ready()
    assert await answers(lobby)
    assert lobby.fake.gateway.identified == 2


async def test_a_first_connection_that_fails_is_followed_by_a_second() -> None:
    async with a_lobby(start=False) as lobby:
        lobby.fake.gateway.refuse = 1
        await lobby.start()
        assert await answers(lobby)


async def test_a_bot_that_starts_while_discord_is_down_waits_for_it() -> None:
    async with a_lobby(start=False) as lobby:
        lobby.fake.trouble("503", method="GET", holds="/users/@me")
        lobby.fake.trouble("cut before", method="GET", holds="/applications/@me")
        await lobby.start()
        assert await answers(lobby)


@pytest.mark.parametrize("event", ["MESSAGE_CREATE", "GUILD_CREATE", "INTERACTION_CREATE", "CHANNEL_UPDATE"])
async def test_an_event_that_cannot_be_taken_in_is_passed_over(lobby: Lobby, event: str) -> None:
    await lobby.fake.gateway.tell(
        event, {"id": "strange", "guild_id": lobby.guild["id"]}, guild=lobby.guild["id"]
    )
    assert await answers(lobby)
    assert lobby.fake.gateway.identified == 1


async def test_a_wrong_token_stops_the_bot_with_one_line_that_does_not_show_it() -> None:
    async with a_lobby(start=False) as lobby:
        platform = Discord("a.secret.token", lobby.house.desk, no_picture)
        with pytest.raises(PlatformRefused) as refused:
            await platform.run(lobby.dispatch)
        assert "DEADLINEDAY_DISCORD_TOKEN" in str(refused.value)
        assert "secret" not in f"{refused.value}{platform!r}"


async def test_two_shards_share_the_servers() -> None:
    async with a_lobby(start=False) as lobby:
        lobby.fake.shards = 2
        other = lobby.fake.town.guild("Second", lobby.boss.user)
        while (int(other["id"]) >> 22) % 2 == (int(lobby.guild["id"]) >> 22) % 2:
            await asyncio.sleep(0.001)
            other = lobby.fake.town.guild("Second", lobby.boss.user)
        room = lobby.fake.town.channel(other, "elsewhere")
        await lobby.start()
        await lobby.until(lambda: lobby.fake.gateway.identified == 2)
        for place in (lobby.room, room):
            assert "watched now" in (await lobby.boss.command("watch", place, player="Ada Vale")).text


async def test_who_stops_while_a_shard_begins_leaves_no_heart_beating(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits = asyncio.Event()

    async def in_line(_client: Client, _shard: int | None, *, initial: bool = False) -> None:
        if not initial:
            waits.set()
            await asyncio.Event().wait()

    def beating() -> list[KeepAliveHandler]:
        hearts = (thread for thread in threading.enumerate() if isinstance(thread, KeepAliveHandler))
        here = (heart for heart in hearts if heart.ws.loop is asyncio.get_running_loop())
        return [heart for heart in here if not heart._stop_ev.is_set()]

    monkeypatch.setattr(Client, "before_identify_hook", in_line)
    async with a_lobby(start=False) as lobby:
        lobby.fake.shards = 2
        starting = asyncio.create_task(lobby.start())
        await asyncio.wait_for(waits.wait(), 10)
        assert beating()
        starting.cancel()
    assert beating() == []


async def test_2500_servers_are_no_wall() -> None:
    async with a_lobby(strict=False, start=False) as lobby:
        town = lobby.fake.town
        lobby.fake.shards = 3
        for number in range(2500):
            town.channel(town.guild(f"Club {number}", lobby.boss.user), "transfers")
        last = list(town.channels.values())[-1]
        await lobby.start()
        await lobby.until(lambda: lobby.fake.gateway.identified == 3, 30)
        assert "What you can ask" in (await lobby.boss.command("help", last)).text
        client = lobby.platform._line.client
        assert client is not None
        await lobby.until(lambda: client.standing == {0, 1, 2}, 30)
        assert await lobby.platform.regained(place_of(int(last["id"]), int(last["guild_id"]))) is True
        assert len(client.guilds) == 2501


async def test_commands_are_synced_only_when_they_changed() -> None:
    async with a_lobby() as lobby:
        await lobby.stop()
        again = Discord(TOKEN, lobby.house.desk, no_picture)
        lobby.platform = again
        lobby.fake.gateway.joined.clear()
        await lobby.start()
        assert lobby.fake.syncs == 1
