"""A player as the bot knows him."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Player:
    """A player with every name that he goes by.

    `name` is the fullest usual one and is shown; `aliases` are further spellings. `clubs` are
    clubs that he was seen at, the latest first: they tell two players of one name apart.
    """

    id: int
    name: str
    aliases: tuple[str, ...] = ()
    clubs: tuple[str, ...] = ()
