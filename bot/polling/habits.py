"""The habits of all feeds, in memory while the bot runs.

They are kept beside the feeds, a hundred in one fact, and written every few minutes: a poll that changes
them costs no write of its own, and a crash costs some minutes of statistics.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from feeds.habits import NEW, Habits
from storage.store import Store

_CHUNK = 100


class HabitBook:
    """Habits by the id of their feed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, Habits] = {}
        self._loaded: set[int] = set()
        self._changed: set[int] = set()

    def of(self, feed_id: int) -> Habits:
        """What is known of a feed that was loaded; a new one has no habits."""
        return self._known.get(feed_id, NEW)

    def learn(self, feed_id: int, habits: Habits) -> None:
        """Remember; `save` writes it."""
        if habits != self._known.get(feed_id, NEW):
            self._known[feed_id] = habits
            self._changed.add(feed_id // _CHUNK)

    async def load(self, feed_ids: Iterable[int]) -> None:
        """Make the habits of these feeds known."""
        for chunk in sorted({feed_id // _CHUNK for feed_id in feed_ids} - self._loaded):
            written = await self._store.fact(_name(chunk))
            for feed_id, habits in json.loads(written or "{}").items():
                self._known.setdefault(int(feed_id), Habits.from_json(habits))
            self._loaded.add(chunk)

    async def save(self) -> None:
        """Write what has changed, the feeds of a chunk that are not known any more left out."""
        for chunk in sorted(self._changed):
            ids = range(chunk * _CHUNK, (chunk + 1) * _CHUNK)
            habits = {feed_id: self._known[feed_id].to_json() for feed_id in ids if feed_id in self._known}
            self._changed.discard(chunk)
            try:
                await self._store.set_fact(_name(chunk), json.dumps(habits))
            except BaseException:
                self._changed.add(chunk)
                raise


def _name(chunk: int) -> str:
    return f"feeds.habits.{chunk}"
