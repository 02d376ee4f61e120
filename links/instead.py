"""One player in place of another: who is passed over, and who is taken instead."""

from __future__ import annotations

from collections.abc import Sequence

from links.claim import Stage, Status
from links.finding import Finding
from links.scene import Scene
from links.sentences import PERSON


def passed_over(found: Sequence[Finding], scene: Scene) -> None:
    """ "Had been tracking Vale but have signed Orme": he who was wanted before is no longer."""
    for one in found:
        if not one.was or one.past is not None or one.stage > Stage.BID:
            continue
        for other in found:
            turned = scene.language.is_(scene.clauses.opener[scene.segment(other.at)], "cut")
            if (
                turned and other.club == one.club and other.player != one.player and other.at > one.at
                and other.past is None and not other.was and other.stage >= Stage.AGREED
                and other.status is Status.LIVE
            ):  # fmt: skip
                one.status = Status.OFF
                one.why.append("another was signed in his place")
    _turned_away(found, scene)


def _turned_away(found: Sequence[Finding], scene: Scene) -> None:
    """ "Had a bid for Vale rejected and have turned to Orme": whom they were not given is given up."""
    for one in found:
        if one.status is not Status.STALLED or one.past is not None:
            continue
        taken = (
            one.acts and scene.clauses.sort[scene.segment(one.at)] == "sub"
        )  # "are in talks for Orme after ..."
        for other in found:
            verb = [token.key for token in scene.tokens[other.at : other.at + 2]]
            if (
                other.club == one.club and other.player != one.player and other.status is Status.LIVE
                and other.past is None
                and (taken or any(scene.language.is_(key, "switching") for key in verb))
            ):  # fmt: skip
                one.status = Status.OFF
                one.why.append("they have turned to another")


def instead(found: Sequence[Finding], scene: Scene) -> list[Finding]:
    """ "Rovers have signed Orme instead of Vale", "choose Orme over Vale": they no longer want the other."""
    out: list[Finding] = []
    words, tokens = scene.language.is_, scene.tokens
    for group in scene.groups:
        if group.kind != PERSON or not group.refs or group.start < 2:
            continue
        before = [token.key for token in tokens[group.start - 2 : group.start]]
        over = words(before[-1], "against") and any(words(t.key, "prefer") for t in tokens[: group.start])
        if not over and not any(words(key, "passed_over") for key in before):
            continue
        for one in found:
            other = one.past is None and one.status is Status.LIVE and one.player not in group.refs
            if not other or one.at > group.start or scene.segment(one.at) != scene.segment(group.start):
                continue
            if any(one.player in g.refs and g.end <= group.start for g in scene.groups):
                out += (
                    Finding(
                        player, one.club, Stage.INTEREST, Status.OFF, one.start, one.end,
                        why=[*one.why, "another was chosen in his place"], at=group.start,
                    )
                    for player in group.refs
                )  # fmt: skip
                break
    return out
