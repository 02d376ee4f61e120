"""What one sentence says of whose player somebody is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from links.dealings import Act, Dealings, Whom
from links.groups import Group
from links.language import Language
from links.reach import Pair, Passage
from links.sentences import CLUB, PERSON

SAID, MEANT, SELLS, LEAVES, DEALS, BESIDE, PLAYED, LAST = 8, 5, 4, 4, 2, 1, 0.5, 0.3
"""What the words weigh: "Lille's Vale", "the Lille defender", "Lille refuse to sell", "leave Lille",
"talks with Lille", to be merely in the same clause, "played for Lille" of the past, to be near."""
SUITOR = -1.5
"""Who wants him is not who has him."""


_ACROSS = ("with", "to", "between", "at", "of", "by")
"""Prepositions before the other party of talks and offers."""


@dataclass(frozen=True, slots=True)
class Hint:
    """That a player belongs to a club, or rather not, and how much the words weigh."""

    player: str
    club: str
    weight: float


@dataclass(frozen=True, slots=True)
class Asked:
    """The links that are asked for, and what the whole article says beside players' names."""

    linked: frozenset[str]
    pairs: frozenset[Pair]
    buyers: frozenset[str]
    said: Mapping[str, frozenset[str]]
    """The players who are said to be a club's."""


class Belongs:
    """One sentence, read for who belongs to whom."""

    def __init__(self, passage: Passage, dealings: Dealings, words: Language, asked: Asked) -> None:
        self.passage, self.dealings, self.words, self.asked = passage, dealings, words, asked
        self.linked = asked.linked
        self.taken = dealings.taken
        """Clubs that stand in a player's description or are told of as something else."""

    def evidence(self) -> Iterator[Hint]:
        """All that tells whose player a linked one is, but for what stands beside his name."""
        yield from self._meant()
        yield from self._left()
        yield from self._suitors()
        yield from self._acts()
        yield from self._beside()

    def loans(self) -> Iterator[tuple[str, str]]:
        """ "on loan at Lille": the club that has him is not the one that he would leave."""
        for whom, club in self.dealings.lent:
            yield from ((player, club) for player in self._near(whom))

    def _objects(self, whom: Whom) -> list[str]:
        """Whom words are said of, where he is asked for: of the clause, else of the story."""
        players = whom.players or tuple(p for p, _ in self.passage.links.get(whom.segment, ()))
        return [p for p in players if p in self.linked][:1]

    def _near(self, whom: Whom) -> list[str]:
        """The players whom a clause is about, where they are asked for."""
        if whom.players:
            return [p for p in whom.players if p in self.linked]
        return [p for p, _ in self.passage.links.get(whom.segment, ())][:1]

    # -- descriptions in the place of a name -------------------------------------------------------

    def _meant(self) -> Iterator[Hint]:
        """ "the Lille defender": whom the story means by it, else whom it named last."""
        for group, refs in self.dealings.meant:
            club = group.owners[0]
            if self.words.is_(self.dealings.key(group.start), "indefinite"):
                continue
            meant = self._known(club) or tuple(p for p in refs if p in self.linked)
            for player in meant or self._last_named(group):
                if player in self.linked:
                    yield Hint(player, club, MEANT)

    def _known(self, club: str) -> tuple[str, ...]:
        """The one player of the article who is said to be this club's."""
        players = self.asked.said.get(club, frozenset())
        return tuple(players) if len(players) == 1 else ()

    def _last_named(self, group: Group) -> tuple[str, ...]:
        named = [
            refs for g, refs in self.passage.whom if g.kind == PERSON and g.refs and g.end <= group.start
        ]
        return named[-1][:1] if named else self.passage.focus[:1]

    # -- by the verb -------------------------------------------------------------------------------

    def _suitors(self) -> Iterator[Hint]:
        for clubs, whom in self.dealings.wanted:
            for player in self._objects(whom):
                yield from (Hint(player, club, SUITOR) for club in clubs)

    def _acts(self) -> Iterator[Hint]:
        for act in self.dealings.acts:
            yield from self._selling(act) if act.sells else self._playing(act)

    def _selling(self, act: Act) -> Iterator[Hint]:
        if not self.passage.people() and not self.passage.near:
            return
        past = self.passage.is_past(act.at)
        for club in act.groups[0][1][:1]:
            for player in self._objects(act.whom):
                yield Hint(player, club, PLAYED if past else SELLS if act.sure else DEALS)

    def _playing(self, act: Act) -> Iterator[Hint]:
        ahead = [clubs for start, clubs in act.groups if start not in self.taken]
        weight = LEAVES if not self.passage.is_past(act.at) else PLAYED
        for club in ahead[0][:1] if ahead else ():
            for player in act.whom.players:
                if player in self.linked and (player, club) not in self.asked.pairs:
                    yield Hint(player, club, weight)

    # -- by a preposition --------------------------------------------------------------------------

    def _left(self) -> Iterator[Hint]:
        """ "from Lille", "leave Lille"; not whence he once came."""
        for place, came in self.dealings.left:
            group = place.group
            if came and self._origin(group):
                self.taken = self.taken | {group.start}
                continue
            weight = LEAVES if not self.passage.is_past(group.start) else PLAYED
            yield from (Hint(p, place.refs[0], weight) for p in self._near(place.whom))

    def _origin(self, group: Group) -> bool:
        """ "who joined from Lille": where he was before he came to the club that he may leave now.

        That is said of the past, or where no club that may buy him stands in the sentence.
        """
        if self.passage.is_past(group.start):
            return True
        segment = self.passage.segment(group.start)
        if self.passage.line.title or self.passage.clauses.sort[segment] == "relative":
            return not self.passage.line.title
        return not self.asked.buyers & set(self.passage.clubs())

    def _beside(self) -> Iterator[Hint]:
        """The other club of a clause about a link: "talks with Lille", "between Roma and Lille"."""
        for place in self.dealings.beside:
            if place.group.start in self.taken:
                continue
            weight = LAST if self.passage.is_past(place.group.start) else self._weight(place.group)
            for player in self._near(place.whom):
                yield from (
                    Hint(player, club, weight)
                    for club in place.refs if (player, club) not in self.asked.pairs
                )  # fmt: skip

    def _weight(self, group: Group) -> float:
        """How much a club weighs that stands in a clause about a link: less where his name is far off."""
        if not self.passage.people() and not self.passage.near:
            return LAST
        if group.prep in _ACROSS or group.own or self._dealt_with(group):
            return DEALS
        return BESIDE

    def _dealt_with(self, group: Group) -> bool:
        """Right after a verb whose subject buys: "Roma have asked Lille"."""
        if group.prep or self.dealings.leads(group):
            return False
        segment = self.passage.segment(group.start)
        return any(
            other.kind == CLUB and other.end < group.start and set(refs) & self.asked.buyers
            for other, refs in self.passage.whom
            if self.passage.segment(other.start) == segment
        )
