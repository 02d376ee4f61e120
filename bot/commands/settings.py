"""settings: how a channel wants to be told."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import time

from rapidfuzz import fuzz, process

from bot.cards.answers import settings_card
from bot.commands.check import BadValue
from bot.commands.command import Command, Completes, Option, Takes, Tools, Values
from bot.commands.complete import zones
from bot.commands.options import STAGES
from bot.plain import clip
from bot.request import Answer, Request
from links.claim import Stage
from links.link import Kind
from storage.watch import ChannelSettings

_CLOCK = re.compile(r"([01]?\d|2[0-3])(?:[:.h]?([0-5]\d))?\s*(am|pm)?", re.IGNORECASE)
_THREADS: dict[str, bool | None] = {"auto": None, "on": True, "off": False}
_NONE = frozenset({"off", "none", "no", "never", "-"})


async def _settings(tools: Tools, request: Request, values: Values) -> Answer:
    before = await tools.store.channel_settings(request.channel)
    if not values:
        return Answer(cards=(settings_card(before, may_change=request.may_manage, wording=request.wording),))
    if not request.may_manage:
        return Answer.refused(f"Changing how this channel is told is for {request.wording.deciders}.")
    if idle := sorted(request.wording.without & values.keys()):
        return Answer.refused(f"{idle[0]} means nothing on this platform, so nothing was changed.")
    after = before
    for name, value in values.items():
        try:
            after = _CHANGES[name](after, value)
        except BadValue as problem:
            raise BadValue(str(problem), option=name) from problem
    await tools.store.save_channel_settings(request.channel, after)
    card = settings_card(after, may_change=True, wording=request.wording)
    return Answer("Nothing changed." if after == before else "Changed.", cards=(card,))


def clock(text: str) -> time:
    """A time of day as people write it: "23:00", "7", "7.30am". Raises BadValue."""
    match = _CLOCK.fullmatch(text.strip())
    hour = int(match[1]) if match else 0
    half = (match[3] or "").lower() if match else ""
    if match is None or (half and not 1 <= hour <= 12):
        raise BadValue(f"“{clip(text.strip(), 40)}” is no time of day; write it like 23:00.")
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(match[2] or 0))


def quiet(settings: ChannelSettings, value: str) -> ChannelSettings:
    """Quiet hours from "23:00-07:00", or "off"."""
    if value.lower() in _NONE:
        return replace(settings, quiet_from=None, quiet_to=None)
    start, dash, end = re.sub(r"[–—]|\bto\b", "-", value.lower()).partition("-")
    if not dash:
        raise BadValue(f"quiet needs two times, like 23:00-07:00, or off; not “{clip(value, 40)}”.")
    begins, ends = clock(start), clock(end)
    if begins == ends:
        raise BadValue(
            "quiet hours that begin and end at the same time would never speak; for none, set quiet to off."
        )
    return replace(settings, quiet_from=begins, quiet_to=ends)


def zone(settings: ChannelSettings, value: str) -> ChannelSettings:
    """A time zone by its IANA name in any case, "london" where only one place is called so."""
    asked = value.replace(" ", "_").casefold()
    fitting = [name for name in zones() if name.casefold() == asked]
    fitting = fitting or [name for name in zones() if name.casefold().endswith("/" + asked)]
    if len(fitting) == 1:
        return replace(settings, timezone=fitting[0])
    near = fitting or [
        name for name, _, _ in process.extract(value, zones(), scorer=fuzz.ratio, limit=3, score_cutoff=60)
    ]
    hint = "Did you mean " + " or ".join(near[:3]) + "?" if near else "Write it like Europe/London."
    raise BadValue(f"No time zone is called “{clip(value, 40)}”. {hint}")


def kinds(settings: ChannelSettings, value: str) -> ChannelSettings:
    """Kinds of news parted by commas or blanks, or "all"."""
    words = re.findall(r"[^\s,;+]+", value.lower())
    if words == ["all"]:
        return replace(settings, kinds=frozenset(Kind))
    known = ", ".join(Kind)
    for word in words:
        if word not in [kind.value for kind in Kind]:
            raise BadValue(f"kinds may be {known}, or all; not “{clip(word, 40)}”.")
    if not words:
        raise BadValue(f"kinds needs one at least of {known}, or all.")
    return replace(settings, kinds=frozenset(map(Kind, words)))


def digest(settings: ChannelSettings, value: str) -> ChannelSettings:
    """The hour of the daily digest, or "off"."""
    return replace(settings, digest=None if value.lower() in _NONE else clock(value))


_CHANGES: dict[str, Callable[[ChannelSettings, str], ChannelSettings]] = {
    "lowest": lambda settings, value: replace(settings, lowest=Stage.of(value)),
    "kinds": kinds,
    "tier": lambda settings, value: replace(settings, tier=int(value)),
    "quiet": quiet,
    "digest": digest,
    "timezone": zone,
    "threads": lambda settings, value: replace(settings, threads=_THREADS[value]),
    "broadcast": lambda settings, value: replace(settings, broadcast=Stage.of(value)),
    "publish": lambda settings, value: replace(settings, publish=value == "on"),
    "anyone": lambda settings, value: replace(settings, anyone=value == "on"),
    "language": lambda settings, value: replace(settings, language=value),
}

SETTINGS = Command(
    "settings",
    "How this channel is told: lowest stage, kinds, sources, quiet hours, digest",
    _settings,
    (
        Option("lowest", "the lowest stage that is told", takes=Takes.CHOICE, choices=STAGES),
        Option("kinds", "which news: " + ", ".join(Kind) + ", or all"),
        Option("tier", "the weakest source told, 1 best to 4 anybody", takes=Takes.NUMBER, low=1, high=4),
        Option("quiet", "hours in which alerts wait, like 23:00-07:00, or off"),
        Option("digest", "hour at which all below agreed is told at once, like 08:00, or off"),
        Option("timezone", "the zone of these hours, like Europe/London", completes=Completes.ZONE),
        Option("threads", "a thread for each player", takes=Takes.CHOICE, choices=tuple(_THREADS)),
        Option(
            "broadcast",
            "the stage from which a change in a thread is shown in the channel too",
            takes=Takes.CHOICE,
            choices=STAGES,
        ),
        Option("publish", "alerts go to an announcement channel's followers", takes=Takes.SWITCH),
        Option("anyone", "those who do not manage the channel may watch for it", takes=Takes.SWITCH),
        Option("language", "of cards and answers", takes=Takes.CHOICE, choices=("en",)),
    ),
    also=("set", "config", "options", "preferences"),
    examples=(
        "settings",
        "settings lowest=talks quiet=23:00-07:00 timezone=Europe/London",
        "settings kinds=new,setback",
    ),
    more="What arrives in quiet hours is told when they end.",
)
