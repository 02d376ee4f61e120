"""The bot on a loopback Discord: a server, a channel, two people, the real desk, storage and courier."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import discord

from bot.cards.story import Story
from bot.clock import now
from bot.commands.desk import Desk
from bot.delivery import lost
from bot.delivery.deliver import Courier
from bot.delivery.lost import Losses
from bot.discord.client import Client
from bot.discord.pace import Pace
from bot.discord.places import channel as place_of
from bot.discord.platform import Discord, point
from bot.request import Answer, Request
from links.claim import Stage
from storage.delivery import Alert
from storage.store import open_store
from storage.watch import Channel
from tests.bot.discord.fake import TOKEN, Fake, a_discord
from tests.bot.discord.people import Person
from tests.bot.discord.town import MANAGER, Json
from tests.bot.house import NOW, FakeChecks, House
from tests.bot.world import NAMES, Clock


@dataclass
class Lobby:
    fake: Fake
    house: House
    platform: Discord
    courier: Courier
    guild: Json
    room: Json
    boss: Person
    fan: Person
    clock: Clock
    losses: Losses
    slow: float = 0.0
    asked: list[Request] = field(default_factory=list)
    _running: asyncio.Task[None] | None = None

    @property
    def here(self) -> Channel:
        return place_of(int(self.room["id"]), int(self.guild["id"]))

    async def dispatch(self, request: Request) -> Answer:
        self.asked.append(request)
        await asyncio.sleep(self.slow)
        return await self.house.desk.answer(request)

    async def start(self) -> None:
        """Let the bot listen; returns when its gateway stands and it knows its servers."""
        self._running = asyncio.create_task(self.platform.run(self.dispatch))
        await self.ready()

    async def ready(self, within: float = 15.0) -> None:
        async with asyncio.timeout(within):
            joining = asyncio.create_task(self.fake.gateway.joined.wait())
            try:
                await asyncio.wait(
                    {joining, *filter(None, (self._running,))}, return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                joining.cancel()
        if self._running is not None and self._running.done():
            self._running.result()
        await self.until(self._knows_its_servers, within)

    def _knows_its_servers(self) -> bool:
        client = self.platform._line.client
        if client is None:
            return False
        return bool(client.guilds) and not any(guild.unavailable for guild in client.guilds)

    async def stop(self) -> None:
        await self.platform.close()
        if self._running is not None:
            await asyncio.wait_for(self._running, 10)
            self._running = None

    async def until(self, true: Callable[[], object], within: float = 10.0) -> None:
        """Wait until something is so; what is seen from outside wakes nobody."""
        async with asyncio.timeout(within):
            while not true():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    def person(self, name: str, *roles: Json, guild: Json | None = None) -> Person:
        user = self.fake.town.person(name)
        self.fake.town.join(guild or self.guild, user, *roles)
        return Person(self.fake, user)

    async def news(
        self, name: str = "Ada Vale", club: str = "Crystal Palace", stage: Stage = Stage.TALKS
    ) -> Alert:
        """A report of a player that gives an alert."""
        alert = await self.house.report(await self.house.player(name), club, stage)
        assert alert is not None
        return alert

    async def told(self, alert: Alert | None, *channels: Channel, mention: str | None = None) -> None:
        """Let an alert wait for these channels, and deliver it."""
        assert alert is not None
        await self.house.store.enqueue(alert.id, [(each, NOW, mention) for each in channels or (self.here,)])
        await self.deliver()

    async def deliver(self) -> None:
        """Deliver all that is due, and what comes due within the hour."""
        for _ in range(60):
            while await self.courier.deliver_due():
                pass
            due = await self.house.store.next_due(self.clock(), ["discord"])
            if due is None or due - self.clock() > timedelta(hours=1):
                return
            self.clock.time = max(due, self.clock())

    def told_of_threads(self) -> bool | None:
        """May the bot write in the room's threads, as the gateway has told? None where it does not know."""
        client = self.platform._line.client
        room = client.get_channel(int(self.room["id"])) if client else None
        if not isinstance(room, discord.TextChannel):
            return None
        return room.permissions_for(room.guild.me).send_messages_in_threads

    def shown(self, channel: Json | None = None) -> list[Json]:
        """The bot's messages in a channel."""
        mine = self.fake.town.bot["id"]
        return [each for each in self.fake.town.in_(channel or self.room) if each["author"]["id"] == mine]


async def no_picture(story: Story) -> bytes | None:
    return None


@asynccontextmanager
async def a_house() -> AsyncIterator[House]:
    """A desk with a storage in memory, as other tests have it; the names are loaded once for all."""
    async with open_store(":memory:", clock=lambda: NOW - timedelta(days=30)) as store:
        checks = FakeChecks()
        yield House(store, Desk(store, NAMES, checks), checks)


@asynccontextmanager
async def a_lobby(
    *, strict: bool = True, start: bool = True, real_time: bool = False
) -> AsyncIterator[Lobby]:
    """With `real_time` what is due comes due by itself; else the clock stands until a test turns it."""
    async with a_discord(strict=strict) as fake, a_house() as house:
        point(fake.api, fake.gateway_url)
        Client.identify_pause, lost.CALM = 0.1, 0.1
        town = fake.town
        owner = town.person("Olive Owner")
        guild = town.guild("The Club House", owner)
        room = town.channel(guild, "transfers")
        clock = Clock(NOW)
        platform = Discord(TOKEN, house.desk, no_picture, clock, pace=Pace())
        losses = Losses(house.store, {"discord": platform}, clock)
        tick = now if real_time else clock
        courier = Courier(house.store, {"discord": platform}, tick, losses=losses)
        boss, fan = Person(fake, town.person("Bea Boss")), Person(fake, town.person("Fay Fan"))
        town.join(guild, boss.user, town.role(guild, "managers", MANAGER))
        town.join(guild, fan.user)
        lobby = Lobby(fake, house, platform, courier, guild, room, boss, fan, clock, losses)
        try:
            if start:
                await lobby.start()
            yield lobby
        finally:
            with contextlib.suppress(Exception):
                await lobby.stop()
