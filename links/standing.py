"""What stands at the end of an article: one claim a link out of all that its sentences say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from links.claim import Claim, Stage, Status
from links.deals import form
from links.fold import fold
from links.stages import Finding


@dataclass(frozen=True, slots=True)
class Said:
    """A finding with the sentence that it stands in: its place, when it was written, in which part."""

    finding: Finding
    start: int
    order: int
    title: bool
    quote: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence tells beside its links: whom it names and credits, forms of a move, the sum."""

    start: int
    item: int
    order: int
    title: bool
    people: frozenset[str]
    sources: tuple[str, ...]
    deals: Counter[str]
    fee: str | None


@dataclass(slots=True)
class Standing:
    """All that was said of one player and one club."""

    player: str
    club: str
    said: list[Said] = field(default_factory=list)

    def claim(self, seller: str | None, told: Sequence[Told]) -> Claim:
        """The highest stage that stands, under the status that was said last."""
        said = sorted(self.said, key=lambda s: (s.order, s.start, s.finding.status is not Status.LIVE))
        status, stage = self._status(said), self._stage(said)
        best = self._best(said, stage, status)
        mine = [t for t in told if any(t.start == s.start for s in said)]
        near = self._near(mine, told)
        deals: Counter[str] = Counter()
        for one in mine:
            deals += one.deals
        fee = next((t.fee for t in mine if t.fee), None) or next((t.fee for t in near if t.fee), None)
        for one in near if not deals else ():
            deals += one.deals
        return Claim(
            self.player, self.club, stage, status,
            from_club=seller if seller != self.club else None,
            deal=form(deals, fee=fee is not None), fee=fee, sources=self._sources(mine, near, told), quote=best.quote,
            why=tuple(dict.fromkeys(line for one in said for line in one.finding.why)),
        )  # fmt: skip

    def _near(self, mine: Sequence[Told], told: Sequence[Told]) -> list[Told]:
        """Further sentences of the same item that name no other player."""
        items = {t.item for t in mine} | ({1} if any(t.title for t in mine) else set())
        return [t for t in told if t not in mine and t.item in items and t.people <= {self.player}]

    def _sources(self, mine: Sequence[Told], near: Sequence[Told], told: Sequence[Told]) -> tuple[str, ...]:
        """Whom the sentences of the link credit, else the paragraph, else a short article as a whole."""
        found = list(dict.fromkeys(s for t in mine for s in t.sources))
        orders = {t.order for t in mine}
        if not found:
            found = list(dict.fromkeys(s for t in near if t.order in orders for s in t.sources))
        if len(told) <= _SHORT:
            found += [s for t in told for s in t.sources if t.title or t in near]
        return tuple(_spelled_once(found))

    def _status(self, said: Sequence[Said]) -> Status:
        status = Status.LIVE
        for one in said:
            found = one.finding
            if found.status is not Status.LIVE:
                status = found.status
            elif status is Status.STALLED and found.stage >= Stage.AGREED and not one.title:
                status = Status.LIVE
        return status

    def _stage(self, said: Sequence[Said]) -> Stage:
        return max(one.finding.stage for one in said)

    def _best(self, said: Sequence[Said], stage: Stage, status: Status) -> Said:
        def worth(one: Said) -> tuple[bool, bool, bool, int]:
            found = one.finding
            return (found.status is status, found.stage is stage, not one.title, -one.order)

        return max(said, key=worth)


_SHORT = 6
"""An article of so few sentences credits for all of it."""


def _spelled_once(names: Sequence[str]) -> list[str]:
    """Each source once, in its longest spelling."""
    out: list[str] = []
    for name in dict.fromkeys(names):
        words = set(fold(name).split())
        rival = next((o for o in out if words <= set(fold(o).split()) or set(fold(o).split()) <= words), None)
        if rival is None:
            out.append(name)
        elif len(name) > len(rival):
            out[out.index(rival)] = name
    return out


def standings(said: Sequence[Said]) -> Mapping[tuple[str, str], Standing]:
    """What was said, by link, in the order of first mention."""
    out: dict[tuple[str, str], Standing] = {}
    for one in said:
        key = (one.finding.player, one.finding.club)
        out.setdefault(key, Standing(*key)).said.append(one)
    return out
