"""What was posted is noted soon, together with what others have posted, through a database that is away."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery import notes
from bot.delivery.notes import Notes
from storage.deliveries import Posted
from storage.errors import DatabaseUnusable

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)


class Ledger:
    """Keeps what is noted, write by write; `away` is what it fails with, one after another."""

    def __init__(self) -> None:
        self.writes: list[list[int]] = []
        self.away: list[Exception] = []
        self.open = asyncio.Event()
        self.open.set()

    async def all_sent(self, sent: Iterable[Posted]) -> None:
        ids = [id for id, _, _ in sent]
        await asyncio.sleep(0)
        await self.open.wait()
        if self.away:
            raise self.away.pop()
        self.writes.append(ids)

    @property
    def noted(self) -> list[int]:
        return sorted(id for ids in self.writes for id in ids)


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def noting(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Iterator[Notes]:
    monkeypatch.setattr(notes, "EVERY", timedelta(milliseconds=1))
    return Notes(ledger, lambda: NOON)  # type: ignore[arg-type]


def away(*, may_pass: bool = True) -> DatabaseUnusable:
    return DatabaseUnusable("here", "is away", may_pass=may_pass)


async def test_one_note_waits_for_nobody(ledger: Ledger, noting: Notes) -> None:
    await noting.sent(1, "m", NOON)
    await noting.sent(2, "m", NOON)
    assert ledger.writes == [[1], [2]]


async def test_what_is_posted_while_a_note_is_written_goes_into_the_next(
    ledger: Ledger, noting: Notes
) -> None:
    await asyncio.gather(*(noting.sent(id, "m", NOON) for id in range(50)))
    assert ledger.noted == list(range(50))
    assert len(ledger.writes) <= 2


async def test_nobody_goes_on_before_his_note_is_written(ledger: Ledger, noting: Notes) -> None:
    ledger.open.clear()
    tasks = [asyncio.create_task(noting.sent(id, "m", NOON)) for id in range(3)]
    await asyncio.wait(tasks, timeout=0.01)
    assert not any(task.done() for task in tasks)
    ledger.open.set()
    await asyncio.gather(*tasks)


async def test_a_database_that_is_away_for_a_while_loses_no_note(ledger: Ledger, noting: Notes) -> None:
    ledger.away = [away(), away(), away()]
    await asyncio.gather(*(noting.sent(id, "m", NOON) for id in range(5)))
    assert ledger.noted == list(range(5))


async def test_a_database_that_stays_away_is_said_to_each(ledger: Ledger, noting: Notes) -> None:
    ledger.away = [away(may_pass=False)] * 2
    outcomes = await asyncio.gather(*(noting.sent(id, "m", NOON) for id in range(5)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [DatabaseUnusable] * 5
    await noting.sent(9, "m", NOON)
    assert ledger.noted == [9]


async def test_the_note_of_one_who_was_cut_off_is_written_by_the_next(ledger: Ledger, noting: Notes) -> None:
    ledger.open.clear()
    cut = [asyncio.create_task(noting.sent(id, "m", NOON)) for id in (1, 2)]
    await asyncio.wait(cut, timeout=0.01)
    for task in cut:
        task.cancel()
    await asyncio.gather(*cut, return_exceptions=True)
    ledger.open.set()
    await noting.sent(3, "m", NOON)
    assert ledger.noted == [1, 2, 3]
