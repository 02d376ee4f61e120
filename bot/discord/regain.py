"""The way back of a lost channel: may the bot post there again, and who is told that it could not."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import discord

from bot.discord.client import Client
from bot.discord.faults import EXPECTED
from bot.discord.line import Line
from bot.discord.places import home, number_of, person_of, shard_of, silenced
from storage.watch import Channel

_ASK_EVERY = 1800.0
_KEPT = 10_000


class Regaining:
    """Answers out of what the gateway told; see `bot.delivery.lost.Recovering`."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._asked: dict[int, float] = {}

    def minds(self, channel: Channel) -> bool:
        """Whether this process hears what happens to the channel: its shard is ours."""
        client = self._line.client
        return client is not None and self._shard(client, channel) in (client.shard_ids or ())

    @staticmethod
    def _shard(client: Client, channel: Channel) -> int:
        return shard_of(channel.space, client.shard_count or 1)

    async def regained(self, channel: Channel) -> bool | None:
        """May the bot post there (again)? None for direct messages: only a try can tell."""
        if person_of(channel) is not None:
            return None
        client, number = self._line.client, number_of(channel)
        if client is None or number is None or self._shard(client, channel) not in client.standing:
            return False
        found = client.get_channel(number) or await self._archived(client, number)
        if not isinstance(found, discord.abc.GuildChannel | discord.Thread) or found.guild.me is None:
            return False
        thread = isinstance(found, discord.Thread)
        if isinstance(found, discord.Thread) and (found.locked or found.parent is None):
            return False
        return not silenced(found.permissions_for(found.guild.me), thread=thread)

    async def _archived(self, client: Client, number: int) -> object:
        """A thread that Discord does not tell of by itself, because nobody has spoken in it for long.

        Asked for seldom: most channels that it does not tell of are gone for good, or hidden.
        """
        now = asyncio.get_running_loop().time()
        if now < self._asked.get(number, 0.0):
            return None
        if len(self._asked) >= _KEPT:
            self._asked.clear()
        self._asked[number] = now + _ASK_EVERY
        try:
            await self._line.pace()
            return await client.fetch_channel(number)
        except EXPECTED:
            return None

    async def described(self, channel: Channel) -> str:
        """The channel as people call it."""
        if person_of(channel) is not None:
            return "your direct messages"
        found = self._line.client.get_channel(number_of(channel) or 0) if self._line.client else None
        if isinstance(found, discord.abc.GuildChannel | discord.Thread):
            return f"#{found.name} in {found.guild.name}"
        return "a channel that was deleted or is hidden from the bot"

    async def told_instead(self, channel: Channel, makers: Sequence[str]) -> list[Channel]:
        """The direct messages of those who made the watches, then of the server's owner."""
        people = [int(maker) for maker in makers if maker.isdigit()]
        client = self._line.client
        guild = client.get_guild(int(channel.space)) if client and channel.space else None
        if guild is not None and guild.owner_id is not None:
            people.append(guild.owner_id)
        return [place for place in map(home, dict.fromkeys(people)) if place != channel]
