"""What was handled already: Slack delivers again what it does not know to have arrived."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

KEPT = timedelta(hours=2)
"""Longer than Slack's retries of an event last (an hour) and a signature is good for (five minutes)."""

_MOST = 50_000


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


def key_of(body: Mapping[str, Any]) -> str | None:
    """What makes two deliveries the same, None for what may come any number of times (searches)."""
    kind = body.get("type")
    if kind == "event_callback":
        return f"event:{body.get('event_id')}" if body.get("event_id") else None
    if kind == "view_submission":
        view = body.get("view") or {}
        return f"view:{view.get('id')}:{view.get('callback_id')}"
    if kind == "block_suggestion" or not body.get("trigger_id"):
        return None
    return f"trigger:{body['trigger_id']}"
