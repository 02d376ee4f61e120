"""Who has signed a new contract with the club that he plays for: whoever wanted him does so in vain."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from links.claim import Claim, Stage, Status
from links.groups import Group
from links.language import Rule
from links.phrases import Hit
from links.roles import Cast
from links.scene import Scene
from links.sentences import CLUB, PERSON

_REACH = 7
"""So far before the words stands what makes them no fact."""
_UNSURE = ("if", "may", "want", "not", "deny", "will", "near", "expect", "try", "talk", "agree", "fail")
_BEFORE = ("had", "having")


def renewed(scene: Scene, hits: Sequence[Hit[Rule]]) -> dict[str, frozenset[str]]:
    """The players of whom a sentence tells as news that they have a new contract, with the club it names.

    Nothing where it is told of the past, in passing, or as something that may come.
    """
    found = [h for h in hits if (h.meaning.sort, h.meaning.name) == ("scope", "renewed")]
    if not found or scene.months or any((h.meaning.sort, h.meaning.name) == ("time", "past") for h in hits):
        return {}
    return {
        player: frozenset(c for g in scene.groups if _with(g, hit, scene) for c in g.refs)
        for hit in found
        if _fact(hit, hits, scene)
        for player in _whose(hit, scene)
    }


def settled(scene: Scene, hits: Sequence[Hit[Rule]]) -> frozenset[str]:
    """The players of whom a sentence tells as a fact that they stay, where it names no club but their own."""
    told = [h for h in hits if h.meaning.status is Status.OFF and h.meaning.frame == "joins"]
    if not told or scene.months or any((h.meaning.sort, h.meaning.name) in _NOT_NOW for h in hits):
        return frozenset()
    out: set[str] = set()
    for hit in told:
        subject = Cast(scene, hit.start, hit.end).subject()
        if subject is None or subject.kind != PERSON or not _plain(hit, hits, scene):
            continue
        players = scene.players(subject)[:1]
        own = {*subject.owners, *(o for p in players if (o := scene.story.article.own(p)))}
        clubs = {c for g in scene.groups if g.kind == CLUB and g.prep not in _WHERE for c in g.refs}
        out |= {*players} if not clubs - own else set()
    return frozenset(out)


_NOT_NOW = {("time", "past"), ("governor", "pause"), ("governor", "sofar")}
_WHERE = ("at", "in", "with")


def _plain(hit: Hit[Rule], hits: Sequence[Hit[Rule]], scene: Scene) -> bool:
    """Does nothing before the words make them a plan, a wish or a denial? "Will stay" is a fact."""
    return not any(
        other.meaning.sort == "governor"
        and other.meaning.name in (*_UNSURE, *_BEFORE)
        and other.meaning.name not in ("will", "not")
        and other.start < hit.end
        and hit.start - other.end <= _REACH
        and _beside(other.start, hit, scene)
        for other in hits
    )


def _with(group: Group, hit: Hit[Rule], scene: Scene) -> bool:
    """Is it the club that the contract is with?"""
    after = group.kind == CLUB and group.start >= hit.start and group.prep in ("", "at", "with")
    return after and _beside(group.start, hit, scene)


def _beside(at: int, hit: Hit[Rule], scene: Scene) -> bool:
    return scene.segment(at) == scene.segment(hit.start)


def _fact(hit: Hit[Rule], hits: Sequence[Hit[Rule]], scene: Scene) -> bool:
    """Is it told in a statement of its own, and by nothing before it made a plan, a wish or a denial?"""
    words, start = scene.language.is_, hit.start
    segment = scene.segment(start)
    first = scene.tokens[scene.clauses.segment.index(segment)].key
    if scene.clauses.sort[segment] != "main" or words(first, "sub"):
        return False
    if start and words(scene.tokens[start - 1].key, "to"):
        return False
    aux = any(words(token.key, "aux") for token in scene.tokens[max(0, start - 3) : start])
    if not (scene.fresh or scene.title or aux):
        return False
    return not any(
        other.meaning.sort == "governor"
        and other.meaning.name in (*_UNSURE, *_BEFORE)
        and other.start < hit.end
        and start - other.end <= _REACH
        and _beside(other.start, hit, scene)
        for other in hits
    )


def _whose(hit: Hit[Rule], scene: Scene) -> tuple[str, ...]:
    """He who does it, who stands in the words, or after them in their clause."""
    subject = Cast(scene, hit.start, hit.end).subject()
    if subject is not None and subject.kind == PERSON:
        return scene.players(subject)[:1]
    people = [g for g in scene.groups if g.kind == PERSON and _beside(g.start, hit, scene)]
    inside = [g for g in people if hit.start <= g.start < hit.end]
    after = [g for g in people if g.start >= hit.end]
    chosen = inside or after
    return scene.players(chosen[0])[:1] if chosen else ()


def stays(claims: Sequence[Claim], new: Mapping[str, Collection[str]]) -> list[Claim]:
    """The claims, those over whose player has a new contract with a club that is not theirs."""
    return [
        replace(claim, status=Status.OFF, why=(*claim.why, "he has a new contract with his club"))
        if claim.player in new and claim.stage is not Stage.DONE and claim.club not in new[claim.player]
        else claim
        for claim in claims
    ]
