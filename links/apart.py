"""Who are dealt with apart in one sentence: "Rovers sign Vale after City moved for Orme"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from links.evidence import Evidence
from links.finding import Finding
from links.reach import Line, Pair
from links.scene import Scene
from links.structure import Part


def crossed(found: Sequence[Finding], scene: Scene) -> Iterator[Pair]:
    """The pairs across two statements, each of which names who is after whom: Orme and Rovers."""
    plain = [one for one in found if one.past is None and not one.carried]
    told = {(one.player, one.club) for one in found}
    for one, other in combinations(plain[:_MANY], 2):
        if one.player == other.player or one.club == other.club:
            continue
        if scene.segment(one.at) != scene.segment(other.at):
            yield from {(one.player, other.club), (other.player, one.club)} - told


_MANY = 8
"""So many findings of a sentence are set against each other."""


def only_crossed(pair: Pair, where: Mapping[Pair, set[int]], seen: Mapping[Pair, Evidence]) -> bool:
    """Does every sentence that names the two deal with them apart? Then no opinion brings them together."""
    starts = where.get(pair)
    if not starts or pair not in seen:
        return False
    return all(sight.start in starts for sight in seen[pair].sights if _BOTH in sight.marks)


_BOTH = "met"
"""The mark of a sentence that names both (`links.evidence`); one that carries either says from where."""


def items_of(lines: Sequence[Line]) -> Mapping[str, set[int]]:
    """For everybody and every club in which items of a round-up they are named; a title that runs several
    together is none."""
    out: dict[str, set[int]] = {}
    for line in lines:
        for group in line.groups if line.block.part is not Part.TITLE else ():
            for ref in group.refs:
                out.setdefault(ref, set()).add(line.block.item)
    return out
