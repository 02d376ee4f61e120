"""Who is told an alert, who is not and why not, and when; plain functions over values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from links.claim import Stage
from links.link import Kind
from storage.delivery import Alert
from storage.watch import Channel, ChannelSettings, Watch

_DEFAULTS = ChannelSettings()


@dataclass(frozen=True, slots=True)
class Told:
    """One channel that is told, when (aware, UTC), and who is called; several parted by a space."""

    channel: Channel
    due: datetime
    mention: str | None = None


def audience(
    alert: Alert,
    watches: Iterable[Watch],
    settings: Mapping[Channel, ChannelSettings],
    *,
    tier: int | None,
    now: datetime,
) -> list[Told]:
    """The channels that want this alert, each once however many of its watches fit.

    `watches` are those on the player or the club, `settings` of their channels (a missing one has
    the defaults). `tier` is the best source's (1 best), None where no source is known.
    """
    told: dict[Channel, list[str]] = {}
    for watch in watches:
        chosen = settings.get(watch.channel, _DEFAULTS)
        if silent_because(alert, watch, chosen, tier=tier) is None:
            mentions = told.setdefault(watch.channel, [])
            if watch.mention and watch.mention not in mentions:
                mentions.append(watch.mention)
    return [
        Told(channel, due(alert, settings.get(channel, _DEFAULTS), now), " ".join(mentions) or None)
        for channel, mentions in told.items()
    ]


def silent_because(alert: Alert, watch: Watch, settings: ChannelSettings, *, tier: int | None) -> str | None:
    """Why this watch is not told the alert, in words for its channel; None if it is told.

    A setback is told to those whom the rise could have reached: it counts at the highest stage
    that was told before it, not at the stage that it names.
    """
    if watch.player_id not in (None, alert.player_id) or watch.club not in (None, alert.club):
        return "the watch is on somebody else"
    if watch.paused is not None:
        return f"the watch is paused: {watch.paused}"
    reached = reached_stage(alert)
    if reached < watch.from_stage:
        return f"the watch asks for {watch.from_stage.word} and above, this got as far as {reached.word}"
    if reached < settings.lowest:
        return f"this channel asks for {settings.lowest.word} and above, this got as far as {reached.word}"
    if alert.kind not in settings.kinds:
        return f"this channel does not ask for {alert.kind.value} alerts"
    if settings.tier < 4 and (tier is None or tier > settings.tier):
        known = "no known source" if tier is None else f"tier {tier} at best"
        return f"this channel asks for sources of tier {settings.tier} or better, this has {known}"
    return None


def reached_stage(alert: Alert) -> Stage:
    """The stage that decides who is told."""
    if alert.kind is Kind.SETBACK and alert.before is not None:
        return max(alert.before, alert.stage)
    return alert.stage


def due(alert: Alert, settings: ChannelSettings, now: datetime) -> datetime:
    """When the channel is told, never before `now`; aware, UTC.

    A digest holds what has not reached "agreed" until its hour; quiet hours hold everything.
    """
    moment = now.astimezone(UTC)
    if settings.digest is not None and reached_stage(alert) < Stage.AGREED:
        moment = _next(settings.digest, moment, _zone(settings))
    return after_quiet(settings, moment)


def after_quiet(settings: ChannelSettings, moment: datetime) -> datetime:
    """The moment itself, or the end of the quiet hours that it falls into; aware, UTC."""
    start, end = settings.quiet_from, settings.quiet_to
    if start is None or end is None or start == end:
        return moment
    zone = _zone(settings)
    clock = moment.astimezone(zone).time()
    quiet = start <= clock < end if start < end else (clock >= start or clock < end)
    return _next(end, moment, zone) if quiet else moment


def _zone(settings: ChannelSettings) -> tzinfo:
    """The channel's zone; UTC where this machine does not know it, so that nobody waits for its mending."""
    try:
        return ZoneInfo(settings.timezone)
    except (KeyError, ValueError, OSError):
        return UTC


def _next(clock: time, after: datetime, zone: tzinfo) -> datetime:
    """The first moment later than `after` at which the clock on the wall shows this time.

    On the night when clocks go forward a time that does not exist is taken an hour later; on the
    night when they go back a time that comes twice counts both times (`fold`).
    """
    day = after.astimezone(zone).date()
    moments = (
        datetime.combine(day + timedelta(days=days), clock.replace(fold=fold), zone).astimezone(UTC)
        for days in range(3)
        for fold in (0, 1)
    )
    return next(moment for moment in moments if moment > after)


def best_tier(sources: Iterable[str | None], tier_of: Callable[[str], int | None]) -> int | None:
    """The best tier (1 best) among those who reported or are credited, None if nobody is rated."""
    tiers = [tier for source in sources if source and (tier := tier_of(source)) is not None]
    return min(tiers, default=None)
