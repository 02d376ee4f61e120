"""Whose player somebody is, out of all that an article says: the club that he would leave."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from links.belongs import LAST, MEANT, SAID, Asked, Belongs, Hint
from links.dealings import Dealings
from links.language import Language
from links.reach import Pair, Passage
from links.sentences import CLUB

_BUYS = 0.2
"""So much less weighs a club that may buy somebody else in the article."""
_OFTEN = 3
"""A club named in so many sentences, and in more than any other, is what the article is about."""


class Owners:
    """The club of each linked player."""

    def __init__(
        self, found: Sequence[Hint], lent: Mapping[str, set[str]], pairs: Sequence[Pair], homes: _Homes
    ) -> None:
        self._weights: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for one in found:
            self._weights[one.player][one.club] += one.weight
        self._lent = lent
        self._homes = homes
        self._buyers: dict[str, set[str]] = defaultdict(set)
        for player, club in pairs:
            self._buyers[player].add(club)
        self._all = {club for _, club in pairs}

    def weights(self, player: str) -> Mapping[str, float]:
        """How much speaks for each club's being his."""
        return self._weights.get(player, {})

    def of(self, player: str, buyer: str) -> str | None:
        """The club that he would leave for this buyer, None if the article does not tell."""
        weights = self._weights[player]
        others = {c: w for c, w in weights.items() if c != buyer and c not in self._lent.get(player, ())}
        plain = {c: w - _BUYS * (c in self._all) for c, w in others.items() if c not in self._buyers[player]}
        best = max(plain, key=lambda c: plain[c], default=None)
        rival = max((c for c in others if c not in plain), key=lambda c: others[c], default=None)
        if rival is not None and others[rival] >= MEANT and others[rival] > 2 * plain.get(best or "", 0):
            return rival
        return best if best is not None and plain[best] > LAST else self._fallback(player, best)

    def own(self, player: str) -> str | None:
        """The club that he surely belongs to: it stands beside his name and no other does as often."""
        ranked = sorted(self._weights[player].items(), key=lambda item: -item[1])
        if not ranked or ranked[0][1] < SAID or (len(ranked) > 1 and ranked[1][1] * 2 > ranked[0][1]):
            return None
        return ranked[0][0] if ranked[0][0] not in self._lent.get(player, ()) else None

    def _fallback(self, player: str, faint: str | None) -> str | None:
        """Where nothing tells: the club that the article is about, unless it is the one that may buy."""
        for home in self._homes.of(player):
            if home not in self._buyers[player]:
                return home
        return faint


def owners(
    passages: Sequence[Passage],
    dealings: Sequence[Dealings],
    pairs: Sequence[Pair],
    words: Language,
    *,
    apart: bool = False,
) -> Owners:
    """Gather what every sentence says of whose player the linked ones are. `apart`: the article is about no
    club, only its sections are."""
    linked = frozenset(player for player, _ in pairs)
    said: dict[str, frozenset[str]] = {}
    found: list[Hint] = []
    for one in dealings:
        for player, club in one.named:
            said[club] = said.get(club, frozenset()) | {player}
            if player in linked:
                found.append(Hint(player, club, SAID))
    asked = Asked(linked, frozenset(pairs), frozenset(club for _, club in pairs), said)
    lent: dict[str, set[str]] = defaultdict(set)
    for passage, dealt in zip(passages, dealings, strict=True):
        reader = Belongs(passage, dealt, words, asked)
        found += reader.evidence()
        for player, club in reader.loans():
            lent[player].add(club)
    return Owners(found, lent, pairs, _Homes(passages, apart=apart))


class _Homes:
    """The club that an article, or a section of it, is about."""

    def __init__(self, passages: Sequence[Passage], *, apart: bool) -> None:
        self._main = None if apart else _main(passages)
        self._sections: dict[str, str] = {}
        for passage in passages:
            if passage.section is not None:
                for player in passage.people():
                    self._sections.setdefault(player, passage.section)

    def of(self, player: str) -> list[str]:
        """The club of the section that names a player first, and that of the article."""
        return [home for home in (self._sections.get(player), self._main) if home is not None]


def _main(passages: Sequence[Passage]) -> str | None:
    """The club that an article is about: in its title and named most often, or named far more than others."""
    counts: Counter[str] = Counter()
    titled: set[str] = set()
    for passage in passages:
        for club in {ref for group, _ in passage.whom if group.kind == CLUB for ref in group.refs}:
            counts[club] += 1
            if passage.line.title and passage.line.block.order == 0:
                titled.add(club)
    ranked = counts.most_common(2)
    if not ranked:
        return None
    club, most = ranked[0]
    rest = ranked[1][1] if len(ranked) > 1 else 0
    if (club in titled and most > rest) or (most >= _OFTEN and most > rest):
        return club
    return None
