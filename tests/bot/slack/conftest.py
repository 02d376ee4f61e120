from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest_asyncio

from tests.bot.house import open_house
from tests.bot.slack.fake_slack import a_slack
from tests.bot.slack.town import Town, open_town


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    """A bot that is connected to a Slack by its socket."""
    async with a_slack() as slack, open_house() as house, open_town(slack, house) as town:
        yield town
        assert slack.violations == []
        assert slack.late == []
        await asyncio.sleep(0)
