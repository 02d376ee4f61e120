"""Who is given in exchange: "their proposal would see Vale go the other way"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from links.claim import Claim, Stage, Status
from links.finding import Finding
from links.groups import Group
from links.language import Rule
from links.phrases import Hit
from links.scene import Scene
from links.sentences import PERSON
from links.traits import goes_other_way


def other_way(found: list[Finding], scene: Scene, hits: Sequence[Hit[Rule]]) -> list[Finding]:
    """The links of those who are told to go the other way: to whom the deal before takes its man from. What
    else the sentence seems to tell of them is taken out of `found`: they are no target of who sells them."""
    if not any((hit.meaning.sort, hit.meaning.name) == ("deal", "swap") for hit in hits):
        return []
    out: list[Finding] = []
    words = scene.language
    for group in scene.groups:
        if group.kind != PERSON or not group.refs or not goes_other_way(group, scene.tokens, words):
            continue
        deal = _deal(group, found, scene)
        found[:] = [one for one in found if one.player not in group.refs]
        out += [_exchanged(player, *deal, group, scene) for player in group.refs] if deal else []
    return out


def _deal(group: Group, found: Sequence[Finding], scene: Scene) -> tuple[str, str, str, Stage] | None:
    """For whom, who buys, who sells and how far it is, in the deal that he is a part of: of this sentence,
    else the one told last."""
    story = scene.story
    live = [one for one in found if one.past is None and one.status is Status.LIVE]
    told = [(f.player, f.club, f.seller, f.stage) for f in live if f.player not in group.refs]
    told += [
        (player, club, None, story.last[1])
        for player, club in reversed(story.pairs)
        if story.last is not None and player == story.last[0] and player not in group.refs
    ]
    for player, club, named, stage in told:
        seller = named or story.article.own(player)
        if seller is not None and seller != club:
            return player, club, seller, stage
    return None


def _exchanged(
    player: str, other: str, buyer: str, seller: str, stage: Stage, group: Group, scene: Scene
) -> Finding:
    return Finding(
        player, seller, stage, Status.LIVE, scene.tokens[0].start, scene.tokens[-1].end, buyer,
        why=["goes the other way"], at=group.start, exchanged=other,
    )  # fmt: skip


def halves(claims: Sequence[Claim], exchanged: Mapping[tuple[str, str], tuple[str, str]]) -> list[Claim]:
    """The claims; either half of an exchange is as far as the other, and ends with it."""
    whole = {(claim.player, claim.club): claim for claim in claims}
    out: list[Claim] = []
    for claim in claims:
        main = whole.get(exchanged.get((claim.player, claim.club), ("", "")))
        if main is not None and Stage.DONE not in (main.stage, claim.stage):
            claim = replace(claim, stage=max(claim.stage, main.stage), status=main.status)
        out.append(claim)
    return out
