from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.bot.house import House, open_house
from tests.bot.world import World, a_world


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    async with open_house() as opened:
        yield opened


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    async with a_world() as opened:
        yield opened
