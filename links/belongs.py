"""What one sentence says of whose player somebody is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from links.claim import Stage
from links.groups import Group
from links.language import Language, Rule
from links.phrases import Hit
from links.reach import Pair, Passage
from links.roles import Cast, Scene
from links.sentences import CLUB, MONEY, NUMBER, OWN, PERSON

SAID, MEANT, SELLS, LEAVES, DEALS, BESIDE, PLAYED, LAST = 8, 5, 4, 4, 2, 1, 0.5, 0.3
"""What the words weigh: "Lille's Vale", "the Lille defender", "Lille refuse to sell", "leave Lille",
"talks with Lille", to be merely in the same clause, "played for Lille" of the past, to be near."""
SUITOR = -1.5
"""Who wants him is not who has him."""


_BY, _OFFER, _SALE = 3, 6, 3
_ACROSS = ("with", "to", "between", "at", "of", "by")
"""Prepositions before the other party of talks and offers."""


@dataclass(frozen=True, slots=True)
class Hint:
    """That a player belongs to a club, or rather not, and how much the words weigh."""

    player: str
    club: str
    weight: float


class Belongs:
    """One sentence, read for who belongs to whom."""

    def __init__(
        self,
        passage: Passage,
        scene: Scene,
        words: Language,
        linked: set[str],
        pairs: set[Pair],
        buyers: set[str],
        said: Mapping[str, frozenset[str]],
    ) -> None:
        self.passage, self.scene, self.words = passage, scene, words
        self.tokens = passage.line.tokens
        self.linked, self.pairs, self.buyers, self.said = linked, pairs, buyers, said
        self.suitors: set[int] = set()
        self.taken: set[int] = set()
        """Clubs that stand in a player's description or are told of as something else."""

    def named(self) -> Iterator[tuple[str, str]]:
        """Players with the clubs that stand beside their names."""
        if self.passage.line.leaving:
            return
        for at, token in enumerate(self.tokens):
            if token.key == PERSON and token.mention is not None:
                for spot in self._described(at):
                    self.taken.add(spot)
                    if not self._former(spot):
                        yield token.mention.ref, self._ref(spot)

    def evidence(self) -> Iterator[Hint]:
        """Everything else that tells whose player a linked one is."""
        yield from self._meant()
        yield from self._left()
        yield from self._suitors()
        yield from self._sellers()
        yield from self._beside()

    def _ref(self, at: int) -> str:
        mention = self.tokens[at].mention
        assert mention is not None
        return mention.ref

    def _key(self, at: int) -> str:
        return self.tokens[at].key if 0 <= at < len(self.tokens) else ""

    # -- beside the name ---------------------------------------------------------------------------

    def _described(self, at: int) -> list[int]:
        """Clubs in the description of the player at a token, before or after his name."""
        before = self._before(at)
        after = self._after(at + 1)
        return [spot for spot in (before, after) if spot is not None]

    def _before(self, at: int) -> int | None:
        spot = at - 1
        if self._key(spot) == "-" and self._key(spot - 1) == CLUB:
            return None  # "Milan-Vale" is a deal
        while spot >= 0 and self._modifies(spot):
            spot -= 1
        if spot >= 0 and self._key(spot) == OWN:
            spot -= 1
            while spot >= 0 and self._modifies(spot):
                spot -= 1
        if self._key(spot) != CLUB:
            return None
        if self.words.is_(self._key(at + 1), "club.pursuit") and spot >= at - 2:
            return None
        if spot == at - 1 and not self.passage.line.title:
            return None
        return spot

    def _modifies(self, at: int) -> bool:
        key, word = self._key(at), self.words.is_
        return (
            key in ("-", NUMBER, "L", "A", '"', "'")
            or word(key, "person.position")
            or word(key, "person.nationality")
            or word(key, "person.adjective")
        )

    def _after(self, at: int) -> int | None:
        """ "of Lille", "(Lille)", "(26, Lille)", ", 26, of Lille", ", the Lille winger"."""
        word = self.words.is_
        if self._key(at) == "," and self._key(at + 1) == NUMBER:
            at += 2
            at += self._key(at) == ","
        at += self._key(at) == "," and word(self._key(at + 1), "of")
        if self._key(at + 1) == CLUB and (
            word(self._key(at), "of") or (word(self._key(at), "at") and not self._signs(at))
        ):
            return at + 1
        if self._key(at + 1) == CLUB and word(self._key(at), "from") and self._within(at):
            return at + 1
        if self._key(at) == "(":
            for spot in range(at + 1, min(at + 6, len(self.tokens))):
                if self._key(spot) == CLUB and self._key(spot + 1) in (")", ",", "/", ";"):
                    return spot
                if self._key(spot) == ")":
                    break
        if self._key(at) == ",":
            spot = at + 1
            while word(self._key(spot), "article") or self._modifies(spot) or self._key(spot) == OWN:
                spot += 1
            if self._key(spot) == CLUB and self._heads(spot + 1):
                return spot
            if (
                self._key(spot + 1) == CLUB
                and spot > at + 1
                and any(map(word, [self._key(spot)] * 3, ("from", "of", "at")))
            ):
                return spot + 1
        return None

    def _within(self, at: int) -> bool:
        """Is a word in a player's group: "from" in "Vale from Metz and Orme from Lille"?"""
        return any(g.kind == PERSON and g.start < at < g.end for g, _ in self.passage.whom)

    def _signs(self, at: int) -> bool:
        """Is it where he has his tests, or signs: "a medical for Vale at Rovers"?"""
        segment = self.passage.segment(at)
        return any(
            hit.meaning.stage is not None
            and hit.meaning.stage >= Stage.MEDICAL
            and hit.start < at
            and self.passage.segment(hit.start) == segment
            for hit in self.passage.line.hits
        )

    def _heads(self, at: int) -> bool:
        """Do words for a man follow a club, up to a mark?"""
        start = at
        while self._modifies(at) or self._key(at) == OWN:
            at += 1
        return at > start and any(
            self.words.is_(self._key(spot), "person.position")
            or self.words.is_(self._key(spot), "person.nationality")
            for spot in range(start, at)
        )

    def _former(self, at: int) -> bool:
        back = at - 1
        while self._modifies(back) and not self.words.is_(self._key(back), "person.former"):
            back -= 1
        span = range(back, at + 3)
        return any(self.words.is_(self._key(spot), "person.former") for spot in span if spot != at)

    # -- descriptions in the place of a name -------------------------------------------------------

    def _meant(self) -> Iterator[Hint]:
        """ "the Lille defender": whom the story means by it, else whom it named last."""
        for group, refs in self.passage.whom:
            if group.kind != PERSON or group.refs or not group.owners:
                continue
            self._take(group)
            club = group.owners[0]
            if self.words.is_(self._key(group.start), "indefinite"):
                continue
            meant = self._known(club) or tuple(p for p in refs if p in self.linked)
            for player in meant or self._last_named(group):
                if player in self.linked:
                    yield Hint(player, club, MEANT)

    def _known(self, club: str) -> tuple[str, ...]:
        """The one player of the article who is said to be this club's."""
        players = self.said.get(club, frozenset())
        return tuple(players) if len(players) == 1 else ()

    def _last_named(self, group: Group) -> tuple[str, ...]:
        named = [
            refs for g, refs in self.passage.whom if g.kind == PERSON and g.refs and g.end <= group.start
        ]
        return named[-1][:1] if named else self.passage.focus[:1]

    def _take(self, group: Group) -> None:
        self.taken |= {at for at in range(group.start, group.end) if self._key(at) == CLUB}

    # -- who may buy -------------------------------------------------------------------------------

    def _suitors(self) -> Iterator[Hint]:
        """Who wants him or is offered him is not who has him, whether or not it became a link."""
        for hit in self.passage.line.hits:
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
            for group in groups:
                self.suitors.add(group.start)
                for player in self._objects(hit):
                    yield from (Hint(player, club, SUITOR) for club in self._clubs(group))

    def _outdone(self, hit: Hit[Rule]) -> bool:
        """Do longer words around these, or words of a sale right after them, say that he is theirs?"""
        if any(self.words.is_(self._key(at), "sale") for at in range(hit.start, hit.end + _SALE)):
            return True
        return any(
            other.meaning.sort in ("own", "seller", "status", "idle")
            and other.start <= hit.start
            and hit.end <= other.end
            for other in self.passage.line.hits
        )

    # -- by the verb -------------------------------------------------------------------------------

    def _sellers(self) -> Iterator[Hint]:
        """Who sells, refuses, asks a price, lets go; for whom he plays, whom he leaves."""
        for hit in self.passage.line.hits:
            rule = hit.meaning
            if rule.sort not in ("stage", "status", "own", "seller"):
                continue
            if rule.frame == "sells":
                if not self._bought(hit):
                    yield from self._selling(hit)
            elif rule.frame == "joins" and rule.sort in ("own", "seller"):
                yield from self._playing(hit)

    def _bought(self, hit: Hit[Rule]) -> bool:
        """Is it part of longer words of a buyer: "turned down" in "turned down the chance to sign"?"""
        return any(
            other.meaning.frame == "wants"
            and other.start <= hit.start
            and hit.end <= other.end
            and other.end - other.start > hit.end - hit.start
            for other in self.passage.line.hits
        )

    def _selling(self, hit: Hit[Rule]) -> Iterator[Hint]:
        seller = self._seller(hit)
        if seller is None or (not self.passage.people() and not self.passage.near):
            return
        sure = hit.meaning.sort != "stage" and bool(seller.refs)
        past = self.passage.is_past(hit.start)
        for club in self._clubs(seller)[:1]:
            for player in self._objects(hit):
                yield Hint(player, club, PLAYED if past else SELLS if sure else DEALS)

    def _seller(self, hit: Hit[Rule]) -> Group | None:
        """Who does it: the subject, or who stands after "by"; "an offer turned down" has no subject."""
        at = Cast(self.scene, hit.start, hit.end)
        after = next((g for g in at.right if g.kind == CLUB), None)
        if after is not None and after.prep == "by" and after.start - hit.end <= _BY:
            return after
        before = self._key(hit.start - 1)
        if any(self.words.is_(before, group) for group in ("taker", "be")) or self._suffered(hit):
            return None
        subject = at.subject()
        return subject if subject is not None and subject.kind == CLUB else None

    def _suffered(self, hit: Hit[Rule]) -> bool:
        """ "have had an offer for him turned down": by somebody else than the subject."""
        if not self.words.is_(self._key(hit.start), "form.participle"):
            return False
        for at in range(hit.start - 1, max(-1, hit.start - 1 - _OFFER), -1):
            key = self._key(at)
            if key in (CLUB, ",") or self.words.is_(key, "and") or self.words.is_(key, "aux"):
                return False
            if self.words.is_(key, "taker"):
                return True
        return False

    def _playing(self, hit: Hit[Rule]) -> Iterator[Hint]:
        at = Cast(self.scene, hit.start, hit.end)
        subject = at.subject()
        ahead = [
            g
            for g in (*at.inner, *at.right)
            if g.kind == CLUB and g.start not in self.taken and self._right_after(hit, g)
        ]
        if subject is None or subject.kind != PERSON or not ahead:
            return
        weight = LEAVES if not self.passage.is_past(hit.start) else PLAYED
        for club in self._clubs(ahead[0])[:1]:
            for player in next((refs for g, refs in self.passage.whom if g is subject), subject.refs):
                if player in self.linked and (player, club) not in self.pairs:
                    yield Hint(player, club, weight)

    def _right_after(self, hit: Hit[Rule], group: Group) -> bool:
        between = [self._key(at) for at in range(hit.end, group.start)]
        return all(self.words.is_(key, "article") for key in between)

    def _clubs(self, group: Group) -> tuple[str, ...]:
        return next((refs for other, refs in self.passage.whom if other is group), group.refs)

    def _objects(self, hit: Hit[Rule]) -> list[str]:
        """Whom words are said of: the one right after them, else the first of their clause."""
        segment = self.passage.segment(hit.start)
        named = [
            (group, refs)
            for group, refs in self.passage.whom
            if group.kind == PERSON and refs and self.passage.segment(group.start) == segment
        ]
        after = [refs for group, refs in named if group.end > hit.start and group.refs]
        here = after[:1] or [refs for _, refs in named]
        players = [p for refs in here for p in refs] or [p for p, _ in self.passage.links.get(segment, ())]
        return [p for p in dict.fromkeys(players) if p in self.linked][:1]

    # -- by a preposition --------------------------------------------------------------------------

    def _left(self) -> Iterator[Hint]:
        """ "from Lille", "leave Lille"; not whence he once came, nor who makes an offer."""
        for group, refs in self.passage.whom:
            if group.kind != CLUB or len(refs) != 1 or group.start in self.taken:
                continue
            if group.prep != "from" or self._taker(group):
                continue
            if self._origin(group):
                self.taken.add(group.start)
                continue
            weight = LEAVES if not self.passage.is_past(group.start) else PLAYED
            yield from (Hint(p, refs[0], weight) for p in self._near(group))

    def _taker(self, group: Group) -> bool:
        """ "an offer from Lille": from who buys; "an offer to Lille", "€20m to Lille": to who sells."""
        span = self.tokens[max(0, group.start - _OFFER) : group.start]
        paid = group.prep == "to" and any(token.key == MONEY for token in span)
        if paid or any(self.words.is_(token.key, "taker") for token in span[-4:]):
            return True
        far = self.tokens[max(0, group.start - 2 * _OFFER) : group.start]
        priced = group.prep == "from" and any(token.key == MONEY for token in span)
        return priced and any(self.words.is_(token.key, "taker") for token in far)

    def _origin(self, group: Group) -> bool:
        """ "who joined from Lille": where he was before he came to the club that he may leave now.

        That is said of the past, or where no club that may buy him stands in the sentence.
        """
        span = self.tokens[max(0, group.start - 7) : group.start]
        if not any(self.words.is_(token.key, "arrived") for token in span):
            return False
        if self.passage.is_past(group.start):
            return True
        segment = self.passage.segment(group.start)
        if self.passage.line.title or self.passage.clauses.sort[segment] == "relative":
            return not self.passage.line.title
        return not self.buyers & set(self.passage.clubs())

    def _near(self, group: Group) -> list[str]:
        """The linked players whom a clause with a club is about, the nearest before it first."""
        segment = self.passage.segment(group.start)
        named = [
            (other, refs)
            for other, refs in self.passage.whom
            if other.kind == PERSON and refs and self.passage.segment(other.start) == segment
        ]
        before = [refs for other, refs in named if other.end <= group.start][-1:]
        chosen = before or [refs for other, refs in named][:1]
        if chosen:
            return [p for p in chosen[0] if p in self.linked]
        return list(dict.fromkeys(p for p, _ in self.passage.links.get(segment, ())))[:1]

    def _beside(self) -> Iterator[Hint]:
        """The other club of a clause about a link: "talks with Lille", "between Roma and Lille"."""
        for group, refs in self.passage.whom:
            if group.kind != CLUB or not refs or not group.refs or group.prep == "against":
                continue
            if self._once(group) or group.start in self.taken or group.start in self.suitors:
                continue
            if group.prep == "to" and not self._taker(group):
                continue
            weight = LAST if self.passage.is_past(group.start) else self._weight(group)
            for player in self._near(group):
                yield from (Hint(player, club, weight) for club in refs if (player, club) not in self.pairs)

    def _once(self, group: Group) -> bool:
        """ "once of Lille"."""
        span = self.tokens[max(0, group.start - 2) : group.start]
        return any(self.words.is_(t.key, "once") or self.words.is_(t.key, "person.former") for t in span)

    def _weight(self, group: Group) -> float:
        """How much a club weighs that stands in a clause about a link: less where his name is far off."""
        if not self.passage.people() and not self.passage.near:
            return LAST
        if group.prep in _ACROSS or group.own or self._asked(group):
            return DEALS
        return BESIDE

    def _acts(self, group: Group) -> bool:
        """Does a verb follow whose subject a club is?"""
        after, word = self._key(group.end), self.words.is_
        return word(after, "aux") or word(after, "form.past") or word(after, "form.third")

    def _asked(self, group: Group) -> bool:
        """Right after a verb whose subject buys: "Roma have asked Lille"."""
        if group.prep or self._acts(group):
            return False
        segment = self.passage.segment(group.start)
        return any(
            other.kind == CLUB and other.end < group.start and set(refs) & self.buyers
            for other, refs in self.passage.whom
            if self.passage.segment(other.start) == segment
        )

    # -- on loan -----------------------------------------------------------------------------------

    def loans(self) -> Iterator[tuple[str, str]]:
        """ "on loan at Lille": the club that has him is not the one that he would leave."""
        for at in range(len(self.tokens) - 2):
            if (
                self.words.is_(self._key(at), "lent")
                and self._key(at + 2) == CLUB
                and (self.words.is_(self._key(at + 1), "at") or self.words.is_(self._key(at + 1), "with"))
            ):
                group = next((g for g, _ in self.passage.whom if g.start <= at + 2 < g.end), None)
                if group is not None:
                    yield from ((player, self._ref(at + 2)) for player in self._near(group))
