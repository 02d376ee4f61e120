"""The program as an owner starts it, on a loopback Discord: from a feed to a message whose buttons answer."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from tests.bot.discord.fake import TOKEN, Fake, a_discord
from tests.bot.discord.people import Person, read
from tests.bot.discord.town import MANAGER
from tests.feeds.web import FakeWeb, a_web

TALKS = "Leeds United are in talks with Everton over Owen Tregarth."


def page(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>Daily Herald</title>{"".join(items)}</channel></rss>'


def item(title: str, text: str) -> str:
    link = "https://herald.example/" + "".join(filter(str.isalnum, title))
    when = format_datetime(datetime.now(UTC) - timedelta(minutes=2))
    return (
        f"<item><title>{title}</title><description>{text}</description><link>{link}</link>"
        f"<guid>{link}</guid><pubDate>{when}</pubDate></item>"
    )


def environment(folder: Path, fake: Fake, **more: str) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DEADLINEDAY_", "DISCORD_", "SLACK_"))}
    token = folder / "token"
    token.write_text(TOKEN + "\n", encoding="utf-8")
    return {
        **kept,
        "DEADLINEDAY_DATABASE": str(folder / "deadlineday.db"),
        "DEADLINEDAY_DEFAULT_FEEDS": "false",
        "DEADLINEDAY_PRIVATE_FEEDS": "true",
        "DEADLINEDAY_DISCORD_TOKEN_FILE": str(token),
        "DISCORD_API_BASE": fake.api,
        "DISCORD_GATEWAY_URL": fake.gateway_url,
        **more,
    }


@asynccontextmanager
async def running(
    folder: Path, fake: Fake, *words: str, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, until it is told to stop; it must end cleanly and say nothing of its token."""
    env = environment(folder, fake, **more)
    with (folder / "log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.main", "run", *words,
            env=env, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
        try:
            async with asyncio.timeout(30):
                await fake.gateway.joined.wait()
            yield process
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(20):
                assert await process.wait() == 0, (folder / "log").read_text()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert TOKEN not in (folder / "log").read_text()


async def until(true: object, within: float = 15.0) -> None:
    async with asyncio.timeout(within):
        while not true():  # type: ignore[operator] # noqa: ASYNC110
            await asyncio.sleep(0.02)


def polled(database: Path) -> bool:
    """Whether every feed was polled once; then each is due again at once."""
    with sqlite3.connect(database, timeout=10) as db:
        (waiting,) = db.execute("select count(*) from feeds where not primed").fetchone()
        if not waiting:
            db.execute("update feeds set next_poll = 0")
    db.close()
    return not waiting


async def watched(fake: Fake, web: FakeWeb, boss: Person, room: dict[str, object], database: Path) -> None:
    """The boss adds a feed and watches a player; the feed was polled once."""
    web.put("/herald.xml", page(item("Old", "Nothing much happened.")))
    added = await boss.command("feeds add", room, address=web.url("/herald.xml"))
    assert "is polled from now on" in added.text
    assert "is watched now" in (await boss.command("watch", room, player="Owen Tregarth")).text
    await until(lambda: polled(database))


async def test_a_feed_changes_the_message_stands_and_its_buttons_answer_after_a_restart_too(
    tmp_path: Path,
) -> None:
    async with a_discord() as fake, a_web() as web:
        town = fake.town
        guild = town.guild("The Club House", town.person("Olive Owner"))
        room = town.channel(guild, "transfers")
        boss = Person(fake, town.person("Bea Boss"))
        town.join(guild, boss.user, town.role(guild, "managers", MANAGER))
        async with running(tmp_path, fake):
            await watched(fake, web, boss, room, tmp_path / "deadlineday.db")
            web.put("/herald.xml", page(item("Talks", TALKS), item("Old", "Nothing much happened.")))
            await boss.command("help", room)
            await until(lambda: town.in_(room))
            (message,) = town.in_(room)
            assert "Owen Tregarth: Everton → Leeds United" in read(message)
            assert TALKS in read(message)
            why = await boss.press(message, "Why")
            assert "How the sentence was read" in why.text
            latest = await boss.press(message, "Latest")
            assert "[picture: Stages over time for Owen Tregarth." in latest.text
        fake.gateway.joined.clear()
        async with running(tmp_path, fake):
            assert "“" in (await boss.press(message, "Why")).text
        assert fake.syncs == 1
        assert fake.objections == []
        assert fake.referee is None or fake.referee.complaints == []
