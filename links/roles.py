"""Who may join whom: the buyer, the player and the seller around the words of a rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from links.chunks import Group
from links.clauses import Clauses
from links.language import Language
from links.sentences import CLUB, PERSON, Token
from links.story import Story


@dataclass(frozen=True, slots=True)
class Parties:
    """Players, buyers and sellers; `carried` tells that one of them was not in the clause itself."""

    players: tuple[str, ...]
    buyers: tuple[str, ...]
    sellers: tuple[str, ...] = ()
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence taken apart, and the story before it."""

    tokens: Sequence[Token]
    groups: Sequence[Group]
    clauses: Clauses
    story: Story
    language: Language
    title: bool = False

    def segment(self, at: int) -> int:
        return self.clauses.segment[min(at, len(self.tokens) - 1)]

    def before(self, group: Group) -> list[Group]:
        return [other for other in self.groups if other.start < group.start]

    def players(self, group: Group | None) -> tuple[str, ...]:
        return self.story.who(group, self.before(group)) if group is not None else ()

    def clubs(self, group: Group | None) -> tuple[str, ...]:
        return self.story.which(group, self.before(group)) if group is not None else ()


class Cast:
    """The groups around one rule's words, by their place in the clause."""

    def __init__(self, scene: Scene, start: int, end: int) -> None:
        self.scene = scene
        self.start, self.end = start, end
        self.segment = scene.segment(start)
        self.last_segment = scene.segment(max(start, end - 1))
        groups = scene.groups
        self.left = [g for g in groups if g.end <= start and scene.segment(g.start) == self.segment]
        self.inner = [g for g in groups if g.start >= start and g.end <= end]
        self.inner += [g for g in groups if g.start < end < g.end and g.start >= start]
        self.right = [
            g
            for g in groups
            if g.start >= end and scene.segment(g.start) in (self.segment, self.last_segment)
        ]
        self.antecedent = self._antecedent()

    def _antecedent(self) -> Group | None:
        clauses = self.scene.clauses
        if clauses.sort[self.segment] != "relative":
            return None
        first = next(i for i, s in enumerate(clauses.segment) if s == self.segment)
        before = [g for g in self.scene.groups if g.end <= first]
        return before[-1] if before else None

    def subject(self) -> Group | None:
        """The group that the verb is about: the nearest before it that hangs on no preposition."""
        for group in reversed(self.left):
            if not group.prep and not self._owning(group):
                return group
        clauses = self.scene.clauses
        if clauses.sort[self.segment] == "relative":
            opener = clauses.opener[self.segment]
            return self.antecedent if opener not in ("whom", "where") and not self.left else None
        return self._shared()

    def _owning(self, group: Group) -> bool:
        return group.own and group.end < self.start and group.kind == PERSON

    def _shared(self) -> Group | None:
        """The subject of the statement before, where this one has none of its own."""
        clauses, segment = self.scene.clauses, self.segment
        if not (
            clauses.shares[segment]
            or clauses.sort[segment] in ("sub", "aside")
            or clauses.opener[segment] == ","
        ):
            return None
        for group in self.scene.groups:
            if group.end <= self.start and self.scene.segment(group.start) < segment and not group.prep:
                if clauses.sort[self.scene.segment(group.start)] == "relative":
                    continue
                return group
        after = [
            g
            for g in self.scene.groups
            if g.start >= self.end and not g.prep and self.scene.segment(g.start) > segment
        ]
        return after[0] if after and clauses.sort[segment] == "sub" and not self.left else None

    def first(self, groups: Sequence[Group], kind: str, preps: Sequence[str] | None = None) -> Group | None:
        """The first group of a kind, with one of these prepositions where any are named."""
        for group in groups:
            if group.kind == kind and (preps is None or group.prep in preps):
                return group
        return None


Frame = str
_AFTER = ("", "to", "with", "at", "by", "for", "in", "of")


def cast(frame: Frame, scene: Scene, start: int, end: int, *, bare: bool) -> Parties | None:
    """Fill the roles of a rule; None where the frame does not fit what stands around it.

    `bare` rules ("want") need their object in words; the others may mean whom the story is about.
    """
    stage = Cast(scene, start, end)
    if frame == "meets":
        subject = stage.subject()
        frame = "joins" if subject is not None and subject.kind == PERSON else "wants"
    return _FRAMES[frame](stage, bare)


def _wants(at: Cast, bare: bool) -> Parties | None:
    scene = at.scene
    subject = at.subject()
    by = at.first(at.right, CLUB, ("by",))
    if subject is None or subject.kind == PERSON:
        if by is not None and subject is not None:
            return Parties(scene.players(subject), scene.clubs(by), subject.owners)
        return None
    ahead = [*at.inner, *at.right]
    player = at.first(ahead, PERSON)
    if player is None and at.antecedent is not None and at.antecedent.kind == PERSON:
        player = at.antecedent
    if player is None:
        player = at.first(list(reversed(at.left)), PERSON)
    seller = at.first([g for g in ahead if g is not player], CLUB)
    sellers = scene.clubs(seller) if seller is not None and seller.prep not in ("against", "by") else ()
    if player is None:
        topic = _topic(scene, at)
        if bare or topic is None:
            return None
        return Parties((topic,), scene.clubs(subject), sellers, carried=True)
    return Parties(scene.players(player), scene.clubs(subject), player.owners or sellers)


def _topic(scene: Scene, at: Cast) -> str | None:
    """The player that a sentence speaks of without naming him."""
    named = [g for g in scene.groups if g.kind == PERSON and g.end <= at.start]
    if named:
        found = scene.players(named[-1])
        return found[0] if found else None
    story = scene.story
    return story.people[-1] if story.people else story.topic


def _joins(at: Cast, bare: bool) -> Parties | None:
    scene = at.scene
    subject = at.subject()
    if subject is None or subject.kind != PERSON:
        if at.antecedent is not None and at.antecedent.kind == PERSON:
            subject = at.antecedent
        else:
            subject = (
                at.first(list(reversed(at.left)), PERSON) if subject is None or subject.kind == CLUB else None
            )
            if subject is None:
                return None
    ahead = [*at.inner, *at.right]
    players = scene.players(subject)
    own = {*subject.owners, *(o for p in players if (o := scene.story.article.own(p)))}
    sellers = scene.clubs(at.first(ahead, CLUB, ("from",)))
    for group in ahead:
        if group.kind == CLUB and group.prep in _AFTER:
            buyers = tuple(c for c in scene.clubs(group) if c not in own)
            if buyers:
                return Parties(players, buyers, subject.owners or sellers)
    for group in reversed(at.left):
        if group.kind == CLUB and group.prep != "from" and group.end == at.start and group is not subject:
            return Parties(players, scene.clubs(group), subject.owners or sellers)
    if bare:
        return None
    known = [club for player, club in reversed(scene.story.pairs) if player in players]
    return Parties(players, tuple(known[:1]), subject.owners or sellers, carried=True) if known else None


def _sells(at: Cast, bare: bool) -> Parties | None:
    scene = at.scene
    subject = at.subject()
    if subject is None or subject.kind != CLUB:
        return None
    sellers = scene.clubs(subject)
    ahead = [*at.inner, *at.right]
    player = at.first(ahead, PERSON)
    players = scene.players(player) if player is not None else ()
    carried = False
    if not players:
        topic = _topic(scene, at)
        players, carried = ((topic,) if topic else ()), True
    buyer = None
    for group in ahead:
        if group.kind == CLUB and not set(scene.clubs(group)) & set(sellers):
            buyer = group
            break
    buyers = scene.clubs(buyer)
    if not buyers and players:
        known = [
            club for name, club in reversed(scene.story.pairs) if name in players and club not in sellers
        ]
        buyers, carried = tuple(known[:1]), True
    return Parties(players, buyers, sellers, carried) if players and buyers else None


def _deal(at: Cast, bare: bool) -> Parties | None:
    scene = at.scene
    ahead = [*at.inner, *at.right]
    player = (
        at.first(ahead, PERSON)
        or at.first(list(reversed(at.left)), PERSON)
        or (at.antecedent if at.antecedent is not None and at.antecedent.kind == PERSON else None)
    )
    carried = False
    players = scene.players(player) if player is not None else ()
    if not players:
        topic = _topic(scene, at)
        players, carried = ((topic,) if topic else ()), True
    if not players:
        return None
    own = {o for p in players if (o := scene.story.article.own(p))} | set(player.owners if player else ())
    near = [g for g in reversed(at.left) if g.kind == CLUB]
    options = [g for g in near if g.end == at.start or g.own]
    options += [g for g in ahead if g.kind == CLUB and g.prep in ("from", "by", "to")]
    options += [g for g in near if g not in options and g.prep in ("", "between", "from", "of", "by")]
    options += [
        g
        for g in ahead
        if g.kind == CLUB and g not in options and g.prep in ("", "with", "at", "for", "between", "in")
    ]
    clubs = [club for g in options for club in scene.clubs(g)]
    buyers = [club for club in clubs if club not in own]
    if not buyers:
        known = [club for name, club in reversed(scene.story.pairs) if name in players]
        if bare or not known:
            return None
        return Parties(players, tuple(known[:1]), tuple(own), carried=True)
    first = next(g for g in options if set(scene.clubs(g)) & set(buyers))
    chosen = tuple(c for c in scene.clubs(first) if c in buyers)
    return Parties(players, chosen, tuple(c for c in clubs if c not in chosen)[:1], carried)


_FRAMES = {"wants": _wants, "joins": _joins, "sells": _sells, "deal": _deal}
