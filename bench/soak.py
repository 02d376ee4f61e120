"""Two thousand feeds on loopback, many of their hosts bad, polled for a while by the real poller.

usage: python bench/soak.py SECONDS [--feeds 2000] [--interval 60] [--log FILE]

Hosts have names. One feed in ten is alone on a host that fails in a way of its own (`BAD` in
`bench/soak_hosts.py`); of the others, five to a host, some are moved, shuffled, packed, without dates, a year
ahead, or issued anew at each sight. New articles come all the time. At the end it is told whether each of
them was read exactly once, how late, what was refused, what stands in the log, and how memory went. Ends with
1 if an article was missed or read twice.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.soak_hosts import Papers, serving
from bot import events
from bot.events import Lines
from bot.polling.parsing import ParsingProcess
from bot.polling.poll import Poller
from feeds.errors import shown
from feeds.feed import Feed
from feeds.fetch import Limits, open_session
from feeds.turns import Turns
from links.names import Names
from storage.store import Store, open_store

LIMITS = Limits(max_bytes=2**20, total=timedelta(seconds=5))


@dataclass
class Watcher(logging.Handler):
    """Counts what the bot says: entries that were read, and lines of its log by their kind."""

    read: Counter[int] = field(default_factory=Counter)
    lines: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        super().__init__()

    __hash__ = logging.Handler.__hash__

    def hear(self, event: str, what: Mapping[str, Any]) -> None:
        if event == "read":
            self.read[what["entry"]] += 1

    def emit(self, record: logging.LogRecord) -> None:
        line = re.sub(r"https?://\S+?(?=[:;,)]?\s|[:;,)]?$)", "<address>", record.getMessage())
        kind = re.sub(r"\d+", "n", line)[:150]
        self.lines[f"{record.levelname} {kind}"] += 1

    def trouble(self, feed: Feed, advice: str) -> None:
        self.told[shown(feed.url)] += 1


def resident() -> float:
    """MiB of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def _unseen(store: Store, papers: Papers) -> list[str]:
    """The articles of good feeds that were not kept."""
    links = [f"https://paper{feed}.example/{n}" for feed, made in papers.made.items() for n in made]
    missing: list[str] = []
    for start in range(0, len(links), 500):
        some = links[start : start + 500]
        known = await store.known(some)
        missing += [link for link in some if link not in known]
    return missing


async def _write(papers: Papers, end: float) -> None:
    """New articles until some time before the end, so that the last ones can be seen."""
    while time.monotonic() < end:
        papers.write()
        await asyncio.sleep(1)


async def soak(seconds: float, feeds: int, interval: timedelta, watcher: Watcher) -> bool:
    """True if every article was read exactly once."""
    papers = Papers(feeds)
    with tempfile.TemporaryDirectory() as folder, ParsingProcess() as parsing:
        async with (
            serving(papers),
            open_store(Path(folder, "soak.db")) as store,
            open_session(user_agent="soak", allowed_hosts=papers.allowed(), resolver=papers) as session,
        ):
            async with store.transaction():
                for feed in range(feeds):
                    await store.add_feed(papers.address(feed))
            names = Names.load()
            poller = Poller(
                store, session, lambda: names, lambda: datetime.now(UTC), interval, LIMITS, at_once=50,
                parsing=parsing, turns=Turns(at_once=2, spacing=1.0), on_trouble=watcher.trouble,
            )  # fmt: skip
            polling = asyncio.create_task(poller.run())
            memory = await _watch(seconds, papers, interval)
            late = time.monotonic() + 3 * interval.total_seconds()
            while time.monotonic() < late and await _unseen(store, papers):  # noqa: ASYNC110
                await asyncio.sleep(1)  # a busy machine is behind: late is not lost
            missing = await _unseen(store, papers)
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            lags = sorted(h.lag for feed in range(1, feeds + 1) if (h := poller.habits.of(feed)).lag)
            errors = Counter(feed.error for feed in await store.feeds() if feed.error)
    twice = [entry for entry, times in watcher.read.items() if times > 1]
    print(f"{papers.count} articles, {len(missing)} missing, {len(twice)} read twice {missing[:5]}")
    if lags:
        print(f"lag in seconds: {lags[len(lags) // 2]:.0f} usual, {lags[len(lags) * 99 // 100]:.0f} at p99")
    half = memory[len(memory) // 2 :]
    print(f"MiB: {half[0]:.0f} at half time, {half[-1]:.0f} at the end, {max(memory):.0f} at most")
    print(f"owners of {len(watcher.told)} feeds told, {max(watcher.told.values(), default=0)} time each")
    for title, counts in (("feeds that fail now, by reason", errors), ("lines of the log", watcher.lines)):
        print(f"{title}:", *(f"{count:6} {what}" for what, count in counts.most_common(40)), sep="\n  ")
    return not missing and not twice


async def _watch(seconds: float, papers: Papers, interval: timedelta) -> list[float]:
    """Let it go on; gives the memory as time went by."""
    quiet = max(interval.total_seconds() * 1.3 + 10, 20)
    end = time.monotonic() + seconds
    await asyncio.sleep(min(90, seconds / 4))  # first polls: filled, and told to nobody
    writing = asyncio.create_task(_write(papers, end - quiet))
    memory: list[float] = []
    while time.monotonic() < end:
        await asyncio.sleep(max(seconds / 20, 1))
        memory.append(resident())
        print(f"{memory[-1]:.0f} MiB, {papers.count} articles, {dict(papers.requests)}", flush=True)
    await writing
    return memory


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("seconds", type=float)
    options.add_argument("--feeds", type=int, default=2000)
    options.add_argument("--interval", type=float, default=60)
    options.add_argument(
        "--log", default="/dev/null", help="where the bot's own log goes, as an operator has it"
    )
    given = options.parse_args()
    # As with DEADLINEDAY_LOG_LEVEL=info, without a line for each poll.
    file, watcher = logging.FileHandler(given.log), Watcher()
    file.setFormatter(Lines())
    logging.basicConfig(level=logging.INFO, handlers=[file, watcher])
    logging.getLogger("deadlineday").setLevel(logging.WARNING)
    logging.getLogger("aiohttp").setLevel(logging.CRITICAL)  # the hosts' own words
    events.listen(watcher.hear)
    whole = asyncio.run(soak(given.seconds, given.feeds, timedelta(seconds=given.interval), watcher))
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())
