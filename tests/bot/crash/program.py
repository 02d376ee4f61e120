"""Polling and posting on Discord and Slack, by discord.py and slack_sdk: a program to be killed.

    python program.py

For each line of its input, a list in JSON of DATABASE DISCORD SLACK LEASE POINT, it starts one more process
that has everything loaded already, and says "PID born", "PID ready", "PID dead". At a named point the process
kills itself as kill -9 would: nothing is closed, flushed or handed back.
"""

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import bot.delivery.budget
import bot.delivery.deliver
import bot.polling.poll
import bot.polling.readings
from bot import clock
from bot.cards.story import Story
from bot.commands.desk import Desk
from bot.delivery.budget import Budget
from bot.delivery.deliver import Courier
from bot.discord.platform import Discord, point
from bot.platform import Platform
from bot.polling.poll import Poller
from bot.slack.account import Account
from bot.slack.app import Slack
from bot.slack.pace import Pace
from feeds.entry import Entry
from feeds.fetch import open_session
from feeds.turns import Turns
from links.claim import Claim, Stage
from links.read import Reading
from storage.store import Store, open_store

DISCORD_TOKEN, SLACK_TOKEN = "MTIz.fake.token-of-a-test", "xoxb-test-1"
POINTS = (
    "before the page is kept",
    "before the commit",
    "after the commit",
    "after the claim",
    "before the post",
    "after the post",
    "before the note",
    "after the note",
    "before quiet pages are kept",
    "before the commit of quiet pages",
)
"""Where the program can be told to die: on both sides of whatever is kept or told."""


class Silent:
    """Names of which no source is rated."""

    def source_tier(self, _name: str) -> int | None:
        return None


def read(entry: Entry, _names: object, **_options: object) -> Reading:
    """Titles are "Player | Club", or say nothing: what a reader makes of articles is no matter here."""
    player, says, club = entry.title.partition(" | ")
    if not says:
        return Reading(())
    return Reading((Claim(player, club, Stage.TALKS, quote=entry.title),))


class NoChecks:
    """Nobody adds a feed here."""

    async def check(self, url: str) -> Any:
        raise NotImplementedError(url)


async def no_picture(_story: Story) -> bytes | None:
    return None


def platforms(store: Store, discord: str, slack: str) -> dict[str, Platform]:
    """Discord and Slack as the program has them, at these addresses."""
    point(discord, "")
    desk = Desk(store, Silent(), NoChecks())  # type: ignore[arg-type]
    account = Account(bot_token=SLACK_TOKEN, api_url=f"{slack}/api/")
    quick = Pace(timedelta(seconds=0.01))
    return {
        "discord": Discord(DISCORD_TOKEN, desk, no_picture),
        "slack": Slack(account, desk, no_picture, pace=quick),
    }


def mine(store: Store, told: dict[str, Platform], die: Callable[[str], None]) -> None:
    """Lay the points into what is called on the way."""

    def around(holder: Any, name: str, before: str | None, after: str | None) -> None:
        inner: Callable[..., Coroutine[Any, Any, Any]] = getattr(holder, name)

        async def outer(*values: Any, **named: Any) -> Any:
            if before:
                die(before)
            result = await inner(*values, **named)
            if after and (result or result is None):
                die(after)
            return result

        setattr(holder, name, outer)

    around(bot.polling.poll, "take_in", "before the page is kept", "before the commit")
    around(store, "feeds_of", "before quiet pages are kept", None)
    around(store, "save_polls", None, "before the commit of quiet pages")
    around(store, "claim_deliveries", None, "after the claim")
    around(store, "all_sent", "before the note", "after the note")
    for platform in told.values():
        around(platform, "post", "before the post", "after the post")


async def main(where: str, discord: str, slack: str, lease: float, at: str) -> None:
    def die(here: str) -> None:
        if here == at:
            os.kill(os.getpid(), signal.SIGKILL)

    bot.polling.readings.read = read  # type: ignore[assignment]
    bot.polling.poll.REFILL = 0.05
    bot.delivery.deliver.FIRST_WAIT = bot.delivery.deliver.LONGEST_WAIT = timedelta(seconds=0.1)
    bot.delivery.deliver.SETTLING = timedelta(seconds=1)
    bot.delivery.budget.LEASE, bot.delivery.budget.LOOK_EVERY = timedelta(seconds=lease), 0.2
    bot.delivery.budget._ALL_KNOW = 0.3
    async with (
        open_store(where) as store,
        open_session(user_agent="crash", allow_private=True) as session,
    ):
        told = platforms(store, discord, slack)
        mine(store, told, die)
        if not store.shared:
            await store.release_claims(due=clock.now() + bot.delivery.deliver.SETTLING)
        held = timedelta(seconds=lease)
        courier = Courier(store, told, clock.now, lease=held)

        def news() -> None:
            die("after the commit")
            courier.wake()

        silent: Any = Silent()
        poller = Poller(
            store, session, lambda: silent, clock.now, timedelta(seconds=0.2), on_news=news, lease=held,
            turns=Turns(at_once=4, spacing=0.0),
        )  # fmt: skip
        say("ready")
        soon = timedelta(seconds=0.05)
        async with asyncio.TaskGroup() as group:
            group.create_task(poller.run(soon))
            group.create_task(courier.run(soon))
            group.create_task(store.listen(lambda _topic: courier.wake()))
            if store.shared:
                group.create_task(Budget(store, told.values()).run())


def say(what: str, pid: int | None = None) -> None:
    os.write(1, f"{pid or os.getpid()} {what}\n".encode())


def begin(*given: str) -> int:
    """Start a process; gives its id."""
    pid = os.fork()
    if pid:
        return pid
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(os.open(os.devnull, os.O_RDWR), 0)
    database, discord, slack, lease, at = given
    try:
        asyncio.run(main(database, discord, slack, float(lease), at))
    finally:
        os._exit(1)  # only a signal ends it well


def nurse() -> None:
    """Start processes as they are asked for and tell of their ends, until the input ends; then end all."""
    heard, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.set_wakeup_fd(wake)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    alive: set[int] = set()
    asked = b""
    while True:
        ready, _, _ = select.select([0, heard], [], [])
        if heard in ready:
            os.read(heard, 1000)
            for pid in list(alive):
                if os.waitpid(pid, os.WNOHANG) != (0, 0):
                    alive.discard(pid)
                    say("dead", pid)
        if 0 in ready:
            new = os.read(0, 65536)
            if not new:
                break
            *lines, asked = (asked + new).split(b"\n")
            for line in lines:
                alive.add(pid := begin(*json.loads(line)))
                say("born", pid)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)


if __name__ == "__main__":
    nurse()
