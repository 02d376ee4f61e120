"""Which links each clause of an article speaks of, for one set of links after another."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from links.reach import Pair, Passage
from links.sentences import PERSON
from links.structure import Part


def linked(passages: Sequence[Passage], pairs: Sequence[Pair]) -> list[Passage]:
    """The sentences with the links that each clause speaks of. Linear in the clauses times the links."""
    out: list[Passage] = []
    focus = _Focus(pairs)
    for bare in passages:
        passage = bare.linked()
        if passage.opens:
            focus = _Focus(pairs)
        focus.tell(passage)
        out.append(passage)
    return out


class _Focus:
    """What the story speaks of while it goes on."""

    def __init__(self, pairs: Sequence[Pair]) -> None:
        self.pairs = pairs
        self.linked: dict[str, list[Pair]] = {}
        for pair in pairs:
            self.linked.setdefault(pair[0], []).append(pair)
        self.clubs = {club for _, club in pairs}
        self.players: tuple[str, ...] = ()
        self.block = -1
        self.last: dict[str, tuple[Pair, ...]] = {}
        self.known: frozenset[Pair] = frozenset()

    def tell(self, passage: Passage) -> None:
        """Fill in the links of each clause of a sentence, and remember what it was about."""
        passage.focus = self.players
        passage.before = tuple(pair for player in self.players for pair in self.last.get(player, ()))
        passage.known = self.known
        passage.gap = abs(passage.line.block.order - self.block)
        passage.near = self.block == passage.line.block.order
        named = [p for p in passage.people(by_name=True) if p in self.linked]
        whole = named or [p for p in passage.people() if p in self.linked]
        met = self.clubs.intersection(passage.clubs())
        carried = [] if whole else self._carried(passage, met)
        for segment in dict.fromkeys(passage.clauses.segment):
            players = self._players(passage, segment, whole) if whole else carried
            passage.links[segment] = tuple(
                pair for p in players for pair in (self._of(p, passage, segment) if met else self._before(p))
            )
        if met:
            self._remember(passage)
        if whole:
            group = next(refs for g, refs in passage.whom if g.kind == PERSON and whole[-1] in refs)
            self.players = tuple(p for p in group if p in self.linked)
            self.block = passage.line.block.order

    def _carried(self, passage: Passage, met: Collection[str]) -> list[str]:
        """Whom a sentence is about that means none of the players: those of the one before, unless it names
        somebody else; at first the one whose club it names. Nobody carries over into an item of its own."""
        if passage.fresh and passage.line.block.part is not Part.TITLE:
            return []
        if any(g.kind == PERSON and g.refs and g.start not in passage.speakers for g, _ in passage.whom):
            return []
        if self.players or passage.line.title:
            return list(self.players)
        return list(dict.fromkeys(p for p, c in self.pairs if c in met))[:1]

    def _players(self, passage: Passage, segment: int, whole: Sequence[str]) -> list[str]:
        """Whom a clause is about: those in it, else in the sentence."""
        here = [p for p in passage.people(segment) if p in self.linked]
        if here or passage.named(segment):
            added = [p for p in passage.added(segment) if p in self.linked and p not in here]
            if added:
                passage.beside[segment] = tuple(added)
            return [*added, *here]
        for earlier in range(segment - 1, -1, -1):
            if passage.people(earlier):
                nearest = [*passage.beside.get(earlier, ()), *passage.people(earlier)[-1:]]
                if nearest := [p for p in nearest if p in self.linked]:
                    return nearest
                break
        return list(whole[:1])

    def _before(self, player: str) -> tuple[Pair, ...]:
        """The links of a player that were told of last; the first where none was named yet."""
        return self.last.get(player) or tuple(self.linked[player][:1])

    def _of(self, player: str, passage: Passage, segment: int) -> tuple[Pair, ...]:
        """The links of a player that a clause is about: with the clubs in it, in the nearest clause, in the
        sentence before; the first where none was named yet."""
        own = self.linked[player]
        sort = passage.clauses.sort
        later = [
            s for s in range(segment + 1, len(sort)) if sort[s] not in ("sub", "relative") or not self.last
        ]
        order = [segment, *range(segment - 1, -1, -1), *later]
        for near in order:
            clubs = passage.clubs(near)
            if met := tuple(pair for pair in own if pair[1] in clubs):
                return met
        return self._before(player)

    def _remember(self, passage: Passage) -> None:
        sort = passage.clauses.sort
        main = [s for s in range(len(sort)) if sort[s] != "relative" and s not in passage.past]
        told = {club for segment in main for club in passage.clubs(segment)}
        for player in {p for pairs in passage.links.values() for p, _ in pairs}:
            own = self.linked[player]
            named = tuple(pair for pair in own if pair[1] in told)
            if not named and player not in self.last:
                named = tuple(pair for pair in own if pair[1] in passage.clubs())
            if named and self.last.get(player) != named:
                self.last[player] = named
                self.known = frozenset(pair for pairs in self.last.values() for pair in pairs)
