"""What stands at the end of an article: one claim a link out of all that its sentences say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from links.claim import Claim, Stage, Status
from links.finding import Finding


@dataclass(frozen=True, slots=True)
class Said:
    """A finding with the sentence that it stands in: its place, when it was written, in which part."""

    finding: Finding
    start: int
    order: int
    title: bool
    quote: str


@dataclass(slots=True)
class Standing:
    """All that was said of one player and one club."""

    player: str
    club: str
    said: list[Said] = field(default_factory=list)

    def claim(self) -> Claim:
        """The highest stage that stands, under the status that was said last. What else is told of the
        link (`links.terms`) is not in it yet."""
        said = sorted(self.said, key=_when)
        status, stage = self._status(said), self._stage(said)
        best = self._best(said, stage, status)
        return Claim(
            self.player, self.club, stage, status, quote=best.quote,
            why=tuple(dict.fromkeys(line for one in said for line in one.finding.why)),
        )  # fmt: skip

    def _status(self, said: Sequence[Said]) -> Status:
        """What was said last; what stood still or was over before it was taken up again counts no more."""
        status = Status.LIVE
        fresh = any(one.title and one.finding.renewed for one in said)
        for one in said:
            found = one.finding
            if found.status is Status.STALLED and fresh:
                continue
            if found.status is not Status.LIVE:
                status = found.status
            elif found.renewed or (
                status is Status.STALLED and found.stage >= Stage.AGREED and not one.title
            ):
                status = Status.LIVE
        return status

    def _stage(self, said: Sequence[Said]) -> Stage:
        return max(one.finding.stage for one in said)

    def _best(self, said: Sequence[Said], stage: Stage, status: Status) -> Said:
        def worth(one: Said) -> tuple[bool, bool, bool, int]:
            found = one.finding
            return (found.status is status, found.stage is stage, not one.title, -one.order)

        return max(said, key=worth)


def _when(one: Said) -> tuple[int, bool, int, int, bool]:
    """The order in which an article tells things; of one place a turn comes last.

    In a sentence that tells of something taken up again ("reopened talks, a day after they walked away"),
    that comes behind all that had stopped it, wherever it stands.
    """
    found = one.finding
    return (one.order, found.renewed, one.start, found.at, found.status is not Status.LIVE)


def decided(claims: Sequence[Claim]) -> list[Claim]:
    """Once a player has signed for one club, what the article told of others is over."""
    winners = {c.player: c.club for c in claims if c.stage is Stage.DONE and c.status is Status.LIVE}
    return [
        replace(claim, status=Status.OFF, why=(*claim.why, f"he has signed for {winners[claim.player]}"))
        if claim.player in winners and claim.stage is not Stage.DONE
        else claim
        for claim in claims
    ]


def standings(said: Sequence[Said]) -> Mapping[tuple[str, str], Standing]:
    """What was said, by link, in the order of first mention."""
    out: dict[tuple[str, str], Standing] = {}
    for one in said:
        key = (one.finding.player, one.finding.club)
        out.setdefault(key, Standing(*key)).said.append(one)
    return out
