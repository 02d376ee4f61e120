"""A new version brings the schema up while the one before it goes on: what that one says still works.

`previous.json` holds the statements of the version before. When a version is released, it is written anew
from that version; a column that it still names may be dropped by the version after the next, no sooner.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import sqlite3
from pathlib import Path

import asyncpg
import pytest

from storage.deliveries import Deliveries
from storage.errors import DatabaseUnusable
from storage.migrate import FOLDER, migrate, migrations
from storage.postgres import Postgres
from storage.sql import by_number
from storage.store import open_store
from tests.storage.builders import HERE, NOON, a_backlog
from tests.storage.server import Server

PREVIOUS = json.loads(Path(__file__).with_name("previous.json").read_text(encoding="utf-8"))
SCHEMA = Path(__file__).parents[2] / "storage" / "schema.sql"
CONTRACTS = re.compile(r"\b(drop\s+(table|column)|rename|alter\s+column)\b", re.IGNORECASE)
NEEDED = re.compile(r"add\s+column\s+\w+\s+\w+[^;]*\bnot\s+null\b(?![^;]*\bdefault\b)", re.IGNORECASE)


@pytest.mark.parametrize("name", sorted(PREVIOUS["sqlite"]))
def test_what_the_version_before_says_is_understood(name: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    sql = PREVIOUS["sqlite"][name]
    connection.execute(f"explain {sql}", dict.fromkeys(re.findall(r":(\w+)", sql), "[]"))
    connection.close()


async def test_what_the_version_before_says_is_understood_on_postgresql(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(PREVIOUS["session"])
    for name, sql in PREVIOUS["postgres"].items():
        query, _ = by_number(sql, "$")
        await connection.execute(f"prepare previous_{name} as {query}")
    await connection.close()


def test_a_migration_only_adds_until_nobody_needs_what_it_would_take_away() -> None:
    for migration in migrations():
        if migration.version < PREVIOUS["schema"]:
            continue  # before any version that could be at work beside
        sql = re.sub(r"--.*", "", migration.sql)
        assert CONTRACTS.search(sql) is None, migration.name
        assert NEEDED.search(sql) is None, f"{migration.name}: the version before does not fill this column"


async def test_both_versions_claim_from_one_outbox_and_neither_gets_what_the_other_has(url: str) -> None:
    async with open_store(url) as store:
        places = [type(HERE)("discord", str(number), "g") for number in range(40)]
        await a_backlog(store, places, alerts=2)
        old = await asyncpg.connect(url)
        await old.execute(PREVIOUS["session"])
        claim, names = by_number(PREVIOUS["postgres"]["claim"], "$")
        sent, _ = by_number(PREVIOUS["postgres"]["all_sent"], "$")
        at = 1 + int(NOON.timestamp() * 1_000_000)
        of = {"platform": "discord", "now": at, "lease": at + 10**9, "owner": "the version before", "most": 7,
              "deep": 200, "ripe": 500}  # fmt: skip
        told: list[int] = []

        async def by_the_old_one() -> int:
            rows = await old.fetch(claim, *(of[name] for name in names))
            await old.execute(sent, json.dumps([(row["id"], "m") for row in rows]))
            told.extend(row["id"] for row in rows)
            return len(rows)

        async def by_the_new_one(store: Deliveries) -> int:
            claimed = await store.claim_deliveries(NOON.replace(minute=1), 7, ["discord"])
            await store.all_sent([(delivery.id, "m", None) for delivery in claimed])
            told.extend(delivery.id for delivery in claimed)
            return len(claimed)

        while sum(await asyncio.gather(by_the_old_one(), by_the_new_one(store))):
            pass
        await old.close()
        assert len(told) == len(set(told)) == 80


async def test_a_new_version_starts_while_the_one_before_is_amid_an_alert(
    server: Server, tmp_path: Path
) -> None:
    for file in FOLDER.glob("*.sql"):
        if file.name < "0010":  # what the version before knows
            shutil.copy(file, tmp_path)
    url = await server.create("amid")
    before = await Postgres.open(url)
    await migrate(before, tmp_path)
    await before.close()
    old, look = await asyncpg.connect(url), await asyncpg.connect(url)
    await old.execute("begin; update alerts set misread = misread")

    async def start() -> int:
        async with open_store(url) as store:
            return await store.schema_version()

    starting = asyncio.create_task(start())
    while not await look.fetchval("select count(*) from pg_locks where not granted"):  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    await old.execute("update deliveries set place = place; commit")  # each has what the other needs
    assert await starting == len(migrations())
    await old.close()
    await look.close()


async def test_a_call_that_a_new_schema_meets_in_the_middle_may_be_made_again(url: str) -> None:
    async with open_store(url) as store:
        feed = await store.add_feed("https://example.org/feed")
        # The one connection that has been used knows the statement by what it gave.
        assert await store.feed(feed.id) == feed
        newer = await asyncpg.connect(url)
        await newer.execute("alter table feeds add column later text")
        try:
            with pytest.raises(DatabaseUnusable) as met:
                async with store.transaction():
                    await store.feed(feed.id)
            assert met.value.may_pass
            async with store.transaction():
                assert await store.feed(feed.id) == feed
        finally:
            await newer.execute("alter table feeds drop column later")
            await newer.close()
