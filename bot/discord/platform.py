"""Discord as a platform: cards posted, commands answered, by one client that is made anew when it fails."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Sequence
from datetime import datetime

import discord
import yarl

from bot import clock
from bot.cards.card import Card
from bot.commands.desk import Desk
from bot.discord.answers import Draw
from bot.discord.client import Client
from bot.discord.commands import fingerprint, payload
from bot.discord.conversation import Conversation
from bot.discord.departed import Departed
from bot.discord.faults import EXPECTED
from bot.discord.keepers import Keepers
from bot.discord.line import Line
from bot.discord.pace import Pace
from bot.discord.places import NAME
from bot.discord.post import Posting
from bot.discord.regain import Regaining
from bot.discord.shards import LOOK_EVERY, Shards
from bot.discord.words import Words, load_words
from bot.platform import PLAINLY, Dispatch, Manner, PlatformRefused, PostFailed
from storage.errors import DatabaseError
from storage.watch import Channel

log = logging.getLogger(__name__)

_SYNCED = "discord:commands"
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_WELL_AFTER = 300.0


def point(api: str, gateway: str) -> None:
    """Send discord.py to this API and gateway ("" for the one that the API names), the whole process."""
    discord.http.Route.BASE = api.rstrip("/")
    if gateway:
        discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)


class Discord:
    """Posts and edits cards; answers commands while `run` runs. The token is never shown."""

    def __init__(
        self,
        token: str,
        desk: Desk,
        draw: Draw,
        now: Callable[[], datetime] = clock.now,
        *,
        gateway: str = "",
        pace: Pace | None = None,
        admins: frozenset[int] = frozenset(),
        words: Words | None = None,
    ) -> None:
        self._desk = desk
        self._words = load_words() if words is None else words
        self.departed = Departed(desk.store, now)
        keepers = Keepers(admins, lambda: self._line.client)
        self._ears = Conversation(desk, draw, now, self.departed, keepers)
        self._line = Line(token, self._ears, gateway, pace or Pace(), now)
        self._posting = Posting(self._line, desk.store)
        self._shards = Shards(desk.store)
        self._synced = False
        self._regaining = Regaining(self._line)

    @property
    def name(self) -> str:
        return NAME

    def __repr__(self) -> str:
        return "Discord()"

    async def post(
        self,
        channel: Channel,
        card: Card,
        *,
        delivery_id: int,
        mention: str | None = None,
        manner: Manner = PLAINLY,
    ) -> str:
        """Post a card; see `Platform.post`."""
        return await self._posting.post(
            channel, card, delivery_id=delivery_id, mention=mention, manner=manner
        )

    async def edit(self, channel: Channel, message: str, card: Card, *, mention: str | None = None) -> None:
        """Show a card that has grown; see `Platform.edit`."""
        await self._posting.edit(message, card, mention)

    @property
    def on_change(self) -> Callable[[], None]:
        """Called when permissions may have changed somewhere; see `bot.delivery.lost`."""
        return self._ears.on_change

    @on_change.setter
    def on_change(self, call: Callable[[], None]) -> None:
        self._ears.on_change = call

    def share(self, part: float) -> None:
        """Use this part of what Discord allows a bot (0 to 1): the rest is for other processes."""
        self._line.pace.share = part

    def minds(self, channel: Channel) -> bool:
        """Whether this process hears what happens to the channel."""
        return self._regaining.minds(channel)

    async def regained(self, channel: Channel) -> bool | None:
        """May the bot post there (again)? None for direct messages: only a try can tell."""
        return await self._regaining.regained(channel)

    async def described(self, channel: Channel) -> str:
        """The channel as people call it."""
        return await self._regaining.described(channel)

    async def told_instead(self, channel: Channel, makers: Sequence[str]) -> list[Channel]:
        """Whose direct messages to try when the channel is lost."""
        return await self._regaining.told_instead(channel, makers)

    async def run(self, dispatch: Dispatch) -> None:
        """Take commands and answer them until `close`. Raises PlatformRefused for a wrong token."""
        self._ears.dispatch = dispatch
        loop, pause = asyncio.get_running_loop(), _FIRST_PAUSE
        while not self._line.is_closed:
            began = loop.time()
            try:
                await self._serve()
            except discord.LoginFailure as error:
                raise PlatformRefused(
                    "Discord does not take the token in DEADLINEDAY_DISCORD_TOKEN:"
                    " make a new one in the developer portal (Bot, Reset Token)"
                ) from error
            except (*EXPECTED, PostFailed, DatabaseError, AttributeError, ValueError) as error:
                if not self._line.is_closed:
                    reason = error if isinstance(error, DatabaseError) else repr(error)
                    log.warning("the connection to Discord ended (%s); a new one in %.0f s", reason, pause)
            finally:
                await self._line.drop()
            if loop.time() - began > _WELL_AFTER:
                pause = _FIRST_PAUSE
            await self._pause(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def _serve(self) -> None:
        """One client's life: log in, wait for shards, sync the commands, listen."""
        client = await self._line.ready()
        await self._shards.ask(client)
        while not (mine := await self._shards.look()):
            if self._line.is_closed or client is not self._line.client:
                return
            await self._pause(LOOK_EVERY)
            await self._shards.ask_again(client)
        if 0 in mine:
            await self._sync(client)
        if self._desk.store.shared:
            client.turn = self._shards.turn_to_identify
        client.listen_on(mine, self._shards.total, self._shards.gateway)
        await self._listen(client)

    async def _listen(self, client: Client) -> None:
        """Until the client ends, or has no shard any more."""
        listening = asyncio.create_task(client.connect())
        ends = [
            listening,
            asyncio.create_task(self._line.closed()),
            asyncio.create_task(self._follow(client)),
        ]
        others = [*ends[1:], asyncio.create_task(self.departed.keep_house())]
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            for task in ends:
                if task.done():
                    task.result()
        finally:
            await self._line.drop()
            for task in (listening, *others):
                task.cancel()
            await asyncio.gather(listening, *others, return_exceptions=True)
            with contextlib.suppress(DatabaseError):
                await self._shards.hand_back(all_of_them=True)

    async def _follow(self, client: Client) -> None:
        """Listen on the shards that are ours, as they come and go; ends when there is none left."""
        while mine := await self._shards.look():
            await client.only(mine)
            with contextlib.suppress(DatabaseError):
                await self._shards.hand_back()
                if 0 in mine:
                    await self._sync(client)
            client.also(mine)
            await asyncio.sleep(LOOK_EVERY)

    async def _pause(self, seconds: float) -> None:
        """Wait so long, or until the line is closed."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._line.closed()

    async def close(self) -> None:
        """Stop taking commands; may be called twice."""
        await self._line.close()

    async def _sync(self, client: Client) -> None:
        """Tell Discord our commands where they, or the application, have changed since the last time."""
        if self._synced:
            return
        wanted = payload(self._desk.commands, self._words)
        mark = f"{client.application_id}:{fingerprint(wanted)}"
        if await self._desk.store.fact(_SYNCED) == mark:
            self._synced = True
            return
        await client.http.bulk_upsert_global_commands(client.application_id or 0, wanted)
        await self._desk.store.set_fact(_SYNCED, mark)
        self._synced = True
        log.info("%d commands synced with Discord", len(wanted))
