"""`deadlineday read` and `replay`: articles in as JSON lines, links or alerts out as JSON lines.

A line that cannot be used is named with its number on standard error; the rest goes on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.polling.intake import take_in
from feeds.entry import Entry
from feeds.identity import content_hash
from links.claim import Claim
from links.names import Names
from links.read import read
from storage.delivery import Alert
from storage.store import Store, open_store

Complain = Callable[[str], None]
"""Gets one line for each thing that is wrong; where it goes is the caller's."""


@dataclass(frozen=True, slots=True)
class Article:
    """A line as it was given: its `id`, the entry, and the players asked for (None: everybody)."""

    id: str
    entry: Entry
    watch: tuple[str, ...] | None


class BadLine(ValueError):
    """A line is no article; the message says what is wrong with it, without its number."""


def articles(lines: Iterable[str], complain: Complain) -> Iterator[Article]:
    """The articles on these lines; empty lines are passed over, bad ones complained of."""
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield article(line)
        except BadLine as error:
            complain(f"line {number}: {error}")


def article(line: str) -> Article:
    """One line as an article: `id`, `title`, `text`; optional `lang`, `published`, `outlet`, `watch`."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "too deep"
        raise BadLine(f"not JSON ({reason})") from error
    if not isinstance(record, dict):
        raise BadLine("not an object")
    name = _whole(record["id"]) if isinstance(record.get("id"), str) else record.get("id")
    if isinstance(name, bool) or not isinstance(name, str | int) or name == "":
        raise BadLine("has no id")
    title, text = _words(record, "title") or "", _words(record, "text") or ""
    if not title and not text:
        raise BadLine("has neither title nor text")
    entry = Entry(
        key=str(name),
        title=title,
        text=text,
        published=_time(record),
        lang=_words(record, "lang"),
        outlet=_words(record, "outlet"),
        content_hash=content_hash(title, text),
    )
    return Article(str(name), entry, _watch(record))


def read_lines(lines: Iterable[str], names: Names, complain: Complain) -> Iterator[str]:
    """One JSON line for each article: what it says now of who may move where."""
    for given in articles(lines, complain):
        reading = read(given.entry, names, watch=given.watch)
        answer: dict[str, Any] = {"id": given.id, "links": [_link(claim) for claim in reading.claims]}
        if reading.note:
            answer["note"] = reading.note
        yield json.dumps(answer, ensure_ascii=False)


async def replay_lines(lines: Iterable[str], names: Names, complain: Complain) -> list[str]:
    """One JSON line for each article, in order of time: the alerts that it gives after those before it.

    The whole way in memory, with each article's own time as the present. An article without
    `published` keeps its place: it counts as said with the one before it, the first ones with the one after.
    """
    ordered = _in_order_of_time(articles(lines, complain))
    out = []
    async with open_store(":memory:") as store:
        feed = await store.add_feed("replay:", title="replay")
        for at, given in ordered:
            alerts = await _replay(store, feed.id, given, at, names)
            shown = [_alert(alert) for alert in alerts]
            out.append(json.dumps({"id": given.id, "alerts": shown}, ensure_ascii=False))
    return out


async def _replay(store: Store, feed_id: int, given: Article, at: datetime, names: Names) -> list[Alert]:
    reading = read(given.entry, names, watch=given.watch)
    async with store.transaction():
        return await take_in(store, feed_id, [(given.entry, reading)], names=names, now=at, tell=False)


def _in_order_of_time(given: Iterable[Article]) -> list[tuple[datetime, Article]]:
    listed = list(given)
    dated = (one.entry.published for one in listed if one.entry.published)
    last = next(dated, datetime(1970, 1, 1, tzinfo=UTC))
    timed = []
    for one in listed:
        last = one.entry.published or last
        timed.append((last, one))
    return sorted(timed, key=lambda pair: pair[0])


def _link(claim: Claim) -> dict[str, Any]:
    return {
        "player": claim.player,
        "club": claim.club,
        "from": claim.from_club,
        "stage": claim.stage.word,
        "status": claim.status.value,
        "deal": claim.deal.value if claim.deal else None,
        "fee": claim.fee,
        "sources": list(claim.sources),
        "quote": claim.quote,
        "why": list(claim.why),
    }


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "player": alert.player,
        "club": alert.club,
        "kind": alert.kind.value,
        "stage": alert.stage.word,
        "status": alert.status.value,
    }


def _words(record: dict[str, Any], field: str) -> str | None:
    value = record.get(field)
    if isinstance(value, str):
        return _whole(value)
    if value is None:
        return None
    raise BadLine(f"{field} is not text")


def _whole(text: str) -> str:
    """The text without halves of characters (JSON can escape a lone surrogate; no file can hold one)."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _time(record: dict[str, Any]) -> datetime | None:
    value = _words(record, "published")
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise BadLine(f"published is not an ISO 8601 time: {value[:40]!r}") from error


def _watch(record: dict[str, Any]) -> tuple[str, ...] | None:
    value = record.get("watch")
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise BadLine("watch is not a list of names")
    return tuple(map(_whole, value))
