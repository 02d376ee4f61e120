"""Two thousand feeds on loopback, many of their hosts bad, polled for a while by the real poller.

usage: python bench/soak.py SECONDS [--feeds 2000] [--interval 60] [--log FILE]

Hosts are addresses of 127.0.0.0/8. One feed in ten fails in a way of its own: error, refusal, too many, gone,
endless redirect, drip, flood, cut off, junk, a bomb. New articles come all the time. At the end it is told
whether each article of a good feed was kept exactly once, how late, and how memory went. Ends with 1 if not.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gzip
import logging
import os
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

from aiohttp import web

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.events import Lines
from bot.polling.parsing import ParsingProcess
from bot.polling.poll import Poller
from feeds.fetch import Limits, open_session
from feeds.turns import Turns
from links.names import Names
from storage.store import Store, open_store

BAD = ("500", "403", "429", "410", "loop", "drip", "flood", "cut", "junk", "bomb", "silent", "slow")
_BOMB = gzip.compress(b"<rss>" + b" " * 50_000_000)


class Hosts:
    """All feeds of the soak by number, and the articles that each has shown."""

    def __init__(self, feeds: int) -> None:
        self.bad = {feed: BAD[feed // 10 % len(BAD)] for feed in range(0, feeds, 10)}
        self.articles: dict[int, list[tuple[int, datetime]]] = {feed: [] for feed in range(feeds)}
        self.requests: Counter[str] = Counter()
        self.dice = Random(7)
        self.made = 0

    def write(self, feed: int) -> None:
        self.made += 1
        self.articles[feed] = [(self.made, datetime.now(UTC)), *self.articles[feed][:19]]

    def page(self, feed: int) -> bytes:
        items = "".join(
            f"<item><title>Article {number}</title><link>https://paper{feed}.example/{number}</link>"
            f"<description>&lt;p&gt;Text of article {number}.&lt;/p&gt;</description>"
            f"<pubDate>{format_datetime(when)}</pubDate></item>"
            for number, when in self.articles[feed]
        )
        broken = "&bare " if feed % 50 == 1 else ""  # goes the thorough way
        head = f"<title>Paper {feed} {broken}</title><link>https://paper{feed}.example/</link>"
        return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()

    async def answer(self, request: web.Request) -> web.StreamResponse:
        feed = int(request.path.strip("/").split(".")[0])
        how = self.bad.get(feed, "")
        self.requests[how or "good"] += 1
        if how:
            return await self._badly(how, request)
        newest = self.articles[feed][0][0] if self.articles[feed] else 0
        tag = f'"{feed}-{newest}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        return web.Response(body=self.page(feed), content_type="application/rss+xml", headers={"ETag": tag})

    async def _badly(self, how: str, request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        if how.isdecimal():
            return web.Response(status=int(how), headers={"Retry-After": "30"} if how == "429" else {})
        if how == "loop":
            return web.Response(status=302, headers={"Location": request.path})
        if how == "junk":
            return web.Response(body=self.dice.randbytes(5000), content_type="application/xml")
        if how == "bomb":
            return web.Response(body=_BOMB, headers={"Content-Encoding": "gzip"})
        if how == "silent":
            await asyncio.sleep(20)
        if how == "cut":
            request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<rss>")
            request.transport.close()
            return web.Response()
        response = web.StreamResponse()
        with contextlib.suppress(ConnectionError):
            await response.prepare(request)
            for _ in range(300):
                await response.write(b"x" * 65536 if how == "flood" else b" ")
                await asyncio.sleep(0 if how == "flood" else 0.1)
        return response


def set_up(file: str) -> None:
    """The bot's log, into a file."""
    handler = logging.FileHandler(file)
    handler.setFormatter(Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("deadlineday").setLevel(logging.WARNING)


def resident() -> float:
    """MiB of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


async def _write(hosts: Hosts, good: list[int], end: float) -> None:
    """New articles until some time before the end, so that the last ones can be seen."""
    while time.monotonic() < end:
        for feed in hosts.dice.sample(good, max(1, len(good) // 100)):
            hosts.write(feed)
        await asyncio.sleep(1)


async def _unseen(store: Store, hosts: Hosts, good: list[int]) -> set[str]:
    """What is on the pages of good feeds and not kept yet."""
    shown = {f"https://paper{feed}.example/{number}" for feed in good for number, _ in hosts.articles[feed]}
    return shown - (await store.known(shown)).keys()


async def soak(seconds: float, feeds: int, interval: timedelta) -> bool:
    """True if every article was kept exactly once."""
    hosts = Hosts(feeds)
    good = [feed for feed in range(feeds) if feed not in hosts.bad]
    app = web.Application()
    app.router.add_get("/{feed}", hosts.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "0.0.0.0" if sys.platform != "linux" else "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    memory: list[float] = []
    with tempfile.TemporaryDirectory() as folder, ParsingProcess() as parsing:
        async with (
            open_store(Path(folder, "soak.db")) as store,
            open_session(user_agent="soak", allow_private=True) as session,
        ):
            async with store.transaction():
                for feed in range(feeds):
                    await store.add_feed(f"http://127.0.0.1:{port}/{feed}.xml")
            names = Names.load()
            poller = Poller(
                store, session, lambda: names, lambda: datetime.now(UTC), interval,
                Limits(max_bytes=2**20, total=timedelta(seconds=5)), at_once=100, parsing=parsing,
                turns=Turns(at_once=100, spacing=0.0),
            )  # fmt: skip
            # One host stands for many here: a 429 of one feed must not hold the others.
            poller.turns.hold = lambda host, until: None  # type: ignore[method-assign]
            quiet = max(interval.total_seconds() * 1.3 + 10, 20)
            polling = asyncio.create_task(poller.run())
            await asyncio.sleep(min(30, seconds / 4))  # first polls: filled, and told to nobody
            writing = asyncio.create_task(_write(hosts, good, time.monotonic() + seconds - quiet))
            end = time.monotonic() + seconds
            while time.monotonic() < end:
                await asyncio.sleep(max(seconds / 20, 1))
                memory.append(resident())
                print(f"{memory[-1]:.0f} MiB, {hosts.made} articles, {dict(hosts.requests)}", flush=True)
            await writing
            late = time.monotonic() + 3 * interval.total_seconds()
            while time.monotonic() < late and await _unseen(store, hosts, good):  # noqa: ASYNC110
                await asyncio.sleep(1)  # a busy machine is behind: late is not lost
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            rows = await store._db.fetch(
                "select key, count(*) as n from entries group by key", {}, writes=False
            )
            lags = sorted(h.lag for feed in range(1, feeds + 1) if (h := poller.habits.of(feed)).lag)
    await runner.cleanup()
    kept = Counter({row["key"]: row["n"] for row in rows})
    shown = {f"https://paper{feed}.example/{number}" for feed in good for number, _ in hosts.articles[feed]}
    missing, twice = shown - kept.keys(), [key for key, n in kept.items() if n > 1]
    lag = f"{lags[len(lags) // 2]:.0f} s" if lags else "unknown"
    print(f"{len(kept)} articles kept of {hosts.made}, {len(missing)} missing, {len(twice)} twice; lag {lag}")
    half = len(memory) // 2
    print(f"MiB: {memory[half]:.0f} at half time, {memory[-1]:.0f} at the end, {max(memory):.0f} at most")
    return not missing and not twice


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("seconds", type=float)
    options.add_argument("--feeds", type=int, default=2000)
    options.add_argument("--interval", type=float, default=60)
    options.add_argument(
        "--log", default="/dev/null", help="where the bot's own log goes, as an operator has it"
    )
    given = options.parse_args()
    # As with DEADLINEDAY_LOG_LEVEL=info, without a line for each poll.
    set_up(given.log)
    sys.exit(0 if asyncio.run(soak(given.seconds, given.feeds, timedelta(seconds=given.interval))) else 1)
