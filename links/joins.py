"""Somebody joins a club: what is said of a player who goes somewhere, by himself or brought."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from links.groups import LEAGUE, NATION, Group
from links.objects import (
    hyphened,
    swapped,
)
from links.roles import Cast
from links.rows import coordinated
from links.scene import Parties, Scene
from links.sentences import CLUB, MONEY, PERSON, Token

_AFTER = ("", "to", "with", "at", "by", "for", "in", "of")
_NEAR = 4
_PICKED = 2
"""So near stands the club that somebody "picks"."""


def joins(at: Cast, solid: bool, *, turn: bool = False) -> Parties | None:
    """Who goes, and where. `solid` words may go by what was said before; with `turn` they tell
    of an end or a halt."""
    scene = at.scene
    subject = at.owner() or at.subject()
    if subject is None and at.antecedent is not None and at.antecedent.kind == PERSON:
        subject = at.antecedent
    if (subject is None or subject.kind == CLUB) and at.names():
        subject = at.first(at.inner, PERSON)
    if subject is None and (told := at.telegraphed()) is not None:
        return told
    bound = next((g for g in at.left if g.kind == CLUB and g.end == at.start), None) if hyphened(at) else None
    if bound is not None:
        whom = at.first(at.right[:1], PERSON)
        return Parties(scene.players(whom), scene.clubs(bound)) if whom is not None else None
    if subject is not None and subject.kind == CLUB and subject.prep == "with" and subject.end == at.start:
        return None  # "with Rovers negotiating with Lille": that is not said of him who stands before
    if subject is not None and subject.kind == CLUB:
        subject = at.first(list(reversed(at.left)), PERSON) if solid else None
    if subject is None or (at.is_arrow() and not at.alone(subject)):
        return None
    picks = at.end - at.start == 1 and scene.language.is_(scene.tokens[at.start].key, "prefer")
    chosen = turn and (scene.language.is_(scene.tokens[at.start].key, "prefer") or at.prefers())
    ahead = at.right if chosen else [*at.inner, *at.right]
    players = scene.players(subject)
    own = {*subject.owners, *(o for p in players if (o := scene.story.article.own(p)))}
    last = next((g for g in at.inner if g.kind == CLUB and g.end == at.end), None)
    left = [g for g in ahead if g is not last and not wooing(g, scene)]
    sellers = subject.owners or scene.clubs(at.first(left, CLUB, ("from",)))
    if from_nobody(at):
        return None
    if at.leads() and not any(g.kind == CLUB and g.start - at.end <= _NEAR for g in ahead):
        return None
    if (wooer := _wooer(at)) is not None:
        return Parties(players, tuple(c for c in scene.clubs(wooer) if c not in own), subject.owners)
    if any(g.kind == CLUB and g.prep == "to" for g in ahead):
        ahead = [g for g in ahead if g.prep != "by" or g.start == at.end]
    if (sides := swapped(at, ahead, turn=turn)) is not None:
        snubbed = scene.language.is_(scene.tokens[at.start].key, "snubbing")
        return Parties(players, scene.clubs(sides[1]), () if snubbed else scene.clubs(sides[0]))
    for group in ahead:
        if group.hints[:1] == ("human",) and group.prep not in ("for", "by", "to"):
            continue
        if group.prep in ("by", "from") and _permits(group, scene):
            continue
        if turn and (group.prep in ("at", "in") or group.start - at.end > _NEAR):
            continue
        if picks and group.start - at.end > _PICKED:
            break
        buyers = tuple(c for c in scene.clubs(group) if c not in own) if group.kind == CLUB else ()
        behind = group is last or (chosen and group.prep in ("against", "over"))
        if buyers and (group.prep in _AFTER or behind):
            return Parties(players, (*buyers, *coordinated(at, group, {*buyers, *own})), sellers)
    near = at.antecedent if at.whom() and at.antecedent is not subject else None
    if near is not None and near.kind == CLUB and {*scene.clubs(near)} - own:
        return Parties(players, tuple(c for c in scene.clubs(near) if c not in own), sellers)
    for group in reversed(at.left):
        if group.prep == "by" and let_go(group, scene):
            continue
        if group.kind == CLUB and group.prep != "from" and at.start - group.end <= 1 and group is not subject:
            return Parties(players, scene.clubs(group), sellers)
    return _joins_from_afar(at, subject, players, sellers, own, turn=turn) if solid and not chosen else None


def _joins_from_afar(
    at: Cast, subject: Group, players: tuple[str, ...], sellers: tuple[str, ...], own: set[str], *, turn: bool
) -> Parties | None:
    """No club stands where one belongs: one that is named elsewhere in the sentence, or before."""
    scene = at.scene
    named = [
        g for g in scene.groups
        if g.kind == CLUB and g.refs and g.end <= at.start and not turn and not at.aside(g)
        if not (g.start == 0 and at.done_to() and scene.tokens[g.end].key == ":")
        if not (g.start and scene.language.is_(scene.tokens[g.start - 1].key, "person.former"))
    ]  # fmt: skip
    later = [
        g for g in scene.groups
        if g.kind == CLUB and g.refs and g.start >= at.end and not g.prep and not turn
        if not (at.leaves() and at.meets_another(g, players))
        if not (_before_that(g, scene) or _prices(g, scene))
        if scene.story.club is None
    ]  # fmt: skip
    named = [g for g in named if not (g.prep == "by" and let_go(g, scene))]
    for group in [*(g for g in named if not g.prep), *reversed(named), *later]:
        if group.prep not in ("from", "against") and (rest := tuple(c for c in group.refs if c not in own)):
            return Parties(players, rest, sellers, carried=True)
    known = at.known(players, sellers, live=not turn)
    if known is None and sellers and not subject.owners:
        return None  # "is set to leave Lille": nothing says for whom
    if known is not None and turn:
        return replace(known, buyers=_all_told(known, scene))
    return known or at.main(players, sellers)


def _all_told(known: Parties, scene: Scene) -> tuple[str, ...]:
    """The clubs after one and the same player in this sentence: "Rovers and City target Vale will stay"."""
    here = [club for player, club in scene.pairs if player in known.players]
    return tuple(dict.fromkeys([*known.buyers, *(here if {*known.buyers} & {*here} else ())]))


def _before_that(group: Group, scene: Scene) -> bool:
    """ "Had said yes before Lille doubled the price": Lille came between."""
    segment, clauses = scene.segment(group.start), scene.clauses
    return clauses.sort[segment] == "sub" and scene.language.is_(clauses.opener[segment], "earlier")


def _prices(group: Group, scene: Scene) -> bool:
    """ "Vale is a target, but Lille's asking price is high": the price is the seller's."""
    after = scene.tokens[group.end + 1 : group.end + _NEAR + 1] if group.own else ()
    return any(scene.language.is_(token.key, "price") for token in after)


def let_go(group: Group, scene: Scene) -> bool:
    """ "Vale, released by Rovers in May, has agreed a contract": with somebody else."""
    return group.start > 1 and scene.language.is_(scene.tokens[group.start - 2].key, "freed")


def wooing(group: Group, scene: Scene) -> bool:
    """ "Joined Rovers despite interest from City": City is no club that he leaves."""
    before = scene.tokens[group.start - 2].key if group.start > 1 else ""
    if group.prep != "from":
        return False
    words, keys = (
        scene.language.is_,
        [token.key for token in scene.tokens[max(0, group.start - 6) : group.start]],
    )
    paid = any(words(key, "getting") for key in keys) and MONEY in keys  # "the £9m accepted from Rovers"
    return words(before, "taker") or paid or words(before, "getting")


def _permits(group: Group, scene: Scene) -> bool:
    """ "Given permission by Lille to travel": it is his own club that lets him go."""
    before = [token.key for token in scene.tokens[max(0, group.start - 3) : group.start]]
    return any(scene.language.is_(key, "permission") for key in before)


def from_nobody(at: Cast) -> bool:
    """ "Interest from Italy", "offers from clubs in Spain": from nobody who is named, unless some are."""
    words, tokens = at.scene.language.is_, at.scene.tokens
    span = range(at.start, min(at.end + _TAKEN, len(tokens) - 1))
    spot = next((n + 2 for n in span if _takes_from(tokens[n : n + 2], words)), len(tokens))
    while spot < len(tokens) and any(words(tokens[spot].key, name) for name in _SOME):
        spot += 1
    if spot >= len(tokens) or any(g.kind == CLUB and g.refs and g.start == spot for g in at.scene.groups):
        return False
    if at.among() is not None:
        return False
    return tokens[spot].key in (LEAGUE, NATION) or words(tokens[spot].key, "club.side")


def _takes_from(pair: Sequence[Token], words: Callable[[str, str], bool]) -> bool:
    return words(pair[0].key, "taker") and words(pair[1].key, "from")


_TAKEN = 2
"""So many words on from a rule's words "interest from" may stand."""
_SOME = ("article", "club.adjective", "person.nationality", "adverb")
"""Words that may stand before clubs whom nobody names: "from several Italian clubs"."""


def _wooer(at: Cast) -> Group | None:
    """The club of "interest from Rovers", "an offer from Rovers": words that end with "from"."""
    words, tokens = at.scene.language.is_, at.scene.tokens
    if not (words(tokens[at.end - 1].key, "from") and at.takes()):
        return None
    near = at.first(
        [g for g in at.right if g.start - at.end <= _NEAR and not g.own], CLUB, ("from", "", "of")
    )
    return near if near is not None and not any(g.kind == PERSON for g in at.right[:1]) else None
