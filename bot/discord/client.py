"""discord.py's client as we want it: shards, no privileged intents, nothing remembered that is not needed."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Collection, Iterable
from typing import Any, Protocol

import discord
import yarl
from discord.gateway import KeepAliveHandler

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

    async def ready(self, guilds: set[int], shard: int, shards: int) -> None:
        """The shard stands; of the servers that are its own, the bot is a member of these."""


class Client(discord.AutoShardedClient):
    """Hears and passes on; an event that discord.py cannot take in is logged and passed over.

    It listens on the shards of `listen_on`, which `only` and `also` change while it does.
    `identify_pause` is how long Discord wants between two sessions that begin, in seconds; `turn`, where it
    is set, gives how long to wait before a shard may begin one.
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
        self._door = yarl.URL()
        self._launching: set[asyncio.Task[None]] = set()
        self.standing: set[int] = set()
        """Shards whose servers are known."""
        self.turn: Callable[[int, float], Awaitable[float]] | None = None
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

    def listen_on(self, shards: Collection[int], total: int, gateway: yarl.URL) -> None:
        """Which shards of how many `connect` is to begin with, and where."""
        self.shard_ids, self.shard_count, self._door = sorted(shards), total, gateway
        self._connection.shard_count, self._connection.shard_ids = total, self.shard_ids

    async def launch_shards(self) -> None:
        for place, shard in enumerate(self.shard_ids or ()):
            if shard in (self.shard_ids or ()):  # it may be another's by now
                await self.launch_shard(self._door, shard, initial=place == 0)

    async def only(self, shards: Collection[int]) -> None:
        """Listen on no other shards any more. To be called again now and then: one that was about to come
        back by itself may stand again."""
        self._set(shard for shard in self.shard_ids or () if shard in shards)
        for id, shard in self.shards.items():
            if id in shards or shard.is_closed():
                continue
            await shard.disconnect()
            self.standing.discard(id)
            for guild in [guild for guild in self.guilds if guild.shard_id == id]:
                self._connection._remove_guild(guild)

    def also(self, shards: Iterable[int]) -> None:
        """Listen on these as well, one after another."""
        new = sorted(set(shards) - set(self.shard_ids or ()))
        self._set({*(self.shard_ids or ()), *new})
        if new:
            task = asyncio.create_task(self._launch(new))
            self._launching.add(task)
            task.add_done_callback(self._launching.discard)

    async def _launch(self, shards: Iterable[int]) -> None:
        for shard in shards:
            if shard in (self.shard_ids or ()):
                await self.launch_shard(self._door, shard)

    def _set(self, shards: Iterable[int]) -> None:
        self.shard_ids = sorted(shards)
        self._connection.shard_ids = self.shard_ids

    async def close(self) -> None:
        for task in self._launching:
            task.cancel()
        await super().close()
        await self._hang_up()

    async def _hang_up(self) -> None:
        """End the connections that were just being made: discord.py forgets them.

        They are known by their heart, a thread, which would outlive the loop.
        """
        for thread in threading.enumerate():
            if isinstance(thread, KeepAliveHandler) and thread.ws._connection is self._connection:
                await thread.ws.close(code=1000)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if self.turn is not None:
            await asyncio.sleep(await self.turn(shard_id or 0, self.identify_pause))
        elif not initial:
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

    async def on_shard_ready(self, shard_id: int) -> None:
        self.standing.add(shard_id)
        mine = {guild.id for guild in self.guilds if guild.shard_id == shard_id}
        await self._ears.ready(mine, shard_id, self.shard_count or 1)

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
        if self.is_closed():  # an event that was still on its way when the bot stopped
            log.debug("%s failed after the end", event_method, exc_info=True)
        else:
            log.exception("%s failed", event_method)


def _forgiving(name: str, parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def parsed(data: Any) -> Any:
        try:
            return parse(data)
        except Exception:
            log.exception("an event %s from Discord could not be taken in; it is passed over", name)
            return None

    return parsed
