"""Claims: what each entry said, kept for good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from links.claim import Claim
from storage.database import Params, Row, Step
from storage.entry import Report, StoredClaim
from storage.room import Room
from storage.rows import array, claim_of, clean, columns_of, moment, stamp, tuple_of

_EVER = datetime(1, 1, 1, tzinfo=UTC)


class Claims(Room):
    """Claims by player, by pair and by entry."""

    async def save_claims(
        self, claims: Iterable[tuple[int, int, datetime, Claim]], *, reread: Iterable[int] = ()
    ) -> None:
        """Keep (entry id, player id, time that it counts from, claim); of two with one pair the last counts.

        They take the place of all that was kept of the same entries. `reread` names entries that may say
        nothing any more: their old claims go too. Raises Conflict if an entry or a player is gone.
        """
        kept = {(entry, player, claim.club): (at, claim) for entry, player, at, claim in claims}
        entries = {entry for entry, _, _ in kept} | set(reread)
        if not entries:
            return
        rows: list[Params] = [_columns(e, player, at, claim) for (e, player, _), (at, claim) in kept.items()]
        steps: list[Step] = [(self._sql.drop_claims.sql, {"kept": array(kept), "entries": array(entries)})]
        if rows:
            steps.append((self._sql.save_claims.sql, rows))
        await self._db.together(steps)

    async def claims_of(
        self, player_id: int, club: str | None = None, limit: int = 25, before: int | None = None
    ) -> list[StoredClaim]:
        """A player's claims, of one club or of all, the latest published first.

        `before` is the id of the last claim of the page before; nothing follows a claim that is gone.
        """
        of: dict[str, Any] = {"player_id": player_id, "most": limit}
        query = "claims_of_player"
        if club is not None:
            of["club"] = club
            query = "claims_of_pair"
        if before is not None:
            place = await self._sql.claim_place(self._db, id=before)
            if place is None:
                return []
            of |= {"at": place["at"], "id": place["id"]}
            query += "_before"
        return [_stored(row) async for row in getattr(self._sql, query)(self._db, **of)]

    async def claims_in(self, entry_id: int) -> list[StoredClaim]:
        """What one entry says."""
        return [_stored(row) async for row in self._sql.claims_in(self._db, entry_id=entry_id)]

    async def reports(self, player_id: int, club: str, since: datetime = _EVER) -> list[Report]:
        """Who has reported the link since then, the first to do so first: one for each outlet and the source
        that it credits."""
        rows = self._sql.reports(self._db, player_id=player_id, club=club, since=stamp(since))
        found: dict[tuple[str | None, str | None], Report] = {}
        async for row in rows:
            for source in tuple_of(row["sources"]) or (None,):
                key = row["outlet"], source
                first, count = moment(row["first"]), row["many"]
                if (known := found.get(key)) is not None:
                    first, count = min(known.first, first), known.count + count
                found[key] = Report(*key, first, count)
        return sorted(found.values(), key=lambda report: report.first)


def _columns(entry_id: int, player_id: int, at: datetime, claim: Claim) -> dict[str, Any]:
    return columns_of(claim) | {
        "entry_id": entry_id,
        "player_id": player_id,
        "at": stamp(at),
        "player": clean(claim.player),
    }


def _stored(row: Row) -> StoredClaim:
    return StoredClaim(
        id=row["id"],
        entry_id=row["entry_id"],
        player_id=row["player_id"],
        at=moment(row["at"]),
        claim=claim_of(row),
        title=row["title"],
        link=row["link"],
        outlet=row["outlet"],
        published=moment(row["published"]),
    )
