"""The engines that the contract is tested on: another one is another line in ENGINES."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from storage.store import Store, open_store
from tests.storage.builders import NOON
from tests.storage.server import Server

ENGINES = ("file", "memory", "postgres")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of our own, started when the first test asks for it."""
    with Server.started() as server:
        yield server


@pytest.fixture
def url(server: Server) -> str:
    """The address of an empty database of the newest schema."""
    with ThreadPoolExecutor(1) as aside:  # the test's own loop is not to be touched
        return aside.submit(asyncio.run, server.emptied()).result()


@pytest.fixture(params=ENGINES)
def where(request: pytest.FixtureRequest) -> Path | str:
    if request.param == "memory":
        return ":memory:"
    found: Path | str = request.getfixturevalue("url" if request.param == "postgres" else "file")
    return found


@pytest.fixture
async def store(where: Path | str) -> AsyncIterator[Store]:
    async with open_store(where, clock=lambda: NOON) as store:
        yield store


@pytest.fixture(params=["file", "postgres"])
def shared(request: pytest.FixtureRequest) -> Path | str:
    """Where several processes work on one database."""
    found: Path | str = request.getfixturevalue("url" if request.param == "postgres" else "file")
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "deadlineday.db"
