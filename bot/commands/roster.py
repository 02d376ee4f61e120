"""Whom a person means: typed names against the players that the bot knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.call import Call
from bot.plain import clip, line
from bot.request import Choice
from links.fold import fold
from links.player import Player
from links.players import Fit, match_player, nearest, tokens
from storage.store import Store

_ASKED_BACK = 10
_FEW = 1000  # so many names are read and compared within a few milliseconds
_WORDS = 4  # of what was typed; names have no more that matter
_NEAR = 5
_STARTING = 200  # so many names that begin alike are read at once


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

    Costs a few queries however many players there are: where they are many, those are compared who share a
    word with what was typed or begin so, and what is offered as like it begins with the same letters.
    """
    number = numbered(typed)
    if number is not None:
        player = await store.player(number)
        return Found((player,) if player else ())
    whole = await store.players_named([typed])
    if whole:
        return Found(tuple(whole))
    if not await store.more_players_than(_FEW):
        return find(typed, await store.players())
    found = find(typed, await _fitting(store, typed), like=0)
    return found if found.players else Found(near=await near(store, typed))


async def _fitting(store: Store, typed: str) -> list[Player]:
    """Everybody whom the name could mean by its words."""
    words = dict.fromkeys((*tokens(line(typed)), *fold(line(typed)).split()))
    found = await store.players_starting(typed, _STARTING)
    for word in list(words)[:_WORDS]:
        starting = await store.players_starting(word, _STARTING)
        found += starting
        if 2 * len(starting) >= _STARTING:  # cut off, it may lack some who are called just so
            found += await store.players_with_word(word)
    return list({player.id: player for player in found}.values())


async def near(store: Store, typed: str) -> tuple[Player, ...]:
    """Players with a name like this one, the likest first: one of its words begins with the same letters."""
    key = fold(line(typed))
    words = key.split()[:_WORDS]
    forms: dict[str, int] = {}
    for word in words:
        for start in _beginnings(word):
            found = await store.forms_starting(start, _STARTING)
            forms.update(found)
            if len(found) >= _STARTING:  # shorter, it would give but the first of very many
                break
    like = [form for part in (key, *words) for form in nearest(part, forms, _NEAR)]
    players = await store.players_with({forms[form] for form in like})
    match = find(typed, list(players.values()))
    return (*match.players, *match.near)[:_NEAR]


def _beginnings(word: str) -> list[str]:
    """The first letters that a misspelt word may share with the right one, the longest first."""
    return [
        word[:length] for length in sorted({len(word) - 1, 4, 3, 2}, reverse=True) if 1 < length < len(word)
    ]


def find(typed: str, players: Sequence[Player], *, like: int = _NEAR) -> Found:
    """The same among these players; at most `like` are offered where none fits."""
    number = numbered(typed)
    if number is not None:
        return Found(tuple(player for player in players if player.id == number))
    match = match_player(line(typed), players, near=like)
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
