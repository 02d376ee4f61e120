"""Words of a step that name nobody ("a medical is booked"), and the link that they are said of."""

from __future__ import annotations

from collections.abc import Sequence

from links.claim import Status
from links.finding import Finding
from links.scene import Scene
from links.sentences import CLUB, PERSON
from links.stages import judge, no_deed, stale
from links.trigger import Trigger


def steps(
    waiting: Sequence[Trigger], taken: Sequence[tuple[int, int]], scene: Scene, found: Sequence[Finding]
) -> list[Finding]:
    """ "The examination is booked for Friday": words of a step that name nobody, said of the one link that
    the sentence, or the one before it, is about."""
    out: list[Finding] = []
    for trigger in waiting:
        step = max((r for r in trigger.rules if r.sort == "stage"), key=lambda r: r.stage or 0, default=None)
        if step is None or step.frame == "sells":
            continue
        if any(trigger.start < end and start < trigger.end for start, end in taken):
            continue
        if not _plain(trigger, scene) or "wish" in trigger.governors:
            continue
        if no_deed(trigger, step, scene) or stale(trigger, step, scene):
            continue
        pair = _spoken_of(trigger, scene, found)
        verdict = judge(trigger, step)
        if pair is None or isinstance(verdict, str) or verdict[1] is not Status.LIVE:
            continue
        words = scene.said(trigger.start, trigger.end)
        why = [f"“{words}” ({step.label}), said of the link before it"]
        out.append(
            Finding(
                *pair, verdict[0], Status.LIVE, scene.tokens[0].start, scene.tokens[-1].end,
                carried=True, why=why, at=trigger.start,
            )
        )  # fmt: skip
    return out


def _plain(trigger: Trigger, scene: Scene) -> bool:
    """Do the words tell of a move by themselves, whoever is meant?"""
    keys = [token.key for token in scene.tokens[trigger.start : trigger.end]]
    return len(keys) > 1 and any(scene.language.is_(key, "solid") for key in keys)


def _spoken_of(trigger: Trigger, scene: Scene, found: Sequence[Finding]) -> tuple[str, str] | None:
    """The one link that words without names of their own can mean; None where there are two, or where
    somebody else is named beside them."""
    story = scene.story
    here = dict.fromkeys((f.player, f.club) for f in found if f.past is None and f.status is Status.LIVE)
    here = {pair: None for pair in here if pair not in story.over}
    people = {ref for g in scene.groups if g.kind == PERSON for ref in scene.players(g)}
    clubs = {ref for g in scene.groups if g.kind == CLUB for ref in g.refs}
    if here:
        pairs = list(here)
    else:
        last = story.pairs[-1:]
        pairs = [p for p in last if p not in story.over and story.focus in (None, p[0])]
    if len(pairs) != 1:
        return None
    player, club = pairs[0]
    own = story.article.own(player)
    if people - {player} or clubs - {club, own}:
        return None
    return player, club
