"""The migrations and the schema file say the same, and the hot look-ups go by an index."""

import asyncio
import inspect
import re
import sqlite3
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from storage import postgres as postgres_module
from storage.errors import Conflict, DatabaseUnusable
from storage.migrate import FOLDER, Migration, migrate, migrations, statements
from storage.postgres import Postgres
from storage.sql import by_number, load
from storage.sqlite import Sqlite
from storage.store import open_store
from tests.storage.server import Server

SCHEMA = FOLDER.with_name("schema.sql")


def shape(connection: sqlite3.Connection) -> dict[str, Any]:
    """What a schema is, whatever way led to it: columns, checks, keys and indexes of every table."""
    found: dict[str, Any] = {}
    rows = connection.execute("select name, sql from sqlite_master where type = 'table'").fetchall()
    for name, sql in rows:
        indexes = {}
        for index in connection.execute(f"pragma index_list({name})"):
            text = connection.execute("select sql from sqlite_master where name = ?", (index[1],)).fetchone()
            columns = tuple(c[2] for c in connection.execute(f"pragma index_info({index[1]})"))
            indexes[index[1]] = (index[2:], columns, plain(text[0] or ""))
        found[name] = {
            "columns": connection.execute(f"pragma table_xinfo({name})").fetchall(),
            "references": sorted(connection.execute(f"pragma foreign_key_list({name})").fetchall()),
            "indexes": indexes,
            "checks": sorted(re.findall(r"check \((?:[^()]|\([^()]*\))*\)", plain(sql))),
            "autoincrement": "autoincrement" in sql,
        }
    return found


def plain(sql: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"--.*", "", sql)).strip()


async def test_the_migrations_give_the_schema_of_the_schema_file(file: Path) -> None:
    async with open_store(file):
        pass
    migrated, written = sqlite3.connect(file), sqlite3.connect(":memory:")
    written.executescript(SCHEMA.read_text(encoding="utf-8"))
    assert shape(migrated) == shape(written)
    assert len(shape(written)) > 10
    migrated.close()
    written.close()


async def test_migrating_again_changes_nothing(file: Path) -> None:
    database = await Sqlite.open(file)
    assert [step.version for step in await migrate(database)] == [m.version for m in migrations()]
    assert await migrate(database) == []
    await database.close()


def numbered(folder: Path, *scripts: str) -> Path:
    folder.mkdir(exist_ok=True)
    for number, script in enumerate(scripts, start=1):
        (folder / f"{number:04}_step.sql").write_text(script)
    return folder


async def test_a_step_that_fails_is_undone_and_those_before_it_stay(tmp_path: Path, file: Path) -> None:
    folder = numbered(
        tmp_path / "steps",
        "create table one (a text unique);",
        "create table two (a text); insert into one values ('x'); insert into one values ('x');",
    )
    database = await Sqlite.open(file)
    with pytest.raises(Conflict):
        await migrate(database, folder)
    numbered(folder, "create table one (a text unique);", "create table two (a text);")
    assert await migrate(database, folder) == [Migration(2, "step", "create table two (a text);")]
    await database.close()


async def test_a_step_may_take_longer_than_any_call(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "_MOST_WAIT", 0.2)
    folder = numbered(tmp_path / "steps", "create table one (a text);", "select pg_sleep(0.6);")
    database = await Postgres.open(await server.create("long"))
    with pytest.raises(DatabaseUnusable):
        await migrate(database, folder)
    async with database.unhurried() as unhurried:
        assert [step.version for step in await migrate(unhurried, folder)] == [2]
    await database.close()


@pytest.mark.parametrize("names", [["0002_late.sql"], ["0001_a.sql", "0001_b.sql"], ["first.sql"]])
def test_migrations_are_numbered_without_a_gap(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("")
    with pytest.raises(ValueError, match=r"number|named like"):
        migrations(tmp_path)


def test_a_script_is_taken_apart_at_the_ends_of_its_statements() -> None:
    script = "-- one; two\ncreate table a (b text default ';'); drop table a;\ninsert into a\nvalues ('c')\n"
    assert [plain(s) for s in statements(script)] == [
        "create table a (b text default ';');",
        "drop table a;",
        "insert into a values ('c')",
    ]


WHOLE = {
    "feeds", "builtin_feeds", "players", "all_watches", "release_feeds",
    "all_channel_settings", "release_claims",
    "delivery_counts", "feed_counts", "open_counts", "schema_version", "forget_idle_players", "feedback",
    "count_watched", "forget_paces",
}  # fmt: skip
"""Queries whose answer is a whole table, or that are asked once in a process's life."""

SO_FAR = {"beyond_player"}
"""Queries that look at no more than they are told to."""

BIG = r"\bSCAN (feeds|entries|players|player_names|links|claims|alerts|watches|deliveries|channels|[a-z])\b"
BY_INDEX = r"SCAN \w+ USING (COVERING )?INDEX (links_changed|deliveries_(queue|claimed|edit))"


def queries(dialect: str = "sqlite") -> dict[str, str]:
    loaded = load(dialect)
    named = [n for n in loaded.available_queries if "." not in n and not n.endswith("_cursor")]
    return {name: getattr(loaded, name).sql for name in named}


@pytest.fixture(scope="module")
def empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    return connection


@pytest.mark.parametrize("name", sorted(queries().keys() - WHOLE - SO_FAR))
def test_a_look_up_costs_the_same_however_much_is_kept(name: str, empty: sqlite3.Connection) -> None:
    sql = queries()[name]
    params = dict.fromkeys(re.findall(r":(\w+)", sql), "[]")
    plan = [row[3] for row in empty.execute(f"explain query plan {sql}", params)]
    scans = [step for step in plan if re.search(BIG, step) and not re.search(BY_INDEX, step)]
    assert scans == [], plan


async def test_a_look_up_costs_the_same_on_postgresql_however_much_is_kept(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(
        "set enable_seqscan = off; set plan_cache_mode = force_generic_plan"
    )  # a table is read whole only where no index will do
    plans = {}
    for name in sorted(queries("postgres").keys() - WHOLE - {"claim", "enqueue"}):
        sql, names = by_number(queries("postgres")[name], "$")
        await connection.execute(f"prepare {name}_ as {sql}")
        of = f"({', '.join('null' for _ in names)})" if names else ""
        plans[name] = [row[0] for row in await connection.fetch(f"explain execute {name}_ {of}")]
    await connection.close()
    scans = {name: plan for name, plan in plans.items() if re.search(r"Seq Scan on (?!step)", "".join(plan))}
    assert scans == {}


async def pg_shape(url: str) -> dict[str, Any]:
    connection = await asyncpg.connect(url)
    columns = await connection.fetch(
        "select table_name, column_name, data_type, is_nullable, collation_name, identity_generation"
        " from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position"
    )
    indexes = await connection.fetch(
        "select indexname, indexdef from pg_indexes where schemaname = 'public' order by indexname"
    )
    rules = await connection.fetch(
        "select conrelid::regclass::text, contype::text, pg_get_constraintdef(oid) from pg_constraint"
        " where connamespace = 'public'::regnamespace order by 1, 2, 3"
    )
    triggers = await connection.fetch(
        "select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal order by 1"
    )
    await connection.close()
    return {"columns": list(map(tuple, columns)), "indexes": list(map(tuple, indexes)),
            "rules": list(map(tuple, rules)), "triggers": list(map(tuple, triggers))}  # fmt: skip


async def test_the_migrations_give_the_schema_of_the_schema_file_on_postgresql(server: Server) -> None:
    migrated = await server.create("migrated")
    async with open_store(migrated):
        pass
    written = await Postgres.open(await server.create("written"))
    for statement in statements(SCHEMA.read_text(encoding="utf-8")):
        await written.run(written.ddl(statement), {})
    for own in filter(None, (migration.own.get("postgres") for migration in migrations())):
        await written.run(own, {})
    await written.close()
    shapes = await pg_shape(migrated), await pg_shape(server.url("written"))
    assert shapes[0] == shapes[1]
    assert len(shapes[0]["indexes"]) > 30


async def test_both_engines_have_the_same_tables_columns_and_indexes(url: str) -> None:
    sqlite = sqlite3.connect(":memory:")
    sqlite.executescript(SCHEMA.read_text(encoding="utf-8"))
    postgres = await pg_shape(url)
    kinds = {"integer": ("integer", "bigint"), "bigint": ("bigint",), "text": ("text",)}
    found = [(t, c, n == "NO") for t, c, _, n, _, _ in postgres["columns"]]
    wanted = []
    for table, what in sorted(shape(sqlite).items()):
        if table.startswith("sqlite_"):
            continue
        for _, column, kind, needed, _, key, _ in what["columns"]:
            wanted.append((table, column, bool(needed or key)))
            (held,) = [k for t, c, k, *_ in postgres["columns"] if (t, c) == (table, column)]
            assert held in kinds[kind.lower()], (table, column)
    assert found == wanted
    texts = [collation for _, _, kind, _, collation, _ in postgres["columns"] if kind == "text"]
    assert set(texts) == {"C"}  # sorted by code points on both
    named = {i for t in shape(sqlite).values() for i in t["indexes"] if not i.startswith("sqlite_")}
    assert named <= {name for name, _ in postgres["indexes"]}
    sqlite.close()


async def test_two_programs_that_start_at_once_migrate_once(server: Server) -> None:
    url = await server.create("twice")

    async def start() -> int:
        async with open_store(url) as store:
            return await store.schema_version()

    assert await asyncio.gather(*(start() for _ in range(4))) == [len(migrations())] * 4


def test_every_query_is_used() -> None:
    files = [*FOLDER.parent.glob("*.py"), FOLDER.with_name("session.sql")]
    source = "".join(inspect.cleandoc(f.read_text()) for f in files)
    # pages go by the same name
    names = {name.removesuffix("_before") for name in queries() | queries("postgres")}
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []
