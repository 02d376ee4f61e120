from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from tests.bot.house import open_house
from tests.bot.slack.fake_slack import a_slack
from tests.bot.slack.town import Town, open_town


@pytest.fixture
def nothing_is_left_open() -> Iterator[None]:
    """A socket that is dropped without being closed is found here, in its own test, not in some later one."""
    yield
    gc.collect()


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    """A bot that is connected to a Slack by its socket."""
    async with a_slack() as slack, open_house() as house, open_town(slack, house) as town:
        yield town
        assert slack.violations == []
        assert slack.late == []
        await asyncio.sleep(0)
