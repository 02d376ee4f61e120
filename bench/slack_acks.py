"""How fast Slack's payloads are acknowledged under load: the program itself, on a loopback Slack, both modes.

    .venv/bin/python -m bench.slack_acks [--seconds 20] [--at-once 40]

People type, search, press, open Home tabs, fill in windows and mention the bot, so many at once, while alerts
go out to fifty channels at a message a second each. Slack gives 3 s for an acknowledgement; what took longer
counts as late. The fake runs in a process of its own, but its work is in the times.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import signal
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from links.claim import Stage
from storage.store import open_store
from storage.watch import Channel
from tests.bot.house import open_house
from tests.bot.slack import referee
from tests.bot.slack.fake_slack import SECRET, FakeSlack, a_slack
from tests.bot.slack.people import Person
from tests.bot.slack.test_the_whole_way_to_slack import environment
from tests.bot.slack.town import free_port

PLAYERS, ROOMS = 2000, 50
FIRST = ("Ada", "Bea", "Cleo", "Dora", "Elio", "Fabio", "Gus", "Hugo", "Ivo", "Juno", "Kit", "Lars", "Mara",
         "Nils", "Otto", "Pia", "Rolf", "Sven", "Tara", "Uwe")  # fmt: skip
STEMS = ("Brandt", "Quill", "Marsh", "Vale", "Holt", "Kerr", "Lund", "Moss", "Nash", "Orme")
ENDS = ("", "son", "ley", "worth", "ham", "by", "stead", "wick", "ford", "more")
CLUBS = ("Crystal Palace", "Fulham", "Everton", "Leeds United", "Burnley", "Watford")


def names() -> list[str]:
    """Made-up names, all different."""
    return [f"{first} {stem}{end}" for end in ENDS for stem in STEMS for first in FIRST][:PLAYERS]


async def furnish(file: Path) -> None:
    """A database with players, links, watches and alerts that wait for every channel."""
    async with open_store(file) as store, open_house() as house:
        house = type(house)(store, house.desk, house.checks)
        async with store.transaction():
            players = [await store.add_player(name, clubs=(CLUBS[n % 6],)) for n, name in enumerate(names())]
        rooms = [Channel("slack", f"C{n + 1}", "T1") for n in range(ROOMS)]
        for room in rooms:
            for player in players[:20]:
                await store.add_watch(room, player.id, by="UADA")
        now = datetime.now(UTC)
        for player in players[:20]:
            for club, stage in ((CLUBS[0], Stage.TALKS), (CLUBS[1], Stage.BID)):
                alert = await house.report(player, club, stage)
                if alert is not None:
                    await store.enqueue(alert.id, [(room, now, None) for room in rooms])


@asynccontextmanager
async def program(slack: FakeSlack, folder: Path, *, http: bool) -> AsyncIterator[None]:
    """`deadlineday run` with the documented settings alone."""
    by: dict[str, str] = {"DEADLINEDAY_GIVE_UP_AFTER": "604800"}
    if http:
        listen = f"127.0.0.1:{free_port()}"
        by |= {"DEADLINEDAY_SLACK_LISTEN": listen, "DEADLINEDAY_SLACK_SIGNING_SECRET": SECRET}
    env = environment(slack, folder, **by)
    if http:
        del env["DEADLINEDAY_SLACK_APP_TOKEN"]
    with (folder / "log").open("wb") as log:
        ours, its = os.openpty()
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.main", "run", env=env, stdin=its, stdout=log, stderr=log
        )
        os.close(its)
    try:
        await slack.until(lambda: slack.connections or slack.called("chat.postMessage"), 60)
        if http:
            slack.http = f"http://{listen}"
        yield
    finally:
        running.send_signal(signal.SIGTERM)
        await asyncio.wait_for(running.wait(), 60)
        os.close(ours)
        print((folder / "log").read_text(encoding="utf-8")[-9000:], end="")


class Crowd:
    """People who do something all the time."""

    def __init__(self, slack: FakeSlack) -> None:
        self.slack = slack
        self.took: dict[str, list[float]] = defaultdict(list)
        self.names = names()

    async def act(self, dice: random.Random) -> None:
        """One thing that somebody does, with the time until it is acknowledged."""
        person = Person(self.slack, dice.choice(("UADA", "UBEA", "UCID")))
        name = dice.choice(self.names)
        window = {"id": "V1", "type": "modal", "callback_id": "watch", "blocks": []}
        value = {"player": {"player": {"selected_option": {"value": f"new:{name}"}}}}
        sent = {**window, "id": f"V{self.slack.number()}", "state": {"values": value}}
        deeds: list[tuple[str, Callable[[], Awaitable[object]]]] = [
            ("command", lambda: person.command(f"latest {name}", channel=f"C{dice.randint(1, ROOMS)}")),
            ("command", lambda: person.command("watches")),
            ("search", lambda: person.search(window, "player", name[:5])),
            ("mention", lambda: person.mention(f"latest on {name}")),
            ("home", lambda: person.event({"type": "app_home_opened", "user": person.id, "tab": "home"})),
            ("window", lambda: self.slack.deliver("interactive", {
                "type": "view_submission", "team": {"id": "T1"}, "user": {"id": person.id},
                "trigger_id": person.trigger(), "view": sent})),
        ]  # fmt: skip
        kind, deed = dice.choice(deeds)
        began = time.perf_counter()
        await deed()
        self.took[kind].append(time.perf_counter() - began)

    async def go_on(self, until: float, number: int) -> None:
        """One of the crowd."""
        dice = random.Random(number)
        while time.monotonic() < until:
            await self.act(dice)


async def measure(seconds: float, at_once: int, *, http: bool) -> None:
    """One mode."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        await furnish(folder / "deadlineday.db")
        async with a_slack() as slack:
            for number in range(2, ROOMS + 1):
                slack.channel(f"C{number}")
            crowd = Crowd(slack)
            async with program(slack, folder, http=http):
                posts = len(slack.called("chat.postMessage"))
                until = time.monotonic() + seconds
                await asyncio.gather(*(crowd.go_on(until, number) for number in range(at_once)))
                posts = len(slack.called("chat.postMessage")) - posts
        mode = "signed HTTP" if http else "Socket Mode"
        total = sum(map(len, crowd.took.values()))
        print(f"{mode}: {total} payloads in {seconds:.0f} s, {at_once} at once, {posts} posts meanwhile;"
              f" late {len(slack.late)}, rules broken {len(slack.violations)}")  # fmt: skip
        for kind, took in sorted(crowd.took.items()):
            took.sort()
            worst = took[int(len(took) * 0.99)]
            print(f"  {kind:8} {len(took):6}  median {statistics.median(took) * 1000:6.0f} ms"
                  f"  99 % {worst * 1000:6.0f} ms  most {took[-1] * 1000:6.0f} ms")  # fmt: skip


def main() -> None:
    """Read the arguments and measure both modes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--at-once", type=int, default=40)
    asked = parser.parse_args()
    referee.rest()
    for http in (False, True):
        asyncio.run(measure(asked.seconds, asked.at_once, http=http))


if __name__ == "__main__":
    main()
