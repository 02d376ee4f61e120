"""What was handled already: Slack delivers again what it does not know to have arrived.

Twice within one process is noticed in memory, before anything waits; after a restart, or in another process
of the same database, by a note that outlives the process.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.clock import Clock
from bot.slack.workspaces import Notes
from storage.errors import DatabaseUnusable

log = logging.getLogger(__name__)

KEPT = timedelta(hours=2)
"""In memory: longer than Slack's retries of an event (an hour), and than a signature is good for."""

KEPT_IN_NOTES = timedelta(hours=26)
"""Slack can be set to go on hourly for a day with what it could not deliver."""

_MOST = 50_000
_PATIENCE = 1.0  # seconds for the note; Slack gives three for a modal's answer in all


class Seen:
    """Keys that were seen within the last two hours, fifty thousand at most."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at: OrderedDict[str, float] = OrderedDict()

    def first(self, key: str) -> bool:
        """Is this the first sight of the key? From now on it is known."""
        now = self._clock()
        while self._at and (
            len(self._at) > _MOST or next(iter(self._at.values())) < now - KEPT.total_seconds()
        ):
            self._at.popitem(last=False)
        if key in self._at:
            return False
        self._at[key] = now
        return True

    def forget(self, key: str) -> None:
        """What was begun under this key may come again."""
        self._at.pop(key, None)


class Once:
    """Handles nothing twice, over restarts and processes too.

    What comes while a note is being written is noted with the next one, all of it at once: a commit for each
    press would hold up the outbox.
    """

    def __init__(self, notes: Notes, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock
        self._waiting: list[tuple[str, asyncio.Future[bool]]] = []
        self._writing: asyncio.Future[None] | None = None

    async def first(self, body: Mapping[str, Any]) -> bool:
        """Was this never handled? Where the notes do not answer in time it counts as new: rather twice
        than never.
        """
        key = key_of(body)
        if key is None:
            return True
        told: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((f"slack:{key}", told))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.ensure_future(self._write())
        done, _ = await asyncio.wait({told}, timeout=_PATIENCE)
        return told.result() if done else True

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                first = await self._notes.first_times([key for key, _ in batch], self._clock())
            except DatabaseUnusable as error:
                log.warning("what Slack sent may be answered twice: %s", error)
                first = [True] * len(batch)
            for (_, told), new in zip(batch, first, strict=True):
                told.set_result(new)

    async def finish(self) -> None:
        """Let the note that is being written be written: the database is closed next."""
        if self._writing is not None:
            await asyncio.wait({self._writing}, timeout=_PATIENCE)
            self._writing.cancel()

    async def forget(self) -> None:
        """Drop notes of what Slack delivers no more."""
        await self._notes.forget_times(self._clock() - KEPT_IN_NOTES)


def key_of(body: Mapping[str, Any]) -> str | None:
    """What makes two deliveries the same, None for what may come any number of times (searches)."""
    kind = body.get("type")
    if kind == "event_callback":
        return f"event:{body.get('event_id')}" if body.get("event_id") else None
    if kind == "view_submission":
        view = body.get("view") or {}
        # What was turned down can be put right and sent off again, from the same window.
        filled = json.dumps((view.get("state") or {}).get("values"), sort_keys=True)
        mark = hashlib.sha256(filled.encode()).hexdigest()[:16]
        return f"view:{view.get('id')}:{view.get('callback_id')}:{mark}"
    if kind == "block_suggestion" or not body.get("trigger_id"):
        return None
    return f"trigger:{body['trigger_id']}"
