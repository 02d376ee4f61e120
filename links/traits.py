"""What players are described by: where they play, what country they are of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from links.fold import fold
from links.groups import NATION, Group
from links.language import Language
from links.names import facts
from links.sentences import PERSON, Token

OF = "of "
"""How a trait begins that names a country."""

PLACES = ("keeper", "back", "middle", "front")
"""The classes of `[person]` that say where somebody plays."""


def traits_of(words: Iterable[str], language: Language) -> frozenset[str]:
    """What the words of a description say: "front", "of Belgium"."""
    out: set[str] = set()
    for word in words:
        out.update(place for place in PLACES if language.is_(word, f"person.{place}"))
        if word in facts.countries_folded():
            out.add(f"{OF}{word}")
    return frozenset(out)


def described_as(group: Group, tokens: Sequence[Token], language: Language) -> frozenset[str]:
    """What the words beside a name say of the one player whom a group names."""
    if group.kind != PERSON or len(group.refs) != 1:
        return frozenset()
    span = tokens[group.start : group.end]
    words = (fold(t.mention.ref) if t.key == NATION and t.mention is not None else t.key for t in span)
    return traits_of(words, language)


def differ(one: Iterable[str], other: Iterable[str]) -> bool:
    """Do they name other places on the pitch, or other countries?"""
    for nation in (False, True):
        mine = {trait for trait in one if trait.startswith(OF) is nation}
        theirs = {trait for trait in other if trait.startswith(OF) is nation}
        if mine and theirs and not mine & theirs:
            return True
    return False
