"""What Slack delivers again is handled once: within a process, after a restart, in two processes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from bot import clock
from bot.slack.seen import KEPT_IN_NOTES, Once, key_of
from storage.errors import DatabaseUnusable
from tests.bot.house import open_house
from tests.bot.slack.fake_slack import a_slack
from tests.bot.slack.town import Town, open_town
from tests.bot.world import Clock

pytestmark = pytest.mark.usefixtures("nothing_is_left_open")

EVENT = {"type": "event_callback", "event_id": "Ev1"}


async def settled(town: Town) -> None:
    """What came before is done: a later question was answered."""
    before = len(town.slack.private_to("UCID"))
    await type(town.bea)(town.slack, "UCID").command("help")
    await town.slack.until(lambda: len(town.slack.private_to("UCID")) > before)


@pytest.mark.parametrize("http", [False, True])
async def test_what_is_delivered_again_after_a_restart_is_handled_once(http: bool) -> None:
    async with a_slack() as slack, open_house() as house:
        await house.player("Ada Vale")
        async with open_town(slack, house, http=http) as town:
            asked = await town.bea.mention("latest on Ada Vale", id="Ev42")
            await slack.until(lambda: [m for m in slack.messages if m.thread == asked.ts])
            first = await town.bea.asked("latest ada vale")
            await town.bea.press(first, "Watch", trigger="1.2.same")
            await slack.until(lambda: len(slack.private_to("UBEA")) == 2)
            await town.bea.command("help", trigger_id="3.4.same")
            await slack.until(lambda: len(slack.private_to("UBEA")) == 3)
            await town.bea.command("")
            view = (await slack.until(lambda: list(slack.views.values())))[0]
            (found, *_) = await town.bea.search(view, "player", "Zed Quill")
            await town.bea.submit(view, {"player": found})
        posts, answers = len(slack.called("chat.postMessage")), len(slack.private_to("UBEA"))
        async with open_town(slack, house, http=http) as town:
            await town.bea.mention("latest on Ada Vale", id="Ev42", attempt=1)
            await town.bea.press(first, "Watch", trigger="1.2.same")
            await town.bea.command("help", trigger_id="3.4.same")
            (watch, _) = await house.store.all_watches()
            await house.store.remove_watch(watch.id)
            assert await town.bea.submit(view, {"player": found}) is None
            await settled(town)
            assert len(slack.called("chat.postMessage")) == posts
            assert len(slack.private_to("UBEA")) == answers
            assert len(await house.store.all_watches()) == 1
            await town.bea.mention("latest on Ada Vale", id="Ev43")
            await slack.until(lambda: len(slack.called("chat.postMessage")) == posts + 1)


async def test_two_processes_on_one_database_answer_once() -> None:
    async with a_slack() as slack, open_house() as house:
        await house.player("Ada Vale")
        async with open_town(slack, house) as town, open_town(slack, house):
            await slack.until(lambda: slack.connections == 2)
            asked = await town.bea.mention("latest on Ada Vale", id="Ev7")
            slack._sockets.reverse()  # the next delivery goes to the other
            await town.bea.mention("latest on Ada Vale", id="Ev7", attempt=1)
            await slack.until(lambda: [m for m in slack.messages if m.thread == asked.ts])
            await settled(town)
            assert len(slack.called("chat.postMessage")) == 1


async def test_notes_of_what_was_handled_are_dropped_after_a_day() -> None:
    async with open_house() as house:
        at = Clock(clock.now())
        once = Once(house.store, at)
        assert await once.first(EVENT)
        at.turn(hours=25)
        await once.forget()
        assert not await once.first(EVENT)
        at.turn(hours=KEPT_IN_NOTES / timedelta(hours=1) + 1)
        await once.forget()
        assert await once.first(EVENT)


class Notes:
    """Notes that do not answer, or cannot."""

    def __init__(self, store: Any, fault: Exception | None) -> None:
        self._store, self._fault = store, fault

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def first_times(self, what: Sequence[str], at: Any) -> list[bool]:
        if self._fault is not None:
            raise self._fault
        await asyncio.sleep(0.5)
        return [False for _ in what]


@pytest.mark.parametrize("fault", [None, DatabaseUnusable("here", "is away")])
async def test_where_the_notes_say_nothing_it_counts_as_new(
    monkeypatch: pytest.MonkeyPatch, fault: Exception | None
) -> None:
    monkeypatch.setattr("bot.slack.seen._PATIENCE", 0.05)
    async with open_house() as house:
        assert await Once(Notes(house.store, fault), clock.now).first(EVENT)


async def test_a_note_that_is_being_written_is_written_before_the_database_closes() -> None:
    async with open_house() as house:
        once = Once(house.store, clock.now)
        telling = asyncio.create_task(once.first(EVENT))
        await asyncio.sleep(0)
        telling.cancel()
        await once.finish()
        assert not await Once(house.store, clock.now).first(EVENT)


async def test_what_comes_at_once_is_noted_at_once() -> None:
    async with open_house() as house:
        once = Once(house.store, clock.now)
        bodies = [{"type": "event_callback", "event_id": f"Ev{n // 2}"} for n in range(40)]
        first = await asyncio.gather(*(once.first(body) for body in bodies))
        assert first == [True, False] * 20


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"type": "event_callback", "event_id": "Ev1"}, "event:Ev1"),
        ({"type": "block_actions", "trigger_id": "1.2"}, "trigger:1.2"),
        ({"command": "/deadline", "trigger_id": "1.3"}, "trigger:1.3"),
        ({"type": "block_suggestion", "trigger_id": "1.4"}, None),
        ({"type": "event_callback"}, None),
        ({}, None),
    ],
)
def test_what_makes_two_deliveries_the_same(body: dict[str, Any], key: str | None) -> None:
    assert key_of(body) == key


def test_a_window_is_the_same_with_the_same_in_it() -> None:
    def sent(id: str, name: str) -> str | None:
        view = {"id": id, "callback_id": "watch", "state": {"values": {"player": {"search": name}}}}
        return key_of({"type": "view_submission", "trigger_id": "1.5", "view": view})

    assert sent("V1", "Ada Vale") == sent("V1", "Ada Vale")
    assert len({sent("V1", "Ada Vale"), sent("V1", "Ben Moss"), sent("V2", "Ada Vale")}) == 3
