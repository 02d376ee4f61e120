"""One program, one database: Discord, Slack and the terminal at the same time, and the outage of one."""

from __future__ import annotations

import asyncio
import os
import pty
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.bot.discord.fake import Fake, a_discord
from tests.bot.discord.people import Person as Member
from tests.bot.discord.people import read
from tests.bot.discord.test_whole_way import TALKS, environment, item, page, polled, until
from tests.bot.discord.town import MANAGER
from tests.bot.slack.fake_slack import SECRET, FakeSlack, a_slack
from tests.bot.slack.people import Person
from tests.bot.slack.shown import shown
from tests.bot.slack.town import free_port
from tests.feeds.web import a_web

BID = "Leeds United have submitted an £18m bid for Everton midfielder Owen Tregarth."
AGREED = "Leeds United have agreed an £18m fee with Everton for midfielder Owen Tregarth."


class Keyboard:
    """A terminal that somebody sits at: what is typed, and all that was shown."""

    def __init__(self, end: int) -> None:
        self._end = end
        self.shown = ""
        asyncio.get_running_loop().add_reader(end, self._read)

    def _read(self) -> None:
        try:
            self.shown += os.read(self._end, 65536).decode(errors="replace")
        except OSError:
            asyncio.get_running_loop().remove_reader(self._end)

    def type(self, line: str) -> None:
        os.write(self._end, (line + "\r").encode())

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._end)
        os.close(self._end)


@asynccontextmanager
async def the_program(
    folder: Path, discord: Fake, slack: FakeSlack, *, http: bool = False
) -> AsyncIterator[Keyboard]:
    """The program with the documented settings alone; Slack by its socket or by signed HTTP."""
    ours, its = pty.openpty()
    if http:
        listen = f"127.0.0.1:{free_port()}"
        by = {"DEADLINEDAY_SLACK_LISTEN": listen, "DEADLINEDAY_SLACK_SIGNING_SECRET": SECRET}
    else:
        by = {"DEADLINEDAY_SLACK_APP_TOKEN": slack.app_token}
    env = environment(
        folder, discord, SLACK_API_URL=f"{slack.base}/api/", DEADLINEDAY_SLACK_BOT_TOKEN="xoxb-test-1",
        TERM="xterm", COLUMNS="120", LINES="50", PROMPT_TOOLKIT_NO_CPR="1", **by,
    )  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.main", "run", env=env, stdin=its, stdout=its, stderr=log
        )
        os.close(its)
        keyboard = Keyboard(ours)
        try:
            async with asyncio.timeout(30):
                await discord.gateway.joined.wait()
                if http:
                    await _listening(listen)
                    slack.http = f"http://{listen}"
                else:
                    await slack.until(lambda: slack.connections, 30)
            yield keyboard
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                assert await process.wait() == 0, (folder / "log").read_text()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
            keyboard.close()


async def _listening(listen: str) -> None:
    host, _, port = listen.rpartition(":")
    while True:
        try:
            _, writer = await asyncio.open_connection(host, int(port))
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        await writer.wait_closed()
        return


@pytest.mark.parametrize("http", [False, True], ids=["socket", "http"])
async def test_a_watch_made_on_each_platform_is_told_on_each_and_no_outage_delays_another(
    tmp_path: Path, http: bool
) -> None:
    async with a_discord() as discord, a_slack() as slack, a_web() as web:
        town = discord.town
        room = town.channel(town.guild("The Club House", town.person("Olive Owner")), "transfers")
        boss = Member(discord, town.person("Bea Boss"))
        town.join(
            next(iter(town.guilds.values())),
            boss.user,
            town.role(next(iter(town.guilds.values())), "m", MANAGER),
        )
        ada = Person(slack)
        async with the_program(tmp_path, discord, slack, http=http) as keyboard:
            web.put("/herald.xml", page(item("Old", "Nothing much happened.")))
            await boss.command("feeds add", room, address=web.url("/herald.xml"))
            await boss.command("watch", room, player="Owen Tregarth")
            assert "Owen Tregarth" in shown(await ada.asked("watch Owen Tregarth"))
            keyboard.type("watch Owen Tregarth")
            await until(lambda: "is watched now" in keyboard.shown)
            await until(lambda: polled(tmp_path / "deadlineday.db"))

            web.put("/herald.xml", page(item("Talks", TALKS)))
            await boss.command("help", room)
            await until(lambda: town.in_(room) and slack.in_channel("C1") and "alert 1" in keyboard.shown)
            assert TALKS in read(town.in_(room)[0])
            assert TALKS in shown(slack.in_channel("C1")[0])

            await until(lambda: polled(tmp_path / "deadlineday.db"))
            slack.down = True
            web.put("/herald.xml", page(item("Bid", BID), item("Talks", TALKS)))
            started = time.monotonic()
            await boss.command("help", room)
            await until(lambda: len(town.in_(room)) == 2 and "alert 2" in keyboard.shown)
            assert time.monotonic() - started < 5
            assert len(slack.in_channel("C1")) == 1
            slack.down = False
            await until(lambda: len(slack.in_channel("C1")) == 2, 20)
            root, reply = slack.in_channel("C1")
            assert reply.thread == root.ts

            await until(lambda: polled(tmp_path / "deadlineday.db"))
            away = discord.trouble("502", times=1000)  # discord.py tries these again by itself, for long
            discord.gateway.refuse = 1000
            await discord.gateway.drop()
            web.put("/herald.xml", page(item("Deal", AGREED), item("Bid", BID), item("Talks", TALKS)))
            started = time.monotonic()
            await ada.asked("help")
            await until(lambda: len(slack.in_channel("C1")) == 3 and "alert 3" in keyboard.shown)
            assert time.monotonic() - started < 5
            assert "Owen Tregarth" in shown(await ada.asked("watches"))
            assert len(town.in_(room)) == 2
            away.times, discord.gateway.refuse = 0, 0
            await until(lambda: len(town.in_(room)) == 3, 20)
            assert AGREED in read(town.in_(room)[2])
        assert (slack.violations, slack.late) == ([], [])
        assert discord.objections == []
