"""What one sentence tells of a link twice: what stops it, and what takes it up or was never meant of it."""

from __future__ import annotations

from collections.abc import Sequence

from links.claim import Stage, Status
from links.finding import Finding
from links.language import Rule
from links.phrases import Hit
from links.scene import Scene


def turned_down(found: list[Finding], scene: Scene) -> None:
    """ "Have rejected a second bid from Rovers": what is new about the bid does not take up what the same
    words stop."""
    for stop in found:
        if stop.status is Status.LIVE or stop.past is not None:
            continue
        for one in found:
            near = 0 <= one.at - stop.at <= _TURNED and scene.segment(one.at) == scene.segment(stop.at)
            if near and one.status is Status.LIVE and (one.player, one.club) == (stop.player, stop.club):
                one.renewed = one.anew = False


_TURNED = 4
"""So many words on from "rejected" stands the bid that was: "a second and improved bid"."""


def of_another(found: list[Finding], scene: Scene) -> None:
    """ "Rovers are keen on Vale after a deal fell through": it was for somebody else."""
    for over in [one for one in found if one.status is Status.OFF and one.carried and one.dealt]:
        segment = scene.segment(over.at)
        if scene.clauses.sort[segment] != "sub" or not scene.language.is_(
            scene.clauses.opener[segment], "after"
        ):
            continue
        if any(
            one.status is Status.LIVE and not one.renewed and not one.carried and one.at < over.at
            and (one.player, one.club) == (over.player, over.club) and scene.segment(one.at) < segment
            for one in found
        ):  # fmt: skip
            found.remove(over)


def lost_to_another(found: Sequence[Finding], scene: Scene) -> None:
    """ "A blow for Rovers after Vale agreed terms with Lille": what would have stopped them for now has
    ended it."""
    for stop in found:
        if stop.status is not Status.STALLED or stop.past is not None:
            continue
        if stop.acts and stop.stage > Stage.TALKS:
            continue
        if any(
            one.player == stop.player and one.club != stop.club and one.status is Status.LIVE
            and one.past is None and one.stage >= Stage.AGREED and not one.was
            and scene.language.is_(scene.clauses.opener[scene.segment(one.at)], "sub")
            for one in found
        ):  # fmt: skip
            stop.status = Status.OFF
            stop.why.append("he is as good as another club's")


def taken_up(found: list[Finding], scene: Scene) -> None:
    """ "May go back in for Vale after missing out on him in August": what is told behind "after" is over and
    done with, once the same sentence has them at it again."""
    for stop in [one for one in found if one.status is Status.OFF and one.past is None]:
        segment = scene.segment(stop.at)
        opener = scene.clauses.opener[segment]
        if scene.clauses.sort[segment] != "sub" or not scene.language.is_(opener, "after"):
            continue
        if any(
            one.anew and one.past is None and one.at < stop.at and scene.segment(one.at) < segment
            and (one.player, one.club) == (stop.player, stop.club)
            for one in found
        ):  # fmt: skip
            found.remove(stop)


def push_on(found: list[Finding], scene: Scene, hits: Sequence[Hit[Rule]]) -> None:
    """ "Had two bids turned down and plan a third", "plan a third despite two rejected bids": what did not
    stop them is behind what they plan."""
    stopped = [one for one in found if one.status is Status.STALLED and one.stage is Stage.BID]
    if not stopped:
        return
    segment, clauses, word = scene.segment, scene.clauses, scene.language.is_
    made = [one for one in found if one.status is Status.LIVE and one.stage is Stage.BID and one.renewed]
    for one in made:
        for other in stopped:
            below = clauses.sort[segment(other.at)] == "sub" and segment(other.at) > segment(one.at)
            if below and (other.player, other.club) == (one.player, one.club):
                found.remove(other)  # "made a second offer after seeing their first turned down"
    more = {segment(h.start) for h in hits if (h.meaning.sort, h.meaning.name) == ("time", "again")}
    planned = [one for one in found if one.status is Status.LIVE and one.stage is Stage.INTEREST]
    for one in planned:
        for other in stopped:
            if (other.player, other.club) == (one.player, one.club) and one.past is None:
                conceded = word(clauses.opener[segment(other.at)], "despite")
                behind = one.at > other.at or word(clauses.opener[segment(other.at)], "sub")
                one.renewed |= conceded or (segment(one.at) in more and behind)
