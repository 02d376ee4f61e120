"""Values for the storage's tests: each builder names only what matters to the test."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from feeds.entry import Entry
from links.claim import Claim, Stage
from links.link import Kind, Link
from storage.delivery import Alert, NewAlert
from storage.store import Store
from storage.watch import Channel

NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)
HERE = Channel("terminal", "here")


def after(**span: float) -> datetime:
    return NOON + timedelta(**span)


def a_channel(number: int, platform: str = "discord") -> Channel:
    return Channel(platform, f"c{number}", "guild")


def an_entry(key: str = "k1", **fields: Any) -> Entry:
    fields.setdefault("title", "Rovers open talks over Ada Vale")
    fields.setdefault("text", "Rovers have opened talks with City over striker Ada Vale.")
    fields.setdefault("content_hash", f"hash of {fields['title']} {fields['text']}")
    fields.setdefault("published", NOON)
    fields.setdefault("outlet", "Evening Post")
    return Entry(key, **fields)


def a_claim(club: str = "Rovers", stage: Stage = Stage.TALKS, **fields: Any) -> Claim:
    fields.setdefault("quote", "Rovers have opened talks with City over striker Ada Vale.")
    return Claim("Ada Vale", club, stage, **fields)


def a_link(player_id: int, club: str = "Rovers", stage: Stage = Stage.TALKS, **fields: Any) -> Link:
    at = fields.pop("at", NOON)
    times = {"since": at, "changed": at, "last_seen": at} | fields
    return Link(player_id, club, stage, times.pop("status", a_claim().status), stage, **times)


async def an_alert(
    store: Store, player_id: int | None = None, *, club: str = "Rovers", seen: datetime = NOON, **claim: Any
) -> Alert:
    """A new alert of its own entry; of a new player where none is given."""
    if player_id is None:
        player_id = (await store.add_player("Ada Vale")).id
    key = f"entry for {player_id} {club} {claim} {seen}"
    ids = await store.save_entries(None, [an_entry(key)], seen)
    kind = Kind.ESCALATED if claim else Kind.NEW
    return await store.add_alert(
        NewAlert(ids[key], player_id, a_claim(club, **claim), kind, None, published=seen, seen=seen)
    )


async def a_backlog(
    store: Store, channels: Sequence[Channel], *, alerts: int = 1, seen: datetime = NOON
) -> None:
    """As many alerts, each waiting for each of the channels; a later alert is due a second later."""
    for number in range(alerts):
        at = seen + timedelta(seconds=number)
        alert = await an_alert(store, seen=at)
        await store.enqueue(alert.id, [(channel, at, None) for channel in channels])
