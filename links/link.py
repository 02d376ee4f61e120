"""What is held true so far of a player and a club, and the news that a claim can be."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from links.claim import Deal, Stage, Status


class Kind(enum.StrEnum):
    """What makes an alert news."""

    NEW = "new"
    ESCALATED = "escalated"
    SETBACK = "setback"
    REVIVED = "revived"


@dataclass(frozen=True, slots=True)
class Link:
    """The state of one player and one club. Times are aware, in UTC, and of publication.

    `stage` and `status` are what the last report said (the stage never falls while the link lives).
    `alerted` is the highest stage told since the link was last new or revived; None while
    nothing was told (only denials were seen). `since` is when it was first seen live or stalled,
    else first seen at all; `changed` when it last gave an alert; `last_seen` the last report.
    """

    player_id: int
    club: str
    stage: Stage
    status: Status
    alerted: Stage | None
    since: datetime
    changed: datetime
    last_seen: datetime
    from_club: str | None = None
    deal: Deal | None = None
    fee: str | None = None
