"""Which known player a claim means; a name nobody knew becomes a new player."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from links.claim import Claim
from links.fold import fold
from links.player import Player
from links.players import same_player
from storage.store import Store

MOST_CLUBS = 4
"""So many of a player's clubs are remembered, the latest first."""


@dataclass(slots=True)
class _Known:
    """The players that a batch of claims may mean, by the last word of each of their names."""

    by_surname: dict[str, list[Player]] = field(default_factory=lambda: defaultdict(list))

    def add(self, player: Player) -> None:
        for surname in {surname_of(name) for name in (player.name, *player.aliases)}:
            others = self.by_surname[surname]
            others[:] = [p for p in others if p.id != player.id] + [player]

    def find(self, claim: Claim) -> Player | None:
        """The one player that the name fits; where it fits several, his club must tell."""
        wanted = fold(claim.player)
        near = self.by_surname.get(surname_of(claim.player), [])
        exact = [p for p in near if wanted in {fold(n) for n in (p.name, *p.aliases)}]
        fits = exact or [p for p in near if any(same_player(n, claim.player) for n in (p.name, *p.aliases))]
        if len(fits) > 1 or (fits and not exact and " " not in wanted):
            # A lone surname, or a name that two bear, is somebody only where a club says who.
            at_club = [p for p in fits if claim.from_club and claim.from_club in p.clubs]
            unknown = [p for p in fits if not p.clubs or not claim.from_club]
            fits = at_club or (unknown if len(fits) == 1 else [])
            fits = fits or (exact[:1] if exact and not claim.from_club else [])
        return fits[0] if fits else None


async def identify(store: Store, claims: Sequence[Claim]) -> list[Player]:
    """The player of each claim, in the same order. New players and new clubs are kept in the store."""
    known = _Known()
    for player in await store.players_by_surname(*(surname_of(c.player) for c in claims)):
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


def surname_of(name: str) -> str:
    """The last word of a name, folded: what players are looked up by."""
    words = fold(name).split()
    return words[-1] if words else ""


def _learn(player: Player, claim: Claim) -> Player:
    """The player with what the claim teaches: a fuller name, another club."""
    clubs = tuple(dict.fromkeys((*_clubs(claim), *player.clubs)))[:MOST_CLUBS]
    if len(fold(player.name).split()) == 1 and len(fold(claim.player).split()) > 1:
        aliases = tuple(dict.fromkeys((*player.aliases, player.name)))
        return replace(player, name=claim.player, aliases=aliases, clubs=clubs)
    return replace(player, clubs=clubs)


def _clubs(claim: Claim) -> Iterable[str]:
    return (claim.from_club,) if claim.from_club else ()
