"""A copy of everything in one file, taken while the bot runs, and brought back; the same for both engines.

The file is a SQLite database of the same schema. So a backup of one engine can be restored into the other:
that is how a bot moves from its one file to PostgreSQL.
"""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from storage.errors import DatabaseTooNew, DatabaseUnusable
from storage.migrate import migrations
from storage.sqlite import damage_of
from storage.store import is_url, open_store

_ROWS = 5000
_PAGES = 2000
_LOOKS = 20


async def back_up(where: Path | str, file: Path) -> int:
    """Write all that the database holds at this moment into a new file; gives its bytes. Nobody is held up.

    The file appears whole or not at all, and is checked. Raises DatabaseUnusable where it is there already,
    cannot be written, or the database cannot be read.
    """
    with _written(file) as part:
        if isinstance(where, str) and is_url(where):
            await _from_postgres(where, part)
            await asyncio.to_thread(_sound, part)
        else:
            await asyncio.to_thread(_copy, Path(where), part)
            await asyncio.to_thread(_sound, part, Path(where))  # as sound as what it is a copy of
    return await asyncio.to_thread(lambda: file.stat().st_size)


async def restore(where: Path | str, file: Path, *, replace: bool = False) -> None:
    """Bring back what a backup holds. No bot may be at work on the database.

    Raises DatabaseUnusable where the file is no sound backup, and where the database holds something already:
    with `replace` a file is put aside under another name (`.replaced`, `.replaced-2`), and a PostgreSQL
    database is emptied, both only when all else has gone well. Raises DatabaseTooNew for a backup of a newer
    version.
    """
    await asyncio.to_thread(_sound, file)
    if isinstance(where, str) and is_url(where):
        with TemporaryDirectory() as folder:
            copy = Path(folder) / "copy.db"
            await asyncio.to_thread(_copy, file, copy)
            async with open_store(copy):
                pass  # an older backup is brought to the schema of today
            await _check_unused(where)
            await _into_postgres(copy, where, replace=replace)
        return
    await asyncio.to_thread(_into_file, file, Path(where), replace)


@contextmanager
def _written(file: Path) -> Iterator[Path]:
    """A place beside the file, which becomes the file when all went well and is gone else."""
    part = file.with_name(file.name + ".part")
    try:
        if file.exists():
            raise DatabaseUnusable(str(file), "is there already; name another file for the backup")
        if not file.parent.is_dir():
            raise DatabaseUnusable(str(file), "its directory is not there")
        part.unlink(missing_ok=True)
        part.touch()  # where that cannot be, it is this file's fault and not the database's
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(file)
    except OSError as error:
        raise DatabaseUnusable(str(file), f"cannot be written: {error.strerror or error}") from error
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, target: Path) -> None:
    """Page by page, in steps: who writes meanwhile is let in between, and what he writes is copied too."""
    _check_there(source)
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new, pages=_PAGES, sleep=0.01)
            new.execute("pragma journal_mode = delete")  # one file, nothing beside it
    except sqlite3.Error as error:
        raise DatabaseUnusable(str(source), f"cannot be copied to {target}: {error}") from error


def _check_there(file: Path) -> None:
    if not file.is_file():
        raise DatabaseUnusable(str(file), "is no file" if file.exists() else "is not there")


def _sound(file: Path, copied: Path | None = None) -> None:
    """Raises where this is no whole database of ours that this program knows, in the name of its source."""
    _check_there(file)
    name = str(copied or file)
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            damage = damage_of(connection)
            tables = {row[0] for row in connection.execute("select name from sqlite_master")}
            if damage is None and not {"migrations", "feeds", "deliveries"} <= tables:
                damage = "is no backup of Deadline Day"
            version = 0 if damage else connection.execute("select max(version) from migrations").fetchone()[0]
    except sqlite3.Error as error:
        raise DatabaseUnusable(name, f"is no backup that can be read: {error}") from error
    if damage:
        raise DatabaseUnusable(name, damage)
    if version > len(migrations()):
        raise DatabaseTooNew(name, found=version, known=len(migrations()))


def _into_file(file: Path, target: Path, replace: bool) -> None:
    if target.exists() and not replace and _rows(target):
        raise DatabaseUnusable(str(target), "holds something already; `--replace` puts it aside")
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(target.name + ".restoring")
    fresh.unlink(missing_ok=True)
    try:
        _copy(file, fresh)
        aside = _free_name(target)
        for end in ("-wal", "-shm", ""):
            old = target.with_name(target.name + end)
            if old.exists():
                old.rename(target.with_name(aside + end))
        fresh.rename(target)
    finally:
        fresh.unlink(missing_ok=True)


def _free_name(target: Path) -> str:
    """The name under which it is put aside; what an earlier restore put there stays."""
    names = (f"{target.name}.replaced{end}" for end in chain([""], (f"-{n}" for n in count(2))))
    return next(name for name in names if not target.with_name(name).exists())


def _rows(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(file)) as connection:
            return any(
                connection.execute(f"select 1 from {t} limit 1").fetchone() for t in tables_of(connection)
            )
    except sqlite3.Error:
        return True


@asynccontextmanager
async def _postgres(where: str) -> Any:
    from storage.postgres import connected

    async with open_store(where), connected(where) as connection:
        yield connection


async def _from_postgres(where: str, part: Path) -> None:
    async with open_store(part):
        pass
    with closing(sqlite3.connect(part)) as target:
        target.execute("pragma foreign_keys = off")
        target.execute("pragma synchronous = off")
        async with (
            _postgres(where) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            for table in tables_of(target):
                columns = _columns(target, table)
                query = f"select {', '.join(columns)} from {table}"
                add = f"insert into {table} ({', '.join(columns)}) values ({', '.join('?' * len(columns))})"
                rows: list[Sequence[Any]] = []
                async for row in connection.cursor(query, prefetch=_ROWS):
                    rows.append(tuple(row))
                    if len(rows) == _ROWS:
                        await asyncio.to_thread(_add, part, add, rows)
                        rows = []
                await asyncio.to_thread(_add, part, add, rows)
                if "id" in columns:
                    last = await connection.fetchval(_LAST_ID.format(table=table)) or 0
                    target.execute("delete from sqlite_sequence where name = ?", (table,))
                    target.execute("insert into sqlite_sequence (name, seq) values (?, ?)", (table, last))
                    target.commit()
        target.execute("pragma journal_mode = delete")


def _add(file: Path, statement: str, rows: Sequence[Sequence[Any]]) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(statement, rows)


async def _check_unused(where: str) -> None:
    """Raises DatabaseUnusable where a bot is at work on it: it would go on with what it remembers."""
    from storage.postgres import connected
    from storage.server_errors import named

    async with connected(where) as connection:
        for _ in range(_LOOKS):  # one that has just ended is seen for a moment
            if not await connection.fetchval(_OTHERS):
                return
            await asyncio.sleep(0.1)
    raise DatabaseUnusable(named(where), "a `deadlineday run` works on it; stop every one first")


async def _into_postgres(copy: Path, where: str, *, replace: bool) -> None:
    with closing(sqlite3.connect(copy)) as source:
        async with _postgres(where) as connection, connection.transaction():
            tables = tables_of(source)
            held = [table for table in tables if await connection.fetchval(f"select 1 from {table} limit 1")]
            if held and not replace:
                from storage.server_errors import named

                raise DatabaseUnusable(named(where), "holds something already; `--replace` empties it first")
            await connection.execute(f"truncate {', '.join(tables)} restart identity cascade")
            for table in tables:
                columns = _columns(source, table)
                rows = source.execute(f"select {', '.join(columns)} from {table} order by 1")
                while batch := rows.fetchmany(_ROWS):
                    await connection.copy_records_to_table(table, records=batch, columns=columns)
                if "id" in columns:
                    await connection.execute(_NEXT_ID.format(table=table, last=_last_id(source, table)))


_OTHERS = """
select count(*) from pg_stat_activity
where datname = current_database() and application_name = 'deadlineday' and pid <> pg_backend_pid()
"""
_LAST_ID = "select pg_sequence_last_value(pg_get_serial_sequence('{table}', 'id')::regclass)"
_NEXT_ID = "select setval(pg_get_serial_sequence('{table}', 'id'), {last} + 1, false)"


def tables_of(connection: sqlite3.Connection) -> list[str]:
    """Every table but the ledger of migrations, each after those that it refers to: as they were made."""
    rows = connection.execute(
        "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        " and name <> 'migrations' order by rowid"
    )
    return [row[0] for row in rows]


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"pragma table_info({table})")]


def _last_id(connection: sqlite3.Connection, table: str) -> int:
    """The highest id that was ever given: it stands in buttons, and is not given twice."""
    row = connection.execute("select seq from sqlite_sequence where name = ?", (table,)).fetchone()
    return int(row[0]) if row else 0
