"""Whom a person means: typed names against the players that the bot knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.call import Call
from bot.plain import clip, line
from bot.request import Choice
from links.player import Player
from links.players import Fit, match_player

_ASKED_BACK = 10


@dataclass(frozen=True, slots=True)
class Found:
    """`players` fit the typed name, one or several to choose from; `near` are like it, where none fits."""

    players: tuple[Player, ...] = ()
    near: tuple[Player, ...] = ()

    @property
    def one(self) -> Player | None:
        """The player, if exactly one fits."""
        return self.players[0] if len(self.players) == 1 else None


def find(typed: str, players: Sequence[Player]) -> Found:
    """The players whom a typed name may mean; "#12" is the one with that number."""
    number = numbered(typed)
    if number is not None:
        return Found(tuple(player for player in players if player.id == number))
    match = match_player(line(typed), players)
    return Found(near=match.players) if match.fit is Fit.NONE else Found(match.players)


def numbered(typed: str) -> int | None:
    """12 for "#12", None for everything else."""
    digits = typed.strip().removeprefix("#")
    fits = typed.strip().startswith("#") and digits.isascii() and digits.isdigit() and len(digits) < 16
    return int(digits) if fits else None


def choices(players: Sequence[Player], call: Call) -> tuple[Choice, ...]:
    """ "Which one?": the same call with each of these players."""
    return tuple(
        Choice(player.name, told_apart(player), call.having("player", f"#{player.id}"))
        for player in players[:_ASKED_BACK]
    )


def told_apart(player: Player) -> str:
    """What tells a player from others of his name: his clubs, the latest first."""
    return clip(", ".join(player.clubs[:3]), 80) or "no club known yet"
