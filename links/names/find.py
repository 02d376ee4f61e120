"""Finding listed names: every pattern that matches, then case, context and length decide."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from links.fold import Flat
from links.names.around import Around, Lines, begins_sentence
from links.names.gazetteer import Gazetteer, Sense
from links.names.lexicon import Credit, Lexicon
from links.names.mention import Mention, Sort, Strength

_PARTS = re.compile(r"[\s\-/&.’']+")
_CLUB_VERBS = frozenset({
    "s", "have", "has", "are", "and", "to", "will", "want", "could", "join", "v", "vs",
})  # fmt: skip
_ORDER = (Sort.LEAGUE, Sort.SOURCE, Sort.NATION, Sort.STADIUM, Sort.PERSON, Sort.PLACE)
"""Of several senses of a name that is no club's, the first of these wins."""


class Finder:
    """Finds what a gazetteer lists, in one text after another."""

    def __init__(self, gazetteer: Gazetteer, lexicon: Lexicon) -> None:
        self._gazetteer = gazetteer
        self._lexicon = lexicon

    def find(self, flat: Flat) -> list[Mention]:
        """Mentions in order, the longest of those that overlap; ambiguous ones with all their candidates."""
        text = flat.original
        cased, lines = not text.islower(), Lines(text)
        found = []
        hits = self._gazetteer.automaton.find_matches_as_indexes(flat.folded, overlapping=True)
        for pattern, start, end in hits:
            first, last = flat.span(start + 1, end - 1)
            senses = self._fitting(text, first, last, self._gazetteer.senses[pattern], lines, cased=cased)
            if senses:
                found.append((first, last, senses))
        found.sort(key=lambda hit: (hit[0] - hit[1], hit[0]))
        taken: list[tuple[int, int, tuple[Sense, ...]]] = []
        covered = bytearray(len(text) + 1)
        for first, last, senses in found:
            if covered.find(1, first, last) < 0:
                covered[first:last] = b"\1" * (last - first)
                taken.append((first, last, senses))
        taken.sort(key=lambda hit: hit[0])
        return [_meaning(senses).at(text, first, last) for first, last, senses in taken]

    def may_find_club(self, flat: Flat) -> bool:
        """Whether `find` may give a club: many times cheaper, and a no is certain."""
        text, lines = flat.original, None
        cased = not text.islower()
        hits = self._gazetteer.automaton.find_matches_as_indexes(flat.folded, overlapping=True)
        for pattern, start, end in hits:
            senses = self._gazetteer.senses[pattern]
            if not any(sense.sort is Sort.CLUB for sense in senses):
                continue
            first, last = flat.span(start + 1, end - 1)
            if cased and not any(_capital(text[first:last], sense) for sense in senses):
                continue  # as nearly always: "derby" and "palace" are words
            lines = lines or Lines(text)
            fitting = self._fitting(text, first, last, senses, lines, cased=cased)
            if any(sense.sort is Sort.CLUB for sense in fitting):
                return True
        return False

    def _fitting(
        self, text: str, first: int, last: int, senses: tuple[Sense, ...], lines: Lines, *, cased: bool
    ) -> tuple[Sense, ...]:
        """The senses that the case and the words around allow."""
        if cased:
            piece = text[first:last]
            if not (piece[0].isupper() and piece.isalpha()) or any(sense.upper for sense in senses):
                senses = tuple(sense for sense in senses if _capital(piece, sense))
        else:
            senses = tuple(sense for sense in senses if not sense.weak and sense.strength is Strength.NAME)
        if not any(sense.weak for sense in senses):
            return senses
        shared = any(sense.sort is Sort.CLUB for sense in senses)
        return tuple(
            sense
            for sense in senses
            if not sense.weak or self._backed(text, first, last, sense, lines, shared=shared)
        )

    def _backed(self, text: str, first: int, last: int, sense: Sense, lines: Lines, *, shared: bool) -> bool:
        """Whether the words around a weak name speak for it. `shared`: it is a club's name too."""
        if sense.sort is Sort.PERSON:
            return True
        if sense.sort is Sort.SOURCE:
            if text[first : first + 4].lower() == "the " and not begins_sentence(text, first):
                return True
            if _alone(text, first, last):
                return True  # a heading of its own in a review of the papers
            return credited(text, first, last, self._lexicon.credit, bracket=not shared)
        if not begins_sentence(text, first) and not lines.shout(first):
            return True
        if sense.sort is Sort.CLUB and (text[last : last + 1] == ":" or _alone(text, first, last)):
            return True  # "Nice: Vale wanted in Italy"
        around = Around(text, first, last)
        if around.after and around.after[0] in _CLUB_VERBS:
            return True
        return self._lexicon.players.starting(around.after) is not None


def _alone(text: str, start: int, end: int) -> bool:
    """Whether a name has a line for itself."""
    return text[end : end + 1] in {"", "\n"} and _HEAD.search(text, max(0, start - 5), start) is not None


_HEAD = re.compile(r"(?:\A|\n)(?:THE |The )?\Z")
"""What stands before a name that has a line for itself."""


def credited(text: str, start: int, end: int, credit: Credit, *, bracket: bool = True) -> bool:
    """Whether the words around a name say that it is credited for the news.

    `bracket`: a name alone in brackets is a credit; without it only after the end of a sentence.
    """
    if text[start - 1 : start] in {"(", "["} and text[end : end + 1] in {")", "]", ",", "/", " "}:
        return bracket or ends_sentence(text, start - 1)
    if text[end : end + 1] == ":" and begins_sentence(text, start):
        return True
    around = Around(text, start, end)
    if credit.after.starting(around.after) is not None or credit.before.ending(around.before) is not None:
        return True
    later = credit.between.starting(around.after)
    if later is not None and credit.after.starting(around.after[later.count(" ") + 1 :]) is not None:
        return True
    # "the Mail", "the Echo" in the middle of a sentence: a paper, by its capital.
    article = text[max(0, start - 8) : start].split()[-1:]
    return credit.article.ending(around.before) is not None and article[0].islower()


def ends_sentence(text: str, at: int) -> bool:
    """Whether a sentence has ended before this offset."""
    return text[max(0, at - 6) : at].rstrip()[-1:] in {".", "!", "?", "”", '"', "…"}


def _capital(piece: str, sense: Sense) -> bool:
    """Whether the case of the slice fits a name."""
    if sense.upper:
        return piece.isupper()
    words = [word for word in _PARTS.split(piece) if word]
    if not words:
        return False
    first = words[0]
    if first[0].islower():
        if sense.sort is Sort.SOURCE and first in {"the", "i"} and len(words) > 1:
            return words[1][0].isupper()
        return first[1:2].isupper()  # talkSPORT, eFootball
    return all(not word[0].islower() or len(word) < 6 for word in words[1:])


@dataclass(frozen=True, slots=True)
class _Meaning:
    """What several senses of one name come to."""

    sort: Sort
    name: str
    names: tuple[str, ...]
    leading: int = 0
    strength: Strength = Strength.NAME
    sure: bool = True
    team: str | None = None
    role: str | None = None

    def at(self, text: str, first: int, last: int) -> Mention:
        """The mention of this meaning at a place."""
        return Mention(
            first, last, text[first:last], self.sort, self.name, self.names, self.leading, self.strength,
            self.sure, self.team, self.role,
        )  # fmt: skip


@functools.lru_cache(maxsize=8192)
def _meaning(senses: tuple[Sense, ...]) -> _Meaning:
    clubs = [sense for sense in senses if sense.sort is Sort.CLUB]
    if not clubs or any(sense.sort is Sort.SOURCE for sense in senses):
        sense = min((s for s in senses if s.sort is not Sort.CLUB), key=lambda s: _ORDER.index(s.sort))
        weak = sense.weak and sense.sort is Sort.PERSON
        return _Meaning(sense.sort, sense.name, (sense.name,), sure=not weak, role=sense.role)
    strength = max(sense.strength for sense in clubs)
    best = list(dict.fromkeys(sense.name for sense in clubs if sense.strength is strength))
    names = tuple(dict.fromkeys(sense.name for sense in sorted(clubs, key=lambda s: -s.strength)))
    leading = len(best) if strength is not Strength.NICKNAME else 0
    single = strength is Strength.NAME and len(best) == 1
    team = next((sense.team for sense in clubs if sense.name == best[0]), None)
    return _Meaning(Sort.CLUB, best[0] if single else "", names, leading, strength, single, team)
