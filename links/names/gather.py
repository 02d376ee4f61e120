"""Who is who in an article: the mentions of each person brought together."""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from links.fold import fold
from links.names import facts
from links.names.around import Around, Lines
from links.names.gazetteer import ambiguous
from links.names.lexicon import Lexicon, key_of
from links.names.mention import ACTING, Mention, Person, PersonMention, Sort
from links.names.people import weight
from links.player import Player
from links.players import same_player, tokens

LIKENED = "likened"
"""The role of one who is only named for another: "the next Vale", "compared to Vale"."""

_MANY = 40
"""So many people who share a word of a name are looked at, the last ones; no article has more."""


class _Group:
    """A person in the making."""

    def __init__(self, mention: PersonMention) -> None:
        self.name = ""
        self.mentions: list[PersonMention] = []
        self._starts: list[int] = []
        self.take(mention)

    def take(self, mention: PersonMention) -> None:
        """Add a mention; the name is the fullest of all, in capitals only where all are."""
        self.mentions.append(mention)
        insort(self._starts, mention.start)
        longer = len(tokens(mention.text)) - len(tokens(self.name)) if self.name else 1
        if longer > 0 or (not longer and self.name.isupper() and not mention.text.isupper()):
            self.name = " ".join(mention.text.split())

    def distance(self, at: int) -> tuple[bool, int]:
        """Sorts persons by how near before an offset they are named; those named only after it come last."""
        before = bisect_left(self._starts, at)
        return (not before, at - self._starts[before - 1] if before else self._starts[0])


class _Groups:
    """Persons by the words of their names, so that each mention is compared with few of them."""

    def __init__(self) -> None:
        self.all: list[_Group] = []
        self._by_key: dict[str, list[_Group]] = {}
        self._by_half: dict[str, list[_Group]] = {}

    def fitting(self, mention: PersonMention) -> list[_Group]:
        """The persons whom this mention may name."""
        seen: dict[int, _Group] = {}
        for key in _keys(mention.text):
            for group in self._by_key.get(key, ())[-_MANY:]:
                seen.setdefault(id(group), group)
        return [group for group in seen.values() if same_player(group.name, mention.text)]

    def called(self, first: str) -> list[_Group]:
        """The persons whose first name this is."""
        near = self._by_key.get(first, ())[-_MANY:]
        return [group for group in near if tokens(group.name)[0] == first]

    def halved(self, half: str) -> list[_Group]:
        """The persons of whose double name this is the first half."""
        return self._by_half.get(half, [])

    def place(self, mention: PersonMention) -> None:
        """Add the mention to the first person whom it fits, or to nobody yet known."""
        fitting = self.fitting(mention)
        group = fitting[0] if fitting else _Group(mention)
        if fitting:
            group.take(mention)
        else:
            self.all.append(group)
        for key in _keys(mention.text):
            known = self._by_key.setdefault(key, [])
            if not known or known[-1] is not group:
                known.append(group)
        first, hyphen, _ = mention.text.split()[-1].partition("-")
        if hyphen and group not in (halves := self._by_half.setdefault(key_of(first), [])):
            halves.append(group)


def _keys(name: str) -> tuple[str, ...]:
    """Names that are one man's share one of these: a word, or the end where they are cut differently."""
    words = tokens(name)
    return (*words, "-" + "".join(words)[-3:])


def gather(
    text: str, found: Sequence[PersonMention], mentions: Sequence[Mention], lexicon: Lexicon
) -> list[Person]:
    """The people of an article, in order of first mention.

    Full names make persons first; a last name joins the person who has it, of several the one named
    last before. What stands alone and in no context that speaks for a person is left out.
    """
    full, single = _Groups(), _Groups()
    listed = {(m.start, m.end): m for m in mentions if m.sort in (Sort.PERSON, Sort.PLAYER)}
    lines = Lines(text)
    for mention in found:
        if mention.full:
            full.place(mention)
    for mention in found:
        if mention.full:
            continue
        fitting = full.fitting(mention)
        if not fitting:
            # "Bruno" of an article on one Bruno; but "Silva" is nobody's first name.
            called = full.called(tokens(mention.text)[0])
            fitting = called if len(called) == 1 else []
        if not fitting and len(halved := full.halved(key_of(mention.text))) == 1:
            fitting = halved
        one = replace(mention, text=mention.text.removesuffix("s"))
        if not fitting and one.text != mention.text and full.fitting(one):
            continue  # "both Lindgrens"
        if fitting:
            min(fitting, key=lambda group: group.distance(mention.start)).take(mention)
        elif (mention.start, mention.end) in listed or _no_club(text, mention, lexicon):
            single.place(mention)
    people = [_person(text, group, listed, lexicon, lines) for group in [*full.all, *single.all]]
    return sorted((p for p in people if p is not None), key=lambda p: p.mentions[0].start)


def _no_club(text: str, mention: PersonMention, lexicon: Lexicon) -> bool:
    """Whether a lone word may be a person: a club's name that is rather a word needs words that say so."""
    also = ambiguous().get(key_of(mention.text))
    if also is None:
        return True
    if not also & _SURNAMES:
        return False
    around = Around(text, mention.start, mention.end)
    if lexicon.players.starting(around.after) is not None or around.owns:
        return False  # "sign Viking midfielder Holm"
    return lexicon.taken.ending(around.before) is not None


_SURNAMES = frozenset({"name", "shared", "rare"})


def _person(
    text: str, group: _Group, listed: dict[tuple[int, int], Mention], lexicon: Lexicon, lines: Lines
) -> Person | None:
    known: Player | None = None
    roles: Counter[str] = Counter()
    evidence = 0.0
    said = [listed[m.start, m.end] for m in group.mentions if (m.start, m.end) in listed]
    for one in said:
        if one.player is not None and (one.sure or known is None):
            known = one.player
    for mention in group.mentions:
        if mention.role is not None:
            roles[mention.role] += 1
        evidence += weight(text, mention, lexicon, lines)
    evidence += 2 * len(said)
    if evidence < 1 or (not said and not _plausible(group, evidence, lexicon)):
        return None
    role = _listed_role(group, said)
    if role in _PLAYED and not roles.keys() & ACTING and _plays(text, group, lexicon):
        role = "player"
    if known is not None and role is None:
        role = facts.roles().get(fold(known.name))
    if roles[LIKENED] < len(group.mentions):
        del roles[LIKENED]
    if roles:
        role = roles.most_common(1)[0][0] if role is None or "player" not in roles else role
    mentions = tuple(sorted(group.mentions, key=lambda m: m.start))
    return Person(group.name, mentions, role, known, int(evidence))


_PLAYED = ("coach", "pundit")
"""Roles of people who played before."""
_AGE = re.compile(r"[ ,(]{1,2}(?:aged )?(1[5-9]|2\d|30)\b(?![.:/%])")
_NEAR = 6
"""Among so many words before a position stands what makes it a former one."""


def _plays(text: str, group: _Group, lexicon: Lexicon) -> bool:
    """Whether an article, of some years ago perhaps, gives a well-known coach his age or his position as a
    player: "City striker Vale, 27". "Former City striker Vale" and "target Vale" do not."""
    for mention in group.mentions:
        if _AGE.match(text, mention.end):
            return True
        if mention.role != "player" or mention.cue not in lexicon.positions:
            continue
        words = Around(text, mention.start, mention.end).before[-_NEAR:]
        if lexicon.former.isdisjoint(word.partition("-")[0] for word in words):
            return True
    return False


def _listed_role(group: _Group, said: Sequence[Mention]) -> str | None:
    """The role that the facts give: a listed last name counts unless the article gives it to another."""
    for mention in said:
        if mention.role is not None and same_player(group.name, mention.name):
            return mention.role
    return None


def _plausible(group: _Group, evidence: float, lexicon: Lexicon) -> bool:
    """A lone word needs more than one's place in a sentence; a first name alone is nobody."""
    key = key_of(group.name)
    if " " in group.name:
        return True
    if key in lexicon.common and evidence < 4:
        return False
    return key not in facts.first_names() or evidence >= 2
