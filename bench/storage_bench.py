"""What the store costs beside sqlite3 and asyncpg called directly, and when much is kept.

    python bench/storage_bench.py [runs] [scale]

Storing entries and the outbox on both engines; how soon another process may claim what was enqueued; an alert
to 100,000 channels; look-ups with `scale` thousand watches, half as many players and ten times as many
entries (default 20). PostgreSQL is one that the bench starts for itself, with fsync on.
"""

from __future__ import annotations

import asyncio
import gc
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg

from bot.polling.intake import take_in
from feeds.entry import Entry
from links.claim import Claim, Stage
from links.link import Kind
from links.names import Names
from links.read import Reading
from storage.delivery import NewAlert
from storage.entries import _columns
from storage.migrate import FOLDER
from storage.postgres import _set_up
from storage.rows import stamp
from storage.sql import by_number, load
from storage.store import Store, open_store
from storage.watch import Channel

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.storage.server import Server

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
BATCHES = [
    [
        Entry(
            f"https://post.example/{batch}/{n}", f"Story {n}", "Rovers have opened talks. " * 40,
            link=f"https://post.example/{batch}/{n}", guid=f"g{n}", published=NOW,
            outlet="Post", content_hash=f"h{n}",
        )
        for n in range(500)
    ]
    for batch in range(20)
]  # fmt: skip
CHANNELS = [Channel("discord", f"{n:018}", "guild") for n in range(10_000)]


def direct(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, isolation_level=None)
    for setting in ("journal_mode = wal", "synchronous = full", "foreign_keys = on", "cache_size = -16000"):
        connection.execute(f"pragma {setting}")
    if not connection.execute("select 1 from sqlite_master").fetchone():
        connection.executescript(FOLDER.with_name("schema.sql").read_text())
    return connection


async def entries_direct(path: Path) -> float:
    connection, sql = direct(path), load("sqlite").save_entries.sql
    begun = time.perf_counter()
    for batch in BATCHES:
        connection.execute("begin immediate")
        connection.executemany(sql, [_columns(entry, None, stamp(NOW)) for entry in batch])
        connection.execute("commit")
    return 500 * len(BATCHES) / (time.perf_counter() - begun)


async def entries_stored(path: Path) -> float:
    async with open_store(path) as store:
        begun = time.perf_counter()
        for batch in BATCHES:
            await store.save_entries(None, batch, NOW)
        return 500 * len(BATCHES) / (time.perf_counter() - begun)


async def enqueued(path: Path) -> float:
    """An alert to all channels, then the outbox emptied by 50; gives deliveries claimed and done a second."""
    async with open_store(path) as store:
        player = await store.add_player("Ada Vale")
        claim = Claim("Ada Vale", "Rovers", Stage.TALKS)
        alert = await store.add_alert(NewAlert(None, player.id, claim, Kind.NEW, None, NOW, NOW))
        begun = time.perf_counter()
        await store.enqueue(alert.id, [(channel, NOW, None) for channel in CHANNELS])
        print(f"  enqueue to {len(CHANNELS)} channels: {time.perf_counter() - begun:.2f} s")
        begun, done = time.perf_counter(), 0
        while claimed := await store.claim_deliveries(NOW + timedelta(seconds=1), 50, ["discord"]):
            await store.all_sent([(delivery.id, "m", NOW) for delivery in claimed])
            done += len(claimed)
        return done / (time.perf_counter() - begun)


async def outbox_direct(path: Path) -> float:
    """The plainest table that could do: claim 50 by an update, delete what was told."""
    connection = direct(path)
    connection.execute("create table plain (id integer primary key, state text, due bigint, channel text)")
    connection.execute("create index plain_due on plain (due) where state = 'waiting'")
    rows = [("waiting", 0, channel.id) for channel in CHANNELS]
    connection.execute("begin")
    connection.executemany("insert into plain (state, due, channel) values (?, ?, ?)", rows)
    connection.execute("commit")
    begun = time.perf_counter()
    for _ in range(len(CHANNELS) // 50):
        claimed = connection.execute(
            "update plain set state = 'claimed' where id in"
            " (select id from plain where state = 'waiting' order by due limit 50) returning id, channel"
        ).fetchall()
        connection.execute("begin")
        connection.executemany("delete from plain where id = ?", [(row[0],) for row in claimed])
        connection.execute("commit")
    return len(CHANNELS) / (time.perf_counter() - begun)


async def same_rows_direct(path: Path) -> float:
    """The store's own rows, indexes and statements, called directly: claim 50, mark them sent."""
    async with open_store(path) as store:
        await _enqueue(store, CHANNELS)
    connection, sql = direct(path), load("sqlite")
    at = stamp(NOW + timedelta(seconds=1))
    of = {"platform": "discord", "now": at, "lease": at + 10**8, "owner": "x", "most": 50, "deep": 400}
    begun, done = time.perf_counter(), 0
    while True:
        connection.execute("begin immediate")
        connection.execute(sql.lapse.sql, of)
        connection.execute(sql.line_up.sql, of)
        rows = connection.execute(sql.claim.sql, of).fetchall()
        connection.execute("commit")
        if not rows:
            return done / (time.perf_counter() - begun)
        connection.execute(sql.all_sent.sql, {"sent": json.dumps([(row[0], "m", at) for row in rows])})
        done += len(rows)


async def compare(
    what: str, ours: Callable[[Path], Awaitable[float]], base: Callable[[Path], Awaitable[float]], runs: int
) -> None:
    found: dict[str, list[float]] = {"direct": [], "store": []}
    for _ in range(runs):
        for name, measure in (("direct", base), ("store", ours)):
            with tempfile.TemporaryDirectory() as folder:
                found[name].append(await measure(Path(folder) / "bench.db"))
    plain, stored = (statistics.median(found[name]) for name in ("direct", "store"))
    print(f"{what}: direct {plain:,.0f}/s, store {stored:,.0f}/s, ratio {stored / plain:.2f} (n={runs})")


async def raw_outbox(url: str) -> float:
    """Claim 50 with SKIP LOCKED and delete them, with asyncpg alone, in the plainest table that could do."""
    connection = await asyncpg.connect(url)
    await connection.execute(
        "create table plain (id bigint primary key, state text, due bigint, channel text)"
    )
    await connection.execute("create index plain_due on plain (due) where state = 'waiting'")
    rows = [(number, "waiting", 0, channel.id) for number, channel in enumerate(CHANNELS)]
    await connection.copy_records_to_table("plain", records=rows)
    begun = time.perf_counter()
    for _ in range(len(CHANNELS) // 50):
        claimed = await connection.fetch(
            "update plain set state = 'claimed' where id in (select id from plain where state = 'waiting'"
            " order by due limit 50 for update skip locked) returning id, channel"
        )
        await connection.execute(
            "delete from plain where id = any($1::bigint[])", [row[0] for row in claimed]
        )
    speed = len(CHANNELS) / (time.perf_counter() - begun)
    await connection.close()
    return speed


async def raw_same_rows(url: str) -> float:
    """The store's own rows, indexes and statements, sent by asyncpg alone: claim 50, mark them sent."""
    async with open_store(url) as store:
        await _enqueue(store, CHANNELS)
    claim, names = by_number(load("postgres").claim.sql, "$")
    sent, _ = by_number(load("postgres").all_sent.sql, "$")
    connection = await asyncpg.connect(url)
    await _set_up(connection)
    at = stamp(NOW + timedelta(seconds=1))
    of = {
        "platform": "discord",
        "now": at,
        "lease": at + 10**8,
        "owner": "x",
        "most": 50,
        "deep": 400,
        "ripe": 500,
    }
    begun, done = time.perf_counter(), 0
    while rows := await connection.fetch(claim, *(of[name] for name in names)):
        told = [row["id"] for row in rows], ["m"] * len(rows), [at] * len(rows)
        await connection.execute(sent, *told)
        done += len(rows)
    speed = done / (time.perf_counter() - begun)
    await connection.close()
    return speed


async def _enqueue(store: Store, channels: Sequence[Channel]) -> float:
    told = [(channel, NOW, None) for channel in channels]
    player = await store.add_player("Ada Vale")
    claim = Claim("Ada Vale", "Rovers", Stage.TALKS)
    alert = await store.add_alert(NewAlert(None, player.id, claim, Kind.NEW, None, NOW, NOW))
    await asyncio.sleep(0)
    begun = time.perf_counter()
    await store.enqueue(alert.id, told)
    return time.perf_counter() - begun


async def outbox_stored(url: str) -> float:
    async with open_store(url) as store:
        await _enqueue(store, CHANNELS)
        begun, done = time.perf_counter(), 0
        while claimed := await store.claim_deliveries(NOW + timedelta(seconds=1), 50, ["discord"]):
            await store.all_sent([(delivery.id, "m", NOW) for delivery in claimed])
            done += len(claimed)
        return done / (time.perf_counter() - begun)


async def wake_up(where: Path | str, rounds: int = 100) -> list[float]:
    """Milliseconds from an enqueue to the claim of another process's store."""
    found: list[float] = []
    async with open_store(where) as one, open_store(where) as other:
        heard = asyncio.Event()
        listening = asyncio.create_task(other.listen(lambda _topic: heard.set()))
        await asyncio.sleep(0.3)
        player = await one.add_player("Ada Vale")
        await one.numbers_of(CHANNELS[:rounds])  # who is told an alert watches somebody, and so is known
        for number in range(rounds):
            claim = Claim("Ada Vale", f"Club {number}", Stage.TALKS)
            alert = await one.add_alert(NewAlert(None, player.id, claim, Kind.NEW, None, NOW, NOW))
            await asyncio.sleep(0.03)
            heard.clear()
            begun = time.perf_counter()
            await one.enqueue(alert.id, [(CHANNELS[number], NOW, None)])
            while not await other.claim_deliveries(NOW, 5, ["discord"]):
                await heard.wait()
                heard.clear()
            found.append(1000 * (time.perf_counter() - begun))
        listening.cancel()
    return sorted(found)


async def followed(store: Store, channels: int) -> None:
    """So many channels that watch one player."""
    player = await store.add_player("Ada Vale")
    watch = (
        "insert into watches (channel_id, player_id, from_stage, asked_by, created)"
        " select id, :player, 'interest', '', 0 from channels"
    )
    rows = json.dumps([("discord", f"g{n % 1000}", f"{n:018}") for n in range(channels)])
    async with store.transaction():
        await store._sql.add_channels(store._db, channels=rows)
        await store._db.run(watch, {"player": player.id})


async def all_told(store: Store) -> None:
    """What waits is posted; the room of the rows as they were is given back, as a server does in time."""
    await store._db.run("update deliveries set state = 'sent', place = null, sent = due, message = 'm'", {})
    if store._db.dialect == "postgres":
        await store._db.run("vacuum deliveries", {})


async def told(store: Store, names: Names, number: int) -> float:
    """Seconds from an article's claim to the deliveries of all who watch the player."""
    feed = await store.add_feed("https://post.example/feed")
    entry = Entry(f"https://post.example/{number}", "News", "Talks.", content_hash=f"{number}", published=NOW)
    claim = Claim("Ada Vale", f"Club {number}", Stage.TALKS, quote="q")
    begun = time.perf_counter()
    async with store.transaction():
        await take_in(store, feed.id, [(entry, Reading((claim,)))], names=names, now=NOW, tell=True)
    return time.perf_counter() - begun


async def longest_hold(work: Awaitable[float]) -> tuple[float, float, float]:
    """What the work gives, the longest time for which the loop was held meanwhile, in ms, and how long
    it worked itself at most: the rest is what else the machine did."""
    longest, busiest, done = 0.0, 0.0, False

    async def tick() -> None:
        nonlocal longest, busiest
        while not done:
            begun, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - begun - 0.001)
            busiest = max(busiest, time.thread_time() - worked)

    ticking = asyncio.create_task(tick())
    result = await work
    done = True
    await ticking
    return result, 1000 * longest, 1000 * busiest


async def many(where: Path | str, scale: int) -> None:
    """Look-ups where much is kept, p99 in ms; and what it weighs."""
    async with open_store(where) as store:
        players = scale * 500
        for start in range(0, players, 5000):
            async with store.transaction():
                for number in range(start, min(start + 5000, players)):
                    await store.add_player(f"Ada{number % 977} Vale{number}")
        rows = json.dumps([("discord", "g", str(n)) for n in range(scale * 100)])
        await store._sql.add_channels(store._db, channels=rows)
        watch = (
            "insert into watches (channel_id, player_id, from_stage, asked_by, created)"
            " values (:c, :p, 'interest', '', 0) on conflict do nothing"
        )
        for start in range(0, scale * 1000, 10_000):
            rows = [
                {"c": 1 + n % (scale * 100), "p": 1 + n * 7919 % players}
                for n in range(start, start + 10_000)
            ]
            await store._db.run_many(watch, rows)
        entries = scale * 10_000
        for start in range(0, entries, 1000):
            batch = [
                Entry(f"k{n}", f"Story {n}", "Rovers have opened talks. " * 20, content_hash=f"h{n}",
                      published=NOW, outlet="Post", link=f"https://post.example/{n}")
                for n in range(start, start + 1000)
            ]  # fmt: skip
            ids = await store.save_entries(None, batch, NOW)
            said = [
                (id, 1 + id * 31 % players, NOW, Claim("Ada", "Rovers", Stage.TALKS)) for id in ids.values()
            ]
            await store.save_claims(said[::10])
        times: dict[str, list[float]] = {}
        for number in range(300):
            player = 1 + number * 613 % players
            for name, call in (
                ("latest", store.claims_of(player)),
                ("links", store.links([(player, "Rovers")])),
                ("watch", store.add_watch(Channel("discord", str(number), "g"), player)),
                ("watches_on", store.watches_on(player, "Rovers")),
                ("known", store.known([f"k{n}" for n in range(number, number + 50)])),
            ):
                begun = time.perf_counter()
                await call
                times.setdefault(name, []).append(1000 * (time.perf_counter() - begun))
        for name, found in times.items():
            print(f"  {name}: p50 {statistics.median(found):.2f} ms, p99 {sorted(found)[-3]:.2f} ms")
        if isinstance(where, Path):
            size = where.stat().st_size / entries  # noqa: ASYNC240
            print(f"  file: {size:.0f} kB for 1,000 entries of 500 characters")


async def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    scale = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    await compare("entries", entries_stored, entries_direct, runs)
    await compare("outbox, claim and done, the same rows", enqueued, same_rows_direct, runs)
    await compare("outbox, claim and done, the plainest table", enqueued, outbox_direct, runs)
    with Server.started(safe=True) as server, tempfile.TemporaryDirectory() as folder:
        for name, raw in (("the same rows", raw_same_rows), ("the plainest table", raw_outbox)):
            ratios = []
            for number in range(runs):
                base = await raw(await server.create(f"raw{number}"))
                ratios.append((await outbox_stored(await server.create(f"ours{number}")), base))
            ours, base = (statistics.median(column) for column in zip(*ratios, strict=True))
            print(
                f"PostgreSQL outbox: asyncpg, {name} {base:,.0f}/s, store {ours:,.0f}/s,"
                f" ratio {ours / base:.2f}"
            )
        places: dict[str, Path | str] = {
            "SQLite": Path(folder) / "w.db",
            "PostgreSQL": await server.create("w"),
        }
        for engine, where in places.items():
            found = await wake_up(where)
            print(
                f"{engine}: enqueue to claim elsewhere p50 {found[len(found) // 2]:.1f} ms,"
                f" p99 {found[-2]:.1f} ms"
            )
        names = Names.load()
        gc.freeze()  # as the program does at its start
        places = {"SQLite": Path(folder) / "l.db", "PostgreSQL": await server.create("l")}
        for engine, where in places.items():
            async with open_store(where) as store:
                await followed(store, 100_000)
                found = []
                for number in range(runs):
                    await all_told(store)
                    found.append(await longest_hold(told(store, names, number)))
                behind, _, _ = await longest_hold(told(store, names, runs))
            taken, held, busy = (statistics.median(column) for column in zip(*found, strict=True))
            print(
                f"{engine}: an article told to 100,000 channels {taken:.2f} s, the loop held for"
                f" {held:.0f} ms at most, {busy:.0f} ms of it at work (n={runs});"
                f" where the last one waits for all of them still, {behind:.2f} s (n=1)"
            )
        places = {"SQLite": Path(folder) / "m.db", "PostgreSQL": await server.create("m")}
        for engine, where in places.items():
            print(f"{engine}, {scale},000 watches, {scale * 10},000 entries:")
            await many(where, scale)


if __name__ == "__main__":
    asyncio.run(main())
