"""The names to read articles with: what ships, and the players that somebody watches, as they come and go."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from dataclasses import dataclass, field

from feeds.entry import Entry
from links.names import Names
from links.player import Player
from links.read import read
from storage.store import Store

YOUNG = 5_000
"""New objects after which the garbage collector looks at them. A hundred requests under way are more than
Python's usual 700: it would go through them again and again, a twentieth of a round of 304s."""

WHOLE_EVERY = 900.0
"""Seconds between two looks at all who are watched."""


@dataclass(slots=True)
class Known:
    """The names to read with: all clubs and sources, and the players that somebody watches."""

    store: Store
    names: Names
    loaded: asyncio.Event = field(default_factory=asyncio.Event)
    last_watch: int = 0
    whole_at: float = float("-inf")
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def load(self) -> None:
        """Read what ships and who is watched, beside all else: pages can be asked for meanwhile. What reading
        needs comes with it, which would hold the loop for half a second with the first article."""
        await asyncio.to_thread(_warm, self.names)
        await self.refresh()
        spare_the_collector()
        gc.enable()
        self.loaded.set()

    async def refresh(self) -> None:
        """Take in players that were watched since the last time; those whom nobody watches any more, and
        names that have changed, are seen every quarter of an hour."""
        async with self.lock:
            now = asyncio.get_running_loop().time()
            if now - self.whole_at >= WHOLE_EVERY:
                self.last_watch = await self.store.last_watch()
                players = tuple(await self.store.watched_players())
                self.whole_at = now
            else:
                watched, self.last_watch = await self.store.watched_since(self.last_watch)
                fresh = self._unknown(watched)
                players = (*self.names.players, *fresh) if fresh else self.names.players
            if players != self.names.players:
                self.names = await asyncio.to_thread(self.names.with_players, players)

    def _unknown(self, watched: Sequence[Player]) -> list[Player]:
        """Those who were not watched before. The others' numbers are put together only where somebody is."""
        known = {player.id for player in self.names.players} if watched else set()
        return [player for player in watched if player.id not in known]


def spare_the_collector() -> None:
    """What is loaded by now stays as long as the bot: the collector need not look through it again and again,
    nor through what is new as often as it would."""
    gc.freeze()
    gc.set_threshold(YOUNG)


def _warm(names: Names) -> None:
    """Load what reading loads with its first article, and with the first name that nobody listed."""
    read(Entry("", "Quellvale joins Rovers", "Jorunn Quellvale has signed for Rovers.", lang="en"), names)
