"""Names in a row: "looking at Vale of Lille and at Orme (Metz)", "talks with Lille and with Metz"."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from links.groups import LEAGUE, NATION, Group
from links.language import Language
from links.roles import Cast
from links.sentences import CLUB, PERSON


def fellows(cast: Cast, player: Group) -> tuple[str, ...]:
    """Who follows a player in a row, each with his club beside him."""
    tokens, language = cast.scene.tokens, cast.scene.language
    out: list[str] = []
    last = player
    for other in cast.right:
        if other.kind != PERSON or other.start <= last.start:
            continue
        keys = [token.key for token in tokens[last.end : other.start]]
        joined = any(key == "," or language.is_(key, "and") for key in keys)
        if not other.refs or other.own or not joined or not _only_small(keys, language):
            break
        if cast.scene.title and other.end < len(tokens) and language.is_(tokens[other.end].key, "headed"):
            break  # "Rovers bid for Vale, Orme latest": a headline of its own
        out += [ref for ref in other.refs if ref not in player.refs]
        last = other
    return tuple(out)


def _only_small(keys: Sequence[str], language: Language) -> bool:
    """May these words stand between two of a row? A club only as that of him before it."""
    for at, key in enumerate(keys):
        if key == CLUB:
            before = [k for k in keys[:at] if not _what_club(k, language)]
            if not before or not (before[-1] == "(" or language.is_(before[-1], "of")):
                return False
        elif _what_club(key, language):
            continue
        elif key not in (",", "(", ")") and not any(language.is_(key, name) for name in _SMALL):
            return False
    return True


def _what_club(key: str, language: Language) -> bool:
    """What says which club it is: "of German side Lille"."""
    return key in (LEAGUE, NATION) or any(
        language.is_(key, name) for name in ("club.side", "club.adjective", "person.nationality")
    )


_SMALL = ("and", "article", "of", "at", "person.position")


def coordinated(cast: Cast, group: Group, known: Collection[str]) -> tuple[str, ...]:
    """The clubs, none of those `known`, that follow one with "and" and its preposition."""
    tokens, words = cast.scene.tokens, cast.scene.language.is_
    out: list[str] = []
    last = group
    for other in cast.right:
        if other.kind != CLUB or other.start <= last.start or not group.prep:
            continue
        between = [token.key for token in tokens[last.end : other.start]]
        small = all(k == "," or words(k, "and") or words(k, "any.preposition") for k in between)
        if other.prep != group.prep or not between or not small:
            break
        out += [c for c in cast.scene.clubs(other) if c not in known]
        last = other
    return tuple(out)
