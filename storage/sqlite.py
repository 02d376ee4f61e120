"""One SQLite file: how it is opened, who may write when, and what its failures mean."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from functools import cache, partial
from operator import itemgetter
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite

from storage.database import Database, Params, Row, Step, Transaction, to_its_end
from storage.errors import Conflict, DatabaseUnusable, RolledBack
from storage.sql import by_number

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

MEMORY = ":memory:"
LOOK_EVERY = 0.025
"""Seconds between two looks for what another process has written."""

_TABLES = "select name from sqlite_master where type = 'table'"

_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_REASONS = {
    sqlite3.SQLITE_BUSY: ("is in use by another program", True),
    sqlite3.SQLITE_LOCKED: ("is in use by another program", True),
    sqlite3.SQLITE_FULL: ("the disk is full", True),
    sqlite3.SQLITE_IOERR: ("the disk failed to read or write", True),
    sqlite3.SQLITE_READONLY: ("cannot be written: check who may write the file and its directory", False),
    sqlite3.SQLITE_PERM: ("cannot be written: check who may write the file and its directory", False),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened: check that its directory is there and writable", False),
    sqlite3.SQLITE_NOTADB: ("is not a database", False),
    sqlite3.SQLITE_CORRUPT: ("is damaged: restore it from a backup", False),
}


class _Lane(aiosqlite.Connection):
    """A connection with its thread. What is handed in runs there, one after another, in the order given.

    That order is what transactions lean on: a rollback that was handed in runs after everything that
    was handed in before it, even where nobody waits for an answer any more.
    """

    async def run(self, work: Work[T]) -> T:
        # The library's own calls cost a change of thread each; a batch in one call costs one.
        return cast(T, await self._execute(work, self._conn))  # type: ignore[no-untyped-call]

    async def begin(self) -> _Lane:
        """Connect. Where that fails, the thread is at its end before the error goes on."""
        try:
            await self
        except BaseException:
            # The library does not wait for it, and it would cry out loud over a loop that has closed.
            while self._thread.is_alive():  # noqa: ASYNC110 (a thread has no event to wait for)
                await asyncio.sleep(0.001)
            raise
        return self


class Sqlite(Database):
    """An open SQLite database: one connection that writes, and for files one more that only reads.

    Reads outside a transaction see what is committed and never wait for a writer. Inside a transaction
    everything goes through the writing connection.
    """

    dialect = "sqlite"

    def __init__(self, where: str, writer: _Lane, reader: _Lane | None) -> None:
        self.where = where
        self._writer = writer
        self._reader = reader
        self._lock = asyncio.Lock()

    @classmethod
    async def open(cls, path: Path | str, *, patience: timedelta = timedelta(seconds=5)) -> Sqlite:
        """Open the file, making it and its directory where they are missing; ":memory:" keeps nothing.

        `patience` is how long a call waits for another program that writes. Raises DatabaseUnusable.
        """
        where = str(path)
        if where != MEMORY:
            _make_directory(Path(path))
        writer = await _connect(where, patience)
        try:
            with _named(where):
                await writer.run(_check_writable)
            reader = None if where == MEMORY else await _connect(where, patience, reads_only=True)
        except BaseException:
            await writer.close()
            raise
        return cls(where, writer, reader)

    async def close(self) -> None:
        """End both connections; calls that were handed in before are finished first."""
        for lane in (self._reader, self._writer):
            if lane is not None:
                await lane.close()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Transaction]:
        async with self._lock:
            yield Transaction(self)

    async def fetch(self, sql: str, params: Params, *, writes: bool) -> Sequence[Row]:
        """All rows that the statement gives."""
        return await self._run(partial(_fetch, sql, params), writes=writes)

    async def run(self, sql: str, params: Params) -> int:
        """Run one statement that writes; gives how many rows it touched."""
        return await self._run(partial(_change, sql, params), writes=True)

    async def together(self, steps: Sequence[Step]) -> Sequence[Row]:
        """Run several statements as one transaction and one change of thread; the last one's rows.

        A step is a statement with its parameters, or with a list of them: then it runs once for each.
        """
        if self.joined() is not None:
            return await self._run(partial(_together, steps), writes=True)
        async with self._lock:
            with _named(self.where):
                return await self._writer.run(partial(_alone, partial(_together, steps)))

    async def tables(self) -> set[str]:
        return {row["name"] for row in await self.fetch(_TABLES, {}, writes=False)}

    def ddl(self, statement: str) -> str:
        return statement

    async def damage(self) -> str | None:
        with _named(self.where):
            return await (self._reader or self._writer).run(damage_of)

    async def listen(self, told: Callable[[str], None]) -> None:
        """SQLite tells nobody anything: its count of other connections' commits is looked at instead."""
        reader = self._reader or self._writer
        seen: int | None = None
        while True:
            with suppress(sqlite3.Error):
                version = await reader.run(_data_version)
                if seen is not None and version != seen:
                    told("")
                seen = version
            await asyncio.sleep(LOOK_EVERY)

    async def _run(self, work: Work[T], *, writes: bool) -> T:
        with _named(self.where):
            if (transaction := self.joined()) is not None:
                if transaction.failed:  # SQLite may have rolled back already: go no further
                    raise RolledBack("a call in this transaction had failed: it cannot go on")
                if not transaction.begun:
                    transaction.begun = True
                    work = partial(_begun, work)
                try:
                    return await self._writer.run(work)
                except BaseException:
                    transaction.failed = True
                    raise
            if self._reader is not None and not writes:
                return await self._reader.run(work)
            async with self._lock:
                return await self._writer.run(work)

    async def _end(self, transaction: Transaction, *, keep: bool) -> None:
        if not transaction.begun:
            return
        with _named(self.where):
            await to_its_end(self._writer.run(_commit if keep else _rollback))


def damage_of(connection: sqlite3.Connection) -> str | None:
    """What is wrong with a file, in words; None where it is whole."""
    try:
        (found,) = connection.execute("pragma quick_check(1)").fetchone()
        broken = connection.execute("pragma foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in (
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
        ):
            raise
        return f"is damaged ({error}): restore it from a backup"
    if found != "ok":
        return f"is damaged ({found}): restore it from a backup"
    return (
        f"is damaged (a row of {broken[0]} refers to nothing): restore it from a backup" if broken else None
    )


def _begun(work: Work[T], connection: sqlite3.Connection) -> T:
    # IMMEDIATE: what is read in here is still true when it is written, also with other processes around.
    connection.execute("begin immediate")
    return work(connection)


def _fetch(sql: str, params: Params, connection: sqlite3.Connection) -> Sequence[Row]:
    return connection.execute(sql, params).fetchall()


def _change(sql: str, params: Params, connection: sqlite3.Connection) -> int:
    return connection.execute(sql, params).rowcount


def _together(steps: Sequence[Step], connection: sqlite3.Connection) -> Sequence[Row]:
    rows: Sequence[Row] = []
    for sql, params in steps:
        if isinstance(params, list):
            statement, values = numbered(sql)
            connection.executemany(statement, map(values, params))
        else:
            rows = connection.execute(sql, params).fetchall()
    return rows


@cache
def numbered(sql: str) -> tuple[str, Callable[[Params], tuple[Any, ...]]]:
    """The statement with a number for each named parameter, and what gives a row's values in that order.

    Names would be looked up for every row: a sixth of the time that many new rows take.
    """
    statement, names = by_number(sql, "?")
    if len(names) == 1:
        (only,) = names
        return statement, lambda row: (row[only],)
    return statement, itemgetter(*names)


def _alone(work: Work[T], connection: sqlite3.Connection) -> T:
    try:
        result = _begun(work, connection)
    except BaseException:
        connection.rollback()
        raise
    _commit(connection)
    return result


def _commit(connection: sqlite3.Connection) -> None:
    try:
        connection.commit()
    except sqlite3.Error:
        connection.rollback()
        raise


def _rollback(connection: sqlite3.Connection) -> None:
    connection.rollback()  # nothing to do where BEGIN itself failed, or SQLite has rolled back by itself


def _data_version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("pragma data_version").fetchone()[0])


def _check_writable(connection: sqlite3.Connection) -> None:
    connection.execute("begin immediate")
    connection.rollback()


def _make_directory(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = f"its directory cannot be made: {error.strerror or error}"
        raise DatabaseUnusable(str(path), reason) from error
    if path.is_dir():
        raise DatabaseUnusable(str(path), "is a directory; name a file in it")


async def _connect(where: str, patience: timedelta, *, reads_only: bool = False) -> _Lane:
    def connector() -> sqlite3.Connection:
        connection = sqlite3.connect(where, timeout=patience.total_seconds(), isolation_level=None)
        try:
            _set_up(connection, reads_only=reads_only)
        except BaseException:
            connection.close()
            raise
        return connection

    with _named(where):
        return await _Lane(connector, 64).begin()


def _set_up(connection: sqlite3.Connection, *, reads_only: bool) -> None:
    connection.row_factory = sqlite3.Row
    connection.execute("pragma foreign_keys = on")
    if reads_only:
        connection.execute("pragma query_only = on")
        return
    connection.execute("pragma journal_mode = wal")
    # FULL, not NORMAL: after a power cut NORMAL may forget the last commits, and a delivery whose "sent"
    # is forgotten is told twice. It costs one fsync for each commit, so callers write by the batch.
    connection.execute("pragma synchronous = full")
    connection.execute("pragma journal_size_limit = 67108864")
    # What was written goes into the file itself in one of four hundred small calls, not of a hundred: the one
    # that does it waits for two more fsyncs and the writing.
    connection.execute("pragma wal_autocheckpoint = 4000")
    # With the usual 2 MB an alert to very many channels is written out and read again while it is enqueued.
    connection.execute("pragma cache_size = -16000")


@contextmanager
def _named(where: str) -> Iterator[None]:
    """Turn SQLite's errors into ours; what is a mistake in our own SQL goes through as it is."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise Conflict(f"database {where}: {error}") from error
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is None or (code & 0xFF) not in _REASONS:  # the low byte is the plain code
            raise
        reason, may_pass = _REASONS[code & 0xFF]
        raise DatabaseUnusable(where, reason, may_pass=may_pass) from error
