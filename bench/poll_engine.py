"""One way of polling through the rounds of a day; a line of JSON for each round.

usage: python bench/poll_engine.py ENGINE PORT FEEDS REPEATS [ROUND ...]

The garbage collector is set for all engines as `deadlineday run` sets it. A round comes six minutes after the
last, as polls do: what is worked out once an hour is not worked out in each round. Articles are dated before
the run: a page with one dated ahead, as there were after many bumps, is parsed in full.

ENGINE: bare (aiohttp, nothing but the fetch), ours (the bot's poller with its store), unread (the same, but
that no article is read for players and clubs, which other feed readers do not do either), feedparser,
fastfeedparser (bare, with each changed or unchanged page parsed), reader. ROUND: fresh, n304, new304,
same, newsame; the last two ask a host that ignores validators. Run by bench/poll.py.
"""

from __future__ import annotations

import asyncio
import gc
import json
import resource
import sys
import tempfile
import time
import urllib.request
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
IN_FLIGHT = 100
Round = Callable[[], Awaitable[None]]


def bump(port: int) -> None:
    urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{port}/bump", method="POST")).read()


class Meter:
    """CPU and wall time of a round, children included."""

    def __enter__(self) -> Meter:
        gc.collect()
        self.cpu, self.wall = self._cpu(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cpu, self.wall = self._cpu() - self.cpu, time.perf_counter() - self.wall

    @staticmethod
    def _cpu() -> float:
        child = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + child.ru_utime + child.ru_stime


def settle_collector() -> None:
    """Once all is loaded; as `bot.known` does, of which the peers' interpreter knows nothing."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000)


def report(engine: str, name: str, meter: Meter) -> None:
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps([engine, name, round(meter.cpu, 4), round(meter.wall, 4), rss]), flush=True)


async def bare(engine: str, port: int, feeds: int, repeats: int, rounds: list[str]) -> None:
    import aiohttp

    parse: Callable[[bytes], object] = lambda body: None  # noqa: E731
    if engine == "feedparser":
        import io

        import feedparser

        parse = lambda body: feedparser.parse(io.BytesIO(body))  # noqa: E731
    if engine == "fastfeedparser":
        import fastfeedparser

        parse = fastfeedparser.parse
    settle_collector()
    known: dict[str, str | None] = {}
    connector = aiohttp.TCPConnector(limit=IN_FLIGHT)
    async with aiohttp.ClientSession(connector=connector) as session:

        async def one_round(at: int) -> None:
            waiting = iter(range(feeds))

            async def work() -> None:
                for feed in waiting:
                    url = f"http://127.0.0.1:{at}/{feed}.xml"
                    tag = known.get(url)
                    async with session.get(url, headers={"If-None-Match": tag} if tag else {}) as response:
                        if response.status == 304:
                            continue
                        body = await response.read()
                        known[url] = response.headers.get("ETag")
                    parse(body)

            await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))

        await one_round(port)
        for name in rounds:
            at = port + 1 if name.endswith("same") else port
            for _ in range(repeats):
                if name == "fresh":
                    known.clear()
                if name.startswith("new"):
                    bump(port)
                with Meter() as meter:
                    await one_round(at)
                report(engine, name, meter)


async def ours(engine: str, port: int, feeds: int, repeats: int, rounds: list[str]) -> None:
    import bot.polling.readings
    from bot.polling.poll import Poller
    from feeds.entry import Entry
    from feeds.fetch import open_session
    from feeds.turns import Turns
    from links.names import Names
    from links.read import Reading, read
    from storage.store import open_store

    names = Names.load()
    nothing = Reading(())
    warm = "Jorunn Quellvale has signed for Rovers."
    read(Entry("warm", "Quellvale joins Rovers", warm, lang="en"), names)  # the lexicon is loaded once
    now = [datetime.now(UTC)]
    settle_collector()

    async def polled(store_path: Path, at: int, steps: list[str]) -> None:
        async with (
            open_store(store_path) as store,
            open_session(
                user_agent="bench", allow_private=True, connections=IN_FLIGHT, per_host=IN_FLIGHT
            ) as session,
        ):
            async with store.transaction():
                for feed in range(feeds):
                    await store.add_feed(f"http://127.0.0.1:{at}/{feed}.xml")
            poller = Poller(
                store, session, lambda: names, lambda: now[0], timedelta(minutes=5), at_once=IN_FLIGHT,
                turns=Turns(at_once=IN_FLIGHT, spacing=0.0),
            )  # fmt: skip
            for name in steps:
                now[0] += timedelta(minutes=6)
                if name.startswith("new"):
                    bump(port)
                # Rounds that only fill the memory, of database and process, are not measured, and not read.
                reads = name and engine == "ours"
                bot.polling.readings.read = read if reads else lambda *_, **__: nothing
                with Meter() as meter:
                    done = await poller.poll_due()
                assert done == feeds, done
                if name:
                    report(engine, name, meter)

    with tempfile.TemporaryDirectory() as folder:
        if "fresh" in rounds:
            for repeat in range(repeats):
                await polled(Path(folder, f"fresh{repeat}.db"), port, ["fresh"])
        steps = [name for name in rounds if name != "fresh" for _ in range(repeats)]
        first = [name for name in steps if not name.endswith("same")]
        second = [name for name in steps if name.endswith("same")]
        if first:
            await polled(Path(folder, "known.db"), port, ["", "", *first])
        if second:
            await polled(Path(folder, "blind.db"), port + 1, ["", "", *second])


def by_reader(port: int, feeds: int, repeats: int, rounds: list[str]) -> None:
    from reader import make_reader

    settle_collector()
    with tempfile.TemporaryDirectory() as folder:
        for at, blind in ((port, False), (port + 1, True)):
            wanted = [name for name in rounds if name.endswith("same") is blind]
            reader = None
            for name in wanted:
                for repeat in range(repeats):
                    if reader is None or name == "fresh":
                        reader = make_reader(str(Path(folder, f"{at}-{name}-{repeat}.db")))
                        for feed in range(feeds):
                            reader.add_feed(f"http://127.0.0.1:{at}/{feed}.xml")
                        if name != "fresh":
                            reader.update_feeds(scheduled=False, workers=10)
                    if name.startswith("new"):
                        bump(port)
                    with Meter() as meter:
                        reader.update_feeds(scheduled=False, workers=10)
                    report("reader", name, meter)


def main() -> None:
    engine, port, feeds, repeats, *rounds = sys.argv[1:]
    given = (int(port), int(feeds), int(repeats), rounds or ["fresh", "n304", "new304", "same", "newsame"])
    if engine == "reader":
        by_reader(*given)
    elif engine in ("ours", "unread"):
        asyncio.run(ours(engine, *given))
    else:
        asyncio.run(bare(engine, *given))


if __name__ == "__main__":
    main()
