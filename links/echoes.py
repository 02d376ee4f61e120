"""What a sentence tells of further links with the words of another: "so do Rovers", "... and Orme City"."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from links.claim import Stage, Status
from links.finding import Finding
from links.groups import Group
from links.language import Rule
from links.phrases import Hit
from links.scene import Scene
from links.sentences import CLUB, PERSON


def further(scene: Scene, hits: Sequence[Hit[Rule]], found: Sequence[Finding]) -> list[Finding]:
    """The links that come of those found: the other half of an exchange, "so do Rovers", a verb said once
    of two, and those who were beaten to a player."""
    found = [one for one in found if one.past is None]
    out = _swapped(scene, hits, found)
    out += _echoed(scene, hits, [*found, *out])
    out += _gapped(scene, [*found, *out])
    out += _paired(scene, [*found, *out])
    return out + _beaten(scene, hits, [*found, *out])


def listed(scene: Scene) -> list[Finding]:
    """A line of a list of signings: "Rovers: Ada Vale (City, loan)"."""
    first = next((g for g in scene.groups if g.kind == CLUB and g.start == 0 and len(g.refs) == 1), None)
    if first is None or first.end >= len(scene.tokens) or scene.tokens[first.end].key != ":":
        return []
    return [
        Finding(
            ref, first.refs[0], Stage.DONE, Status.LIVE, scene.tokens[0].start, scene.tokens[-1].end,
            next(iter(group.owners), None), why=["a line in a list of signings"],
        )
        for group in scene.groups if group.kind == PERSON for ref in group.refs
    ]  # fmt: skip


def denied(player: str, club: str, start: int, end: int) -> Finding:
    """The link that a question asked for and its answer denies."""
    return Finding(
        player,
        club,
        Stage.INTEREST,
        Status.OFF,
        start,
        end,
        carried=True,
        denial=True,
        why=["asked and answered: no"],
    )


def unsay(rumoured: Sequence[Finding]) -> None:
    """ "Those claims were met with bemusement": what the sentence before told is denied."""
    for one in rumoured:
        if one.past is None and one.status is Status.LIVE:
            one.stage, one.status, one.denial = Stage.INTEREST, Status.OFF, True
            one.why.append("denied by the sentence behind it")


def _gapped(scene: Scene, found: Sequence[Finding]) -> list[Finding]:
    """ "Rovers want Vale, City Orme", "Vale has joined Rovers and Orme City": the verb is said once."""
    out: list[Finding] = []
    for one in found[-1:]:
        for first, second in itertools.pairwise(scene.groups):
            if first.start <= one.at or not (first.refs and second.refs) or first.own or second.own:
                continue
            if {first.kind, second.kind} != {CLUB, PERSON} or not _elliptic(first, second, scene):
                continue
            man, side = (first, second) if first.kind == PERSON else (second, first)
            fits = (first.kind == PERSON) == (_order(one, scene) == PERSON)
            if fits and one.player not in man.refs and one.club not in side.refs:
                why = [*one.why, "said once of two"]
                out += (
                    Finding(
                        p,
                        c,
                        one.stage,
                        one.status,
                        one.start,
                        one.end,
                        explicit=one.explicit,
                        why=why,
                        at=one.at,
                    )
                    for p in man.refs
                    for c in side.refs
                )
    return out


def _paired(scene: Scene, found: Sequence[Finding]) -> list[Finding]:
    """ "Both players have their medicals tomorrow": each where he goes."""
    out: list[Finding] = []
    two = next((scene.players(g) for g in scene.groups if g.hints == ("pair",)), ())
    for one in found if len(two) > 1 else ():
        for other in two:
            if one.player not in two or any(f.player == other for f in found):
                continue
            club = next((c for p, c in reversed(scene.story.pairs) if p == other), None)
            if club is not None:
                why = [*one.why, "said of both"]
                out.append(
                    Finding(
                        other,
                        club,
                        one.stage,
                        one.status,
                        one.start,
                        one.end,
                        carried=True,
                        why=why,
                        at=one.at,
                    )
                )
    return out


def _elliptic(first: Group, second: Group, scene: Scene) -> bool:
    """Do two names stand alone between marks, with nothing but a "to" between them?"""
    keys = [token.key for token in scene.tokens]
    word = scene.language.is_
    before, after = keys[first.start - 1], keys[second.end] if second.end < len(keys) else "."
    small = keys[first.end : second.start]
    if first.prep and not word(before, "and"):
        return False
    joined = not small or (len(small) == 1 and second.prep in ("to", "for", "with"))
    opened = before in (",", ";") or word(before, "and")
    closed = not after[:1].isalpha() or word(after, "and") or word(after, "cut") or word(after, "sub")
    return opened and joined and closed


def _order(one: Finding, scene: Scene) -> str:
    """Who stood first in the words that a finding came of."""
    for group in scene.groups:
        if one.player in group.refs:
            return PERSON
        if one.club in group.refs:
            return CLUB
    return ""


def _beaten(scene: Scene, hits: Sequence[Hit[Rule]], found: Sequence[Finding]) -> list[Finding]:
    """Those whom another club has beaten to a player: "have beaten Rovers to Vale"."""
    out: list[Finding] = []
    for one in found:
        if one.stage < Stage.AGREED or one.status is not Status.LIVE:
            continue
        out += (
            Finding(
                one.player, club, stage, Status.OFF, one.start, one.end, carried=True,
                why=[*one.why, "beaten to him"], at=one.at,
            )
            for club, stage in (*_outrun(one, scene), *_despite(one, scene, hits)) if club != one.club
        )  # fmt: skip
    return out


def _outrun(one: Finding, scene: Scene) -> list[tuple[str, Stage]]:
    """The clubs that the words name as beaten: right after "beat", or up to the player after "beat off"."""
    words, tokens = scene.language.is_, scene.tokens
    if words(tokens[one.at].key, "beat") and not words(tokens[one.at + 1].key, "away"):
        whose = words(tokens[one.at + 1].key, "taker")  # "beat competition from City for Vale"
        beaten = [
            g for g in scene.groups
            if g.start == one.at + 1 or (whose and g.start > one.at and g.prep in ("from", "of"))
        ]  # fmt: skip
    elif one.at + 1 < len(tokens) and words(tokens[one.at + 1].key, "away"):
        him = next((g.start for g in scene.groups if one.player in g.refs and g.start > one.at), one.at)
        beaten = [g for g in scene.groups if one.at < g.start < him]
    else:
        beaten = []
    beaten += [g for at in _victories(one, scene) for g in _row(at, scene) if g not in beaten]
    return [(club, Stage.INTEREST) for g in beaten if g.kind == CLUB for club in g.refs]


def _victories(one: Finding, scene: Scene) -> list[int]:
    """Where the words that tell of the agreement, or what follows them, speak of rivals left behind:
    "outbid", "beat ... to him"; a match that was won is none."""
    words, tokens = scene.language.is_, scene.tokens
    out = [at for at in range(one.at, len(tokens)) if words(tokens[at].key, "outbid")]
    for at in range(one.at, len(tokens)):
        row = _row(at, scene) if words(tokens[at].key, "beat") and at not in out else []
        if row and row[-1].end < len(tokens) and words(tokens[row[-1].end].key, "to"):
            out.append(at)
    return out


def _row(at: int, scene: Scene) -> list[Group]:
    """The clubs right behind the word at this place: "outbid Rovers, City and Lille"."""
    row: list[Group] = []
    for group in scene.groups:
        if group.start <= at:
            continue
        gap = [token.key for token in scene.tokens[(row[-1].end if row else at + 1) : group.start]]
        near = all(key == "," or scene.language.is_(key, "and") for key in gap) if row else len(gap) <= _LEAD
        if group.kind != CLUB or not near or (not row and "," in gap):
            break
        row.append(group)
    return row


_LEAD = 4
"""So many words may stand before the first of them: "outmanoeuvring their Turkish rivals Rovers"."""


def _despite(one: Finding, scene: Scene, hits: Sequence[Hit[Rule]]) -> list[tuple[str, Stage]]:
    """ "Vale joined Rovers despite an offer from City": those from whom he had something, and what."""
    words, tokens = scene.language.is_, scene.tokens
    at = next((n for n in range(one.at, len(tokens)) if words(tokens[n].key, "despite")), None)
    if at is None:
        return []
    wooers = [g for g in scene.groups if g.start > at and g.kind == CLUB and g.prep in ("from", "by")]
    told = [
        hit for hit in hits
        if hit.start > at and hit.meaning.sort == "stage" and hit.meaning.stage is not None
        if hit.meaning.frame in ("deal", "joins")
    ]  # fmt: skip
    out: list[tuple[str, Stage]] = []
    for group in wooers:
        near = [h for h in told if 0 <= group.start - h.end <= 2]
        stages = [h.meaning.stage for h in near if h.meaning.stage is not None]
        out += ((club, max(stages)) for club in group.refs if stages)
    return out


def _echoed(scene: Scene, hits: Sequence[Hit[Rule]], found: Sequence[Finding]) -> list[Finding]:
    """ "So do Bayern Munich": as was said of the last player, in this sentence or in the one before."""
    out: list[Finding] = []
    for hit in hits:
        if hit.meaning.sort != "echo":
            continue
        before = [f for f in found if f.at < hit.start and f.status is Status.LIVE]
        last = (before[-1].player, before[-1].stage) if before else scene.story.last
        if last is None:
            continue
        player, stage = last
        for group in scene.groups:
            if group.kind == CLUB and group.start == hit.end:
                why = ["as the sentence before says of another club"]
                out += (
                    Finding(
                        player, club, stage, Status.LIVE, scene.tokens[0].start, scene.tokens[-1].end, why=why
                    )
                    for club in scene.clubs(group)
                )
    return out


def _swapped(scene: Scene, hits: Sequence[Hit[Rule]], found: Sequence[Finding]) -> list[Finding]:
    """The other half of an exchange: he who goes the other way."""
    if not any(hit.meaning.sort == "deal" and hit.meaning.name == "swap" for hit in hits):
        return []
    people = [p for g in scene.groups if g.kind == PERSON for p in g.refs]
    out: list[Finding] = []
    for one in found:
        seller = one.seller or scene.story.article.own(one.player)
        if seller is None or seller == one.club:
            continue
        for other in people:
            own = scene.story.article.own(other)
            if _listed_apart(scene, one.player, other):
                continue
            if other != one.player and own in (None, one.club) and not any(f.player == other for f in found):
                why = [*one.why, "the other half of an exchange"]
                out.append(
                    Finding(
                        other, seller, one.stage, one.status, one.start, one.end, one.club, why=why,
                        at=one.at, exchanged=one.player,
                    )
                )  # fmt: skip
    return out


def _listed_apart(scene: Scene, one: str, other: str) -> bool:
    """ "Rovers' wish to swap Orme for Vale, City's interest in Berg": a comma and somebody else's affair
    stand between the two."""
    named = [g.start for g in scene.groups if g.kind == PERSON and (one in g.refs or other in g.refs)]
    return bool(named) and any(
        g.kind == CLUB and g.own and named[0] < g.start < named[-1] and scene.tokens[g.start - 1].key == ","
        for g in scene.groups
    )
