"""Clubs that an article names only as those whom somebody plays: "shone against Fulham", "to face Wolves"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from links.language import Language
from links.lines import Line
from links.sentences import CLUB

_TELLING = ("stage", "status")


def opponents(lines: Iterable[Line], words: Language) -> frozenset[str]:
    """No opinion makes buyers of these: only a rule that reads a move may."""
    met: set[str] = set()
    others: set[str] = set()
    for line in lines:
        silent = line.title and line.sorts.isdisjoint(_TELLING)  # "Vale treble stuns City"
        played = {hit.end for hit in line.hits if (hit.meaning.sort, hit.meaning.name) == ("scope", "match")}
        for start, clubs in _clubs(line):
            before = start - 1
            if before > 0 and words.is_(line.tokens[before].key, "article"):
                before -= 1
            against = before >= 0 and words.is_(line.tokens[before].key, "against")
            beaten = before >= 0 and words.is_(
                line.tokens[before].key, "beat"
            )  # "... to his signature", maybe
            if against or (before + 1 in played and not beaten):
                met.update(clubs)
            elif not silent:
                others.update(clubs)
    return frozenset(met - others)


def _clubs(line: Line) -> Iterator[tuple[int, tuple[str, ...]]]:
    for group in line.groups:
        if group.kind == CLUB:
            yield group.start, tuple(group.refs)
