"""Who is named in which paragraph of an article: whether it tells one story, or one after another."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

Span = tuple[int, int]
"""Where a line begins and ends."""

_STRUNG = 5
"""So many paragraphs that share nobody make a round-up."""
_SECTIONS = 3
"""So many headlines in the text, each with people of its own, make a round-up."""
_BRIEF = 250
"""Half of those are of so few letters; a longer one tells a story of its own, and goes on in the next."""
_SHARED = 5
"""One in so many may name somebody whom another names, too."""


def named_in(lines: Sequence[Span], people: Sequence[Sequence[int]]) -> list[set[int]]:
    """For each line the numbers of those who are named in it; `people` are the places of each."""
    out: list[set[int]] = [set() for _ in lines]
    for number, spots in enumerate(people):
        for at in spots:
            line = bisect_right(lines, (at, _FAR)) - 1
            if line >= 0 and at < lines[line][1]:
                out[line].add(number)
    return out


def strung(
    paragraphs: Sequence[Span], people: Sequence[Sequence[int]], clubs: Sequence[Sequence[int]]
) -> bool:
    """Is each paragraph about somebody whom hardly any other names, and no club in half of them?"""
    who = named_in(paragraphs, people)
    told = [names for names in who if names]
    if len(told) < _STRUNG:
        return False
    often = _often(told)
    lengths = sorted(end - start for (start, end), names in zip(paragraphs, who, strict=True) if names)
    if lengths[len(lengths) // 2] > _BRIEF:
        return False
    shared = sum(any(often[name] > 1 for name in names) for names in told)
    if _SHARED * shared > len(told):
        return False
    return 2 * max(_often(named_in(paragraphs, clubs)).values(), default=0) <= len(told)


def sectioned(sections: Sequence[Span], people: Sequence[Sequence[int]]) -> bool:
    """Does each headline in the text bring people of its own?"""
    told = [names for names in named_in(sections, people) if names]
    often = _often(told)
    own = sum(all(often[name] == 1 for name in names) for names in told)
    return len(told) >= _SECTIONS and own >= len(told) - 1


def _often(lines: Sequence[set[int]]) -> dict[int, int]:
    """In how many lines each is named."""
    out: dict[int, int] = {}
    for names in lines:
        for name in names:
            out[name] = out.get(name, 0) + 1
    return out


_FAR = 1 << 60
