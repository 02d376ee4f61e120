"""Which channels are for announcements: told by the gateway, or asked where another process hears of them."""

from __future__ import annotations

import discord

from bot.discord.client import Client
from bot.discord.pace import Pace

_KEPT = 10_000


class Announcements:
    """What was asked is kept for the life of this process."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._asked: dict[int, bool] = {}

    async def are_in(self, client: Client, place: int) -> bool:
        """Whether the channel's posts can be passed on to its followers. Raises what discord.py raises."""
        known = client.get_channel(place)
        if known is not None:
            return isinstance(known, discord.TextChannel) and known.is_news()
        if place not in self._asked:
            await self._pace()
            told = await client.http.get_channel(place)
            if len(self._asked) >= _KEPT:
                self._asked.clear()
            self._asked[place] = told["type"] == discord.ChannelType.news.value
        return self._asked[place]
