"""Bring a database to the newest schema, step by numbered step."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storage.database import Database
from storage.errors import CROSSED, DatabaseTooNew, DatabaseUnusable

FOLDER = Path(__file__).with_name("migrations")

_TRIES = 10

_LEDGER = """
create table if not exists migrations (
  version integer primary key not null,
  name text not null,
  applied bigint not null
)
"""
_APPLIED = "insert into migrations (version, name, applied) values (:version, :name, :applied)"


@dataclass(frozen=True, slots=True)
class Migration:
    """One numbered file; `0007_leases.sql` has version 7 and the name "leases".

    `own` is what an engine needs besides, by its dialect: the file of the same name in its folder.
    """

    version: int
    name: str
    sql: str
    own: Mapping[str, str] = field(default_factory=dict)


def migrations(folder: Path = FOLDER) -> list[Migration]:
    """Every migration there is, in order; ValueError where a number is missing or taken twice."""
    found = []
    for file in sorted(folder.glob("*.sql")):
        match = re.fullmatch(r"(\d{4})_(\w+)", file.stem)
        if match is None:
            raise ValueError(f"{file.name}: a migration is named like 0007_leases.sql")
        own = {each.parent.name: each.read_text(encoding="utf-8") for each in folder.glob(f"*/{file.name}")}
        found.append(Migration(int(match[1]), match[2], file.read_text(encoding="utf-8"), own))
    if [m.version for m in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"{folder}: migrations are not numbered 1, 2, 3, …")
    return found


async def migrate(database: Database, folder: Path = FOLDER) -> list[Migration]:
    """Apply what is missing, each step whole or not at all; gives the steps that were taken.

    Raises DatabaseTooNew where the database is ahead of `folder`, and DatabaseUnusable where it is
    another program's.
    """
    known, taken, tries = migrations(folder), list[Migration](), _TRIES
    while True:
        try:
            step = await _take_step(database, known)
        except DatabaseUnusable as error:
            # The version before goes on meanwhile, and locks tables in an order of its own.
            tries -= 1
            if error.reason != CROSSED or not tries:
                raise
            continue
        if step is None:
            return taken
        taken.append(step)


def statements(script: str) -> Iterator[str]:
    """The single statements of a script, without a transaction put around them (as executescript would)."""
    statement = ""
    for piece in re.split(r"(?<=;)", script):
        statement += piece
        if sqlite3.complete_statement(statement):  # this semicolon is in no string and no comment
            yield statement
            statement = ""
    if statement.strip():
        yield statement


async def _take_step(database: Database, known: list[Migration]) -> Migration | None:
    # The version is read under the lock: two programs that start at once do not take the same step.
    async with database.transaction():
        await database.hold("migrate", [""])
        version = await _version(database)
        if version > len(known):
            raise DatabaseTooNew(database.where, found=version, known=len(known))
        if version == len(known):
            return None
        step = known[version]
        await database.run(database.ddl(_LEDGER), {})
        for statement in statements(step.sql):
            await database.run(database.ddl(statement), {})
        if own := step.own.get(database.dialect):
            await database.run(own, {})
        applied = {"version": step.version, "name": step.name, "applied": time.time_ns() // 1000}
        await database.run(_APPLIED, applied)
    return step


async def _version(database: Database) -> int:
    tables = await database.tables()
    if not tables:
        return 0
    if "migrations" not in tables:
        raise DatabaseUnusable(database.where, "belongs to another program")
    try:
        (row,) = await database.fetch("select max(version) as version from migrations", {}, writes=False)
    except Exception as error:
        if isinstance(error, DatabaseUnusable):
            raise
        raise DatabaseUnusable(database.where, "belongs to another program") from error
    return int(row["version"] or 0)
