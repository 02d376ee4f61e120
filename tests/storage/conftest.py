"""The engines that the contract is tested on: another one is another line in ENGINES."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.store import Store, open_store
from tests.storage.builders import NOON

ENGINES = {"file": "deadlineday.db", "memory": ":memory:"}


@pytest.fixture(params=ENGINES)
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    name = ENGINES[request.param]
    return name if name == ":memory:" else tmp_path / name


@pytest.fixture
async def store(where: Path | str) -> AsyncIterator[Store]:
    async with open_store(where, clock=lambda: NOON) as store:
        yield store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deadlineday.db"
