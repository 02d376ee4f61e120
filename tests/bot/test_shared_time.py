"""Processes on several machines go by one clock, whatever their own ones show."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot import clock, shared_time
from bot.shared_time import SharedTime

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)


class Machine:
    """A database's machine, and the seconds that another one counts."""

    def __init__(self) -> None:
        self.now, self.count, self.answers_after = NOON, 1000.0, 0.0

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.count += seconds

    async def time(self) -> datetime:
        now = self.now
        self.pass_(self.answers_after)
        return now


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.fixture
def shown(machine: Machine) -> SharedTime:
    return SharedTime(machine, lambda: machine.count)  # type: ignore[arg-type]


def ahead(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(**by))


async def test_a_machine_whose_clock_is_ahead_goes_by_the_database(
    machine: Machine, shown: SharedTime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ahead(monkeypatch, minutes=3)
    await shown.look()
    assert shown() == NOON
    assert "are apart" in caplog.text
    machine.pass_(90)
    assert shown() == machine.now


async def test_a_clock_that_is_set_anew_moves_nothing(
    machine: Machine, shown: SharedTime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await shown.look()
    for hours in (-5, 48):
        ahead(monkeypatch, hours=hours)
        assert shown() == NOON


async def test_an_answer_that_took_long_says_little_and_is_passed_over(
    machine: Machine, shown: SharedTime
) -> None:
    await shown.look()
    machine.answers_after = shared_time._PROMPT + 4
    await shown.look()
    assert shown() == machine.now


async def test_two_clocks_that_run_apart_are_brought_together_again(
    machine: Machine, shown: SharedTime
) -> None:
    await shown.look()
    machine.now += timedelta(seconds=2)
    assert shown() != machine.now
    await shown.look()
    assert shown() == machine.now


def test_the_seconds_that_are_counted_never_go_back() -> None:
    counted = [shared_time.seconds() for _ in range(100)]
    assert counted == sorted(counted)
