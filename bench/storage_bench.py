"""What the store costs beside sqlite3 called directly: storing entries, and the outbox.

    python bench/storage_bench.py [runs]

Both sides write the same rows into the same schema, with the same settings, by batches of 500 and 50.
"""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from feeds.entry import Entry
from links.claim import Claim, Stage
from links.link import Kind
from storage.delivery import NewAlert
from storage.entries import _columns
from storage.migrate import FOLDER
from storage.rows import stamp
from storage.sql import load
from storage.store import open_store
from storage.watch import Channel

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
    for setting in ("journal_mode = wal", "synchronous = full", "foreign_keys = on"):
        connection.execute(f"pragma {setting}")
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
            await store.all_sent([(delivery.id, "m") for delivery in claimed])
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


async def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    await compare("entries", entries_stored, entries_direct, runs)
    await compare("outbox, claim and done", enqueued, outbox_direct, runs)


if __name__ == "__main__":
    asyncio.run(main())
