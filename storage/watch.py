"""Who asked for what: watches, and the settings of a channel."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

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
    message a day at that local time; None tells at once. `threads` gives each player a thread of his own
    (None: where that suits the platform), and what is from `broadcast` on is shown in the channel as well;
    `publish` passes alerts on to an announcement channel's followers, `anyone` lets those who do not manage
    the channel watch for it. `language` is for cards and answers.
    """

    lowest: Stage = Stage.INTEREST
    kinds: frozenset[Kind] = field(default_factory=lambda: frozenset(Kind))
    tier: int = 4
    quiet_from: time | None = None
    quiet_to: time | None = None
    timezone: str = "UTC"
    digest: time | None = None
    threads: bool | None = None
    broadcast: Stage = Stage.AGREED
    publish: bool = False
    anyone: bool = False
    language: str = "en"

    def as_json(self) -> dict[str, Any]:
        """What differs from the defaults, in words that JSON has."""
        mine = {name: getattr(self, name) for name in _READ}
        return {n: _plain(value) for n, value in mine.items() if value != getattr(_DEFAULTS, n)}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> ChannelSettings:
        """The settings that `as_json` wrote. Names that this version does not know (a newer one wrote them)
        are passed over; ValueError names a setting whose value cannot be."""
        values = {}
        for name in _READ.keys() & kept.keys():
            try:
                values[name] = _READ[name](kept[name])
            except (TypeError, ValueError, AttributeError) as error:
                raise ValueError(f"the setting {name} cannot be {kept[name]!r}") from error
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Followers:
    """Channels that news concerns and that ask for it in the same way: whoever is told, all of them are.

    `numbers` are what the storage knows them by. `channel` is one of them, `watches` are those of its watches
    that the news concerns; those of the others differ in no more than their ids, who asked, and when.
    """

    numbers: list[int]
    channel: Channel
    settings: ChannelSettings
    watches: tuple[Watch, ...]


def _plain(value: Any) -> Any:
    if isinstance(value, Stage):
        return value.word
    if isinstance(value, time):
        return value.isoformat("minutes")
    return sorted(value) if isinstance(value, frozenset) else value


def _time(value: str | None) -> time | None:
    return None if value is None else time.fromisoformat(value)


def _typed(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(f"not {kind.__name__}")
    return value


def _tier(value: Any) -> int:
    if value not in (1, 2, 3, 4):
        raise ValueError("not 1 to 4")
    return int(value)


def _zone(value: Any) -> str:
    try:
        return ZoneInfo(_typed(str, value)).key
    except (KeyError, OSError) as error:  # an unknown name; a folder of names
        raise ValueError("no time zone is called so") from error


_READ: dict[str, Callable[[Any], Any]] = {
    "lowest": Stage.of,
    "kinds": lambda value: frozenset(Kind(kind) for kind in _typed(list, value)),
    "tier": _tier,
    "quiet_from": _time,
    "quiet_to": _time,
    "timezone": _zone,
    "digest": _time,
    "threads": lambda value: None if value is None else _typed(bool, value),
    "broadcast": Stage.of,
    "publish": lambda value: _typed(bool, value),
    "anyone": lambda value: _typed(bool, value),
    "language": lambda value: _typed(str, value),
}
"""How each setting is read from JSON. A new setting is a field with a default and a line here."""

_DEFAULTS = ChannelSettings()
