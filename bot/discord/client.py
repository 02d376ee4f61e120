"""discord.py's client as we want it: shards, no privileged intents, nothing remembered that is not needed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Protocol

import discord

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""Seconds that a request may wait within discord.py; a longer wait goes back to the outbox."""


INTENTS = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
"""What we are told of; none of it is privileged. Only messages to us carry their words."""

# Nobody need be told that voice is not supported: there is none.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


class Ears(Protocol):
    """Who hears what happens on Discord."""

    async def interacted(self, interaction: discord.Interaction[Any]) -> None:
        """Somebody gave a command, typed in an option, or pressed something."""

    async def spoken_to(self, message: discord.Message) -> None:
        """Somebody wrote to the bot, directly or by its name."""

    async def joined(self, guild: int) -> None:
        """The bot is (again) a member of this server."""

    async def left(self, guild: int) -> None:
        """The bot was removed from this server."""

    async def changed(self) -> None:
        """Permissions or channels may have changed somewhere."""

    async def ready(self, guilds: set[int]) -> None:
        """Every shard stands; the bot is a member of these servers."""


class Client(discord.AutoShardedClient):
    """Hears and passes on; an event that discord.py cannot take in is logged and passed over.

    `identify_pause` is how long Discord wants between two sessions that begin, in seconds.
    https://docs.discord.com/developers/events/gateway#rate-limiting
    """

    identify_pause = 5.0

    def __init__(self, ears: Ears, gateway: str = "") -> None:
        super().__init__(
            intents=INTENTS,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
            max_ratelimit_timeout=LONGEST_WAIT,
        )
        self._ears = ears
        self._gateway = gateway
        # An exception in one of these ends the gateway's task, and with it the session.
        parsers = self._connection.parsers
        self._connection.parsers = {name: _forgiving(name, parse) for name, parse in parsers.items()}

    async def setup_hook(self) -> None:
        if self._gateway:
            ask = self.http.get_bot_gateway

            async def elsewhere() -> tuple[int, str, Any]:
                shards, _, limits = await ask()
                return shards, self._gateway, limits

            self.http.get_bot_gateway = elsewhere  # type: ignore[method-assign]

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if not initial:
            await asyncio.sleep(self.identify_pause)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        await self._ears.interacted(interaction)

    async def on_message(self, message: discord.Message) -> None:
        if self.user is None or message.author.bot or message.webhook_id is not None:
            return
        if message.guild is None or self.user in message.mentions:
            await self._ears.spoken_to(message)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self._ears.joined(guild.id)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        await self._ears.joined(guild.id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self._ears.left(guild.id)

    async def on_ready(self) -> None:
        await self._ears.ready({guild.id for guild in self.guilds})

    async def on_guild_role_update(self, before: discord.Role, after: discord.Role) -> None:
        await self._ears.changed()

    async def on_guild_channel_update(self, before: object, after: object) -> None:
        await self._ears.changed()

    async def on_guild_channel_create(self, channel: object) -> None:
        await self._ears.changed()

    async def on_thread_update(self, before: object, after: object) -> None:
        await self._ears.changed()

    async def on_member_update(self, before: discord.Member, after: discord.Member) -> None:
        # Without the members intent only our own roles are told.
        await self._ears.changed()

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        log.exception("%s failed", event_method)


def _forgiving(name: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def parsed(data: Any) -> Any:
        try:
            return parse(data)
        except Exception:
            log.exception("an event %s from Discord could not be taken in; it is passed over", name)
            return None

    return parsed
