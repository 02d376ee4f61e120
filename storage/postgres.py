"""PostgreSQL behind the same door as the SQLite file: any number of processes may work on it.

Transactions of different processes run side by side. What must not be decided twice is held by name
(`hold`, an advisory lock until the end of the transaction), so that what was read under it is still true
when it is written. Names are spread over a fixed number of locks, taken in order: no deadlock, no end of
the server's table of locks.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import zlib
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar, cast

import asyncpg

from storage.database import Database, Params, Row, Step, Transaction, to_its_end
from storage.errors import DatabaseUnusable, RolledBack
from storage.server_errors import DRIVER, LOST, named, reaching, telling
from storage.sql import by_number

T = TypeVar("T")
CONNECTIONS = 8
OLDEST = 14
"""The oldest PostgreSQL that it is known to run on."""

CHANNEL = "deadlineday"
"""The name under which processes notify each other."""

_SESSION = Path(__file__).with_name("session.sql")
_LOCKS = 1024
_LOOK_AFTER = 15.0
"""Seconds after which a connection that only waits is asked whether it still stands."""
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0
_MOST_WAIT = 60.0
"""Seconds after which a call counts as unanswered: those that the bot makes take a few thousandths of one."""
_FOR_AN_ANSWER = timedelta(seconds=10)
_LET_GO = 1.0
"""Seconds that a server may take to end a call that nobody waits for any more, and to say good-bye. Then the
connection is cut: a server that stands still would take for ever."""

_TEXT_COLUMN = re.compile(r"(^  \w+|add column \w+) text\b", re.MULTILINE)
_TABLES = "select table_name from information_schema.tables where table_schema = current_schema()"

# A process that stands still in a transaction, or whose machine is gone, must not keep its locks. The last
# two suit short statements that find some rows over an index, on disks that do not turn.
_SETTINGS = {
    "application_name": "deadlineday",
    "idle_in_transaction_session_timeout": "20000",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "random_page_cost": "1.1",
    "jit": "off",
}


def _pool(url: str, patience: timedelta, most_wait: float | None) -> Any:
    """Connections to the server, made when needed. A call may take `most_wait` seconds; None: any time."""
    return asyncpg.create_pool(
        url,
        min_size=0,
        max_size=CONNECTIONS,
        init=_set_up,
        reset=_as_it_is,
        timeout=patience.total_seconds(),
        command_timeout=most_wait,
        statement_cache_size=300,
        server_settings=_SETTINGS,
    )


class _Open(Transaction):
    """A transaction with its connection, which does one thing at a time."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.connection: Any = None
        self.lock = asyncio.Lock()


class Postgres(Database):
    """A pool of connections to one PostgreSQL database."""

    dialect = "postgres"

    def __init__(self, url: str, where: str, pool: Any) -> None:
        self.where = where
        self._url = url
        self._pool = pool

    @classmethod
    async def open(cls, url: str, *, patience: timedelta = timedelta(seconds=5)) -> Postgres:
        """Connect to `postgresql://user:password@host:port/database`. Raises DatabaseUnusable.

        `patience` is how long the server may take to answer the first time.
        """
        where = named(url)
        with reaching(url):
            pool = _pool(url, patience, _MOST_WAIT)
            await pool
            connection = await pool.acquire()  # so that what is wrong is said now
            version = connection.get_server_version().major
            await pool.release(connection)
        if version < OLDEST:
            pool.terminate()
            raise DatabaseUnusable(where, f"is PostgreSQL {version}; {OLDEST} or newer is needed")
        return cls(url, where, pool)

    @asynccontextmanager
    async def unhurried(self) -> AsyncIterator[Database]:
        unhurried = Postgres(self._url, self.where, await _pool(self._url, _FOR_AN_ANSWER, None))
        try:
            yield unhurried
        finally:
            await unhurried.close()  # in time, also of a server that stands still

    async def close(self) -> None:
        try:
            async with asyncio.timeout(_LET_GO):
                await self._pool.close()
        except DRIVER:
            self._pool.terminate()

    async def fetch(self, sql: str, params: Params, *, writes: bool) -> Sequence[Row]:
        query, names = by_number(sql, "$")
        values = [params[name] for name in names]

        async def work(connection: Any) -> Sequence[Row]:
            return cast(Sequence[Row], await connection.fetch(query, *values))

        if writes or self.joined() is not None:
            return await self._run(work)
        try:
            return await self._run(work)
        except DatabaseUnusable as error:
            if error.reason != LOST:
                raise
            return await self._run(work)  # a read can be asked again: the pool brings a new connection

    async def run(self, sql: str, params: Params) -> int:
        query, names = by_number(sql, "$")
        values = [params[name] for name in names]

        async def work(connection: Any) -> int:
            status: str = await connection.execute(query, *values)
            return _touched(status)

        return await self._run(work)

    async def together(self, steps: Sequence[Step]) -> Sequence[Row]:
        async def work(connection: Any) -> Sequence[Row]:
            rows: Sequence[Row] = []
            for sql, params in steps:
                query, names = by_number(sql, "$")
                if isinstance(params, list):
                    await connection.executemany(query, [[row[name] for name in names] for row in params])
                else:
                    rows = await connection.fetch(query, *(params[name] for name in names))
            return rows

        if len(steps) == 1 or self.joined() is not None:
            return await self._run(work)
        async with self.transaction():
            return await self._run(work)

    async def tables(self) -> set[str]:
        return {row["table_name"] for row in await self.fetch(_TABLES, {}, writes=False)}

    def ddl(self, statement: str) -> str:
        """The types of this engine; text sorts by its code points, as it does in SQLite."""
        statement = statement.replace(
            "integer primary key autoincrement", "bigint generated by default as identity primary key"
        )
        return _TEXT_COLUMN.sub(r'\1 text collate "C"', statement)

    async def hold(self, what: str, names: Iterable[str]) -> None:
        if self.joined() is None:
            return
        locks = sorted({zlib.crc32(name.encode()) % _LOCKS for name in names})
        kind = zlib.crc32(f"{CHANNEL} {what}".encode()) >> 1
        if locks:
            await self.fetch(_HOLD, {"kind": kind, "locks": locks}, writes=True)

    async def notify(self, topic: str) -> None:
        await self.fetch(
            "select pg_notify(:channel, :topic)", {"channel": CHANNEL, "topic": topic}, writes=True
        )

    async def listen(self, told: Callable[[str], None]) -> None:
        def heard(_connection: Any, _pid: int, _channel: str, topic: str) -> None:
            told(topic)

        async def keep(connection: Any) -> None:
            await connection.add_listener(CHANNEL, heard)
            told("")  # whatever was notified while nobody listened
            while True:  # a machine that is gone says nothing, and neither does one that has nothing to say
                await asyncio.sleep(_LOOK_AFTER)
                await connection.execute("select 1", timeout=_LOOK_AFTER)

        while True:
            await self._attended(keep)

    async def _attended(self, work: Callable[[Any], Coroutine[Any, Any, None]]) -> None:
        """Work with a connection of one's own, ended where that is lost; returns then, after a pause."""
        pause = _FIRST_WAIT
        while True:
            try:
                connection = await asyncpg.connect(self._url, timeout=10, server_settings=_SETTINGS)
                break
            except DRIVER:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_WAIT)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _connection: lost.set())
        tasks = [asyncio.create_task(work(connection)), asyncio.create_task(lost.wait())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if tasks[0].done():
                with contextlib.suppress(*DRIVER):
                    tasks[0].result()
        finally:
            connection.terminate()  # first: a call that is under way would wait for the server's consent
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        with telling(self.where):
            transaction = self.joined()
            if transaction is None:
                return await self._run_alone(work)
            assert isinstance(transaction, _Open)
            async with transaction.lock:
                return await self._run_in(transaction, work)

    async def _run_alone(self, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        connection = await self._pool.acquire()
        try:
            result = await work(connection)
        except BaseException:
            await self._let_go(connection)
            raise
        await self._pool.release(connection)
        return result

    async def _let_go(self, connection: Any) -> None:
        """Give a connection back on which a call has failed, or was cancelled and may still run there."""
        giving = asyncio.ensure_future(self._pool.release(connection, timeout=_LET_GO))
        giving.add_done_callback(lambda done: done.cancelled() or done.exception())  # who waits may be gone
        with contextlib.suppress(*DRIVER):
            await asyncio.shield(giving)

    async def _run_in(self, transaction: _Open, work: Callable[[Any], Coroutine[Any, Any, T]]) -> T:
        if transaction.failed:
            raise RolledBack("a call in this transaction had failed: it cannot go on")
        if transaction.over:
            raise RolledBack("this transaction is over")
        try:
            if transaction.connection is None:
                transaction.connection = await self._pool.acquire()
                await transaction.connection.execute("begin")
                transaction.begun = True
            return await work(transaction.connection)
        except BaseException:
            transaction.failed = True
            raise

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[Transaction]:
        yield _Open(self)

    async def _end(self, transaction: Transaction, *, keep: bool) -> None:
        assert isinstance(transaction, _Open)

        async def end() -> None:
            async with transaction.lock:
                connection, transaction.connection = transaction.connection, None
                if connection is None:
                    return
                if keep:
                    try:
                        await connection.execute("commit")
                    finally:
                        await self._let_go(connection)
                    return
                with contextlib.suppress(*DRIVER):  # a connection that is cut is rolled back too
                    await connection.execute("rollback", timeout=_LET_GO)
                await self._let_go(connection)

        with telling(self.where):
            await to_its_end(end())


_HOLD = """
select pg_advisory_xact_lock(:kind, number)
from (select number from unnest(cast(:locks as integer[])) as number order by number) as ordered
"""


def _touched(status: str) -> int:
    """How many rows a command touched, out of "INSERT 0 3"."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Any]:
    """One connection of one's own, for what reads or writes everything. Raises DatabaseUnusable."""
    with reaching(url):
        connection = await asyncpg.connect(url, timeout=_FOR_AN_ANSWER.total_seconds())
    try:
        with telling(named(url)):
            yield connection
    finally:
        connection.terminate()


async def _set_up(connection: Any) -> None:
    await connection.execute(_SESSION.read_text(encoding="utf-8"))


async def _as_it_is(_connection: Any) -> None:
    """A connection needs nothing between two uses: nobody here leaves settings, locks or cursors behind,
    which the pool would clear by a round trip after each call. What transaction is left open it ends."""
