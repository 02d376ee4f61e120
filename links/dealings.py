"""What one sentence tells of clubs and their players, whichever links are asked for: who may buy, who sells,
for whom somebody plays, whom he leaves. Worked out once, it is asked for one set of links after another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from links.described import Described
from links.groups import Group
from links.language import Language, Rule
from links.offers import sent
from links.phrases import Hit
from links.reach import Passage
from links.roles import Cast
from links.scene import Scene
from links.sentences import CLUB, MONEY, PERSON

_BY, _OFFER, _SALE, _CAME = 3, 6, 3, 7
"""So many tokens after the words "by Lille" may stand; before a club an offer; after words of a buyer a word
of a sale; before a club "who joined from"."""


@dataclass(frozen=True, slots=True)
class Whom:
    """The players whom some words may mean: those in their clause, the likeliest first; none where it names
    nobody and it is to be known from the story. `segment` is that clause."""

    players: tuple[str, ...]
    segment: int


@dataclass(frozen=True, slots=True)
class Act:
    """Words of a verb: the clubs that do it, one of which counts, and whom it is done to.

    `groups` are theirs by place. `sells` tells that they have him, otherwise he plays there; `sure` that
    the words say so by themselves.
    """

    at: int
    sells: bool
    sure: bool
    groups: tuple[tuple[int, tuple[str, ...]], ...]
    whom: Whom


@dataclass(frozen=True, slots=True)
class Place:
    """A club's group that stands in a clause about somebody, what it means, and who that may be."""

    group: Group
    refs: tuple[str, ...]
    whom: Whom


class Dealings:
    """One sentence, read for who deals with whose players."""

    def __init__(self, passage: Passage, scene: Scene, words: Language) -> None:
        self.passage, self.scene, self.words = passage, scene, words
        self.tokens, self.hits = passage.line.tokens, passage.line.hits
        described = Described(passage, words)
        self.named = described.named
        self.meant = [
            (group, refs) for group, refs in passage.whom
            if group.kind == PERSON and not group.refs and group.owners
        ]  # fmt: skip
        self.taken = described.clubs | {
            at for group, _ in self.meant for at in range(group.start, group.end) if self.key(at) == CLUB
        }
        """Where clubs stand in a player's description."""
        self.wanted: list[tuple[tuple[str, ...], Whom]] = []
        """Clubs that want somebody or are offered him, and whom."""
        self.suitors: set[int] = set()
        if passage.line.sorts & {"stage", "status"}:
            self._suitors()
        self.acts = [*self._acts()] if passage.line.sorts & _ACTS else []
        clubs = [(group, refs) for group, refs in passage.whom if group.kind == CLUB and refs]
        self.left = [*self._left(clubs)]
        self.beside = [*self._beside(clubs)]
        self.lent = [*self._lent()]

    def key(self, at: int) -> str:
        """The word at a token, "" where there is none."""
        return self.tokens[at].key if 0 <= at < len(self.tokens) else ""

    # -- who may buy -------------------------------------------------------------------------------

    def _suitors(self) -> None:
        """Who wants him or is offered him is not who has him, whether or not it became a link."""
        for hit in self.hits:
            rule = hit.meaning
            sort = rule.sort == "stage" or (rule.sort, rule.name) == ("status", "off")
            if not sort or rule.frame not in ("wants", "joins") or self._outdone(hit):
                continue
            at = Cast(self.scene, hit.start, hit.end)
            subject = at.subject()
            if rule.frame == "wants" and subject is not None and subject.kind == CLUB:
                groups = [subject]
            else:
                groups = [g for g in (*at.inner, *at.right) if g.kind == CLUB and g.prep in ("to", "by")]
            whom = [self._objects(hit)] if groups else []
            self.suitors |= {group.start for group in groups}
            self.wanted += ((self._clubs(group), one) for one in whom for group in groups)

    def _outdone(self, hit: Hit[Rule]) -> bool:
        """Do longer words around these, or words of a sale right after them, say that he is theirs?"""
        if any(self.words.is_(self.key(at), "sale") for at in range(hit.start, hit.end + _SALE)):
            return True
        return any(
            other.meaning.sort in ("own", "seller", "status", "idle")
            and other.start <= hit.start
            and hit.end <= other.end
            for other in self.hits
        )

    # -- by the verb -------------------------------------------------------------------------------

    def _acts(self) -> Iterator[Act]:
        """Who sells, refuses, asks a price, lets go; for whom he plays, whom he leaves."""
        for hit in self.hits:
            rule = hit.meaning
            if rule.sort not in _ACTS:
                continue
            if rule.frame == "sells" and not self._bought(hit):
                seller = self._seller(hit)
                if seller is not None:
                    sure = rule.sort != "stage" and bool(seller.refs)
                    groups = ((seller.start, self._clubs(seller)),)
                    yield Act(hit.start, True, sure, groups, self._objects(hit))
            elif rule.frame == "joins" and rule.sort in ("own", "seller"):
                yield from self._playing(hit)

    def _bought(self, hit: Hit[Rule]) -> bool:
        """Is it part of longer words of a buyer: "turned down" in "turned down the chance to sign"?"""
        return any(
            other.meaning.frame == "wants"
            and other.start <= hit.start
            and hit.end <= other.end
            and other.end - other.start > hit.end - hit.start
            for other in self.hits
        )

    def _seller(self, hit: Hit[Rule]) -> Group | None:
        """Who does it: the subject, or who stands after "by"; "an offer turned down" has no subject."""
        at = Cast(self.scene, hit.start, hit.end)
        after = next((g for g in at.right if g.kind == CLUB), None)
        if after is not None and after.prep == "by" and after.start - hit.end <= _BY:
            return after
        before = self.key(hit.start - 1)
        if self.words.is_(before, "taker") or self.words.is_(before, "be") or self._suffered(hit):
            return None
        subject = at.subject()
        return subject if subject is not None and subject.kind == CLUB else None

    def _suffered(self, hit: Hit[Rule]) -> bool:
        """ "have had an offer for him turned down": by somebody else than the subject."""
        if not self.words.is_(self.key(hit.start), "form.participle"):
            return False
        for at in range(hit.start - 1, max(-1, hit.start - 1 - _OFFER), -1):
            key = self.key(at)
            if key in (CLUB, ",") or self.words.is_(key, "and") or self.words.is_(key, "aux"):
                return False
            if self.words.is_(key, "taker"):
                return True
        return False

    def _playing(self, hit: Hit[Rule]) -> Iterator[Act]:
        at = Cast(self.scene, hit.start, hit.end)
        subject = at.subject()
        ahead = [g for g in (*at.inner, *at.right) if g.kind == CLUB and self._right_after(hit, g)]
        if subject is None or subject.kind != PERSON or not ahead:
            return
        who = next((refs for g, refs in self.passage.whom if g is subject), subject.refs)
        groups = tuple((group.start, self._clubs(group)) for group in ahead)
        yield Act(hit.start, False, False, groups, Whom(who, self.passage.segment(hit.start)))

    def _right_after(self, hit: Hit[Rule], group: Group) -> bool:
        between = [self.key(at) for at in range(hit.end, group.start)]
        return all(self.words.is_(key, "article") for key in between)

    def _clubs(self, group: Group) -> tuple[str, ...]:
        return next((refs for other, refs in self.passage.whom if other is group), group.refs)

    def _objects(self, hit: Hit[Rule]) -> Whom:
        """Whom words are said of: the one right after them, else the first of their clause."""
        segment = self.passage.segment(hit.start)
        named = self._people(segment)
        after = [refs for group, refs in named if group.end > hit.start and group.refs]
        here = after[:1] or [refs for _, refs in named]
        return Whom(tuple(dict.fromkeys(p for refs in here for p in refs)), segment)

    def _people(self, segment: int) -> list[tuple[Group, tuple[str, ...]]]:
        return [
            (group, refs)
            for group, refs in self.passage.whom
            if group.kind == PERSON and refs and self.passage.segment(group.start) == segment
        ]

    # -- by a preposition --------------------------------------------------------------------------

    def _near(self, group: Group) -> Whom:
        """The players whom a clause with a club is about: the nearest before it, else the first."""
        segment = self.passage.segment(group.start)
        named = self._people(segment)
        before = [refs for other, refs in named if other.end <= group.start][-1:]
        chosen = before or [refs for _, refs in named][:1]
        return Whom(chosen[0] if chosen else (), segment)

    def _left(self, clubs: Sequence[tuple[Group, tuple[str, ...]]]) -> Iterator[tuple[Place, bool]]:
        """ "from Lille", "leave Lille", not who makes an offer; and whether he may have come from there once,
        as in "who joined from Lille"."""
        for group, refs in clubs:
            if group.prep == "from" and len(refs) == 1 and group.start not in self.taken:
                if self._taker(group):
                    continue
                span = self.tokens[max(0, group.start - _CAME) : group.start]
                came = any(self.words.is_(token.key, "arrived") for token in span)
                yield Place(group, refs, self._near(group)), came

    def _taker(self, group: Group) -> bool:
        """ "an offer from Lille": from who buys; "an offer to Lille", "€20m to Lille": to who sells."""
        span = self.tokens[max(0, group.start - _OFFER) : group.start]
        paid = group.prep == "to" and any(token.key == MONEY for token in span)
        if paid or any(self.words.is_(token.key, "taker") for token in span[-4:]):
            return True
        if group.prep == "from" and sent(self.tokens, group.start, self.words):
            return True
        if group.prep == "from" and any(self.words.is_(token.key, "getting") for token in span[-4:]):
            return True  # "the £9m accepted from Lille"
        far = self.tokens[max(0, group.start - 2 * _OFFER) : group.start]
        priced = group.prep == "from" and any(token.key == MONEY for token in span)
        return priced and any(self.words.is_(token.key, "taker") for token in far)

    def _beside(self, clubs: Sequence[tuple[Group, tuple[str, ...]]]) -> Iterator[Place]:
        """The other clubs of a clause: "talks with Lille", "between Roma and Lille"."""
        for group, refs in clubs:
            if not group.refs or group.prep == "against" or self._once(group):
                continue
            if group.start in self.taken or group.start in self.suitors or self._beaten(group):
                continue
            if group.prep != "to" or self._taker(group):
                yield Place(group, refs, self._near(group))

    def _beaten(self, group: Group) -> bool:
        """ "To beat Lille to him", "outbid Lille": a rival."""
        span = self.tokens[max(0, group.start - 2) : group.start]
        return any(self.words.is_(token.key, "outbid") or self.words.is_(token.key, "beat") for token in span)

    def _once(self, group: Group) -> bool:
        """ "once of Lille"."""
        span = self.tokens[max(0, group.start - 2) : group.start]
        return any(self.words.is_(t.key, "once") or self.words.is_(t.key, "person.former") for t in span)

    def leads(self, group: Group) -> bool:
        """Does a verb follow whose subject a club is?"""
        after, word = self.key(group.end), self.words.is_
        return word(after, "aux") or word(after, "form.past") or word(after, "form.third")

    # -- on loan -----------------------------------------------------------------------------------

    def _lent(self) -> Iterator[tuple[Whom, str]]:
        """ "on loan at Lille": whom it is said of, and the club, which is not the one that he would leave."""
        lent = self.words.words["lent"]
        for at, token in enumerate(self.tokens[:-2]):
            if token.key not in lent or self.key(at + 2) != CLUB:
                continue
            if self.words.is_(self.key(at + 1), "at") or self.words.is_(self.key(at + 1), "with"):
                group = next((g for g, _ in self.passage.whom if g.start <= at + 2 < g.end), None)
                mention = self.tokens[at + 2].mention
                if group is not None and mention is not None:
                    yield self._near(group), mention.ref


_ACTS = frozenset({"stage", "status", "own", "seller"})
"""Sorts of rules that may tell who sells, or where he plays."""
