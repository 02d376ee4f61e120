"""What is told of a man beside his name, by which a description means him or not: age, country, position."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from links.fold import fold
from links.groups import NATION, Group
from links.language import Language
from links.names import facts
from links.sentences import NUMBER, PERSON, Token

_ON = 6
"""So many tokens behind his name he may be told to go the other way."""
MATE = "mate"
"""He is told of as somebody's team-mate."""
_AGE, COUNTRY, _PLAYS, _WORD = "age ", "country ", "plays ", "called "
_KINDS = (_AGE, COUNTRY, _PLAYS)
_LINES = ("keeper", "back", "middle", "front")
"""Where men play; one who plays in two lines is no other than one of either."""


def traits(tokens: Sequence[Token], texts: Sequence[str], words: Language) -> frozenset[str]:
    """What the words before a name, or those of a description, tell; `texts` are they as written."""
    out: set[str] = set()
    for at, token in enumerate(tokens):
        if token.key == NUMBER and at + 1 < len(tokens) and tokens[at + 1].key == "-" and len(texts[at]) == 2:
            out.add(_AGE + texts[at])
        elif token.key == NATION and token.mention is not None:
            country = fold(token.mention.ref)
            out |= {COUNTRY + country} if country in facts.countries_folded() else set()
        elif words.is_(token.key, "person.mate"):
            out.add(MATE)
        else:
            plays = {_PLAYS + line for line in _LINES if words.is_(token.key, f"person.{line}")}
            out |= plays | ({_WORD + token.key} if plays else set())
    return frozenset(out)


def aged(age: str) -> str:
    """The trait of an age."""
    return _AGE + age


def clash(known: Collection[str], said: Iterable[str]) -> bool:
    """Can a man of whom that is known not be he of whom this is said?"""
    told = [*said]
    for kind in _KINDS:
        have = {trait for trait in known if trait.startswith(kind)}
        want = {trait for trait in told if trait.startswith(kind)}
        if have and want and not have & want:
            return True
    return False


def agree(known: Collection[str], said: Iterable[str]) -> int:
    """How far what is said is known of a man: 2 for his age or his country, 1 for his position, else 0."""
    same = {trait for trait in said if trait in known}
    if any(trait.startswith((_AGE, COUNTRY)) for trait in same):
        return 2
    return int(any(trait.startswith(_WORD) for trait in same))


def mark_asides(groups: Sequence[Group], tokens: Sequence[Token], words: Language) -> None:
    """Mark the players of a sentence who are named in passing: "to replace Vale", "ahead of Vale", "his
    team-mate Vale", "Orme would cost more, and Vale's sale helps". Linear in the groups."""
    last: Group | None = None
    named: Group | None = None
    for group in groups:
        if group.kind != PERSON:
            continue
        if group.refs:
            group.aside = _passing(group, last, named, tokens, words)
            named = named if group.aside else group
        last = group


def _passing(
    group: Group, last: Group | None, named: Group | None, tokens: Sequence[Token], words: Language
) -> bool:
    """Is he named in passing? `last` is whom the sentence speaks of before him, `named` whom by name."""
    after = tokens[group.end].key if group.end < len(tokens) else "."
    mate = any(MATE in told for told in group.traits.values())
    if last is not None and (mate or words.is_(after, "passed_over")):
        return True
    his = words.is_(after, "circle") or words.is_(after, "moving") or words.is_(after, "person.family")
    if group.own and named is not None and not named.own and not his:
        return True
    if goes_other_way(group, tokens, words):
        return True
    return _led(group, tokens, words) and not words.is_(after, "any.verb")


def goes_other_way(group: Group, tokens: Sequence[Token], words: Language) -> bool:
    """ "The proposal would see Vale go the other way": he is the price of the man it is about."""
    end = min(group.end + _ON, len(tokens) - 1)
    return any(
        words.is_(tokens[at].key, "converse") and words.is_(tokens[at + 1].key, "way")
        for at in range(group.end, end)
    )


def _led(group: Group, tokens: Sequence[Token], words: Language) -> bool:
    """Do words stand before him that bring somebody in beside: "unlike Vale", "after selling Vale"?"""
    at = group.start - 1
    while at > 0 and (words.is_(tokens[at].key, "article") or words.is_(tokens[at].key, "adverb")):
        at -= 1
    if at < 0:
        return False
    key, back = tokens[at].key, tokens[at - 1].key if at else ""
    if words.is_(key, "of") and words.is_(back, "such"):
        near = tokens[at - 3].key if at > 2 and words.is_(tokens[at - 2].key, "article") else ""
        return words.is_(near, "passing")
    if words.is_(key, "passing"):
        return not words.is_(back, "aux")
    if words.is_(key, "of") and words.is_(back, "ahead"):
        return True
    if words.is_(key, "replacing") or (_beside(key, words) and words.is_(back, "likened")):
        return True
    return words.is_(key, "selling") and words.is_(key, "form.gerund") and words.is_(back, "sub")


def _beside(key: str, words: Language) -> bool:
    return words.is_(key, "with") or words.is_(key, "to")
