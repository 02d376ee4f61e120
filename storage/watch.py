"""Who asked for what: watches, and the settings of a channel."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time

from links.claim import Stage
from links.link import Kind


@dataclass(frozen=True, slots=True)
class Channel:
    """A place where the bot speaks: `platform` is "discord", "slack" or "terminal".

    `id` is the platform's own address of it (a channel, a thread, or a person for direct messages);
    `space` the server or workspace around it, "" where there is none.
    """

    platform: str
    id: str
    space: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """A channel asking for a player, or for a club (then every player linked to it).

    Either `player_id` or `club` may be None, not both; with both, only that pair. `from_stage` is the
    lowest stage told. `by` is who asked, as the platform names people. `mention` is a person or role
    to be called, None for nobody. `paused` is the reason in words, None while the watch is on.
    """

    id: int
    channel: Channel
    player_id: int | None
    club: str | None = None
    from_stage: Stage = Stage.INTEREST
    by: str = ""
    mention: str | None = None
    paused: str | None = None
    created: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChannelSettings:
    """How a channel wants to be told; the defaults are what a new channel gets.

    `lowest` is the lowest stage told, beside each watch's own. `tier` is the weakest source told
    (1 best to 4). `quiet_from` and `quiet_to` are local times in `timezone` (an IANA name) between
    which deliveries wait; None for no quiet hours. `digest` collects what is below `agreed` for one
    message a day at that local time; None tells at once. `language` is for cards and answers.
    """

    lowest: Stage = Stage.INTEREST
    kinds: frozenset[Kind] = field(default_factory=lambda: frozenset(Kind))
    tier: int = 4
    quiet_from: time | None = None
    quiet_to: time | None = None
    timezone: str = "UTC"
    digest: time | None = None
    threads: bool = False
    language: str = "en"
