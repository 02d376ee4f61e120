"""Killed, frozen, cut from its database: at the end every channel holds what the feeds said, once.

CRASHES says how often the program is killed for each engine; `make crash` takes a long run.
"""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from random import Random

import pytest

from tests.bot.crash.nursery import Child
from tests.bot.crash.program import POINTS
from tests.bot.crash.town import SLACK_ROOMS, Town, a_town
from tests.storage.server import Server

CRASHES = int(os.environ.get("CRASHES", "10"))
LEASE = 4.0
LONG = 60 + 5 * CRASHES
"""Seconds for all that waits at the end: Slack takes one message a second in each of its channels."""


@pytest.fixture(scope="session")
def server() -> object:
    with Server.started(safe=True) as server:
        yield server


async def database(request: pytest.FixtureRequest, engine: str, tmp_path: Path) -> Path | str:
    if engine == "sqlite":
        return tmp_path / "deadlineday.db"
    server: Server = request.getfixturevalue("server")
    return await server.create(f"crash_{len(os.listdir(tmp_path.parent))}")


async def even(town: Town, where: Path | str) -> None:
    """Lost nothing, repeated nothing, and broken no rule of the platforms."""
    assert await town.unkept(where) == []
    assert town.wanted() - town.held() == {}
    assert town.held() - town.wanted() == {}
    assert town.broken() == []


async def kill(*children: Child) -> None:
    for child in children:
        await child.kill()


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
async def test_killed_anywhere_it_loses_nothing_and_repeats_nothing(
    request: pytest.FixtureRequest, engine: str, tmp_path: Path
) -> None:
    where = await database(request, engine, tmp_path)
    chance, first = Random(5), len(POINTS) // 2 if engine == "postgres" else 0
    async with a_town(where) as town:
        for number in range(CRASHES):
            # Every second death is at the next named point, the others are at any moment.
            point = POINTS[(first + number // 2) % len(POINTS)] if number % 2 else ""
            child = await town.program(where, LEASE, point)
            town.say(3)
            try:
                async with asyncio.timeout(60 if point else chance.uniform(0, 0.5)):
                    await child.wait()
            except TimeoutError:
                assert not point, f"it never came to {point}"
            await kill(child)
            await town.arrived()
        child = await town.program(where, LEASE)
        await town.settled(where, LONG)
        await kill(child)
        await even(town, where)


async def test_three_processes_killed_and_their_server_restarted_lose_and_repeat_nothing(
    request: pytest.FixtureRequest, tmp_path: Path, server: Server
) -> None:
    where = await database(request, "postgres", tmp_path)
    chance, children = Random(6), []
    async with a_town(where) as town:
        children = [await town.program(where, LEASE) for _ in range(3)]
        for number in range(max(3, CRASHES // 4)):
            town.say(4)
            await asyncio.sleep(chance.uniform(0.1, 0.5))
            if number % 3 == 1:
                await asyncio.to_thread(server.stop, chance.choice(["fast", "immediate"]))
                await asyncio.to_thread(server.start)
            dead = chance.randrange(3)
            await kill(children[dead])
            children[dead] = await town.program(where, LEASE)
        await town.settled(where, LONG)
        await kill(*children)
        await even(town, where)


async def test_a_process_frozen_past_its_lease_and_woken_again_repeats_nothing(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    where = await database(request, "postgres", tmp_path)
    chance = Random(7)
    async with a_town(where) as town:
        children = [await town.program(where, LEASE) for _ in range(2)]
        freezes = max(2, CRASHES // 10)
        for number in range(freezes):
            frozen = children[number % 2]
            town.say(5)
            await asyncio.sleep(chance.uniform(0.05, 0.3))
            frozen.send(signal.SIGSTOP)
            town.say(2)
            await asyncio.sleep(LEASE * 1.7)
            frozen.send(signal.SIGCONT)
        await town.settled(where, LONG)
        await asyncio.sleep(0.3)
        await kill(*children)
        # Between a process's last look at the clock and its post only the platform can tell: Discord does, by
        # the nonce. On Slack each freeze may repeat what was in hand at that moment, and loses nothing.
        assert await town.unkept(where) == []
        repeated = town.held() - town.wanted()
        assert town.wanted() - town.held() == {}
        assert [told for told in repeated if told[0] not in SLACK_ROOMS] == []
        assert repeated.total() <= len(SLACK_ROOMS) * freezes
