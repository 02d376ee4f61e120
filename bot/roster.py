"""Whom a person means: typed names against the players that the bot knows."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from bot.call import Call
from bot.plain import clip, line
from bot.request import Choice
from links.player import Player
from links.players import Fit, match_player
from storage.store import Store

_ASKED_BACK = 10
_QUICK = 1000  # so many names are compared within a few milliseconds


@dataclass(frozen=True, slots=True)
class Found:
    """`players` fit the typed name, one or several to choose from; `near` are like it, where none fits."""

    players: tuple[Player, ...] = ()
    near: tuple[Player, ...] = ()

    @property
    def one(self) -> Player | None:
        """The player, if exactly one fits."""
        return self.players[0] if len(self.players) == 1 else None


async def look_up(store: Store, typed: str) -> Found:
    """The players whom a typed name may mean, out of all that are known; "#12" is the one with that number.

    A number or a whole name costs one query; only what is neither is held against every player.
    """
    number = numbered(typed)
    if number is not None:
        player = await store.player(number)
        return Found((player,) if player else ())
    whole = await store.players_named([typed])
    if whole:
        return Found(tuple(whole))
    players = await store.players()
    if len(players) < _QUICK:
        return find(typed, players)
    return await asyncio.to_thread(find, typed, players)


def find(typed: str, players: Sequence[Player]) -> Found:
    """The same among these players."""
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
