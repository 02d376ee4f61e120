"""What ten thousand feeds, a hundred thousand people and a thousand TLS hosts ask of the bot.

usage: python bench/at_scale.py start [--feeds 10000] [--people 100000]
       python bench/at_scale.py tls [--hosts 1000]
       python bench/at_scale.py lag [--feeds 1000] [--seconds 60]

start: the program itself on a database of that many feeds: seconds from its start to its first poll, without
people, then its memory once every feed was polled, with that many people watched. tls: memory of a process
with both chat libraries that polls each host by https. lag: from a page received to the first message handed
over, while all feeds are polled, and the longest turn of the loop. Loopback only.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import bot.polling.poll
from bot.cards.card import Card
from bot.delivery.deliver import Courier
from bot.platform import PLAINLY, Manner
from bot.polling.poll import Poller
from feeds.entry import Entry
from feeds.feed import Feed
from feeds.fetch import open_session
from feeds.page import Page
from feeds.turns import Turns
from links.names import Names
from links.player import Player
from links.read import read
from storage.store import open_store
from storage.watch import Channel

FIRST = ("Ada", "Brin", "Cato", "Dorian", "Evren", "Falk", "Gorm", "Hedda", "Ilan", "Jorun", "Kaja", "Lorin")
LAST = ("Vale", "Tregarth", "Sorling", "Marrow", "Castell", "Brask", "Ondar", "Pellow", "Quenby", "Rusk")
HERE = Path(__file__).resolve().parent
CLUBS = ("Leeds", "Everton", "Fulham", "Burnley", "Brighton", "Brentford", "Sunderland", "Wolves")


def name_of(number: int) -> str:
    """A made-up person's name; the same for the same number."""
    tail, rest = divmod(number, len(FIRST) * len(LAST))
    letters = "".join(chr(97 + tail // 26**place % 26) for place in range(3)) if tail else ""
    return f"{FIRST[rest % len(FIRST)]} {LAST[rest // len(FIRST)]}{letters}"


def paper(feed: int, articles: list[tuple[str, str]]) -> bytes:
    items = "".join(
        f"<item><title>{title}</title><link>https://paper{feed}.example/{feed}-{number}</link>"
        f"<description>{text}</description><pubDate>{format_datetime(datetime.now(UTC))}</pubDate></item>"
        for number, (title, text) in reversed(list(enumerate(articles)))
    )
    head = f"<title>Paper {feed}</title><link>https://paper{feed}.example/</link><language>en</language>"
    return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


class Papers:
    """Feeds by number, with entity tags; notes when it was first asked."""

    def __init__(self) -> None:
        self.news: dict[int, list[tuple[str, str]]] = {}
        self.first = 0.0
        self.asked: set[int] = set()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(
            ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, ssl.SSLError
        ):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.first = self.first or time.time()
                feed = int(head.split(b" ", 2)[1][1:].partition(b".")[0])
                self.asked.add(feed)
                articles = [("A quiet day", f"Nothing happened at paper {feed}."), *self.news.get(feed, ())]
                tag = b'"%d"' % len(articles)
                if tag in head:
                    writer.write(b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % tag)
                else:
                    body = paper(feed, articles)
                    writer.write(
                        b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nETag: %b\r\n"
                        b"Content-Length: %d\r\n\r\n%b" % (tag, len(body), body)
                    )
                if b"connection: close" in head.lower():
                    break
        writer.close()


@contextlib.asynccontextmanager
async def served(tls: ssl.SSLContext | None = None) -> AsyncIterator[tuple[Papers, int]]:
    papers = Papers()
    server = await asyncio.start_server(papers.answer, "127.0.0.1", 0, ssl=tls, backlog=2048)
    async with server:
        yield papers, server.sockets[0].getsockname()[1]


def resident(pid: int | str) -> float:
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


async def prepare(path: Path, feeds: int, people: int, port: int) -> None:
    async with open_store(path) as store:
        async with store.transaction():
            for feed in range(feeds):
                await store.add_feed(f"http://127.0.0.1:{port}/{feed}.xml", title=f"Paper {feed}", lang="en")
        channel = Channel("terminal", "here")
        for start in range(0, people, 2000):
            async with store.transaction():
                for number in range(start, min(start + 2000, people)):
                    player = await store.add_player(name_of(number))
                    await store.add_watch(channel, player.id, None)


async def program(folder: Path, papers: Papers, feeds: int, most_seconds: float) -> tuple[float, float]:
    """Seconds to the first poll, and MiB at most until so many feeds were asked, or the time is over."""
    settings = {
        "DATABASE": str(folder / "bench.db"), "PRIVATE_FEEDS": "true", "DEFAULT_FEEDS": "false",
        "SAMPLE": "off", "HOST_SPACING": "0", "HOST_AT_ONCE": "100", "POLL_AT_ONCE": "100",
    }  # fmt: skip
    env = {**os.environ, "PYTHONPATH": str(HERE.parent)}
    env |= {f"DEADLINEDAY_{name}": value for name, value in settings.items()}
    await asyncio.sleep(0.3)  # what the program before has asked is answered
    papers.first, papers.asked = 0.0, set()
    begun = time.time()
    running = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-m", "bot.main", "run", "--only", "poll"],
        env=env, cwd=folder, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    most, end = 0.0, time.monotonic() + most_seconds
    try:
        while time.monotonic() < end and running.poll() is None and len(papers.asked) < feeds:
            await asyncio.sleep(0.05)
            with contextlib.suppress(OSError):
                most = max(most, resident(running.pid))
        return papers.first - begun, most
    finally:
        running.terminate()
        running.wait()


async def start(feeds: int, people: int) -> None:
    async with served() as (papers, port):
        with tempfile.TemporaryDirectory() as folder:
            await prepare(Path(folder, "bench.db"), feeds, 0, port)
            firsts = sorted([(await program(Path(folder), papers, 1, 60))[0] for _ in range(5)])
            print(f"{feeds} feeds: first poll {firsts[2]:.2f} s after the start (median of 5)", flush=True)
            await prepare(Path(folder, "bench.db"), 0, people, port)
            _, most = await program(Path(folder), papers, feeds, 240)
            print(f"with {people} people watched: {most:.0f} MiB at most, {len(papers.asked)} feeds asked")


def certificate(folder: Path) -> None:
    """One for *.paper.test, signed by itself."""
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "2", "-subj", "/CN=paper.test", "-addext", "subjectAltName=DNS:*.paper.test",
         "-keyout", str(folder / "tls.key"), "-out", str(folder / "tls.crt")],
        check=True, capture_output=True,
    )  # fmt: skip


async def tls(hosts: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        certificate(Path(folder))
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(Path(folder, "tls.crt"), Path(folder, "tls.key"))
        async with served(context) as (papers, port):
            child = await asyncio.create_subprocess_exec(
                sys.executable, __file__, "tls-child", "--hosts", str(hosts), "--port", str(port),
                env={**os.environ, "SSL_CERT_FILE": str(Path(folder, "tls.crt"))}, stdout=subprocess.PIPE,
            )  # fmt: skip
            said, _ = await child.communicate()
            print(f"{hosts} hosts by https: {said.decode().strip()}, {len(papers.asked)} asked")


class Everywhere:
    """A resolver by which every name is here."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": 2, "proto": 0, "flags": 0}]

    async def close(self) -> None: ...


async def tls_child(hosts: int, port: int) -> None:
    import resource

    import discord  # noqa: F401
    import slack_bolt.async_app  # noqa: F401

    names = Names.load()
    with tempfile.TemporaryDirectory() as folder:
        async with (
            open_store(Path(folder, "bench.db")) as store,
            open_session(user_agent="bench", allow_private=True, resolver=Everywhere()) as session,  # type: ignore[arg-type]
        ):
            async with store.transaction():
                for host in range(hosts):
                    await store.add_feed(f"https://h{host}.paper.test:{port}/{host}.xml", lang="en")
            now = [datetime.now(UTC)]
            poller = Poller(
                store,
                session,
                lambda: names,
                lambda: now[0],
                timedelta(minutes=5),
                at_once=100,
                turns=Turns(),
            )
            for _ in range(3):
                await poller.poll_due()
                now[0] += timedelta(hours=1)
            failing = sum(feed.failures > 0 for feed in await store.feeds())
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{rss:.0f} MiB at most, chat libraries included; {failing} failed")


class Clerk:
    """A platform that notes when it was handed a card."""

    name = "clerk"

    def __init__(self) -> None:
        self.told: dict[str, float] = {}

    async def post(
        self,
        channel: Channel,
        card: Card,
        *,
        delivery_id: int,
        mention: str | None = None,
        manner: Manner = PLAINLY,
    ) -> str:
        self.told.setdefault(channel.id, time.perf_counter())
        return str(delivery_id)


async def lag(feeds: int, seconds: float) -> None:
    received: dict[int, list[float]] = {}
    fetch = bot.polling.poll.fetch

    async def noted(session: object, feed: Feed, *args: object, **more: object) -> Page | None:
        page = await fetch(session, feed, *args, **more)  # type: ignore[arg-type]
        if page is not None:
            received.setdefault(feed.id, []).append(time.perf_counter())
        return page

    bot.polling.poll.fetch = noted  # type: ignore[assignment]
    clerk, dice, longest = Clerk(), Random(5), [0.0, 0.0]
    count = int(seconds * 4)
    names = Names.load().with_players([Player(n + 1, name_of(n)) for n in range(count)])
    read(
        Entry("", "Quellvale joins Rovers", "Jorunn Quellvale has signed for Rovers.", lang="en"), names
    )  # as the bot does at its start
    gc.collect()
    gc.freeze()
    folder = tempfile.mkdtemp()
    server = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, __file__, "serve"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    port = int(server.stdout.readline())
    wrote: dict[int, tuple[int, int]] = {}
    async with (
        open_store(Path(folder, "bench.db")) as store,
        open_session(user_agent="bench", allow_private=True, connections=100, per_host=100) as session,
    ):
        async with store.transaction():
            for feed in range(feeds):
                await store.add_feed(f"http://127.0.0.1:{port}/{feed}.xml", title=f"Paper {feed}", lang="en")
            for number in range(count):
                player = await store.add_player(name_of(number))
                await store.add_watch(Channel("clerk", str(number)), player.id, None)
        courier = Courier(store, {"clerk": clerk}, lambda: datetime.now(UTC))  # type: ignore[dict-item]
        poller = Poller(
            store, session, lambda: names, lambda: datetime.now(UTC), timedelta(seconds=20), at_once=50,
            on_news=courier.wake, turns=Turns(at_once=50, spacing=0.0),
        )  # fmt: skip
        await poller.poll_due()
        warm = await store.feeds()
        # Spread over the interval, as feeds of different ages and habits are.
        await store.save_feeds(
            replace(feed, next_poll=datetime.now(UTC) + timedelta(seconds=20 * place / feeds))
            for place, feed in enumerate(dice.sample(warm, feeds))
        )
        tasks = [asyncio.create_task(poller.run()), asyncio.create_task(courier.run())]
        tasks.append(asyncio.create_task(_watch_the_loop(longest)))
        await asyncio.sleep(3)
        longest[:] = [0.0, 0.0]
        for number in range(count):
            feed = dice.randrange(feeds)
            wrote[number] = (feed + 1, len(received.get(feed + 1, ())))
            server.stdin.write(json.dumps([feed, name_of(number), CLUBS[number % len(CLUBS)]]) + "\n")
            server.stdin.flush()
            await asyncio.sleep(seconds / count)
        await asyncio.sleep(30)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    server.stdin.close()
    server.wait()
    lags = []
    for number, told in clerk.told.items():
        before = [at for at in received.get(wrote[int(number)][0], ()) if at <= told]
        lags.append(1000 * (told - before[-1]))
    lags.sort()
    print(
        f"{len(warm)} feeds polled every 20 s, {len(lags)} of {count} messages: from page to message"
        f" p50 {lags[len(lags) // 2]:.0f} ms, p99 {lags[int(len(lags) * 0.99) - 1]:.0f} ms,"
        f" worst {lags[-1]:.0f} ms;"
        f" the loop was held for {1000 * longest[0]:.0f} ms at most, {1000 * longest[1]:.0f} ms of CPU"
    )


async def _watch_the_loop(longest: list[float]) -> None:
    """The longest turn of the loop, on the clock and in CPU time: a busy machine stretches the first only."""
    while True:
        begun, worked = time.perf_counter(), time.thread_time()
        await asyncio.sleep(0.001)
        longest[0] = max(longest[0], time.perf_counter() - begun - 0.001)
        longest[1] = max(longest[1], time.thread_time() - worked)


async def serve() -> None:
    """Feeds in a process of their own; a line of JSON on its input is an article."""
    async with served() as (papers, port):
        print(port, flush=True)
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            feed, player, club = json.loads(line)
            text = f"{club} have submitted a bid of £20m for Lyon midfielder {player}."
            papers.news.setdefault(feed, []).append((f"{club} bid for {player}", text))


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("what", choices=("start", "tls", "lag", "serve", "tls-child"))
    options.add_argument("--feeds", type=int)
    options.add_argument("--people", type=int, default=100_000)
    options.add_argument("--hosts", type=int, default=1000)
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--seconds", type=float, default=60)
    given = options.parse_args()
    match given.what:
        case "start":
            asyncio.run(start(given.feeds or 10_000, given.people))
        case "tls":
            asyncio.run(tls(given.hosts))
        case "tls-child":
            asyncio.run(tls_child(given.hosts, given.port))
        case "lag":
            asyncio.run(lag(given.feeds or 1000, given.seconds))
        case "serve":
            asyncio.run(serve())


if __name__ == "__main__":
    main()
