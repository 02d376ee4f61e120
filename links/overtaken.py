"""What was wanted once and came to nothing: "had asked about him but were told to forget it"."""

from __future__ import annotations

from collections.abc import Sequence

from links.claim import Status
from links.finding import Finding
from links.scene import Scene
from links.sentences import CLUB


def overtaken(found: Sequence[Finding], scene: Scene) -> None:
    """Makes links that are over of what is told in the pluperfect, where the same sentence goes on with "but"
    or with what became of it: "Lille, who also wanted him, dropped out"."""
    for one in found:
        if one.past != "had" or one.status is not Status.OFF:
            continue
        if any(f.past is None and (f.player, f.club) == (one.player, one.club) for f in found):
            continue
        segment = scene.segment(one.at)
        if _goes_on_otherwise(one, segment, scene) or _ended(one, segment, scene):
            one.past = None
            one.why.append("it came to nothing")


def _goes_on_otherwise(one: Finding, segment: int, scene: Scene) -> bool:
    """Does a "but" follow, with a past form or a "not"?"""
    clauses, word = scene.clauses, scene.language.is_
    after = segment + 1
    while after < len(clauses.opener) and clauses.sort[after] in ("relative", "sub"):
        after += 1
    if after >= len(clauses.opener) or not word(clauses.opener[after], "cut"):
        return False
    return _is_told_of(after, scene)


def _ended(one: Finding, segment: int, scene: Scene) -> bool:
    """Is it told in passing of the subject of a sentence that goes on in the past?"""
    clauses = scene.clauses
    if clauses.sort[segment] != "relative":
        return False
    opens = next(at for at, part in enumerate(clauses.segment) if part == segment)
    before = [g for g in scene.groups if g.end <= opens]
    if not before or before[-1].kind != CLUB or one.club not in scene.clubs(before[-1]) or before[-1].prep:
        return False
    main = scene.segment(before[-1].start)
    return any(part == main for part in clauses.segment[opens + 1 :]) and _is_told_of(main, scene)


def _is_told_of(segment: int, scene: Scene) -> bool:
    """Has a statement a past form, or a "not", and nothing that leaves it open?"""
    word = scene.language.is_
    keys = [token.key for at, token in enumerate(scene.tokens) if scene.segment(at) == segment]
    if any(word(key, "lasting") for key in keys):
        return False
    if any(word(key, sort) for key in keys for sort in ("form.only past", "no", "barring")):
        return True
    return any(key.endswith("n't") for key in keys)
