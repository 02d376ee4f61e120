"""The whole way: a feed changes, the message stands in the channel and its thread, its button answers."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest_asyncio

from bot import clock
from bot.delivery.deliver import Courier
from bot.polling.poll import Poller
from feeds.fetch import open_session
from tests.bot.house import open_house
from tests.bot.slack.fake_slack import SECRET, FakeSlack, a_slack
from tests.bot.slack.nouns import Fault
from tests.bot.slack.people import Person
from tests.bot.slack.shown import shown
from tests.bot.slack.test_signed_http_and_oauth import KEY, install
from tests.bot.slack.town import Town, free_port, open_town
from tests.bot.world import NAMES
from tests.feeds.web import FakeWeb, a_web


def page(*titles: str) -> str:
    items = "".join(
        f"<item><title>{title}</title><link>https://herald.example/{number}</link><guid>{number}</guid></item>"
        for number, title in enumerate(titles)
    )
    return f'<rss version="2.0"><channel><title>The Herald</title>{items}</channel></rss>'


class Way:
    """A feed, a poller, a courier and a bot on Slack."""

    def __init__(self, web: FakeWeb, town: Town, poller: Poller, courier: Courier) -> None:
        self.web, self.town, self.poller, self.courier = web, town, poller, courier
        self.titles: list[str] = []

    async def publish(self, title: str, feed: str = "herald") -> None:
        self.titles.append(title)
        self.web.put(f"/{feed}.xml", page(*self.titles))
        await self.poll(feed)

    async def poll(self, feed: str = "herald") -> None:
        known = await self.town.house.store.add_feed(self.web.url(f"/{feed}.xml"), title=feed, lang="en")
        await self.poller.poll(known)


@pytest_asyncio.fixture
async def way() -> AsyncIterator[Way]:
    async with (
        a_web() as web,
        a_slack() as slack,
        open_house() as house,
        open_town(slack, house) as town,
        open_session(user_agent="test", allow_private=True) as session,
    ):
        courier = Courier(house.store, {"slack": town.bot}, clock.now)
        poller = Poller(
            house.store, session, lambda: NAMES, clock.now, timedelta(minutes=5),
            random=Random(1), on_news=courier.wake,
        )  # fmt: skip
        way = Way(web, town, poller, courier)
        running = asyncio.create_task(courier.run())
        await way.publish("Rain expected at the weekend")
        yield way
        courier.stop()
        await running
        assert slack.violations == []
        assert slack.late == []


async def test_a_feed_changes_and_the_message_stands_in_the_channel_and_its_thread(way: Way) -> None:
    town, slack = way.town, way.town.slack
    assert "is watched now" in shown(await town.bea.asked("watch Owen Tregarth"))
    await way.publish("Leeds United are in talks with Everton over Owen Tregarth.")
    (root,) = await slack.until(lambda: slack.in_channel("C1"))
    assert "Owen Tregarth" in shown(root)
    assert "“Leeds United are in talks with Everton over Owen Tregarth.”" in shown(root)
    await way.publish("Leeds United have submitted an £18m bid for Everton midfielder Owen Tregarth.")
    await slack.until(lambda: len(slack.in_channel("C1")) == 2)
    reply = slack.in_channel("C1")[1]
    assert (reply.thread, reply.broadcast, "talks → bid" in shown(reply)) == (root.ts, False, True)
    await way.publish("Leeds United agree £18m fee with Everton for Owen Tregarth.")
    await slack.until(lambda: len(slack.in_channel("C1")) == 3)
    assert slack.in_channel("C1")[2].broadcast
    await town.bea.press(reply, "Why")
    await slack.until(lambda: "Why that was news" in shown(slack.private_to("UBEA")[-1]))
    await town.bea.press(reply, "Wrong")
    question = await slack.until(
        lambda: next((m for m in slack.private_to("UBEA") if "What is wrong" in shown(m)), 0)
    )
    await town.bea.press(question, "club")
    await slack.until(lambda: "Thank you" in shown(slack.private_to("UBEA")[-1]))
    await town.bea.press(reply, "Mute")
    await slack.until(lambda: "muted here" in shown(slack.private_to("UBEA")[-1]))
    await way.publish("Owen Tregarth completes Leeds United move from Everton after medical.")
    await way.courier.deliver_due()
    assert len(slack.in_channel("C1")) == 3


async def test_the_same_told_by_the_next_paper_edits_the_card(way: Way) -> None:
    slack = way.town.slack
    await way.town.bea.asked("watch Owen Tregarth")
    await way.publish("Leeds United are in talks with Everton over Owen Tregarth.")
    await slack.until(lambda: slack.in_channel("C1"))
    way.web.put("/echo.xml", page("Nothing yet").replace("The Herald", "The Echo"))
    await way.poll("echo")
    slack.faults["chat.update"] += [Fault(retry_after=1)]
    later = page("Nothing yet", "Leeds United in talks with Everton about signing Owen Tregarth.")
    way.web.put("/echo.xml", later.replace("The Herald", "The Echo").replace("example/1", "example/echo"))
    await way.poll("echo")
    way.courier.wake()
    (message,) = await slack.until(lambda: [m for m in slack.in_channel("C1") if m.edits])
    assert "Also reported by" in shown(message)


# The program as it is started


def environment(slack: FakeSlack, folder: Path, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DEADLINEDAY_", "DISCORD_", "SLACK_"))}
    token = folder / "token"
    token.write_text("xoxb-test-1\n")
    ours = {
        "DEADLINEDAY_DATABASE": str(folder / "deadlineday.db"), "DEADLINEDAY_DEFAULT_FEEDS": "false",
        "DEADLINEDAY_SAMPLE_PACE": "0", "DEADLINEDAY_SLACK_BOT_TOKEN_FILE": str(token),
        "DEADLINEDAY_SLACK_APP_TOKEN": slack.app_token, "SLACK_API_URL": f"{slack.base}/api/",
    }  # fmt: skip
    return {**kept, **ours, **more}


async def start(*words: str, env: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.main", *words, env=env,
        stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


async def test_the_program_serves_slack_with_the_documented_settings_alone(tmp_path: Path) -> None:
    async with a_slack() as slack:
        sample = {"DEADLINEDAY_SAMPLE": "on", "DEADLINEDAY_SAMPLE_PACE": "3600"}
        running = await start("run", env=environment(slack, tmp_path, **sample))
        try:
            await slack.until(lambda: slack.connections, 30)
            assert "is watched now" in shown(await Person(slack).asked("watch Bastian Kolbrenner"))
        finally:
            running.send_signal(signal.SIGTERM)
        out, err = await asyncio.wait_for(running.communicate(), 20)
        assert (running.returncode, err.decode()) == (0, "")
        played = await start("run", env=environment(slack, tmp_path, DEADLINEDAY_SAMPLE="on"))
        out, err = await asyncio.wait_for(played.communicate(), 60)
        assert (played.returncode, err.decode()) == (0, "")
        root, *replies = slack.in_channel("C1")
        assert "Bastian Kolbrenner" in shown(root)
        assert {reply.thread for reply in replies} == {root.ts}
        on_terminal = out.decode().count("Bastian Kolbrenner:") + out.decode().count("Bastian Kolbrenner →")
        assert on_terminal >= len(replies) + 1 >= 3
        assert slack.violations == []
        doctor = await start("doctor", env=environment(slack, tmp_path))
        out, err = await asyncio.wait_for(doctor.communicate(), 30)
        assert "Slack: deadlineday in Club, every scope is there" in out.decode()


async def test_a_token_that_slack_does_not_take_ends_the_program_with_one_line(tmp_path: Path) -> None:
    async with a_slack() as slack:
        slack.teams["T1"].token = "xoxb-another"
        running = await start("run", env=environment(slack, tmp_path))
        _, err = await asyncio.wait_for(running.communicate(), 30)
        assert running.returncode == 1
        assert err.decode().count("\n") == 1
        assert "DEADLINEDAY_SLACK_BOT_TOKEN" in err.decode()
        assert "xoxb-test" not in err.decode()


async def test_the_program_is_installed_by_oauth_and_keeps_its_workspaces(tmp_path: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    settings = {
        "DEADLINEDAY_SLACK_LISTEN": listen, "DEADLINEDAY_SLACK_SIGNING_SECRET": SECRET,
        "DEADLINEDAY_SLACK_CLIENT_ID": "12.34", "DEADLINEDAY_SLACK_CLIENT_SECRET": "hush",
        "DEADLINEDAY_SLACK_TOKEN_KEY": KEY,
        "DEADLINEDAY_SAMPLE": "on", "DEADLINEDAY_SAMPLE_PACE": "3600",
    }  # fmt: skip
    async with a_slack() as slack:
        env = environment(slack, tmp_path, **settings)
        del env["DEADLINEDAY_SLACK_BOT_TOKEN_FILE"], env["DEADLINEDAY_SLACK_APP_TOKEN"]
        slack.team("T2", "xoxb-test-2", name="deadline")
        slack.channel("C2", team="T2")
        for again in (False, True):
            running = await start("run", env=env)
            try:
                await listening(listen, running)
                slack.http = f"http://{listen}"
                for team in () if again else ("T1", "T2"):
                    slack.codes["good"] = team
                    assert await install(slack) == 200
                for room, team in (("C1", "T1"), ("C2", "T2")):
                    person = Person(slack, f"U{team}", team)
                    said = "already watched" if again else "is watched now"
                    assert said in shown(await person.asked("watch Bastian Kolbrenner", room))
            finally:
                running.send_signal(signal.SIGTERM)
            _, err = await asyncio.wait_for(running.communicate(), 20)
            assert (running.returncode, err.decode()) == (0, "")
        doctor = await start("doctor", env=env)
        out, _ = await asyncio.wait_for(doctor.communicate(), 30)
        assert out.decode().count("every scope is there") == 2
        assert b"xoxb" not in (tmp_path / "deadlineday.db").read_bytes()
        assert (slack.violations, slack.late) == ([], [])


async def listening(listen: str, running: asyncio.subprocess.Process) -> None:
    host, _, port = listen.rpartition(":")
    async with asyncio.timeout(30):
        while running.returncode is None:
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except OSError:
                await asyncio.sleep(0.05)
                continue
            writer.close()
            await writer.wait_closed()
            return
