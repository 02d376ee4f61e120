"""Alerts: the news that was decided, and what people said of it."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from links.claim import Deal, Stage, Status
from links.link import Kind
from storage.database import Row
from storage.delivery import Alert, Feedback, NewAlert
from storage.errors import Conflict
from storage.room import Room
from storage.rows import array, clean, columns_of, moment, stage_of, stamp, tuple_of, words

_NEWEST = sys.maxsize  # the largest id that both engines hold


class Alerts(Room):
    """Alerts by id, by player, by pair."""

    async def add_alert(self, new: NewAlert) -> Alert:
        """The alert with its id. An entry that has said the same already gives its first alert again.

        Raises Conflict if the player or the entry is gone, and where another process has told of the same
        link since this transaction read it (`links`).
        """
        pair = (new.player_id, new.claim.club)
        async with self.transaction():
            transaction = self._db.joined()
            assert transaction is not None
            columns = _columns(new) | {"head": transaction.heads.get(pair)}
            row = await self._sql.add_alert(self._db, **columns)
            if row is not None and pair in transaction.heads:
                transaction.heads[pair] = row["id"]
            if row is None:
                same = ("entry_id", "player_id", "club", "kind", "stage", "status")
                row = await self._sql.same_alert(self._db, **{name: columns[name] for name in same})
            if row is None:
                raise Conflict(f"player {new.player_id} is gone: his alert was not kept")
        return _alert(row)

    async def alert(self, id: int) -> Alert | None:
        row = await self._sql.alert(self._db, id=id)
        return None if row is None else _alert(row)

    async def alerts(self, ids: Iterable[int]) -> dict[int, Alert]:
        """Those of these alerts that there are. One query for any number."""
        rows = self._sql.alerts_with(self._db, ids=array(set(ids)))
        return {row["id"]: _alert(row) async for row in rows}

    async def alerts_of(
        self, player_id: int, club: str | None = None, limit: int = 25, before_id: int | None = None
    ) -> list[Alert]:
        """A player's alerts, of one club or of all, the newest first, those told before `before_id`."""
        of: dict[str, Any] = {"player_id": player_id, "most": limit}
        of["before_id"] = _NEWEST if before_id is None else before_id
        if club is None:
            return [_alert(row) async for row in self._sql.alerts_of_player(self._db, **of)]
        return [_alert(row) async for row in self._sql.alerts_of_pair(self._db, club=club, **of)]

    async def last_alert(self, player_id: int, club: str) -> Alert | None:
        """The latest alert of this link, None if nothing was told."""
        row = await self._sql.last_alert(self._db, player_id=player_id, club=club)
        return None if row is None else _alert(row)

    async def add_report(self, alert_id: int, outlet: str) -> bool:
        """Note that an outlet reports the same ("also"), and that posted cards have to be edited.

        False where nothing changed: the alert is gone, or names the outlet already.
        """
        outlet = clean(outlet)
        async with self.transaction():
            await self._sql.hold_alert(self._db, id=alert_id)
            alert = await self.alert(alert_id)
            if alert is None or outlet == alert.outlet or outlet in alert.also:
                return False
            await self._sql.save_also(self._db, id=alert_id, also=words((*alert.also, outlet)))
            await self._sql.mark_edits(self._db, alert_id=alert_id)
        return True

    async def add_feedback(self, alert_id: int, by: str, what: str) -> bool:
        """Keep what a person says is wrong with an alert. False if the same person said the same before.

        Raises Conflict if the alert is gone.
        """
        at = stamp(self._clock())
        added = await self._sql.add_feedback(self._db, alert_id=alert_id, said_by=by, what=clean(what), at=at)
        return bool(added)

    async def mark_misread(self, alert_id: int, what: str | None) -> bool:
        """Note what was misread in an alert (None: nothing after all): its posted cards are to be edited.

        False where nothing changed: the alert is gone, or marked so already.
        """
        async with self.transaction():
            changed = await self._sql.mark_misread(self._db, id=alert_id, what=clean(what))
            if changed:
                await self._sql.mark_edits(self._db, alert_id=alert_id)
        return bool(changed)

    async def open_feedback(self, limit: int = 10) -> list[tuple[int, str, int]]:
        """What people said of alerts that are not marked as misread: (alert, what, how many people), the
        newest first."""
        rows = self._sql.open_feedback(self._db, most=limit)
        return [(row["alert_id"], row["what"], row["many"]) async for row in rows]

    async def feedback(self, limit: int = 100, before_id: int | None = None) -> list[Feedback]:
        """What people said, the newest first."""
        before = _NEWEST if before_id is None else before_id
        rows = self._sql.feedback(self._db, before_id=before, most=limit)
        return [
            Feedback(r["id"], r["alert_id"], r["said_by"], r["what"], moment(r["at"])) async for r in rows
        ]


def _columns(new: NewAlert) -> dict[str, Any]:
    return columns_of(new.claim) | {
        "entry_id": new.entry_id,
        "player_id": new.player_id,
        "kind": new.kind.value,
        "stage_before": new.before.word if new.before else None,
        "published": stamp(new.published),
        "seen": stamp(new.seen),
    }


def _alert(row: Row) -> Alert:
    return Alert(
        id=row["id"],
        player_id=row["player_id"],
        player=row["player"],
        club=row["club"],
        kind=Kind(row["kind"]),
        before=stage_of(row["stage_before"]),
        stage=Stage.of(row["stage"]),
        status=Status(row["status"]),
        from_club=row["from_club"],
        deal=Deal(row["deal"]) if row["deal"] else None,
        fee=row["fee"],
        sources=tuple_of(row["sources"]),
        quote=row["quote"],
        why=tuple_of(row["why"]),
        outlet=row["outlet"],
        link=row["link"],
        title=row["title"],
        published=moment(row["published"]),
        seen=moment(row["seen"]),
        also=tuple_of(row["also"]),
        entry_id=row["entry_id"],
        misread=row["misread"],
    )
