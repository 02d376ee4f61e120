"""Which known player a claim means; a name nobody knew becomes a new player."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from links.claim import Claim, Stage, Status
from links.fold import fold
from links.player import Player
from links.players import called, names_of, same_player
from storage.store import Store

MOST_CLUBS = 4
"""So many of a player's clubs are remembered, the latest first."""


@dataclass(slots=True)
class _Known:
    """The players that a batch of claims may mean, by the words that they may be called by."""

    by_word: dict[str, dict[int, Player]] = field(default_factory=lambda: defaultdict(dict))

    def add(self, player: Player) -> None:
        for name in names_of(player):
            for word in called(name):
                self.by_word[word][player.id] = player

    def find(self, claim: Claim) -> Player | None:
        """The one player whom the name fits; where it fits several, or is a lone surname, his club tells."""
        near = {p.id: p for word in called(claim.player) for p in self.by_word[word].values()}
        fits = [near[id] for id in sorted(near) if _is_named(near[id], claim.player)]
        exact = [player for player in fits if fold(claim.player) in map(fold, names_of(player))]
        if " " in fold(claim.player) and exact:
            return exact[0] if len(exact) == 1 else _by_club(exact, claim)
        whole = [player for player in fits if " " in fold(player.name)]
        if " " in fold(claim.player) and len(whole) == 1 == len(fits):
            return whole[0]
        return _by_club(fits, claim)


def _is_named(player: Player, name: str) -> bool:
    return any(same_player(own, name) for own in names_of(player))


def _by_club(fits: Sequence[Player], claim: Claim) -> Player | None:
    """Of those whom a name fits, the one at the club that the claim names, else one of whom no club is known.

    Where the claim names no club, the only one; of several nobody, unless all but one have clubs.
    """
    at_club = [player for player in fits if claim.from_club in player.clubs]
    if at_club:
        return at_club[0]
    anywhere = [player for player in fits if not player.clubs]
    if anywhere:
        return anywhere[0]
    return fits[0] if len(fits) == 1 and claim.from_club is None else None


async def identify(store: Store, claims: Sequence[Claim]) -> list[Player]:
    """The player of each claim, in the same order. New players and new clubs are kept in the store."""
    known = _Known()
    for player in await store.players_called([claim.player for claim in claims]):
        known.add(player)
    found: list[Player] = []
    for claim in claims:
        before = known.find(claim)
        if before is None:
            player = await store.add_player(claim.player, clubs=_clubs(claim))
        elif (player := _learn(before, claim)) != before:
            await store.save_player(player)
        known.add(player)
        found.append(player)
    return found


def _learn(player: Player, claim: Claim) -> Player:
    """The player with what the claim teaches: a fuller name, another club."""
    clubs = tuple(dict.fromkeys((*_clubs(claim), *player.clubs)))[:MOST_CLUBS]
    if " " not in fold(player.name) and " " in fold(claim.player):
        aliases = tuple(dict.fromkeys((*player.aliases, player.name)))
        return replace(player, name=claim.player, aliases=aliases, clubs=clubs)
    return replace(player, clubs=clubs)


def _clubs(claim: Claim) -> tuple[str, ...]:
    """The clubs where the claim shows him, the latest first: where he has signed, where he comes from."""
    joined = claim.stage is Stage.DONE and claim.status is Status.LIVE
    return tuple(club for club in (claim.club if joined else None, claim.from_club) if club)
