"""The sample story as it stands in bot/data/sample/story.toml, with what each entry should lead to."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from importlib import resources
from typing import Any

from links.claim import Stage, Status
from links.link import Kind

FORMATS = {"rss": {"text", "html", "cdata", "encoded"}, "atom": {"html", "xhtml"}}
IDS = {"permalink", "opaque", "tag", "reissued", "none"}


class BadStory(ValueError):
    """The story's file does not hold together; the message names the entry or the outlet."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who publishes, and the habits of its feed; story.toml explains `body`, `ids` and the rest.

    `zone` is None where dates are written in GMT by name.
    """

    id: str
    title: str
    home: str
    format: str
    body: str
    ids: str
    zone: tzinfo | None
    author: str | None = None
    encoding: str = "utf-8"
    entities: bool = False
    tracking: str | None = None

    @property
    def path(self) -> str:
        """Where the server has its feed."""
        return f"/{self.id}/{'rss' if self.format == 'rss' else 'atom'}.xml"


@dataclass(frozen=True, slots=True)
class Report:
    """What an entry says of one player and one club, and the alert that it should lead to, if any."""

    player: str
    club: str
    stage: Stage
    status: Status
    alert: Kind | None = None


@dataclass(frozen=True, slots=True)
class StoryEntry:
    """One article of the story. `minute` counts from its beginning, negative before it.

    `text` has one line for each paragraph or bullet, parted by blank lines; the marks are those of
    story.toml. `revises` is the id of the entry whose text this one replaces. `silent` says why an
    entry without reports has none.
    """

    id: str
    outlet: str
    minute: int
    title: str
    text: str
    reports: tuple[Report, ...] = ()
    background: bool = False
    revises: str | None = None
    silent: str | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """The outlets, what stood in their feeds before, and the entries in the order of their steps.

    `watched` are the players whose alerts the sample shows.
    """

    watched: tuple[str, ...]
    outlets: tuple[Outlet, ...]
    background: tuple[StoryEntry, ...]
    entries: tuple[StoryEntry, ...]

    @property
    def steps(self) -> int:
        """Each step reveals one entry."""
        return len(self.entries)

    def published(self, entry: StoryEntry, started: datetime) -> datetime:
        """When an entry appeared, in UTC: the story ends two minutes before the play `started`."""
        after = self.entries[-1].minute - entry.minute
        return started.astimezone(UTC).replace(microsecond=0) - timedelta(minutes=after + 2)

    def shown(self, outlet: Outlet, step: int) -> tuple[StoryEntry, ...]:
        """What an outlet has published when `step` steps are done, oldest first."""
        public = (*self.background, *self.entries[:step])
        return tuple(e for e in public if e.outlet == outlet.id)


def load_story() -> Story:
    """The bundled story. Raises BadStory when its file was edited into nonsense."""
    text = resources.files("bot").joinpath("data/sample/story.toml").read_text(encoding="utf-8")
    try:
        return story_of(tomllib.loads(text))
    except (KeyError, TypeError, ValueError) as error:
        raise error if isinstance(error, BadStory) else BadStory(f"story.toml: {error}") from error


def story_of(data: Mapping[str, Any]) -> Story:
    """The story in a parsed story.toml, checked: outlets known, minutes rising, no empty revisions."""
    outlets = tuple(_outlet(raw) for raw in data["outlet"])
    entries = [_entry(raw) for raw in data["entry"]]
    background = tuple(e for e in entries if e.background)
    told = tuple(e for e in entries if not e.background)
    _check(outlets, background, told)
    return Story(tuple(data["watched"]), outlets, background, told)


def _outlet(raw: Mapping[str, Any]) -> Outlet:
    fields = {**raw, "zone": _zone(raw["zone"])}
    outlet = Outlet(**fields)
    if outlet.body not in FORMATS.get(outlet.format, ()) or outlet.ids not in IDS:
        raise BadStory(f"outlet {outlet.id}: no such habit: {outlet.format}, {outlet.body}, {outlet.ids}")
    return outlet


def _zone(text: str) -> tzinfo | None:
    if text == "GMT":
        return None
    found = re.fullmatch(r"([+-])(\d\d):(\d\d)", text)
    if not found:
        raise BadStory(f"no such zone: {text}")
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    return timezone(-offset if sign == "-" else offset)


def _entry(raw: Mapping[str, Any]) -> StoryEntry:
    known = {"id", "outlet", "minute", "title", "text", "background", "revises", "silent", "links"}
    if odd := set(raw) - known:
        raise BadStory(f"entry {raw['id']}: what is {', '.join(sorted(odd))}?")
    fields = {k: v for k, v in raw.items() if k not in ("links", "text")}
    reports = tuple(_report(r) for r in raw.get("links", ()))
    return StoryEntry(**fields, text=_unwrapped(raw["text"]), reports=reports)


def _report(raw: Mapping[str, Any]) -> Report:
    alert = Kind(raw["alert"]) if "alert" in raw else None
    return Report(raw["player"], raw["club"], Stage.of(raw["stage"]), Status(raw["status"]), alert)


def _unwrapped(text: str) -> str:
    """The text with the line breaks of the file taken out of its paragraphs and bullets."""
    blocks = re.split(r"\n\s*\n|\n(?=- )", text.strip())
    return "\n\n".join(" ".join(block.split()) for block in blocks)


def _check(
    outlets: tuple[Outlet, ...], background: tuple[StoryEntry, ...], told: tuple[StoryEntry, ...]
) -> None:
    names = {o.id for o in outlets}
    seen: dict[str, StoryEntry] = {}
    minute = None
    for entry in (*background, *told):
        if entry.outlet not in names:
            raise BadStory(f"entry {entry.id}: no outlet is called {entry.outlet}")
        if entry.id in seen:
            raise BadStory(f"entry {entry.id} stands there twice")
        if minute is not None and entry.minute <= minute:
            raise BadStory(f"entry {entry.id} is not later than the one before it")
        if entry.revises and getattr(seen.get(entry.revises), "outlet", None) != entry.outlet:
            raise BadStory(f"entry {entry.id} revises what its outlet has not published: {entry.revises}")
        if not (entry.background or entry.reports or entry.silent):
            raise BadStory(f"entry {entry.id} has neither links nor a reason for its silence")
        seen[entry.id], minute = entry, entry.minute
    if missing := names - {e.outlet for e in background}:
        raise BadStory(f"outlets without an entry in the background: {', '.join(sorted(missing))}")
