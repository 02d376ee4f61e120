from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.bot.discord.stage import Lobby, a_lobby


@pytest_asyncio.fixture
async def lobby() -> AsyncIterator[Lobby]:
    """The bot at home on a loopback Discord; a rule that it broke, or a reply of the fake, fails the test."""
    async with a_lobby() as opened:
        yield opened
        assert "\n".join(opened.fake.objections) == ""
        if opened.fake.referee is not None:
            assert "\n".join(opened.fake.referee.complaints) == ""
