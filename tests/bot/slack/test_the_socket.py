"""Socket Mode: it comes back whatever ends it, acknowledges in time, and says when it cannot begin."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from bot.platform import PlatformRefused
from bot.request import Answer, Request
from bot.settings import Settings
from bot.slack.account import account_of
from bot.slack.turns import Turns
from tests.bot.house import open_house
from tests.bot.slack.fake_slack import a_slack
from tests.bot.slack.nouns import Fault
from tests.bot.slack.people import Person
from tests.bot.slack.shown import shown
from tests.bot.slack.town import Town, a_bot, open_town

pytestmark = pytest.mark.usefixtures("nothing_is_left_open")


@pytest_asyncio.fixture
async def lively() -> AsyncIterator[Town]:
    """A bot that looks at its connection all the time."""
    async with a_slack() as slack, open_house() as house, open_town(slack, house, ping=0.5) as town:
        yield town


@pytest.mark.parametrize("how", ["disconnect", "close", "abort"])
async def test_a_connection_that_ends_is_made_again_and_serves(lively: Town, how: str) -> None:
    town = lively
    await town.slack.drop_sockets(how)
    await town.slack.until(lambda: town.slack.connections >= 2)
    assert "What you can ask" in shown(await town.bea.asked("help"))


async def test_slack_that_is_down_for_a_while_is_found_again(lively: Town) -> None:
    town = lively
    town.slack.down = True
    await town.slack.drop_sockets("abort")
    await asyncio.sleep(0.6)
    town.slack.down = False
    await town.slack.until(lambda: town.slack.connections >= 2)
    assert "What you can ask" in shown(await town.bea.asked("help"))


async def test_a_start_while_slack_is_down_waits_and_says_so_once(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async with a_slack() as slack, open_house() as house:
        slack.faults["auth.test"] += [Fault(status=503), Fault(cut="before")]
        import bot.slack.app as app

        app.FIRST_PAUSE = 0.05
        bot = a_bot(slack, house)
        running = asyncio.create_task(bot.run(house.desk.answer))
        await slack.until(lambda: slack.connections)
        await bot.close()
        await running
        app.FIRST_PAUSE = 2.0
    assert len([r for r in caplog.records if r.name == "bot.slack.app"]) == 1


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bot_token": "xoxb-wrong"}, "DEADLINEDAY_SLACK_BOT_TOKEN is not taken by Slack"),
        ({"app_token": "xapp-wrong"}, "DEADLINEDAY_SLACK_APP_TOKEN is not taken by Slack"),
        (
            {"listen": "127.0.0.1:99999", "signing_secret": "s"},
            "port must be 0-65535",
        ),
        ({"listen": f"{'a' * 70}.example:80", "signing_secret": "s"}, "cannot be used: "),
        ({"listen": "192.0.2.1:9", "signing_secret": "s"}, "DEADLINEDAY_SLACK_LISTEN='192.0.2.1:9'"),
    ],
)
async def test_an_account_that_cannot_work_is_refused_in_one_line(
    changes: dict[str, str], words: str
) -> None:
    async with a_slack() as slack, open_house() as house:
        bot = a_bot(slack, house, **changes)
        with pytest.raises(PlatformRefused) as refused:
            await bot.run(house.desk.answer)
        await bot.close()
    assert words in str(refused.value)
    assert "wrong" not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_account_shows_no_secret() -> None:
    given = Settings(slack_bot_token="xoxb-hush", slack_app_token="xapp-hush")  # type: ignore[arg-type]
    assert "hush" not in repr(account_of(given))
    assert "hush" not in repr(given)


async def test_everything_is_acknowledged_in_time_while_answers_take_long(town: Town) -> None:
    async def slowly(request: Request) -> Answer:
        await asyncio.sleep(2)
        return await town.house.desk.answer(request)

    town.bot._hearer.dispatch = slowly
    started = time.monotonic()
    await asyncio.gather(*(town.bea.command("help") for _ in range(20)), town.ada.mention("help"))
    assert time.monotonic() - started < 3
    await town.slack.until(lambda: any("One moment" in shown(m) for m in town.slack.private_to("UBEA")))
    await town.slack.until(
        lambda: sum("What you can" in shown(m) for m in town.slack.private_to("UBEA")) == 20
    )
    assert town.slack.late == []


async def test_acknowledgements_go_before_answers_that_wait_for_their_turn(town: Town) -> None:
    working: set[int] = set()
    most = 0

    async def one_by_one(request: Request) -> Answer:
        nonlocal most
        working.add(id(request))
        most = max(most, len(working))
        await free.wait()
        working.discard(id(request))
        return await town.house.desk.answer(request)

    free = asyncio.Event()
    town.bot._hearer._turns = Turns(2, timedelta(hours=1))
    town.bot._hearer.dispatch = one_by_one
    await asyncio.gather(*(town.bea.command("help") for _ in range(6)), town.ada.mention("help"))
    assert town.slack.late == []
    await town.slack.until(lambda: len(working) == 2)
    free.set()
    await town.slack.until(
        lambda: sum("What you can" in shown(m) for m in town.slack.private_to("UBEA")) == 6
    )
    assert most == 2


async def test_what_is_not_answered_when_the_bot_stops_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    begun: list[str] = []
    given_up: list[str] = []

    async def stuck(request: Request) -> Answer:
        begun.append(request.text)
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            given_up.append(request.text)
            raise
        return Answer("late")

    monkeypatch.setattr("bot.slack.app.FINISH_WITHIN", timedelta(seconds=0.1))
    async with a_slack() as slack, open_house() as house, open_town(slack, house) as town:
        town.bot._hearer.dispatch = stuck
        await town.bea.command("help")
        await town.ada.mention("watches")
        await slack.until(lambda: len(begun) == 2)
    assert sorted(given_up) == ["help", "watches"]
    assert "the bot stops before 2 answers were given" in caplog.text


async def test_a_window_opens_while_every_turn_is_taken(town: Town) -> None:
    async def stuck(request: Request) -> Answer:
        await free.wait()
        return await town.house.desk.answer(request)

    free = asyncio.Event()
    town.bot._hearer._turns = Turns(2, timedelta(hours=1))
    town.bot._hearer.dispatch = stuck
    await asyncio.gather(*(town.bea.command("help") for _ in range(6)))
    await town.ada.command("")
    await town.slack.until(lambda: town.slack.views, 2)
    await town.ada.shortcut("Leeds United are in talks with Everton over Owen Tregarth.")
    await town.slack.until(lambda: len(town.slack.views) == 2, 2)
    free.set()
    await town.slack.until(
        lambda: sum("What you can" in shown(m) for m in town.slack.private_to("UBEA")) == 6
    )


async def test_who_waits_for_slack_gives_his_turn_to_the_next(town: Town) -> None:
    town.bot._hearer._turns = Turns(2, timedelta(seconds=0.1))
    town.slack.faults["views.publish"] += [Fault(slow=4)] * 6
    for _ in range(6):
        await town.ada.event({"type": "app_home_opened", "user": "UADA", "tab": "home"})
    began = time.monotonic()
    assert "What you can ask" in shown(await town.bea.asked("help"))
    assert time.monotonic() - began < 2


async def test_calls_that_hang_leave_connections_to_others(town: Town) -> None:
    town.bot._hearer._turns = Turns(50, timedelta(seconds=0.01))
    town.slack.faults["views.publish"] += [Fault(slow=4)] * 120
    opened = {"type": "app_home_opened", "user": "UADA", "tab": "home"}
    await asyncio.gather(*(town.ada.event(opened) for _ in range(120)))
    await town.slack.until(lambda: len(town.slack.called("views.publish")) == 120, 4)
    began = time.monotonic()
    assert "What you can ask" in shown(await town.bea.asked("help"))
    assert time.monotonic() - began < 2


async def test_what_one_workspace_is_slow_to_answer_delays_no_other() -> None:
    turns = Turns(2, timedelta(hours=1))
    async with turns.turn("T1"), turns.turn("T1"):
        waiting = asyncio.create_task(turns.turn("T1").__aenter__())
        async with asyncio.timeout(1), turns.turn("T2"):
            assert not waiting.done()
    async with asyncio.timeout(1):
        await waiting


async def test_an_acknowledgement_waits_for_no_call_of_the_web_api(town: Town) -> None:
    for method in ("views.open", "conversations.info", "users.info", "chat.postMessage"):
        town.slack.faults[method].append(Fault(slow=3.2))
    started = time.monotonic()
    await town.bea.command("")
    await town.bea.command("watch Ada Vale")
    await town.bea.command("feeds add example.org")
    await town.bea.mention("latest on Ada Vale")
    assert time.monotonic() - started < 1


async def test_a_modal_whose_answer_takes_long_says_so_and_is_filled_later(town: Town) -> None:
    await town.house.player("Ada Vale")
    await town.bea.command("")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    (found, *_) = await town.bea.search(view, "player", "vale")
    town.slack.faults["conversations.members"].append(Fault(slow=2.3))
    answer = await town.bea.submit(view, {"player": found})
    assert answer is not None
    assert "One moment" in shown(answer["view"])
    await town.slack.until(lambda: "is watched now" in shown(town.slack.views[view["id"]]))


async def test_a_trigger_that_is_too_old_is_answered_in_words(town: Town) -> None:
    town.slack.faults["views.open"].append(Fault(error="expired_trigger_id"))
    await town.bea.command("")
    await town.slack.until(lambda: town.slack.private_to("UBEA"))
    assert "What you can ask" in shown(town.slack.private_to("UBEA")[-1])


async def test_a_command_from_a_workspace_that_is_not_ours_is_told_so(town: Town) -> None:
    town.slack.teams["T9"] = town.slack.teams["T1"]
    await Person(town.slack, "UX", "T9").command("help")
    (told,) = await town.slack.until(lambda: town.slack.private_to("UX"))
    assert shown(told) == "Deadline Day is not installed in this workspace."
    town.slack.violations.clear()


async def test_closing_ends_when_what_was_acknowledged_is_answered(town: Town) -> None:
    async def slowly(request: Request) -> Answer:
        await asyncio.sleep(0.3)
        return await town.house.desk.answer(request)

    town.bot._hearer.dispatch = slowly
    await town.bea.command("help")
    await town.bot.close()
    assert "What you can ask" in shown(town.slack.private_to("UBEA")[-1])


@pytest.mark.parametrize("http", [False, True])
async def test_what_was_acknowledged_is_answered_before_the_bot_stops(http: bool) -> None:
    async with a_slack() as slack, open_house() as house:
        async with open_town(slack, house, http=http) as town:

            async def slowly(request: Request) -> Answer:
                await asyncio.sleep(0.5)
                return await house.desk.answer(request)

            town.bot._hearer.dispatch = slowly
            await town.bea.command("help")
        assert "What you can ask" in shown(slack.private_to("UBEA")[-1])
