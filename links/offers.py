"""Offers that come from somewhere: then it is no player who comes from there."""

from __future__ import annotations

from collections.abc import Sequence

from links.language import Language
from links.sentences import Token


def sent(tokens: Sequence[Token], at: int, language: Language) -> bool:
    """ "An offer for Vale has come in from Lille": the offer comes from there, not the player; `at` is where
    the club's group starts. "An offer to come home from Lille" is one to him."""
    back = at - 2
    if back > 0 and language.is_(tokens[back].key, "in"):
        back -= 1
    if back < 0 or not language.is_(tokens[back].key, "sending"):
        return False
    for spot in range(back - 1, max(-1, at - _FAR), -1):
        key = tokens[spot].key
        if key == "," or language.is_(key, "relative") or language.is_(key, "to"):
            return False
        if language.is_(key, "taker"):
            return True
    return False


_FAR = 16
"""So far before a club stands the offer that comes from there."""
