"""Facts: small notes that outlive the process, such as which commands were synced last."""

from __future__ import annotations

import uuid
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta

from storage.errors import DatabaseError
from storage.room import Room
from storage.rows import moment, stamp

_ONCE, _ONCE_END = "once:", "once;"
"""Before a key that `first_times` keeps, and what comes after all of these in order."""


class Facts(Room):
    """Notes by key."""

    async def fact(self, key: str) -> str | None:
        """The note under this key, None if there is none."""
        value: str | None = await self._sql.fact(self._db, key=key)
        return value

    async def set_fact(self, key: str, value: str | None) -> None:
        """Keep the note; None drops it."""
        if value is None:
            await self._sql.forget_fact(self._db, key=key)
        else:
            await self._sql.set_fact(self._db, key=key, value=value)

    async def hold_fact(self, key: str) -> str | None:
        """The note under this key; in a transaction nobody else holds it until its end. For notes that are
        read, changed and written."""
        await self._db.hold("fact", [key])
        return await self.fact(key)

    async def settle_fact(self, key: str, value: str) -> str:
        """The note under this key; this value where there was none. The first process that asks counts."""
        async with self.transaction():
            await self._sql.settle_fact(self._db, key=key, value=value)
            settled: str = await self._sql.fact(self._db, key=key)
        return settled

    async def first_times(self, what: Sequence[str], at: datetime) -> list[bool]:
        """Of each: is it the first time that anybody says so, this process or another, after a restart too?

        It is known from then on, until `forget_times`. One commit for any number.
        """
        first = []
        async with self.transaction():
            for each in what:
                mine = f"{stamp(at):020d} {uuid.uuid4().hex}"
                first.append(await self.settle_fact(_ONCE + each, mine) == mine)
        return first

    async def forget_times(self, before: datetime) -> int:
        """Forget what was said the first time before then; gives how much."""
        gone = await self._sql.forget_facts_between(
            self._db, low=_ONCE, high=_ONCE_END, value=f"{stamp(before):020d}"
        )
        return int(gone)

    async def book(self, key: str, now: datetime, step: timedelta) -> timedelta:
        """Take the next place in a line of all processes, places `step` apart; gives how long to wait."""
        micros = step // timedelta(microseconds=1)
        place: int = await self._sql.book(self._db, key=key, now=stamp(now), step=micros)
        return max(moment(place) - now, timedelta(0))

    async def book_now(self, kind: str, of: Hashable, step: timedelta) -> timedelta:
        """The same in the line of this thing, by the database's clock. Where the database is away, no wait:
        whoever posts has the platform's own word."""
        try:
            return await self.book(f"{kind} {of}", moment(await self._sql.database_time(self._db)), step)
        except DatabaseError:
            return timedelta(0)

    async def forget_paces(self, before: datetime) -> int:
        """Drop the lines in which nobody has stood since; gives how many."""
        return int(await self._sql.forget_paces(self._db, before=stamp(before)))

    async def schema_version(self) -> int:
        """The number of the last migration that was applied."""
        return int(await self._sql.schema_version(self._db))
