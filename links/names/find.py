"""Finding listed names: every pattern that matches, then case, context and length decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from links.fold import Flat, fold
from links.names.gazetteer import Gazetteer, Sense
from links.names.mention import Mention, Sort, Strength

_STOP = re.compile(r"[.!?…]\s|\n|[.!?…]$")
_OPENERS = "([«“\"'‘"
_SENTENCE_END = ".!?:;…•\n-–—|*>"
_NEAR = 48
"""So many characters before and after a name are looked at for words that say what it is."""


class Around:
    """The folded words right before and right after a slice of a text, in the same sentence."""

    def __init__(self, text: str, start: int, end: int) -> None:
        before = _STOP.split(text[max(0, start - _NEAR) : start])[-1]
        after = _STOP.split(text[end : end + _NEAR], maxsplit=1)[0]
        self.before = f" {fold(before)} "
        self.after = f" {fold(after)} "

    def preceded(self, phrases: Iterable[str]) -> str | None:
        """The longest of these phrases that stands right before."""
        found = [p for p in phrases if self.before.endswith(f" {p} ")]
        return max(found, key=len, default=None)

    def followed(self, phrases: Iterable[str]) -> str | None:
        """The longest of these phrases that stands right after."""
        found = [p for p in phrases if self.after.startswith(f" {p} ")]
        return max(found, key=len, default=None)


def begins_sentence(text: str, start: int) -> bool:
    """Whether the word at `start` is capital for its place alone."""
    before = text[max(0, start - 12) : start].rstrip(" \t\u00a0" + _OPENERS)
    return not before or before[-1] in _SENTENCE_END or (not before.isascii() and not before[-1].isalpha())


def shouted(text: str, start: int, end: int) -> bool:
    """Whether the line that holds the slice gives no evidence by case: all capitals, or a Title In Capitals."""
    left = text.rfind("\n", 0, start) + 1
    right = text.find("\n", end)
    line = text[left : right if right >= 0 else len(text)][:300]
    words = [word for word in line.split() if word[:1].isalpha() and len(word) > 3]
    return len(words) > 3 and sum(word[0].isupper() for word in words) >= 0.85 * len(words)


def _capital(piece: str, sense: Sense) -> bool:
    """Whether the case of the slice fits a name."""
    if sense.upper:
        return piece.upper() == piece
    words = [word for word in re.split(r"[\s\-/&.’']+", piece) if word]
    if not words:
        return False
    first = words[0]
    if not (first[0].isupper() or not first[0].islower()) and not (
        sense.sort is Sort.SOURCE and len(words) > 1 and first in {"the", "i"}
    ):
        return (len(first) > 1 and first[1:2].isupper()) or piece[:1].isdigit()
    return all(not word[0].islower() or len(word) < 4 for word in words[1:])


def credited(text: str, start: int, end: int, credit: Mapping[str, Any], *, bracket: bool = True) -> bool:
    """Whether the words around a name say that it is credited for the news.

    `bracket`: a name alone in brackets is a credit; without it only after the end of a sentence.
    """
    if text[start - 1 : start] in {"(", "["} and text[end : end + 1] in {")", "]", ",", "/", " "}:
        return bracket or text[: start - 1].rstrip()[-1:] in {".", "!", "?", "”", '"'}
    if text[end : end + 1] == ":" and begins_sentence(text, start):
        return True
    around = Around(text, start, end)
    if around.followed(credit["after"]) is not None or around.preceded(credit["before"]) is not None:
        return True
    later = around.followed(credit["between"])
    if later is not None and around.after.startswith(tuple(f" {later} {verb} " for verb in credit["after"])):
        return True
    # "the Mail", "the Echo" in the middle of a sentence: a paper, by its capital.
    return around.preceded(credit["article"]) is not None and text[start : start + 4] != "The "


class Finder:
    """Finds what a gazetteer lists in one text."""

    def __init__(self, gazetteer: Gazetteer, words: Mapping[str, Any]) -> None:
        self._gazetteer = gazetteer
        self._words = words

    def find(self, flat: Flat) -> list[Mention]:
        """Mentions in order, the longest of those that overlap; ambiguous ones with all their candidates."""
        cased = any(char.isupper() for char in flat.original)
        found = []
        for pattern, start, end in self._gazetteer.automaton.find_matches_as_indexes(
            flat.folded, overlapping=True
        ):
            first, last = flat.span(start + 1, end - 1)
            senses = self._fitting(flat.original, first, last, pattern, cased)
            if senses:
                found.append((first, last, senses))
        found.sort(key=lambda hit: (hit[0] - hit[1], hit[0]))
        taken: list[tuple[int, int, tuple[Sense, ...]]] = []
        covered = bytearray(len(flat.original) + 1)
        for first, last, senses in found:
            if not any(covered[first:last]):
                covered[first:last] = b"\1" * (last - first)
                taken.append((first, last, senses))
        taken.sort()
        return [self._mention(flat, first, last, senses) for first, last, senses in taken]

    def _fitting(self, text: str, first: int, last: int, pattern: int, cased: bool) -> tuple[Sense, ...]:
        piece = text[first:last]
        senses = self._gazetteer.senses[pattern]
        if cased:
            senses = tuple(sense for sense in senses if _capital(piece, sense))
        else:
            senses = tuple(sense for sense in senses if not sense.weak and sense.strength is Strength.NAME)
        if not any(sense.weak for sense in senses):
            return senses
        shared = any(sense.sort is Sort.CLUB for sense in senses)
        return tuple(s for s in senses if not s.weak or self._backed(text, first, last, s, shared=shared))

    def _backed(self, text: str, first: int, last: int, sense: Sense, *, shared: bool) -> bool:
        """Whether the words around a weak name speak for it. `shared`: it is a club's name too."""
        if sense.sort is Sort.SOURCE:
            return credited(text, first, last, self._words["credit"], bracket=not shared)
        if sense.sort is Sort.PERSON:
            return True
        if not begins_sentence(text, first) and not shouted(text, first, last):
            return True
        around = Around(text, first, last)
        if around.followed(
            ("s", "have", "has", "are", "and", "to", "will", "want", "could", "join", "v", "vs")
        ):
            return True
        return around.followed(self._words["role"]["player"]["before"]) is not None

    def _mention(self, flat: Flat, first: int, last: int, senses: tuple[Sense, ...]) -> Mention:
        clubs = [sense for sense in senses if sense.sort is Sort.CLUB]
        piece = flat.original[first:last]
        if not clubs or any(s.sort is Sort.SOURCE for s in senses):
            order = (Sort.SOURCE, Sort.LEAGUE, Sort.NATION, Sort.STADIUM, Sort.PERSON, Sort.PLACE)
            sense = min(senses, key=lambda s: order.index(s.sort) if s.sort in order else len(order))
            if sense.sort is not Sort.PLACE or not clubs:
                weak = sense.weak and sense.sort is Sort.PERSON
                return Mention(
                    first, last, piece, sense.sort, sense.name, (sense.name,), sure=not weak, role=sense.role
                )
        strength = max(sense.strength for sense in clubs)
        best = [sense for sense in clubs if sense.strength is strength]
        names = tuple(dict.fromkeys(s.name for s in sorted(clubs, key=lambda s: -s.strength)))
        team = best[0].team
        single = strength is Strength.NAME and len({s.name for s in best}) == 1
        if single and len(names) > 1:
            names = (best[0].name, *(n for n in names if n != best[0].name))
        leading = len({sense.name for sense in best}) if strength is not Strength.NICKNAME else 0
        name = best[0].name if single else ""
        return Mention(first, last, piece, Sort.CLUB, name, names, leading, strength, sure=single, team=team)
