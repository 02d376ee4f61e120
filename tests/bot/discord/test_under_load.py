"""What must hold while everything is busy: each answer within Discord's three seconds, each alert once."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.bot.discord.load import EVERYBODYS, a_load

FEEDS, CHANNELS = 1000, 60


async def test_each_command_is_answered_and_each_alert_told_once_while_a_thousand_feeds_are_polled(
    tmp_path: Path,
) -> None:
    async with a_load(tmp_path, feeds=FEEDS, channels=CHANNELS) as load:
        load.troubles(20)
        await load.ask_everything()
        await load.tell("Talks", f"Leeds United are in talks with Everton over {EVERYBODYS}.")
        asking = asyncio.create_task(load.ask_everything())
        await load.until(lambda: sum(map(load.shown, load.rooms)) > CHANNELS // 3, 30)
        await load.fake.gateway.drop()
        await load.tell("Bid", f"Leeds United have made a bid for Everton midfielder {EVERYBODYS}.")
        await load.until(lambda: all(load.shown(room) >= 2 for room in load.rooms), 60)
        await asking
        await load.ask_everything()
        assert load.tally(load.rooms) == {2: CHANNELS}
        name, took = load.slowest()
        assert took < 3, name
        assert load.polls > FEEDS
        assert load.fake.objections == []
        assert load.fake.referee is None or load.fake.referee.complaints == []
