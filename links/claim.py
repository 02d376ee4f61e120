"""What one entry says of one player and one club, and the ladder that it stands on."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Stage(enum.IntEnum):
    """How far a move has come; higher is further. `Stage.TALKS.word` is "talks"."""

    INTEREST = 1
    APPROACH = 2
    TALKS = 3
    BID = 4
    AGREED = 5
    MEDICAL = 6
    DONE = 7

    @property
    def word(self) -> str:
        """The name on the outside: in JSON, on cards, in commands."""
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Stage:
        """The stage with this name in any case; ValueError if there is none."""
        try:
            return cls[word.strip().upper()]
        except KeyError:
            raise ValueError(f"no stage is called {word!r}") from None


class Status(enum.StrEnum):
    """`live`: on. `stalled`: meets resistance for now. `off`: over or denied."""

    LIVE = "live"
    STALLED = "stalled"
    OFF = "off"

    @property
    def gravity(self) -> int:
        """0 live, 1 stalled, 2 off: a setback is a rise of it."""
        return ("live", "stalled", "off").index(self.value)


class Deal(enum.StrEnum):
    """The form of a move. A loan with an option or an obligation to buy is a loan."""

    LOAN = "loan"
    PERMANENT = "permanent"
    FREE = "free"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Claim:
    """What one entry says now of one player and one club that he may join.

    `player` is the name as the entry gives it at its fullest, `club` the usual English name.
    `from_club` is the club he would leave, None where the entry does not say; likewise `deal`, `fee`.
    `fee` is a literal piece of the text. `sources` are those whom the entry credits, in its spelling.
    `quote` is the sentence that carries the claim, word for word as it stands in title or text.
    `why` tells in short lines which words and which rule gave the claim.
    """

    player: str
    club: str
    stage: Stage
    status: Status = Status.LIVE
    from_club: str | None = None
    deal: Deal | None = None
    fee: str | None = None
    sources: tuple[str, ...] = ()
    quote: str = ""
    why: tuple[str, ...] = ()
