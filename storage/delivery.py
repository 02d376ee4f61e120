"""What was decided to be told, and how far the telling has come."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from links.claim import Claim, Deal, Stage, Status
from links.link import Kind
from storage.watch import Channel


class DeliveryState(enum.StrEnum):
    """`waiting` until `due`; `claimed` while a post is under way; then `sent`, `given_up`, or `merged`.

    A `merged` delivery was told as part of a later one of the same link (quiet hours, digest).
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    SENT = "sent"
    GIVEN_UP = "given_up"
    MERGED = "merged"


@dataclass(frozen=True, slots=True)
class Alert:
    """The news in a claim, told once. Times are aware, in UTC.

    `before` is the highest stage told before it, None for a new link. `published` is the entry's
    own time, `seen` when it reached us. `also` are outlets that reported the same later. `why` is the
    reader's reason, line by line, and the last line is the gate's. `entry_id` is the entry that said it, None
    where that is not kept. `misread` is what was read wrongly ("club"), as those say who run the bot; None
    where nothing was.
    """

    id: int
    player_id: int
    player: str
    club: str
    kind: Kind
    before: Stage | None
    stage: Stage
    status: Status
    from_club: str | None
    deal: Deal | None
    fee: str | None
    sources: tuple[str, ...]
    quote: str
    why: tuple[str, ...]
    outlet: str | None
    link: str | None
    title: str
    published: datetime
    seen: datetime
    also: tuple[str, ...] = ()
    entry_id: int | None = None
    misread: str | None = None


@dataclass(frozen=True, slots=True)
class NewAlert:
    """An alert before it is kept: the player's name, the outlet, link and title are taken from what is kept.

    `claim.why` ends with the gate's line. `published` is when the claim counts from. `entry_id` is None
    where the entry is not kept. An entry gives the same kind, stage and status of one link only once,
    however often it is read.
    """

    entry_id: int | None
    player_id: int
    claim: Claim
    kind: Kind
    before: Stage | None
    published: datetime
    seen: datetime


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a person said is wrong with an alert: `what` is the button's or the command's word for it."""

    id: int
    alert_id: int
    by: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert for one channel. `message` is the platform's reference of the posted message.

    `due` is when it may be posted, `attempts` how many posts were tried (the claimed one counts),
    `error` the last failure. `edit` is True when the alert grew ("also reported by") after the message
    was posted. `unsure` is True where an earlier post may have arrived and nobody learnt its end
    (the program died, the line was cut): ask the platform first, where it can be asked. `lease` is when the
    claim runs out: after it another process may be posting, None where it is not claimed. `sent` is when it
    was posted, None where that was not kept.
    """

    id: int
    alert_id: int
    channel: Channel
    state: DeliveryState
    due: datetime
    attempts: int = 0
    mention: str | None = None
    message: str | None = None
    error: str | None = None
    edit: bool = False
    unsure: bool = False
    lease: datetime | None = None
    sent: datetime | None = None
