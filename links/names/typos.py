"""Clubs with a letter wrong, which look like people that nobody listed: "Milwall", "Royal Antwrep"."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from links.names import facts
from links.names.gazetteer import ambiguous
from links.names.lexicon import key_of
from links.names.mention import Mention, PersonMention, Sort

_SHORTEST = 7
"""Shorter names are too near to a person's: "Brest", "Lens", "Parma"."""


def told_apart(
    people: Sequence[PersonMention], mentions: Sequence[Mention]
) -> tuple[list[PersonMention], list[Mention]]:
    """The people among them, and the others as the clubs that are meant, one letter aside.

    Nobody is taken for a club who is listed, watched, or said to be a player, a coach and so on.
    """
    listed = {(m.start, m.end) for m in mentions if m.sort in (Sort.PERSON, Sort.PLAYER)}
    kept: list[PersonMention] = []
    clubs: list[Mention] = []
    for person in people:
        club = None
        if person.role is None and (person.start, person.end) not in listed:
            club = _meant(key_of(person.text))
        if club is None:
            kept.append(person)
        else:
            clubs.append(Mention(person.start, person.end, person.text, Sort.CLUB, club, (club,), 1))
    return kept, clubs


@functools.lru_cache(maxsize=16384)
def may_be_misspelt(run: str) -> bool:
    """Whether some words of a run of capitals, in which people are looked for, would be taken for a club."""
    words = _SPACE.split(run)
    for first in range(len(words)):
        for last in range(first + 1, min(first + _most_words(), len(words)) + 1):
            if _meant(key_of(_OWNER.sub("", " ".join(words[first:last])))):
                return True
    return any(_meant(key_of(half)) for word in words for half in _OWNER.sub("", word).split("-"))


_SPACE = re.compile(r"[ \u00a0]")
_OWNER = re.compile(r"['’‘]s?$")


@functools.cache
def _most_words() -> int:
    """So many words a club's name has at most, and one more: a space may be the letter that is wrong."""
    return 1 + max(len(name.split()) for names in _names().values() for name, _ in names)


@functools.lru_cache(maxsize=8192)
def _meant(key: str) -> str | None:
    """The one club whose name is a letter more, less or other, or has two of its letters in turn."""
    if len(key) < _SHORTEST or key.split()[0] in facts.first_names() or key in _words():
        return None
    found = {club for end in _ends(key) for name, club in _names().get(end, ()) if _near(key, name)}
    return found.pop() if len(found) == 1 else None


@functools.cache
def _names() -> dict[str, tuple[tuple[str, str], ...]]:
    """Names of clubs, and the clubs, by either end of a name."""
    out: dict[str, list[tuple[str, str]]] = {}
    for club in facts.clubs().values():
        for alias in club.aliases:
            name = key_of(alias)
            if len(name) >= _SHORTEST and name not in ambiguous():
                for end in _ends(name):
                    out.setdefault(end, []).append((name, club.name))
    return {end: tuple(dict.fromkeys(pairs)) for end, pairs in out.items()}


@functools.cache
def _words() -> frozenset[str]:
    """The words of all clubs' names: half a name that is right is not another's that is wrong."""
    return frozenset(word for name in facts.clubs_folded() for word in name.split())


def _ends(name: str) -> tuple[str, str]:
    """One step leaves one of them as it is. Nobody gets the first letter wrong."""
    return f"{name[:3]}-", f"{name[0]}-{name[-3:]}"


def _near(key: str, name: str) -> bool:
    """Whether one step makes one of the other: a letter put in, left out, changed, or two in turn."""
    if key == name or abs(len(key) - len(name)) > 1:
        return False
    at = next(
        (i for i, (a, b) in enumerate(zip(key, name, strict=False)) if a != b), min(len(key), len(name))
    )
    left, right = key[at:], name[at:]
    if len(key) != len(name):
        return left[1:] == right or left == right[1:]
    return left[1:] == right[1:] or (left[2:] == right[2:] and left[:2] == right[:2][::-1])
