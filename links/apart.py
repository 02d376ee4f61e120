"""Who are dealt with apart in one sentence: "Rovers sign Vale after City moved for Orme"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from links.evidence import Evidence
from links.finding import Finding
from links.reach import Pair
from links.scene import Scene


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
