"""The contract of a platform, over Slack by socket and by signed HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from storage.watch import Channel
from tests.bot.house import open_house
from tests.bot.platform_contract import PlatformContract, Stage
from tests.bot.slack.fake_slack import SECRET, a_slack
from tests.bot.slack.shown import shown
from tests.bot.slack.town import ROOM, Person, a_bot, free_port


class TestSlackBySocket(PlatformContract):
    @pytest_asyncio.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        async with a_slack() as slack, open_house() as house:
            bot, tasks = a_bot(slack, house), set()

            def say(text: str) -> None:
                tasks.add(asyncio.ensure_future(Person(slack).command(text)))

            yield Stage(
                bot, ROOM, Channel("slack", "CGONE", "T1"), lambda: list(map(shown, slack.messages)), say
            )
            await bot.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert slack.violations == []


class TestSlackByHttp(PlatformContract):
    @pytest_asyncio.fixture
    async def stage(self) -> AsyncIterator[Stage]:
        async with a_slack() as slack, open_house() as house:
            listen = f"127.0.0.1:{free_port()}"
            slack.http = f"http://{listen}"
            bot, tasks = a_bot(slack, house, listen=listen, signing_secret=SECRET), set()

            async def command(text: str) -> None:
                async with asyncio.timeout(5):
                    while True:
                        try:
                            return await Person(slack).command(text)
                        except OSError:
                            await asyncio.sleep(0.02)

            def say(text: str) -> None:
                tasks.add(asyncio.ensure_future(command(text)))

            yield Stage(
                bot, ROOM, Channel("slack", "CGONE", "T1"), lambda: list(map(shown, slack.messages)), say
            )
            await bot.close()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            assert slack.violations == []
