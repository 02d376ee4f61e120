"""A channel that shuts the bot out: its watches rest, one person is told, and they go on when it is back."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot import clock
from bot.delivery.deliver import Courier
from bot.delivery.lost import Losses
from links.claim import Stage
from storage.delivery import Alert
from tests.bot.slack.shown import shown
from tests.bot.slack.town import ROOM, Town


class Watched:
    """A room that watches Ada Vale, and news of her."""

    def __init__(self, town: Town, courier: Courier, losses: Losses) -> None:
        self.town, self.courier, self.losses = town, courier, losses

    async def news(self, stage: Stage) -> Alert:
        (player,) = await self.town.house.store.players()
        alert = await self.town.house.report(player, "Fulham", stage, hours_ago=9 - stage)
        assert alert is not None
        watches = await self.town.house.store.watches_on(player.id, "Fulham")
        await self.town.house.store.enqueue(alert.id, [(w.channel, clock.now(), None) for w in watches])
        await self.courier.deliver_due()
        await self.losses.look()
        return alert

    async def paused(self) -> str | None:
        (watch,) = await self.town.house.store.watches(ROOM)
        return watch.paused


@pytest_asyncio.fixture
async def watched(town: Town) -> AsyncIterator[Watched]:
    store = town.house.store
    player = await town.house.player("Ada Vale")
    await store.add_watch(ROOM, player.id, by="UBEA")
    losses = Losses(store, {"slack": town.bot}, clock.now)
    yield Watched(town, Courier(store, {"slack": town.bot}, clock.now, timedelta(days=9999), losses), losses)


async def test_whoever_made_the_watch_is_told_once_and_an_invitation_lets_it_go_on(watched: Watched) -> None:
    slack = watched.town.slack
    room = slack.conversations["C1"]
    room.private = True
    room.members.discard("UBOT")
    await watched.news(Stage.INTEREST)
    assert "/invite @deadlineday" in (await watched.paused() or "")
    for _ in range(3):
        await watched.losses.look()
    (told,) = slack.in_channel(watched.town.bea.direct)
    assert "Alerts cannot be posted" in shown(told)
    room.members.add("UBOT")
    changed: list[bool] = []
    watched.town.bot.on_change = lambda: changed.append(True)
    await watched.town.bea.event({"type": "member_joined_channel", "user": "UBOT", "channel": "C1"})
    await slack.until(lambda: changed)
    await watched.losses.look()
    assert await watched.paused() is None
    await watched.news(Stage.BID)
    (told,) = slack.in_channel("C1")  # what was to be told then and this, as one change
    assert "New link" in shown(told)
    assert "bid" in shown(told)


async def test_an_archived_channel_is_named_and_comes_back_with_it(watched: Watched) -> None:
    slack = watched.town.slack
    slack.conversations["C1"].archived = True
    await watched.news(Stage.INTEREST)
    assert await watched.paused() == "the channel is archived"
    assert "#c1" in shown(slack.in_channel(watched.town.bea.direct)[0])
    assert len(slack.called("chat.postMessage")) == 2
    slack.conversations["C1"].archived = False
    await watched.town.bea.event({"type": "channel_unarchive", "channel": "C1", "user": "UBEA"})
    await watched.losses.look()
    assert await watched.paused() is None


@pytest.mark.parametrize("left", ["UBEA", "UCID"])
async def test_somebody_who_joins_a_channel_is_no_news_to_it(watched: Watched, left: str) -> None:
    changed: list[bool] = []
    watched.town.bot.on_change = lambda: changed.append(True)
    await watched.town.bea.event({"type": "member_joined_channel", "user": left, "channel": "C1"})
    await watched.town.bea.asked("help")
    assert changed == []
