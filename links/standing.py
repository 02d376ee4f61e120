"""What stands at the end of an article: one claim a link out of all that its sentences say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
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

    def claim(self, winner: str | None = None, *, stays: bool = False) -> Claim | None:
        """The highest stage that stands, under the status that was said last; of a link that is over the
        highest that it had reached. What else is told of the link (`links.terms`) is not in it yet.

        `winner` is another club that has the player as good as signed: then what was told of this one
        in the past is over, as it is where he `stays`. None where nothing is told of now.
        """
        said = [one for one in sorted(self.said, key=_when) if one.finding.past is None]
        before = [one for one in self.said if one.finding.past is not None]
        status = self._status(said)
        lost = (winner is not None or stays) and all(one.finding.was for one in said)
        if lost and (said or any(one.finding.past == "had" for one in before)):
            status = Status.OFF
        elif not said:
            return None
        behind = [one for one in before if status is Status.OFF or one.finding.past == "had"]
        told = [*said, *behind] if status is not Status.LIVE else said
        stage = max(one.finding.stage for one in told)
        best = self._best(said or before, stage, status)
        why = [line for one in told for line in one.finding.why]
        why += [f"he is as good as {winner}'s" if winner else "he stays where he is"] if lost else []
        return Claim(self.player, self.club, stage, status, quote=best.quote, why=tuple(dict.fromkeys(why)))

    def _status(self, said: Sequence[Said]) -> Status:
        """What was said last; what stood still or was over before it was taken up again counts no more.

        A bid that was turned down tells nothing new of a link that is over, and nothing against one
        that has come to the medical since. What the player alone agrees to moves no club.
        """
        status, stopped = Status.LIVE, Stage.INTEREST
        fresh, more = any(one.title and one.finding.renewed for one in said), False
        fresh &= not any(one.title and one.finding.status is Status.STALLED for one in said)
        anew = any(one.title and one.finding.anew for one in said)
        halted = any(one.title and one.finding.status is Status.STALLED for one in said)
        signed = any(one.finding.stage is Stage.DONE and one.finding.status is Status.LIVE for one in said)
        hitched = not signed and any(
            one.finding.status is Status.STALLED and _hitch(one, said) for one in said
        )
        for one in said:
            found = one.finding
            if found.status is Status.STALLED and (fresh or status is Status.OFF):
                continue
            if found.status is Status.OFF and found.lately and anew:
                continue  # "back in for Vale", whom they had given up on a week ago
            if found.opening and more and status is Status.LIVE:
                continue  # what became of the first offer, told behind the second
            more |= found.renewed and found.stage is Stage.BID
            if found.status is not Status.LIVE:
                status, stopped = found.status, found.stage
            elif found.renewed or (
                status is Status.STALLED
                and found.stage >= Stage.AGREED
                and found.stage > stopped
                and not (one.title or found.personal or halted or (hitched and found.stage is Stage.MEDICAL))
            ):
                status = Status.LIVE
        far = any(one.finding.stage >= Stage.MEDICAL and one.finding.status is Status.LIVE for one in said)
        far &= not hitched and not any(
            one.finding.status is Status.STALLED and (one.title or one.finding.stage >= Stage.MEDICAL)
            for one in said
        )
        return Status.LIVE if far and status is Status.STALLED else status

    def last(self) -> int:
        """Where something is told of the link last."""
        return max(one.order for one in self.said)

    def named(self) -> bool:
        """Do words that tell of an agreement name the parties themselves, so that none had to be guessed?"""
        return any(one.finding.stage >= Stage.AGREED and not one.finding.carried for one in self.said)

    def titled(self) -> bool:
        """Does the title tell of the link? Then it is news, wherever the text speaks of it."""
        return any(one.title for one in self.said)

    def reached(self, stage: Stage) -> int:
        """Where the link is first told to have come so far; only for one that has."""
        return min(one.order for one in self.said if one.finding.stage >= stage)

    def _best(self, said: Sequence[Said], stage: Stage, status: Status) -> Said:
        def worth(one: Said) -> tuple[bool, bool, bool, int]:
            found = one.finding
            return (found.status is status, found.stage is stage, not one.title, -one.order)

        return max(said, key=worth)


def _hitch(stop: Said, said: Sequence[Said]) -> bool:
    """Does the article open with what stops the move itself, no bid? Then the medical is told behind it."""
    return stop.finding.stage not in (Stage.APPROACH, Stage.BID) and stop.order == min(
        (one.order for one in said if not one.title), default=-1
    )


def _when(one: Said) -> tuple[int, bool, int, int, bool]:
    """The order in which an article tells things; of one place a turn comes last.

    In a sentence that tells of something taken up again ("reopened talks, a day after they walked away"),
    that comes behind all that had stopped it, wherever it stands.
    """
    found = one.finding
    taken_up = found.renewed and found.stage is not Stage.BID  # a new bid may be turned down as well
    return (one.order, taken_up, one.start, found.at, found.status is not Status.LIVE)


def claimed(said: Sequence[Said], stay: Collection[str] = ()) -> list[Claim]:
    """One claim for each link that stands or has come to nothing, in the order of first mention.

    Of those who `stay` where they are, what had been is over.
    """
    every = standings(said)
    first = {pair: claim for pair, one in every.items() if (claim := one.claim(stays=pair[0] in stay))}
    out: list[Claim] = []
    for (player, club), standing in every.items():
        winner = _winner([c for c in first.values() if c.player == player], every)
        claim = first.get((player, club)) if winner in (None, club) else standing.claim(winner)
        out += [claim] if claim is not None else []
    return _overtaken(out, every)


def _overtaken(claims: list[Claim], every: Mapping[tuple[str, str], Standing]) -> list[Claim]:
    """The claims; what a club had agreed or offered is over where another one, of which the article tells
    after it, has the player at the medical."""
    out: list[Claim] = []
    for claim in claims:
        last = every[claim.player, claim.club].last()
        rival = next(
            (
                c.club for c in claims
                if c.player == claim.player and c.stage is Stage.MEDICAL and c.status is Status.LIVE
                if last < every[c.player, c.club].reached(Stage.MEDICAL) and every[c.player, c.club].named()
            ),
            None,
        )  # fmt: skip
        news = every[claim.player, claim.club].titled()
        if rival is None or news or claim.status is Status.OFF or not _under_way(claim.stage):
            out.append(claim)
        else:
            out.append(replace(claim, status=Status.OFF, why=(*claim.why, f"he has his medical at {rival}")))
    return out


def _under_way(stage: Stage) -> bool:
    return Stage.TALKS <= stage < Stage.MEDICAL


def _winner(claims: Sequence[Claim], every: Mapping[tuple[str, str], Standing]) -> str | None:
    """Who has the player as good as signed: one of whom that is told as it is now before one who had him."""
    won = [claim for claim in claims if _won(claim)]
    now = [c for c in won if not all(one.finding.was for one in every[c.player, c.club].said)]
    return next((claim.club for claim in (*now, *won)), None)


def _won(claim: Claim) -> bool:
    return claim.stage >= Stage.AGREED and claim.status is Status.LIVE


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
