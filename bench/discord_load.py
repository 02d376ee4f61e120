"""The program on a loopback Discord with a large backlog, while a thousand feeds are polled.

usage: python bench/discord_load.py [--feeds 1000] [--channels 500] [--faults 100] [--seed 7]

One player is watched by all channels, another by a single one. An alert goes to all; meanwhile every command,
suggestion and button is asked again and again, the gateway's line is cut, posts fail by dice in so many
channels, and alerts to the single channel come in between. Prints how long first signs and answers took,
how long the single channel waited, how many requests the fullest second had, and what was lost or came twice.
Ends with 1 where a promise was broken. 5,000 channels take some three minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import statistics
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.bot.discord.load import EVERYBODYS, NICHE, Load, a_load

STAGES = (
    "Aston Villa are monitoring Lille winger {}.",
    "Aston Villa have opened talks with Lille over {}.",
    "Aston Villa have submitted a bid for Lille winger {}.",
    "Aston Villa have agreed a fee with Lille for {}.",
    "{} is having a medical at Aston Villa.",
)


async def _niche(load: Load, waits: list[float]) -> None:
    """An alert to the single channel, again and again; how long each took from its page to the channel."""
    for number, said in enumerate(STAGES, start=1):
        await asyncio.sleep(4)
        began = time.monotonic()
        await load.tell(f"Niche {number}", said.format(NICHE))
        await load.until(lambda n=number: load.shown(load.lone) >= n, 60)
        waits.append(time.monotonic() - began)


async def _asked(load: Load) -> None:
    while True:
        await load.ask_everything()


async def measure(given: argparse.Namespace) -> int:
    """All of it; gives the exit code."""
    waits: list[float] = []
    with TemporaryDirectory() as folder:
        async with a_load(Path(folder), feeds=given.feeds, channels=given.channels, items=10) as load:
            load.troubles(given.faults, given.seed)
            await load.ask_everything()
            began = time.monotonic()
            await load.tell("Talks", f"Leeds United are in talks with Everton over {EVERYBODYS}.")
            await load.until(lambda: sum(map(load.shown, load.rooms)) > 10, 60)
            asking = asyncio.create_task(_asked(load))
            niche = asyncio.create_task(_niche(load, waits))
            drops = 0
            while not all(map(load.shown, load.rooms)):
                await asyncio.sleep(7)
                if not asking.done() and drops < 3:
                    await load.fake.gateway.drop()
                    drops += 1
            took = time.monotonic() - began
            await niche
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)
            return _told(load, took, waits, drops)


def _queued(load: Load) -> list[float]:
    """Seconds from each decision for the single channel to its message."""
    with sqlite3.connect(load.database) as db:
        seen = [
            row[0] / 1e6
            for row in db.execute("select seen from alerts where player = ? order by id", [NICHE])
        ]
    db.close()
    shown = [datetime.fromisoformat(message["timestamp"]) for message in load.fake.town.in_(load.lone)]
    return [at.timestamp() - decided for at, decided in zip(shown, seen, strict=True)]


def _told(load: Load, took: float, waits: list[float], drops: int) -> int:
    first = [seconds for times in load.first.values() for seconds in times]
    whole = [seconds for times in load.whole.values() for seconds in times]
    name, worst = load.slowest()
    tally = load.tally(load.rooms)
    seconds = Counter(int(at) for at in load.fake.times)
    print(f"{len(load.rooms)} channels told in {took:.0f} s ({len(load.rooms) / took:.1f} a second)")
    print(f"{load.polls} polls of feeds, {drops} cuts of the gateway's line")
    print(
        f"{len(first)} questions: first sign median {statistics.median(first) * 1000:.0f} ms, slowest"
        f" {worst * 1000:.0f} ms ({name}); whole answer median {statistics.median(whole) * 1000:.0f} ms,"
        f" slowest {max(whole) * 1000:.0f} ms"
    )
    queued = _queued(load)
    print(f"the single channel, from page to message: {', '.join(f'{wait:.1f}' for wait in waits)} s")
    print(f"the single channel, from decision to message: {', '.join(f'{wait:.1f}' for wait in queued)} s")
    print(f"fullest second: {max(seconds.values())} requests")
    print(f"messages in a channel: {dict(tally)}; rules broken: {dict(Counter(load.fake.objections))}")
    broken = (
        set(tally) != {1}
        or worst >= 3
        or max(queued) >= 2
        or load.fake.objections
        or load.shown(load.lone) != len(STAGES)
    )
    return 1 if broken else 0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--feeds", type=int, default=1000)
    options.add_argument("--channels", type=int, default=500)
    options.add_argument("--faults", type=int, default=100)
    options.add_argument("--seed", type=int, default=7)
    return asyncio.run(measure(options.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
