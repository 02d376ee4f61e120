"""Killed with -9 at any moment, the next start finds all that was kept and nothing by halves."""

import asyncio
import random
import sqlite3
import sys
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from storage.delivery import DeliveryState
from storage.store import open_store
from tests.storage.builders import NOON

WRITER = """
import asyncio, sys
from datetime import timedelta
from storage.store import open_store
from tests.storage.builders import NOON, a_channel, an_alert

async def main():
    async with open_store(sys.argv[1]) as store:
        await store.release_claims()
        first = len(await store.players())
        for number in range(first, first + 10_000):
            async with store.transaction():
                alert = await an_alert(store, seen=NOON + timedelta(seconds=number))
                await store.enqueue(alert.id, [(a_channel(n), NOON, None) for n in range(20)])
            print("kept", alert.id, flush=True)
            for delivery in await store.claim_deliveries(NOON + timedelta(days=1), 15, ["discord"]):
                await store.sent(delivery.id, f"message {delivery.id}")
                print("sent", delivery.id, flush=True)

asyncio.run(main())
"""

ROOT = Path(__file__).parents[2]


@dataclass
class Told:
    """What the program had said was done when it was killed."""

    kept: list[int] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)


async def run_and_kill(path: Path, told: Told, *, after: int) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, str(path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    try:
        async with asyncio.timeout(30):
            lines = [await child.stdout.readline() for _ in range(after)]
    finally:
        child.kill()
    lines += (await child.stdout.read()).splitlines()
    await child.wait()
    for line in lines:
        what, id = line.decode().split()
        (told.kept if what == "kept" else told.sent).append(int(id))
    assert child.returncode == -9


async def test_a_program_killed_at_any_moment_loses_nothing_that_it_had_kept(file: Path) -> None:
    told, chance = Told(), random.Random(7)
    for _ in range(5):
        await run_and_kill(file, told, after=chance.randrange(1, 150))

        check = sqlite3.connect(file)
        assert check.execute("pragma integrity_check").fetchone() == ("ok",)
        assert check.execute("pragma foreign_key_check").fetchall() == []
        check.close()
        async with open_store(file) as store:
            for alert_id in told.kept:
                assert len(await store.deliveries(alert_id)) == 20
            deliveries = [d for id in told.kept for d in await store.deliveries(id)]
            state = {d.id: d.state for d in deliveries}
            assert {state.get(id, DeliveryState.SENT) for id in told.sent} <= {DeliveryState.SENT}
            whole = {len(await store.deliveries(a.id)) for p in await store.players()
                     for a in await store.alerts_of(p.id)}  # fmt: skip
            assert whole == {20}
    assert len(told.sent) == len(set(told.sent))


async def test_after_a_crash_every_delivery_is_told_once_or_known_to_be_unsure(file: Path) -> None:
    told = Told()
    await run_and_kill(file, told, after=60)
    async with open_store(file) as store:
        unsure = await store.release_claims()
        now, again = NOON + timedelta(days=1), []
        while claimed := await store.claim_deliveries(now, 100, ["discord"]):
            await store.all_sent((d.id, "m", None) for d in claimed)
            again += claimed
        counts = await store.counts()
    assert unsure == sum(d.unsure for d in again) <= 15
    assert not set(told.sent) & {d.id for d in again}
    assert counts[DeliveryState.SENT] == sum(counts.values()) == 20 * (counts[DeliveryState.SENT] // 20)


@pytest.mark.parametrize("point", ["before the commit", "after the commit"])
async def test_a_program_that_dies_around_its_commit_keeps_all_or_nothing(file: Path, point: str) -> None:
    line = 'print("kept"' if point == "after the commit" else "await store.enqueue("
    program = WRITER.replace(line, f"import os; os._exit(9); {line}")
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", program, str(file), cwd=ROOT)
    assert await child.wait() == 9
    async with open_store(file) as store:
        alerts = [a for p in await store.players() for a in await store.alerts_of(p.id)]
        assert len(alerts) == (1 if point == "after the commit" else 0)
        assert [len(await store.deliveries(a.id)) for a in alerts] == [20] * len(alerts)
