"""The Store: everything that is kept, behind one door."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from storage.claims import Claims
from storage.database import Database
from storage.deliveries import Deliveries
from storage.delivery import NewAlert
from storage.entries import Entries
from storage.errors import DatabaseError, DatabaseUnusable, gave_way
from storage.facts import Facts
from storage.feeds import Feeds
from storage.leases import Leases
from storage.links import Links
from storage.migrate import migrate
from storage.players import Players
from storage.sql import load
from storage.sqlite import Sqlite
from storage.watches import Watches

__all__ = ["NewAlert", "Store", "open_store"]

T = TypeVar("T")
_AGAIN = 2
POSTGRES = ("postgresql://", "postgres://")


class Store(Feeds, Entries, Players, Claims, Links, Watches, Deliveries, Facts, Leases):
    """What is kept, by noun. Every call is kept whole or not at all; `transaction` joins several.

    Calls raise DatabaseUnusable where the database fails, Conflict where they contradict what is kept.
    Times are aware and in UTC, both ways.
    """

    @property
    def where(self) -> str:
        """What a person knows the database by; never a password."""
        return self._db.where

    @property
    def shared(self) -> bool:
        """Whether several processes may run the same work on it."""
        return self._db.dialect == "postgres"

    async def decide(self, work: Callable[[], Awaitable[T]]) -> T:
        """What the work gives, which reads and writes in one transaction; done again where another process
        was in its way. What it does besides has to bear that. Within a transaction it is a part of that one,
        which alone can be done again."""
        again = 0 if self._db.joined() else _AGAIN
        while True:
            try:
                async with self.transaction():
                    return await work()
            except DatabaseError as error:
                if not again or not gave_way(error):
                    raise
                again -= 1

    async def listen(self, told: Callable[[str], None]) -> None:
        """Until cancelled, call `told` with the topic of what others bring ("": it may be anything)."""
        await self._db.listen(told)

    async def damage(self) -> str | None:
        """What is wrong with the database's file, in words; None where all is well or the server sees to it.
        Reads all of it: some seconds for each GB."""
        return await self._db.damage()

    async def close(self) -> None:
        """Finish what was begun and close the database. The store cannot be used after it."""
        await self._db.close()


@asynccontextmanager
async def open_store(
    where: Path | str,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    patience: timedelta = timedelta(seconds=5),
) -> AsyncIterator[Store]:
    """The store in this file, made where there is none, with the newest schema; ":memory:" is kept nowhere.
    With `postgresql://user:password@host:port/database` the store in that database.

    `clock` stamps watches and feedback. `patience` is how long a call waits for another program that
    writes, or for the server's first answer. Raises DatabaseUnusable, and DatabaseTooNew for a database of
    a newer version of the program.
    """
    database = await _open(where, patience)
    store = Store(database, load(database.dialect), clock)
    try:
        async with database.unhurried() as unhurried:
            await migrate(unhurried)
        yield store
    finally:
        await store.close()


def is_url(where: str) -> bool:
    """Whether this is the address of a PostgreSQL database, not a file."""
    return where.startswith(POSTGRES)


async def _open(where: Path | str, patience: timedelta) -> Database:
    if isinstance(where, Path) or not is_url(where):
        return await Sqlite.open(where, patience=patience)
    try:
        from storage.postgres import Postgres
    except ModuleNotFoundError as error:
        reason = "PostgreSQL needs asyncpg: pip install 'deadlineday[postgres]'"
        raise DatabaseUnusable("postgresql://...", reason) from error
    return await Postgres.open(where, patience=patience)
