"""Many deliveries at once: the limits kept, small audiences not behind large ones, faults in the middle."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, datetime

from bot.discord.places import channel as place_of
from storage.delivery import DeliveryState
from tests.bot.discord.stage import Lobby, a_lobby
from tests.bot.discord.town import Json


def rooms(lobby: Lobby, many: int) -> list[Json]:
    return [lobby.fake.town.channel(lobby.guild, f"room-{number}") for number in range(many)]


async def enqueued(lobby: Lobby, name: str, places: list[Json]) -> None:
    alert = await lobby.news(name)
    guild = int(lobby.guild["id"])
    now = datetime.now(UTC)
    await lobby.house.store.enqueue(alert.id, [(place_of(int(p["id"]), guild), now, None) for p in places])
    lobby.courier.wake()


async def test_the_limit_over_all_is_kept_and_a_small_audience_waits_no_two_seconds() -> None:
    async with a_lobby(strict=False, real_time=True) as lobby:
        many, (small,) = rooms(lobby, 150), rooms(lobby, 1)
        await enqueued(lobby, "Ada Vale", many)
        running = asyncio.create_task(lobby.courier.run())
        await lobby.until(lambda: lobby.fake.count("POST", "/messages") > 60)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await enqueued(lobby, "Ben Moss", [small])
        await lobby.until(lambda: lobby.shown(small))
        assert loop.time() - began < 2
        await lobby.until(lambda: all(map(lobby.shown, many)), within=20)
        running.cancel()
        assert lobby.fake.objections == []
        assert lobby.fake.count("POST", "/messages") == 151


async def test_faults_and_reconnects_in_the_middle_of_a_backlog_lose_nothing_and_double_nothing() -> None:
    async with a_lobby(strict=False, real_time=True) as lobby:
        places = rooms(lobby, 60)
        luck = random.Random(7)
        hows = ["429", "503", "500", "cut before", "cut after"]
        for place in luck.sample(places, 25):
            lobby.fake.trouble(luck.choice(hows), holds=f"/channels/{place['id']}/messages")
        for name in ("Ada Vale", "Ben Moss"):
            await enqueued(lobby, name, places)
        running = asyncio.create_task(lobby.courier.run())
        await lobby.until(lambda: lobby.fake.count("POST", "/messages") > 20)
        await lobby.fake.gateway.drop()
        await lobby.until(lambda: lobby.fake.count("POST", "/messages") > 60)
        await lobby.fake.gateway.invalidate()
        await lobby.until(lambda: all(len(lobby.shown(place)) >= 2 for place in places), within=30)
        running.cancel()
        assert {len(lobby.shown(place)) for place in places} == {2}
        counts = await lobby.house.store.counts()
        assert counts[DeliveryState.GIVEN_UP] == 0
        assert lobby.fake.objections == []
