"""The players that are watched, found in a text by their last name and the words before it."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

import ahocorasick_rs

from links.fold import Flat, fold
from links.names import facts
from links.names.lexicon import is_compound, ordinary
from links.player import Player

SUFFIXES = frozenset({"jr", "junior", "neto", "filho", "ii", "iii"})
"""Words after the last name that are left out as often as not."""


class Roster:
    """Players by the words of their names, with an automaton over the last names.

    A hit on a last name is one player for certain where a first name or an initial stands before it,
    maybe where nothing like a first name does, and none where another first name does.
    """

    def __init__(self, players: Iterable[Player]) -> None:
        self.players = tuple(players)
        lasts: dict[str, int] = {}
        of_last, numbers, givens = array("I"), array("I"), list[tuple[str, ...]]()
        alike: dict[tuple[str, ...], tuple[str, ...]] = {}
        for number, player in enumerate(self.players):
            for name in (player.name, *player.aliases):
                for last, given in _forms(name):
                    of_last.append(lasts.setdefault(last, len(lasts)))
                    numbers.append(number)
                    givens.append(alike.setdefault(given, given))
        # In columns, one last name after the other: of a hundred thousand players each object would count.
        order = sorted(range(len(of_last)), key=of_last.__getitem__)
        self._numbers = array("I", [numbers[place] for place in order])
        self._givens = [givens[place] for place in order]
        self._ends = array("I", [0, *accumulate(_counts(of_last, len(lasts)))])
        self._automaton = (
            ahocorasick_rs.AhoCorasick(
                [f" {last} " for last in lasts],
                store_patterns=False,
                implementation=ahocorasick_rs.Implementation.ContiguousNFA,
            )
            if lasts
            else None
        )

    def hits(self, flat: Flat) -> Iterator[tuple[int, int, Player, bool]]:
        """(start, end, player, full) in the original text; `full` is False for a last name alone."""
        if self._automaton is None:
            return
        for pattern, start, end in self._automaton.find_matches_as_indexes(flat.folded, overlapping=True):
            yield from self._check(flat, pattern, start + 1, end - 1)

    def _check(
        self, flat: Flat, pattern: int, start: int, end: int
    ) -> Iterator[tuple[int, int, Player, bool]]:
        before = flat.folded[max(0, start - 40) : start].split()
        first, last = flat.span(start, end)
        lone: bool | None = None
        for place in range(self._ends[pattern], self._ends[pattern + 1]):
            number, given = self._numbers[place], self._givens[place]
            size = len(given)
            if size and tuple(before[-size:]) == given:
                yield self._back(flat, start, size), last, self.players[number], True
                continue
            if size and before and (before[-1] == given[0] or before[-1] == given[0][0]):
                yield self._back(flat, start, 1), last, self.players[number], True
                continue
            if lone is None:
                lone = _stands_alone(flat.original, first, before)
                lone = lone and not _is_half(flat.original, last)
            if lone:
                yield first, last, self.players[number], not size

    @staticmethod
    def _back(flat: Flat, start: int, words: int) -> int:
        """Where the word stands that is so many words before."""
        at = start
        for _ in range(words):
            at = len(flat.folded[:at].rstrip())
            at = flat.folded.rfind(" ", 0, at) + 1
        return flat.back(at)


def _counts(of_last: Sequence[int], lasts: int) -> list[int]:
    """How often each last name is borne."""
    counts = [0] * lasts
    for last in of_last:
        counts[last] += 1
    return counts


def _forms(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(last name, words before it) of each way in which a name is written."""
    parts = [key for part in name.split() if (key := fold(part))]
    while len(parts) > 1 and parts[-1] in SUFFIXES:
        parts.pop()
    if not parts:
        return
    yield parts[-1], tuple(" ".join(parts[:-1]).split())
    if len(parts) == 2 and " " in parts[1]:
        yield parts[0], ()  # Son Heung-min: the first word is the last name


_TAIL = re.compile(r"-[a-z]{2,15}")


def _is_half(text: str, end: int) -> bool:
    """Whether a hyphen makes an adjective of what ends here: "an Oscar-winning turn"."""
    tail = _TAIL.match(text, end)
    return tail is not None and is_compound(tail[0])


def _stands_alone(text: str, first: int, before: list[str]) -> bool:
    """Whether no other first name stands right before the last name that begins at `first`."""
    if not text[first].isupper():
        return False
    gap = first - 1
    if gap < 0 or text[gap] not in " \u00a0-":
        return True
    if gap > 0 and not text[gap - 1].isalnum() and text[gap - 1] not in ".'’":
        return True
    start = max(text.rfind(" ", 0, gap), text.rfind("\n", 0, gap)) + 1
    if start >= gap or not text[start].isupper():
        return True
    word = before[-1] if before else ""
    return word not in facts.first_names() and (word in ordinary() or len(word) < 2)
