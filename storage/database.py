"""What the two engines have in common: transactions, and how statements are run in and outside of them."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from storage.errors import RolledBack

T = TypeVar("T")
Row = Mapping[str, Any]
Params = Mapping[str, Any]
Step = tuple[str, Params | list[Params]]


class Transaction:
    """`begun` once BEGIN was handed in, `failed` once a call in it failed, `over` at its end.

    `heads` are the latest alerts of the links that were read in it, by (player id, club).
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.begun = False
        self.failed = False
        self.over = False
        self.heads: dict[tuple[int, str], int] = {}


_current: ContextVar[Transaction | None] = ContextVar("storage_transaction", default=None)


class Database(ABC):
    """An open database. Statements are SQL with named parameters (`:name`)."""

    dialect: str
    where: str
    """What a person knows the database by; never a password."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Keep everything that is called inside, or nothing of it.

        Inside another transaction this joins that one, also in a task started there. Any exception,
        cancellation too, rolls back. Raises RolledBack where a failure inside was swallowed.
        """
        if (outer := self.joined()) is not None:
            try:
                yield
            except BaseException:
                outer.failed = True
                raise
            return
        async with self._turn() as transaction:
            token = _current.set(transaction)
            try:
                yield
            except BaseException:
                transaction.over = True
                await self._end(transaction, keep=False)
                raise
            finally:
                transaction.over = True
                _current.reset(token)
            await self._end(transaction, keep=not transaction.failed)
            if transaction.failed:
                raise RolledBack("a call in this transaction had failed: nothing of it was kept")

    @asynccontextmanager
    async def unhurried(self) -> AsyncIterator[Database]:
        """The same database, for statements that may take hours where much is kept: a new index."""
        yield self

    def joined(self) -> Transaction | None:
        """The transaction around the caller, None where there is none."""
        current = _current.get()
        return current if current is not None and current.database is self and not current.over else None

    async def run_many(self, sql: str, rows: Sequence[Params]) -> None:
        """Run the statement once for each row: all or none."""
        if rows:
            await self.together([(sql, list(rows))])

    @abstractmethod
    async def fetch(self, sql: str, params: Params, *, writes: bool) -> Sequence[Row]:
        """All rows that the statement gives."""

    @abstractmethod
    async def run(self, sql: str, params: Params) -> int:
        """Run one statement that writes; gives how many rows it touched."""

    @abstractmethod
    async def together(self, steps: Sequence[Step]) -> Sequence[Row]:
        """Run several statements as one transaction; the last one's rows.

        A step is a statement with its parameters, or with a list of them: then it runs once for each.
        """

    @abstractmethod
    async def close(self) -> None:
        """Finish what was begun and let go of every connection."""

    @abstractmethod
    async def tables(self) -> set[str]:
        """The names of the tables that there are."""

    @abstractmethod
    def ddl(self, statement: str) -> str:
        """A statement of a migration, in this engine's words."""

    async def hold(self, what: str, names: Iterable[str]) -> None:
        """Until the end of the transaction, nobody else holds one of these names. Outside of one: nothing.

        Nothing to do where only one transaction writes at a time.
        """
        return

    async def notify(self, topic: str) -> None:
        """Tell the other processes, when this is kept, that something of this kind is there to be done."""
        return

    @abstractmethod
    async def listen(self, told: Callable[[str], None]) -> None:
        """Until cancelled, call `told` with the topic of each change ("" where it is not known)."""

    async def damage(self) -> str | None:
        """What is wrong with the file, None where it is whole or there is none."""
        return None

    @abstractmethod
    def _turn(self) -> AbstractAsyncContextManager[Transaction]:
        """A new transaction, with what it has to itself from its first line to its last."""

    @abstractmethod
    async def _end(self, transaction: Transaction, *, keep: bool) -> None:
        """Commit or roll back, and be done with it before a cancellation goes on its way."""


async def to_its_end(work: Coroutine[Any, Any, T]) -> T:
    """Await the work also where the caller is cancelled meanwhile; the cancellation goes on after it."""
    task = asyncio.ensure_future(work)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            cancelled = error
        except Exception:  # noqa: BLE001 - comes out of result() below
            break
    result = task.result()
    if cancelled is not None:
        raise cancelled
    return result
