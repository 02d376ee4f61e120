"""A link as one sentence gives it, and what a rule's words gave none for."""

from __future__ import annotations

from dataclasses import dataclass, field

from links.claim import Stage, Status


@dataclass(slots=True)
class Finding:
    """A link as one rule in one sentence gives it. `why` is the record of words, rule and doubts."""

    player: str
    club: str
    stage: Stage
    status: Status
    start: int
    end: int
    seller: str | None = None
    explicit: bool = True
    carried: bool = False
    denial: bool = False
    why: list[str] = field(default_factory=list)
    at: int = 0
    renewed: bool = False
    """Told as taken up again, after whatever had stopped it."""
    past: str | None = None
    """Set where it is no claim by itself: "had" in the pluperfect, "then" of a time that is over. Where
    the link is off it tells how far it had come."""
    personal: bool = False
    """Said of the player's own terms, not of what the clubs agree."""
    was: bool = False
    """Told as a state that was: nothing says that it is over, unless somebody else has him by now."""
    acts: bool = False
    """Is it the club that is said to do it: "Rovers have bid"?"""
    dealt: bool = False
    """Is it told of two clubs that deal with each other?"""
    lately: bool = False
    """Told of a day or a week that is gone."""
    anew: bool = False
    """Told as taken up again, be it no more than an interest."""
    exchanged: str | None = None
    """For whom he is given, as the other half of an exchange."""
    opening: bool = False
    """Said of a first offer, behind which another may have come."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A rule's words that gave no link, and why not."""

    words: str
    rule: str
    reason: str
    gone: tuple[tuple[str, str], ...] = ()
    """The player and the clubs of a finished move that is told as long past."""
