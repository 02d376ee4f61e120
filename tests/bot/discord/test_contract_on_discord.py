"""Discord under the contract of every platform."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from bot.discord.places import channel as place_of
from tests.bot.discord.people import read
from tests.bot.discord.stage import a_lobby
from tests.bot.platform_contract import PlatformContract, Stage


class TestDiscord(PlatformContract):
    @pytest_asyncio.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        async with a_lobby(start=False) as lobby:
            tasks: list[asyncio.Task[object]] = []

            async def said(text: str) -> None:
                await lobby.fake.gateway.joined.wait()
                await asyncio.sleep(0.05)
                me = lobby.fake.town.bot["id"]
                await lobby.boss.say(f"<@{me}> {text}", lobby.room)

            def say(text: str) -> None:
                tasks.append(asyncio.create_task(said(text)))

            yield Stage(
                lobby.platform,
                lobby.here,
                place_of(1234, int(lobby.guild["id"])),
                lambda: [read(message) for message in lobby.shown()],
                say,
            )
            await asyncio.gather(*tasks)
            assert lobby.fake.objections == []
            assert lobby.fake.referee is None or lobby.fake.referee.complaints == []
