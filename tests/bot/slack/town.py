"""A bot on a fake Slack: the real desk with a storage in memory, the real slack-bolt."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.cards.story import Story
from bot.clock import now
from bot.delivery.deliver import Courier
from bot.slack.account import Account
from bot.slack.app import Slack
from bot.slack.pace import Pace
from storage.watch import Channel
from tests.bot.house import House
from tests.bot.slack.fake_slack import SECRET, FakeSlack
from tests.bot.slack.people import Person

ROOM = Channel("slack", "C1", "T1")


@dataclass
class Town:
    slack: FakeSlack
    house: House
    bot: Slack
    drawn: list[Story] = field(default_factory=list)

    @property
    def ada(self) -> Person:
        """An admin."""
        return Person(self.slack)

    @property
    def bea(self) -> Person:
        return Person(self.slack, "UBEA")

    def courier(self) -> Courier:
        """The outbox; the house's news is old, so nothing is given up for its age."""
        return Courier(self.house.store, {"slack": self.bot}, now, timedelta(days=9999))


def account(slack: FakeSlack, **changes: Any) -> Account:
    given: dict[str, Any] = {
        "bot_token": "xoxb-test-1",
        "app_token": slack.app_token,
        "api_url": f"{slack.base}/api/",
    }
    return Account(**{**given, **changes})


def a_bot(
    slack: FakeSlack, house: House, *, drawn: list[Story] | None = None, ping: float = 10.0, **changes: Any
) -> Slack:
    async def draw(story: Story) -> bytes | None:
        if drawn is not None:
            drawn.append(story)
        return b"\x89PNG picture"

    pace = Pace(timedelta(seconds=slack.between))
    return Slack(account(slack, **changes), house.desk, draw, pace=pace, ping=ping)


@asynccontextmanager
async def open_town(
    slack: FakeSlack, house: House, *, http: bool = False, **changes: Any
) -> AsyncIterator[Town]:
    """The bot signed in and listening, by its socket or by signed HTTP."""
    drawn: list[Story] = []
    if http:
        listen = f"127.0.0.1:{free_port()}"
        changes = {"listen": listen, "signing_secret": SECRET, "app_token": "", **changes}
    bot = a_bot(slack, house, drawn=drawn, **changes)
    running = asyncio.create_task(bot.run(house.desk.answer))
    try:
        if http:
            await _listening(listen, running)
            slack.http = f"http://{listen}"
        else:
            await slack.until(lambda: slack.connections or running.done())
        yield Town(slack, house, bot, drawn)
    finally:
        await bot.close()
        await asyncio.wait_for(running, 5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _listening(listen: str, running: asyncio.Task[None]) -> None:
    host, _, port = listen.rpartition(":")
    async with asyncio.timeout(5):
        while not running.done():
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except OSError:
                await asyncio.sleep(0.02)
                continue
            writer.close()
            await writer.wait_closed()
            return
