"""The migrations and the schema file say the same, and the hot look-ups go by an index."""

import inspect
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from storage.database import Database
from storage.errors import Conflict
from storage.migrate import FOLDER, Migration, migrate, migrations, statements
from storage.sql import load
from storage.store import open_store

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
    database = await Database.open(file)
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
    database = await Database.open(file)
    with pytest.raises(Conflict):
        await migrate(database, folder)
    numbered(folder, "create table one (a text unique);", "create table two (a text);")
    assert await migrate(database, folder) == [Migration(2, "step", "create table two (a text);")]
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
    "feeds", "players", "all_watches", "all_channel_settings", "watched_players", "release_claims",
    "delivery_counts", "schema_version", "forget_idle_players", "feedback",
}  # fmt: skip
"""Queries whose answer is a whole table, or that are asked once in a process's life."""

BIG = r"\bSCAN (feeds|entries|players|player_names|links|claims|alerts|watches|deliveries|channels|[a-z])\b"
BY_INDEX = r"SCAN \w+ USING (COVERING )?INDEX (links_changed|deliveries_(queue|claimed|edit))"


def queries() -> dict[str, str]:
    loaded = load("sqlite")
    named = [n for n in loaded.available_queries if "." not in n and not n.endswith("_cursor")]
    return {name: getattr(loaded, name).sql for name in named}


@pytest.fixture(scope="module")
def empty() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.executescript(SCHEMA.read_text(encoding="utf-8"))
    return connection


@pytest.mark.parametrize("name", sorted(queries().keys() - WHOLE))
def test_a_look_up_costs_the_same_however_much_is_kept(name: str, empty: sqlite3.Connection) -> None:
    sql = queries()[name]
    params = dict.fromkeys(re.findall(r":(\w+)", sql), "[]")
    plan = [row[3] for row in empty.execute(f"explain query plan {sql}", params)]
    scans = [step for step in plan if re.search(BIG, step) and not re.search(BY_INDEX, step)]
    assert scans == [], plan


def test_every_query_is_used() -> None:
    source = "".join(inspect.cleandoc(f.read_text()) for f in FOLDER.parent.glob("*.py"))
    names = {name.removesuffix("_before") for name in queries()}  # pages go by the same name
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []
