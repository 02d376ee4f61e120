"""Discord as a platform: cards posted, commands answered, by one client that is made anew when it fails."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import discord
import yarl

from bot import clock
from bot.card import Card
from bot.commands.desk import Desk
from bot.discord.answers import Draw
from bot.discord.cards import Message, layout
from bot.discord.client import Client
from bot.discord.commands import fingerprint, payload
from bot.discord.conversation import Conversation
from bot.discord.departed import Departed
from bot.discord.faults import EXPECTED, fault
from bot.discord.handle import Handles
from bot.discord.markup import mentioned
from bot.discord.pace import Pace
from bot.discord.places import NAME, home, number_of, person_of, silenced
from bot.discord.threads import Threads
from bot.platform import PLAINLY, CardRefused, ChannelLost, Dispatch, Manner, PlatformRefused, PostFailed
from storage.watch import Channel

log = logging.getLogger(__name__)

_SYNCED = "discord:commands"
_TAG = "discord:tag"
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_WELL_AFTER = 300.0
_SEARCHED = 50
"""Messages of a channel that are looked through for a post whose end nobody learnt."""


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
    ) -> None:
        self._gateway = gateway
        self._token = token
        self._desk = desk
        self._now = now
        self._pace = pace or Pace()
        self._client: Client | None = None
        self._logging_in = asyncio.Lock()
        self._closed = asyncio.Event()
        self._tag = ""
        self._direct: dict[int, int] = {}
        self._departed = Departed(desk.store, now)
        self._threads = Threads(desk.store, self._pace)
        self._ears = Conversation(desk, draw, now, self._departed)

    @property
    def name(self) -> str:
        return NAME

    def __repr__(self) -> str:
        return "Discord()"

    # Posting

    async def post(
        self,
        channel: Channel,
        card: Card,
        *,
        delivery_id: int,
        mention: str | None = None,
        manner: Manner = PLAINLY,
    ) -> str:
        """Post a card; the reference is "channel/message". See `Platform.post`."""
        try:
            client = await self._ready_client()
            place = await self._place(client, channel)
            if manner.unsure and (found := await self._arrived(client, place, card)):
                return found
            if manner.thread:
                place = await self._threads.of(client, channel, place, manner.thread)
                if manner.unsure and (found := await self._arrived(client, place, card)):
                    return found
            message = await self._send(client, place, card, delivery_id, mention)
            if manner.publish:
                await self._publish(client, message)
        except (PostFailed, ChannelLost, CardRefused):
            raise
        except EXPECTED as error:
            raise fault(error) from error
        return f"{place}/{message.id}"

    async def _send(
        self, client: Client, place: int, card: Card, delivery_id: int, mention: str | None
    ) -> discord.Message:
        people, roles = mentioned(mention)
        handles = Handles()
        called = " ".join((*(f"<@{id}>" for id in people[:100]), *(f"<@&{id}>" for id in roles[:100])))
        view = layout(Message(cards=(card,), mention=called), handles)
        await handles.keep(self._desk.store)
        await self._pace(card.number)
        return await client.get_partial_messageable(place).send(
            view=view,
            # The same nonce within a few minutes gives the message that is there already.
            nonce=f"{await self._own_tag()}-{delivery_id}",
            allowed_mentions=discord.AllowedMentions(
                everyone=False,
                users=[discord.Object(id) for id in people[:100]],
                roles=[discord.Object(id) for id in roles[:100]],
                replied_user=False,
            ),
        )

    async def edit(self, channel: Channel, message: str, card: Card) -> None:
        """Show a card that has grown; see `Platform.edit`."""
        place, _, number = message.partition("/")
        if not (place.isdigit() and number.isdigit()):
            raise CardRefused(f"“{message[:60]}” is no message on Discord")
        handles = Handles()
        view = layout(Message(cards=(card,)), handles)
        try:
            await handles.keep(self._desk.store)
            client = await self._ready_client()
            await self._pace()
            partial = client.get_partial_messageable(int(place)).get_partial_message(int(number))
            await partial.edit(view=view, allowed_mentions=discord.AllowedMentions.none())
        except EXPECTED as error:
            raise fault(error) from error

    async def _place(self, client: Client, channel: Channel) -> int:
        """The number to post to; a direct channel is opened, once."""
        person = person_of(channel)
        if person is None:
            number = number_of(channel)
            if number is None or channel.platform != NAME:
                raise ChannelLost("that is no channel on Discord")
            return number
        if person not in self._direct:
            await self._pace()
            opened = await client.create_dm(discord.Object(person))
            self._direct[person] = opened.id
        return self._direct[person]

    async def _arrived(self, client: Client, place: int, card: Card) -> str | None:
        """The reference of this alert's message if it stands among the channel's latest, else None.

        None too where the channel's history cannot be read: then it is posted, with its nonce.
        """
        if card.number is None or client.user is None:
            return None
        await self._pace()
        try:
            rows = await client.http.logs_from(place, _SEARCHED)
        except discord.Forbidden:
            return None
        wanted = {id for button in card.buttons for id in (Handles().of(button.call),)}
        mine = [row for row in rows if row["author"]["id"] == str(client.user.id)]
        return next(
            (f"{place}/{row['id']}" for row in mine if wanted <= _ids(row.get("components", ()))), None
        )

    async def _publish(self, client: Client, message: discord.Message) -> None:
        """Pass it on to the followers of an announcement channel; a failure costs nothing but that."""
        channel = client.get_channel(message.channel.id)
        if not (isinstance(channel, discord.TextChannel) and channel.is_news()):
            return
        try:
            await self._pace()
            await message.publish()
        except EXPECTED as error:
            log.info("a message in channel %d was not published: %s", channel.id, error)

    async def _own_tag(self) -> str:
        """What tells this database's nonces from another's: delivery numbers begin anew in each."""
        if not self._tag:
            self._tag = await self._desk.store.settle_fact(_TAG, secrets.token_hex(3))
        return self._tag

    # Lost and found again

    @property
    def on_change(self) -> Callable[[], None]:
        """Called when permissions may have changed somewhere; see `bot.lost`."""
        return self._ears.on_change

    @on_change.setter
    def on_change(self, call: Callable[[], None]) -> None:
        self._ears.on_change = call

    async def regained(self, channel: Channel) -> bool | None:
        """May the bot post there (again)? None for direct messages: only a try can tell."""
        if person_of(channel) is not None:
            return None
        client, number = self._client, number_of(channel)
        if client is None or number is None or not client.is_ready():
            return False
        found = client.get_channel(number) or await self._archived(client, number)
        if not isinstance(found, discord.abc.GuildChannel | discord.Thread) or found.guild.me is None:
            return False
        thread = isinstance(found, discord.Thread)
        if isinstance(found, discord.Thread) and (found.locked or found.parent is None):
            return False
        return not silenced(found.permissions_for(found.guild.me), thread=thread)

    async def _archived(self, client: Client, number: int) -> object:
        """A thread that Discord does not tell of by itself, because nobody has spoken in it for long."""
        try:
            await self._pace()
            return await client.fetch_channel(number)
        except EXPECTED:
            return None

    async def described(self, channel: Channel) -> str:
        """The channel as people call it."""
        if person_of(channel) is not None:
            return "your direct messages"
        found = self._client.get_channel(number_of(channel) or 0) if self._client else None
        if isinstance(found, discord.abc.GuildChannel | discord.Thread):
            return f"#{found.name} in {found.guild.name}"
        return "a channel that was deleted or is hidden from the bot"

    async def told_instead(self, channel: Channel, makers: Sequence[str]) -> list[Channel]:
        """The direct messages of those who made the watches, then of the server's owner."""
        people = [int(maker) for maker in makers if maker.isdigit()]
        guild = self._client.get_guild(int(channel.space)) if self._client and channel.space else None
        if guild is not None and guild.owner_id is not None:
            people.append(guild.owner_id)
        return [place for place in map(home, dict.fromkeys(people)) if place != channel]

    # Listening

    async def run(self, dispatch: Dispatch) -> None:
        """Take commands and answer them until `close`. Raises PlatformRefused for a wrong token."""
        self._ears.dispatch = dispatch
        pause = _FIRST_PAUSE
        while not self._closed.is_set():
            loop = asyncio.get_running_loop()
            began = loop.time()
            try:
                await self._serve()
            except discord.LoginFailure as error:
                raise PlatformRefused(
                    "Discord does not take the token in DEADLINEDAY_DISCORD_TOKEN:"
                    " make a new one in the developer portal (Bot, Reset Token)"
                ) from error
            except (*EXPECTED, PostFailed, AttributeError, ValueError) as error:
                if not self._closed.is_set():
                    log.warning("the connection to Discord ended (%r); a new one in %.0f s", error, pause)
            finally:
                await self._forget_client()
            if loop.time() - began > _WELL_AFTER:
                pause = _FIRST_PAUSE
            try:
                async with asyncio.timeout(pause):
                    await self._closed.wait()
            except TimeoutError:
                pause = min(pause * 2, _LONGEST_PAUSE)

    async def _serve(self) -> None:
        """One client's life: log in, sync the commands, listen."""
        client = await self._ready_client()
        await self._sync(client)
        listening = asyncio.create_task(client.connect())
        closing = asyncio.create_task(self._closed.wait())
        housekeeping = asyncio.create_task(self._departed.keep_house())
        try:
            await asyncio.wait({listening, closing}, return_when=asyncio.FIRST_COMPLETED)
            if listening.done():
                listening.result()
        finally:
            await self._forget_client()
            for task in (listening, closing, housekeeping):
                task.cancel()
            await asyncio.gather(listening, closing, housekeeping, return_exceptions=True)

    async def close(self) -> None:
        """Stop taking commands; may be called twice."""
        self._closed.set()
        await self._forget_client()

    async def _ready_client(self) -> Client:
        """The client, logged in. Raises what discord.py raises."""
        async with self._logging_in:
            if self._client is not None and not self._client.is_closed():
                return self._client
            if self._closed.is_set():
                raise PostFailed("the bot is stopping")
            client = Client(self._ears, self._gateway)
            try:
                await client.login(self._token)
            except BaseException:
                await client.close()
                raise
            if self._closed.is_set():
                await client.close()
                raise PostFailed("the bot is stopping")
            self._client = client
            return client

    async def _forget_client(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def _sync(self, client: Client) -> None:
        """Tell Discord our commands where they, or the application, have changed since the last time."""
        wanted = payload(self._desk.commands)
        mark = f"{client.application_id}:{fingerprint(wanted)}"
        if await self._desk.store.fact(_SYNCED) == mark:
            return
        await client.http.bulk_upsert_global_commands(client.application_id or 0, wanted)
        await self._desk.store.set_fact(_SYNCED, mark)
        log.info("%d commands synced with Discord", len(wanted))


def _ids(components: Any) -> set[str]:
    """Every custom id among these components."""
    found: set[str] = set()
    for component in components:
        if "custom_id" in component:
            found.add(component["custom_id"])
        inner = [*component.get("components", ()), *filter(None, (component.get("accessory"),))]
        found |= _ids(inner)
    return found
