"""Links: what is held true so far of a player and a club."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from links.claim import Deal, Stage, Status
from links.link import Link
from links.player import Player
from storage.database import Row
from storage.players import player_of
from storage.room import Room
from storage.rows import array, moment, stage_of, stamp


class Links(Room):
    """Links by pair, by player, by club."""

    async def links(self, pairs: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Link]:
        """Those of these links (player id, club) that there are. In a transaction they hold until its end:
        nobody else reads them in one meanwhile, those that are not there yet too."""
        wanted = sorted(set(pairs))
        if not wanted:
            return {}
        await self._db.hold("link", (f"{player} {club}" for player, club in wanted))
        found = [row async for row in self._sql.links_between(self._db, pairs=array(wanted))]
        if (transaction := self._db.joined()) is not None:
            transaction.heads |= {(row["of_player"], row["of_club"]): row["head"] or 0 for row in found}
        links = (row for row in found if row["stage"] is not None)
        return {(row["player_id"], row["club"]): _link(row) for row in links}

    async def links_of(self, player_id: int) -> list[Link]:
        """All of a player's links, the latest change first."""
        return [_link(row) async for row in self._sql.links_of(self._db, player_id=player_id)]

    async def links_to(self, club: str, limit: int = 25) -> list[Link]:
        """Players linked to a club, the latest change first."""
        return [_link(row) async for row in self._sql.links_to(self._db, club=club, most=limit)]

    async def save_links(self, links: Iterable[Link]) -> None:
        """Keep them as they stand now. Raises Conflict if a player is gone."""
        await self._sql.save_links(self._db, [_columns(link) for link in links])

    async def busy_players(self, limit: int) -> list[Player]:
        """Players by their latest change of any link, for completion. Looks at the newest links only,
        so a few may be missing where single players have very many."""
        rows = self._sql.busy_players(self._db, most=limit, deep=limit * 8)
        return [player_of(row) async for row in rows]


def _columns(link: Link) -> dict[str, Any]:
    return {
        "player_id": link.player_id,
        "club": link.club,
        "stage": link.stage.word,
        "status": link.status.value,
        "alerted": link.alerted.word if link.alerted else None,
        "since": stamp(link.since),
        "changed": stamp(link.changed),
        "last_seen": stamp(link.last_seen),
        "from_club": link.from_club,
        "deal": link.deal.value if link.deal else None,
        "fee": link.fee,
    }


def _link(row: Row) -> Link:
    return Link(
        player_id=row["player_id"],
        club=row["club"],
        stage=Stage.of(row["stage"]),
        status=Status(row["status"]),
        alerted=stage_of(row["alerted"]),
        since=moment(row["since"]),
        changed=moment(row["changed"]),
        last_seen=moment(row["last_seen"]),
        from_club=row["from_club"],
        deal=Deal(row["deal"]) if row["deal"] else None,
        fee=row["fee"],
    )
