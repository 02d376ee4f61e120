"""How long people wait when much is kept: `latest`, `watch`, completion, and deciding, on both engines.

    python bench/growth.py [scale] [sqlite|postgres]

`scale` 1 is 1,000,000 watches, 200,000 players and 10,000,000 entries (some GB and minutes for each engine);
0.01 is the default. One entry in five has a claim, one claim in ten an alert; the text of nine entries in ten
is pruned. PostgreSQL is one that the bench starts for itself.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bot.commands.complete import suggestions
from bot.commands.desk import Desk
from bot.polling.intake import take_in
from bot.request import Request
from feeds.entry import Entry
from links.claim import Claim, Stage
from links.names import Names
from links.read import Reading
from storage.rows import stamp
from storage.store import Store, open_store
from storage.watch import Channel
from tests.bot.house import FakeChecks
from tests.storage.server import Server

NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
CLUBS = ("Rovers", "City", "Crystal Palace", "Leeds United", "Everton", "Ajax", "Porto", "Celtic")
CALLS = 300

SERIES = {
    "sqlite": "(with recursive s (n) as (select {first} union all select n + 1 from s where n < {last})"
    " select n from s) as numbered",
    "postgres": "(select n from generate_series(cast({first} as bigint), {last}) as n) as numbered",
}
LOADS = (
    ("players", "players (id, name, aliases, clubs)",
     "n, 'Ada' || (n % 977) || ' Vale' || n, '[]', '[]'"),
    ("players", "player_names (folded, player_id)", "'ada' || (n % 977) || ' vale' || n, n"),
    ("players", "player_words (word, player_id)", "'vale' || n, n"),
    ("channels", "channels (id, platform, space, address)", "n, 'discord', 'g' || (n % 1000), 'c' || n"),
    ("watches", "watches (id, channel_id, player_id, from_stage, asked_by, created)",
     "n, 1 + n % {channels}, 1 + (n * 7919) % {players}, 'interest', '', 0"),
    ("entries", "entries (id, key, title, text, content_hash, link, published, outlet, first_seen, changed)",
     "n, 'https://post.example/' || n, 'Story ' || n,"
     " case when n % 10 = 0 then replace('xxxxxxxxxxxxxxxxxxxx', 'x', 'Rovers have opened talks. ')"
     " else '' end,"
     " 'h' || n, 'https://post.example/' || n, {now} - n, 'Post', {now} - n, {now} - n"),
    ("claims", "claims (id, entry_id, player_id, club, at, player, stage, status, sources, quote, why)",
     "n, n * 5, 1 + (n * 31) % {players}, 'Club ' || (n % 8), {now} - n * 5, 'Ada Vale', 'talks', 'live',"
     " '[]', 'Rovers have opened talks.', '[]'"),
    ("links", "links (player_id, club, stage, status, alerted, since, changed, last_seen)",
     "n, 'Club ' || (n % 8), 'talks', 'live', 'talks', {now} - 100000000 - n, {now} - n, {now} - n"),
    ("alerts", "alerts (id, entry_id, player_id, player, club, kind, stage, status, sources, quote, why,"
     " title, published, seen, also)",
     "n, n * 50, 1 + n % {players}, 'Ada Vale', 'Club ' || n, 'new', 'talks', 'live', '[]', 'q', '[]',"
     " 'Story', {now} - n * 50, {now} - n * 50, '[]'"),
)  # fmt: skip
"""What is counted, the table with its columns, and the row of number n."""

STEP = 100_000  # no statement may take longer than a minute


def counts(scale: float) -> dict[str, int]:
    most = {"players": 200_000, "channels": 100_000, "watches": 1_000_000, "entries": 10_000_000}
    found = {what: max(100, int(many * scale)) for what, many in most.items()}
    return found | {
        "claims": found["entries"] // 5,
        "alerts": found["entries"] // 50,
        "links": found["players"],
    }


async def load(store: Store, many: dict[str, int]) -> None:
    """Fill the tables by the engine itself."""
    db = store._db
    for what, table, row in LOADS:
        begun = time.perf_counter()
        filled = row.format(**many, now=stamp(NOW))
        for first in range(1, many[what] + 1, STEP):
            last = min(first + STEP - 1, many[what])
            series = SERIES[db.dialect].format(first=first, last=last)
            await db.run(
                f"insert into {table} select {filled} from {series} where true on conflict do nothing", {}
            )
        print(f"  {table.split()[0]}: {many[what]:,} in {time.perf_counter() - begun:.0f} s", flush=True)
    if db.dialect == "postgres":
        for table in {table.split()[0] for _, table, _ in LOADS}:
            await db.run(
                f"select setval(pg_get_serial_sequence('{table}', 'id'), (select max(id) from {table}))", {}
            ) if table in ("players", "channels", "watches", "entries", "claims", "alerts") else None
        await db.run("analyze", {})


async def timed(name: str, call: Callable[[int], Awaitable[object]]) -> None:
    found: list[float] = []
    for number in range(CALLS + 20):
        begun = time.perf_counter()
        await call(number)
        found.append(1000 * (time.perf_counter() - begun))
    found = sorted(found[20:])  # what a connection does for the first time is no part of it
    print(
        f"  {name}: p50 {statistics.median(found):.1f} ms, p99 {found[int(len(found) * 0.99)]:.1f} ms",
        flush=True,
    )


async def measure(store: Store, many: dict[str, int]) -> None:
    desk, dice = Desk(store, Names.load(), FakeChecks()), random.Random(5)
    feed = await store.add_feed("https://post.example/feed")
    names = Names.load()

    def someone() -> tuple[int, str]:
        number = dice.randrange(1, many["players"] + 1)
        return number, f"Ada{number % 977} Vale{number}"

    async def ask(text: str, number: int) -> None:
        room = Channel("discord", f"c{1 + number}", f"g{(1 + number) % 1000}")
        answer = await desk.answer(Request(channel=room, person="quill", may_manage=True, now=NOW, text=text))
        assert answer.cards or (answer.ok and answer.text) or answer.choices, (text, answer)

    async def complete(number: int) -> None:
        room = Channel("discord", f"c{1 + number}", "g1")
        request = Request(channel=room, person="quill", may_manage=True, now=NOW, text="")
        command = next(each for each in desk.commands if each.name == "watch")
        typed = someone()[1][: 5 + number % 8]
        assert await suggestions(desk, request, command, command.options[0], typed), typed

    async def decide(number: int) -> None:
        """One article that links somebody anew: read, decided, kept, and enqueued to whoever watches him."""
        _, name = someone()
        key = f"https://post.example/new/{number}/{time.perf_counter_ns()}"
        entry = Entry(
            key, f"News {number}", "Rovers have opened talks. " * 20, content_hash=key, published=NOW
        )
        reading = Reading((Claim(name, CLUBS[number % len(CLUBS)], Stage.TALKS, quote="q"),))
        async with store.transaction():
            known = await store.known([key])
            assert not known
            await take_in(store, feed.id, [(entry, reading)], names=names, now=NOW, tell=True)

    # One row by its number: what the machine itself takes at this moment.
    await timed("one look-up", lambda _: store.player(someone()[0]))
    await timed("latest", lambda number: ask(f"latest {someone()[1]}", number))
    await timed("latest, by the last name", lambda number: ask(f"latest Vale{someone()[0]}", number))
    await timed("latest, misspelt", lambda number: ask(f"latest {someone()[1][:-1]}x", number))
    await timed("watch", lambda number: ask(f"watch {someone()[1]}", number))
    await timed("history", lambda number: ask(f"history {someone()[1]}", number))
    await timed("completion", complete)
    await timed("deciding", decide)


async def grown(where: Path | str, many: dict[str, int]) -> None:
    async with open_store(where) as store:
        await load(store, many)
        await measure(store, many)
        begun = time.perf_counter()
        pruned = await store.prune(NOW + timedelta(days=1))
        print(f"  pruning {pruned:,} texts: {time.perf_counter() - begun:.1f} s")
        if isinstance(where, Path):
            size = where.stat().st_size / 1024**2  # noqa: ASYNC240
            each = 1024 * 1000 * size / many["entries"]
            print(f"  the file: {size:,.0f} MiB, {each:.0f} KiB per 1,000 entries")


async def main() -> None:
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 0.01
    engines = sys.argv[2:] or ["sqlite", "postgres"]
    many = counts(scale)
    print(", ".join(f"{count:,} {what}" for what, count in many.items()))
    with tempfile.TemporaryDirectory() as folder:
        if "sqlite" in engines:
            print("SQLite:")
            await grown(Path(folder) / "growth.db", many)
    if "postgres" in engines:
        with Server.started(safe=True) as server:
            print("PostgreSQL:")
            await grown(await server.create("growth"), many)


if __name__ == "__main__":
    asyncio.run(main())
