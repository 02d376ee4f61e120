"""The Store: everything that is kept, behind one door."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.channels import Channels
from storage.claims import Claims
from storage.database import Database
from storage.deliveries import Deliveries
from storage.delivery import NewAlert
from storage.entries import Entries
from storage.facts import Facts
from storage.feeds import Feeds
from storage.links import Links
from storage.migrate import migrate
from storage.players import Players
from storage.sql import load
from storage.watches import Watches

__all__ = ["NewAlert", "Store", "open_store"]


class Store(Feeds, Entries, Players, Claims, Links, Watches, Channels, Deliveries, Facts):
    """What is kept, by noun. Every call is kept whole or not at all; `transaction` joins several.

    Calls raise DatabaseUnusable where the database fails, Conflict where they contradict what is kept.
    Times are aware and in UTC, both ways.
    """

    async def close(self) -> None:
        """Finish what was begun and close the database. The store cannot be used after it."""
        await self._db.close()


@asynccontextmanager
async def open_store(
    path: Path | str,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    patience: timedelta = timedelta(seconds=5),
) -> AsyncIterator[Store]:
    """The store in this file, made where there is none, with the newest schema; ":memory:" is kept nowhere.

    `clock` stamps watches and feedback. `patience` is how long a call waits for another program that
    writes. Raises DatabaseUnusable, and DatabaseTooNew for a database of a newer version of the program.
    """
    database = await Database.open(path, patience=patience)
    store = Store(database, load(database.dialect), clock)
    try:
        await migrate(database)
        yield store
    finally:
        await store.close()
