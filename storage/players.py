"""Players and every name that they go by."""

from __future__ import annotations

from collections.abc import Iterable

from links.fold import fold
from links.player import Player
from links.players import called
from storage.database import Params, Row, Step
from storage.room import Room
from storage.rows import array, clean, tuple_of, words

_LAST = "\U0010ffff"
"""What sorts behind every letter on both engines."""
_NEXT = "\x01"
"""What sorts before every letter."""


class Players(Room):
    """Players by id and by folded name."""

    async def players(self, *, after: int = 0) -> list[Player]:
        """Every player by id; with `after`, only those that came after that id."""
        return [player_of(row) async for row in self._sql.players(self._db, after=after)]

    async def player(self, id: int) -> Player | None:
        row = await self._sql.player(self._db, id=id)
        return None if row is None else player_of(row)

    async def players_with(self, ids: Iterable[int]) -> dict[int, Player]:
        """Those of these players that there are, by id. One query for any number."""
        asked = array(sorted(set(ids)))
        if asked == "[]":
            return {}
        return {row["id"]: player_of(row) async for row in self._sql.players_with(self._db, ids=asked)}

    async def players_named(self, names: Iterable[str]) -> list[Player]:
        """Players with one of these names (or this one) or aliases, whatever the case and the accents.

        In a transaction nobody else looks for, and so adds, one who may be called so until its end.
        """
        names = (names,) if isinstance(names, str) else tuple(names)
        folded = sorted({fold(clean(name)) for name in names})
        await self._db.hold("player", sorted({word for name in names for word in called(clean(name))}))
        return [player_of(row) async for row in self._sql.players_named(self._db, folded=array(folded))]

    async def players_starting(self, typed: str, limit: int = 200) -> list[Player]:
        """Players with a name, or a word that they are called by, that begins so: for completion, so at most
        `limit` of them, and nobody for nothing typed. Costs the same however many players there are."""
        start = fold(clean(typed))
        if not start:
            return []
        rows = self._sql.players_starting(self._db, start=start, beyond=start + _LAST, most=limit)
        return [player_of(row) async for row in rows][:limit]

    async def players_with_word(self, word: str, limit: int = 1000) -> list[Player]:
        """Players with this word (folded) for a name, or among the words that they are called by."""
        rows = self._sql.players_starting(self._db, start=word, beyond=word + _NEXT, most=limit)
        return [player_of(row) async for row in rows]

    async def forms_starting(self, start: str, limit: int) -> list[tuple[str, int]]:
        """(folded name or word that somebody is called by, his id) of those that begin so: at most `limit`
        names and as many words."""
        of = {"start": start, "beyond": start + _LAST, "most": limit}
        return [(row["form"], row["player_id"]) async for row in self._sql.forms_starting(self._db, **of)]

    async def more_players_than(self, count: int) -> bool:
        """Whether there are; costs no more than so many."""
        return await self._sql.beyond_player(self._db, place=count) is not None

    async def players_called(self, names: Iterable[str]) -> list[Player]:
        """Players who share with one of these names a word that they may be called by alone.

        In a transaction nobody else looks for them until its end.
        """
        found = sorted({word for name in names for word in called(clean(name))})
        if not found:
            return []
        await self._db.hold("player", found)
        rows = self._sql.players_by_word(self._db, words=array(found))
        return [player_of(row) async for row in rows]

    async def add_player(self, name: str, aliases: Iterable[str] = (), clubs: Iterable[str] = ()) -> Player:
        """A new player, also where another has the same name: look with `players_named` before."""
        name, aliases, clubs = clean(name), tuple(map(clean, aliases)), tuple(map(clean, clubs))
        async with self.transaction():
            row = await self._sql.add_player(self._db, name=name, aliases=words(aliases), clubs=words(clubs))
            player = Player(row["id"], name, aliases, clubs)
            await self._db.together(self._named(player))
        return player

    async def save_player(self, player: Player) -> None:
        """Keep his name, aliases and clubs. A player who is gone stays gone."""
        async with self.transaction():
            kept = await self._sql.save_player(
                self._db,
                id=player.id,
                name=clean(player.name),
                aliases=words(player.aliases),
                clubs=words(player.clubs),
            )
            if kept:
                of = {"player_id": player.id}
                forget = [(self._sql.forget_names.sql, of), (self._sql.forget_words.sql, of)]
                await self._db.together([*forget, *self._named(player)])

    async def forget_idle_players(self) -> int:
        """Drop players who were linked, of whom no claim is left, and whom nobody watches; gives how many.

        For use after `forget_feed`. Their links and alerts go with them.
        """
        return int(await self._sql.forget_idle_players(self._db))

    def _named(self, player: Player) -> list[Step]:
        """What writes down how a player may be called."""
        names = {fold(clean(name)) for name in (player.name, *player.aliases)} - {""}
        found = {word for name in (player.name, *player.aliases) for word in called(clean(name))}
        steps: list[Step] = []
        if names:
            rows: list[Params] = [{"folded": name, "player_id": player.id} for name in sorted(names)]
            steps.append((self._sql.add_names.sql, rows))
        if found:
            rows = [{"word": word, "player_id": player.id} for word in sorted(found)]
            steps.append((self._sql.add_words.sql, rows))
        return steps


def player_of(row: Row) -> Player:
    return Player(row["id"], row["name"], tuple_of(row["aliases"]), tuple_of(row["clubs"]))
