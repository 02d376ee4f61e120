"""Whose player somebody is, out of all that an article says: the club that he would leave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from links.chunks import Group
from links.language import Language
from links.phrases import Hit
from links.reach import Pair, Passage
from links.roles import Cast, Scene
from links.sentences import CLUB, NUMBER, OWN, PERSON, Token
from links.language import Rule

SAID, MEANT, SELLS, LEAVES, DEALS, BESIDE = 8, 5, 4, 4, 2, 1
"""What a piece of evidence weighs: "Lille's Vale", "the Lille defender", "Lille refuse to sell", "leave Lille",
"talks with Lille", and merely to be in the same clause."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """That a player belongs to a club, and how much the words weigh."""

    player: str
    club: str
    weight: float


class Owners:
    """The club of each linked player."""

    def __init__(
        self, found: Sequence[Evidence], lent: Mapping[str, set[str]], pairs: Sequence[Pair]
    ) -> None:
        self._weights: dict[str, Counter[str]] = defaultdict(Counter)
        for one in found:
            self._weights[one.player][one.club] += one.weight  # type: ignore[assignment]
        self._lent = lent
        self._buyers: dict[str, set[str]] = defaultdict(set)
        for player, club in pairs:
            self._buyers[player].add(club)

    def of(self, player: str, buyer: str) -> str | None:
        """The club that he would leave for this buyer, None if the article does not tell."""
        weights = self._weights[player]
        others = {c: w for c, w in weights.items() if c != buyer and c not in self._lent.get(player, ())}
        plain = {c: w for c, w in others.items() if c not in self._buyers[player]}
        best = max(plain, key=lambda c: plain[c], default=None)
        rival = max((c for c in others if c not in plain), key=lambda c: others[c], default=None)
        if rival is not None and others[rival] >= SAID and others[rival] > 2 * plain.get(best or "", 0):
            return rival
        return best


def owners(
    passages: Sequence[Passage], pairs: Sequence[Pair], words: Language, scenes: Sequence[Scene]
) -> Owners:
    """Gather what every sentence says of whose player the linked ones are."""
    linked = {player for player, _ in pairs}
    buyers = {club for _, club in pairs}
    found: list[Evidence] = []
    lent: dict[str, set[str]] = defaultdict(set)
    for passage, scene in zip(passages, scenes, strict=True):
        reader = _Sentence(passage, scene, words, linked, set(pairs), buyers)
        found += reader.evidence()
        for player, club in reader.loans():
            lent[player].add(club)
    return Owners(found, lent, pairs)


class _Sentence:
    """One sentence, read for who belongs to whom."""

    def __init__(
        self,
        passage: Passage,
        scene: Scene,
        words: Language,
        linked: set[str],
        pairs: set[Pair],
        buyers: set[str],
    ) -> None:
        self.passage, self.scene, self.words = passage, scene, words
        self.tokens = passage.line.tokens
        self.linked, self.pairs, self.buyers = linked, pairs, buyers
        self.taken: set[int] = set()
        """Clubs that stand in a player's description or are told of as something else."""

    def evidence(self) -> Iterator[Evidence]:
        for at, token in enumerate(self.tokens):
            if token.key == PERSON and token.mention is not None:
                for spot in self._described(at):
                    self.taken.add(spot)
                    if token.mention.ref in self.linked and not self._former(spot):
                        yield Evidence(token.mention.ref, self._ref(spot), SAID)
        yield from self._meant()
        yield from self._sellers()
        yield from self._left()
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
        if word(self._key(at), "of") and self._key(at + 1) == CLUB:
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
        return None

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

    def _meant(self) -> Iterator[Evidence]:
        for group, refs in self.passage.whom:
            if group.kind == PERSON and not group.refs and group.owners:
                self._take(group)
                for ref in refs:
                    if ref in self.linked:
                        yield Evidence(ref, group.owners[0], MEANT)

    def _take(self, group: Group) -> None:
        self.taken |= {at for at in range(group.start, group.end) if self._key(at) == CLUB}

    # -- by the verb -------------------------------------------------------------------------------

    def _sellers(self) -> Iterator[Evidence]:
        """Who sells, refuses, asks a price, lets go."""
        for hit in self.passage.line.hits:
            rule = hit.meaning
            if rule.frame != "sells" or rule.sort not in ("stage", "status", "own"):
                continue
            at = Cast(self.scene, hit.start, hit.end)
            subject = at.subject()
            if subject is None or subject.kind != CLUB:
                continue
            for club in self._clubs(subject)[:1]:
                for player in self._objects(hit):
                    yield Evidence(player, club, SELLS if rule.sort != "stage" or subject.refs else DEALS)

    def _clubs(self, group: Group) -> tuple[str, ...]:
        return next((refs for other, refs in self.passage.whom if other is group), group.refs)

    def _objects(self, hit: Hit[Rule]) -> list[str]:
        segment = self.passage.segment(hit.start)
        here = self.passage.people(segment) or [p for p, _ in self.passage.links.get(segment, ())]
        return [p for p in dict.fromkeys(here) if p in self.linked][:1]

    # -- by a preposition --------------------------------------------------------------------------

    def _left(self) -> Iterator[Evidence]:
        """ "from Lille", "leave Lille", "contract at Lille"."""
        for group, refs in self.passage.whom:
            if group.kind != CLUB or len(refs) != 1 or group.start in self.taken:
                continue
            prep = self._prep(group)
            if prep == "from" and not self._taker(group):
                weight = LEAVES if not self.passage.is_past(group.start) else 0.5
                yield from (Evidence(p, refs[0], weight) for p in self._near(group))

    def _prep(self, group: Group) -> str:
        return group.prep

    def _taker(self, group: Group) -> bool:
        """ "interest from Lille", "an offer from Lille": from who buys."""
        span = self.tokens[max(0, group.start - 4) : group.start]
        return any(self.words.is_(token.key, "taker") for token in span)

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

    def _beside(self) -> Iterator[Evidence]:
        """The other club of a clause about a link: "talks with Lille", "between Roma and Lille"."""
        for group, refs in self.passage.whom:
            if group.kind != CLUB or not refs or group.start in self.taken or not group.refs:
                continue
            if self.passage.is_past(group.start) or self._prep(group) == "against":
                continue
            near = self._near(group)
            for club in refs:
                for player in near:
                    if (player, club) not in self.pairs:
                        weight = (
                            DEALS
                            if self._prep(group) in ("with", "to", "between", "at", "of") or group.own
                            else BESIDE
                        )
                        yield Evidence(player, club, weight)

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
