"""Leases: which processes take part in a work, and which parts of it are whose.

They run by the database's clock: processes on several machines need not agree on the time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.room import Room
from storage.rows import moment


@dataclass(frozen=True, slots=True)
class Parts:
    """What one process has of a work in parts.

    `held` are the parts that are its own until its lease ends. `surplus` are those of them that it is to end
    and then hand back, because another process has too few.
    """

    held: frozenset[int] = frozenset()
    surplus: frozenset[int] = frozenset()

    @property
    def kept(self) -> frozenset[int]:
        """The parts to work on."""
        return self.held - self.surplus


class Leases(Room):
    """Leases by work."""

    async def take_part(self, work: str, lease: timedelta) -> int:
        """Take part in the work for so long, or on; gives how many processes do, this one among them."""
        async with self.transaction():
            return len(await self._members(work, lease))

    async def share_out(self, work: str, total: int, lease: timedelta) -> Parts:
        """Take part, keep the parts (0 to `total` - 1) that are this process's own, and take free ones up to
        its fair share.

        Where others work on another `total`, nothing new is taken until they have handed theirs back; parts
        of another total are never among what is given.
        """
        async with self.transaction():
            members = await self._members(work, lease)
            now = await self._clear(_parts(work))
            await self._sql.renew_leases(
                self._db, what=_parts(work), owner=self.owner, until=now + _micros(lease)
            )
            rows = [(r["part"], r["owner"]) async for r in self._sql.leases_of(self._db, what=_parts(work))]
            owners = {_number(part): owner for part, owner in rows if part.endswith(f" of {total}")}
            mine = {part for part, owner in owners.items() if owner == self.owner}
            share = _shares(total, members, owners.values())[self.owner]
            if len(owners) == len(rows) and len(mine) < share:
                free = [part for part in range(total) if part not in owners][: share - len(mine)]
                await self._sql.add_leases(self._db, [self._row(work, p, total, now, lease) for p in free])
                mine.update(free)
        return Parts(frozenset(mine), frozenset(sorted(mine)[share:]))

    async def hand_back(self, work: str, total: int, parts: Collection[int]) -> None:
        """These parts are free for others."""
        rows = [
            {"what": _parts(work), "part": f"{part} of {total}", "owner": self.owner}
            for part in sorted(parts)
        ]
        await self._sql.drop_leases(self._db, rows)

    async def time(self) -> datetime:
        """The database's time."""
        now: int = await self._sql.database_time(self._db)
        return moment(now)

    async def release_leases(self) -> None:
        """Take part in nothing any more: for the end of this process."""
        await self._sql.drop_all_leases(self._db, owner=self.owner)

    async def _members(self, work: str, lease: timedelta) -> list[str]:
        """Who takes part, by name; this process from now on for the lease."""
        await self._db.hold("lease", [work])
        now = await self._clear(work)
        until = now + _micros(lease)
        await self._sql.renew_leases(self._db, what=work, owner=self.owner, until=until)
        row = {"what": work, "part": self.owner, "owner": self.owner, "until": until}
        await self._sql.add_leases(self._db, [row])
        return [row["owner"] async for row in self._sql.leases_of(self._db, what=work)]

    async def _clear(self, what: str) -> int:
        """Drop what is over; gives the database's time."""
        now: int = await self._sql.database_time(self._db)
        await self._sql.drop_lapsed_leases(self._db, what=what, now=now)
        return now

    def _row(self, work: str, part: int, total: int, now: int, lease: timedelta) -> dict[str, str | int]:
        until = now + _micros(lease)
        return {"what": _parts(work), "part": f"{part} of {total}", "owner": self.owner, "until": until}


def _shares(total: int, members: Collection[str], owners: Iterable[str]) -> dict[str, int]:
    """How many parts are whose, as evenly as can be; the odd ones stay with those who have the most."""
    held = dict.fromkeys(members, 0)
    for owner in owners:
        held[owner] = held.get(owner, 0) + 1
    even, odd = divmod(total, len(members))
    order = sorted(members, key=lambda name: (-held[name], name))
    return {name: even + (place < odd) for place, name in enumerate(order)}


def _parts(work: str) -> str:
    return f"{work}: parts"


def _number(part: str) -> int:
    return int(part.partition(" ")[0])


def _micros(time: timedelta) -> int:
    return time // timedelta(microseconds=1)
