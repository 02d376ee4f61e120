"""Watches: who asked to be told of what."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from links.claim import Stage
from links.player import Player
from storage.channels import address_of, settings_from
from storage.database import Row
from storage.players import player_of
from storage.room import Room
from storage.rows import clean, moment, stamp
from storage.watch import Channel, Followers, Watch

WATCHES = "watches"
"""The topic under which processes are told that somebody watches another player."""

_WAYS = 500
"""Ways of asking that are looked into without letting the loop go."""


_PAGE = 2000
"""Players that are read at a time: rows take several times the room that players do."""


class Watches(Room):
    """Watches by channel, and by what they watch."""

    async def add_watch(
        self,
        channel: Channel,
        player_id: int | None,
        club: str | None = None,
        from_stage: Stage = Stage.INTEREST,
        by: str = "",
        mention: str | None = None,
    ) -> Watch:
        """The channel's watch of this player, club or pair, made or brought up to date (and on again).

        ValueError where neither player nor club is given; Conflict if the player is gone.
        """
        if player_id is None and club is None:
            raise ValueError("a watch needs a player or a club")
        async with self.transaction():
            await self._sql.add_channel(self._db, **address_of(channel))
            channel_id = await self._sql.channel_id(self._db, **address_of(channel))
            pair = {"channel_id": channel_id, "player_id": player_id, "club": club}
            await self._sql.add_watch(
                self._db,
                **pair,
                from_stage=from_stage.word,
                asked_by=by,
                mention=mention,
                created=stamp(self._clock()),
            )
            row = await self._sql.this_watch(self._db, **pair)
            await self._db.notify(WATCHES)
        return _watch(row)

    async def remove_watch(self, id: int) -> bool:
        """False if there is none (any more)."""
        return bool(await self._sql.remove_watch(self._db, id=id))

    async def watch(self, id: int) -> Watch | None:
        row = await self._sql.watch(self._db, id=id)
        return None if row is None else _watch(row)

    async def watches(self, channel: Channel) -> list[Watch]:
        """The channel's watches, paused ones too, the oldest first."""
        rows = self._sql.watches_of_channel(self._db, **address_of(channel))
        return [_watch(row) async for row in rows]

    async def first_watches(self, channel: Channel, most: int) -> list[Watch]:
        """The oldest watches of a channel, at most so many."""
        rows = self._sql.first_watches_of_channel(self._db, **address_of(channel), most=most)
        return [_watch(row) async for row in rows]

    async def watch_counts(self, platform: str, space: str) -> list[tuple[Channel, int]]:
        """Each channel of a server or workspace that watches anybody, and how many; the busiest first."""
        rows = self._sql.watch_counts(self._db, platform=platform, space=space)
        return [(Channel(platform, row["address"], space), int(row["watches"])) async for row in rows]

    async def watches_on(self, player_id: int, club: str) -> list[Watch]:
        """Whom news of this player and club concerns: watches of the player, of the pair and of the club.

        Paused ones are left out. A channel comes more than once where more than one of its watches fits.
        """
        rows = self._sql.watches_on(self._db, player_id=player_id, club=club)
        return [_watch(row) async for row in rows]

    async def followers(
        self, player_id: int, club: str, *, at_once: int = 2500
    ) -> AsyncIterator[list[Followers]]:
        """The channels of those watches, each once, read `at_once` watches at a time: there may be very many,
        and the loop is let go between two pages. What asks alike comes as one."""
        after: int | None = 0
        while after is not None:
            of = {"player_id": player_id, "club": club, "after": after, "most": at_once}
            rows = await self._db.fetch(self._sql.followers.sql, of, writes=False)
            last = rows[-1]["channel_id"] if len(rows) == at_once else None
            if last is not None and rows[0]["channel_id"] != last:
                # The page may have been cut within its last channel: that one begins the next page.
                rows = [row for row in rows if row["channel_id"] != last]
            after = None if last is None else rows[-1]["channel_id"]
            ways = list(_ways(rows).values())
            for start in range(0, len(ways), _WAYS):
                yield [_followers(numbers, own) for numbers, own in ways[start : start + _WAYS]]

    async def all_watches(self) -> list[Watch]:
        """Every watch, the oldest first."""
        return [_watch(row) async for row in self._sql.all_watches(self._db)]

    async def watched_players(self) -> list[Player]:
        """Every player whom somebody watches, by id."""
        players: list[Player] = []
        after, full = 0, True
        while full:
            page = [row async for row in self._sql.watched_page(self._db, after=after, most=_PAGE)]
            players += map(player_of, page)
            after, full = (page[-1]["id"], len(page) == _PAGE) if page else (after, False)
        return players

    async def count_watched(self) -> int:
        """How many players somebody watches."""
        return int(await self._sql.count_watched(self._db))

    async def watched_since(self, watch_id: int) -> tuple[list[Player], int]:
        """Players of watches that were made after this one, and the number of the last of these (or this).

        Costs the same however many watches there are. One who was watched before may be among them.
        """
        rows = [row async for row in self._sql.watched_since(self._db, after=watch_id)]
        last = max((row["watch_id"] for row in rows), default=watch_id)
        return list({row["id"]: player_of(row) for row in rows}.values()), last

    async def last_watch(self) -> int:
        """The number of the watch that was made last, 0 if there is none."""
        return int(await self._sql.last_watch(self._db) or 0)

    async def export_watches(self) -> list[tuple[Watch, Player | None]]:
        """Every watch with its player (None for a club's watch): ids mean nothing in another database."""
        async with self.transaction():
            found = await self.watched_players()
            watches = await self.all_watches()
        players = {player.id: player for player in found}
        return [(watch, players.get(watch.player_id or 0)) for watch in watches]

    async def pause_watch(self, id: int, reason: str | None) -> bool:
        """Stop telling for a reason in words; None goes on again. False if there is none."""
        return bool(await self._sql.pause_watch(self._db, id=id, reason=clean(reason)))

    async def pause_channel(self, channel: Channel, reason: str | None) -> int:
        """Pause (or with None, resume) all watches of a channel at once; gives how many there are."""
        paused = await self._sql.pause_channel(self._db, **address_of(channel), reason=clean(reason))
        return int(paused)


def _ways(rows: Sequence[Any]) -> dict[tuple[Any, ...], tuple[list[int], Sequence[Row]]]:
    """The numbers of the channels that ask alike, with the rows of the first of them. Few ask in a way of
    their own, so most cost one look at a table: columns by their place, which is several times as fast."""
    found: dict[tuple[Any, ...], tuple[list[int], Sequence[Row]]] = {}
    end = 0
    while end < len(rows):
        begin, number, way = end, rows[end][0], rows[end][1:7]
        end += 1
        while end < len(rows) and rows[end][0] == number:
            way += rows[end][3:7]
            end += 1
        if (known := found.get(way)) is None:
            found[way] = known = ([], rows[begin:end])
        known[0].append(number)
    return found


def _followers(numbers: list[int], own: Sequence[Row]) -> Followers:
    watches = tuple(map(_watch, own))
    return Followers(numbers, watches[0].channel, settings_from(own[0]["settings"]), watches)


def _watch(row: Row) -> Watch:
    return Watch(
        id=row["id"],
        channel=Channel(row["platform"], row["address"], row["space"]),
        player_id=row["player_id"],
        club=row["club"],
        from_stage=Stage.of(row["from_stage"]),
        by=row["asked_by"],
        mention=row["mention"],
        paused=row["paused"],
        created=moment(row["created"]),
    )
