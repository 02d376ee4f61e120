"""Servers that removed the bot: remembered for a month in case it comes back, then forgotten."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.discord.places import NAME
from storage.store import Store

log = logging.getLogger(__name__)

KEPT = timedelta(days=30)
"""How long a server's watches and settings are kept after it removed the bot; the README says so."""

_NOTE = "discord:left"


class Departed:
    """Which servers the bot is no longer in, and since when."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def left(self, guild: int) -> None:
        """The server removed the bot; its time runs from the first telling."""
        since = await self._since()
        if str(guild) not in since:
            await self._keep({**since, str(guild): self._now().isoformat()})

    async def back(self, guild: int) -> None:
        """The bot is in the server (again)."""
        since = await self._since()
        if since.pop(str(guild), None) is not None:
            await self._keep(since)

    async def forget_long_gone(self) -> list[str]:
        """Drop everything kept of servers whose time is over; gives their numbers."""
        since = await self._since()
        gone = [g for g, left in since.items() if self._now() - datetime.fromisoformat(left) >= KEPT]
        for guild in gone:
            channels = await self._store.forget_space(NAME, guild)
            log.info("server %s removed the bot a month ago: %d channels are forgotten", guild, channels)
        if gone:
            await self._keep({guild: left for guild, left in since.items() if guild not in gone})
        return gone

    async def _since(self) -> dict[str, str]:
        return dict(json.loads(await self._store.fact(_NOTE) or "{}"))

    async def _keep(self, since: dict[str, str]) -> None:
        await self._store.set_fact(_NOTE, json.dumps(since) if since else None)
