"""The SQL of `queries/`, as functions, run over our own connections."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import aiosql

from storage.database import Database, Params, Row

FOLDER = Path(__file__).with_name("queries")

_WRITES = re.compile(r"\b(insert|update|delete)\b", re.IGNORECASE)
_COMMENT = re.compile(r"--.*")
_WORDS = re.compile(r"('(?:[^']|'')*'|--[^\n]*|::)|:(\w+)")
"""What may only look like a named parameter (texts, comments, casts), and named parameters."""


@cache
def load(dialect: str) -> Any:
    """Every query as an async function of the database and named parameters; the files are read once.

    The files in `queries/` hold for every engine; those in `queries/<dialect>/` are the few that differ.
    """
    queries = aiosql.from_path(FOLDER, cast(Any, _Adapter))
    own = getattr(queries, dialect)
    for name in own.available_queries:
        queries.add_query(name, getattr(own, name))
    return queries


@cache
def by_number(sql: str, sign: str) -> tuple[str, tuple[str, ...]]:
    """The statement with `sign` and a number for each named parameter ("$1"), and the names in that order."""
    names: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        if match[1] is not None:
            return match[1]
        return f"{sign}{names.setdefault(match[2], len(names) + 1)}"

    return _WORDS.sub(number, sql), tuple(names)


class _Adapter:
    """What aiosql calls. Its own SQLite adapter changes threads three times a query, this one once."""

    is_aio_driver = True

    def __init__(self) -> None:
        self._writes: set[str] = set()

    def process_sql(self, name: str, _operation: object, sql: str) -> str:
        if _WRITES.search(_COMMENT.sub("", sql)):
            self._writes.add(name)
        return sql

    async def select(
        self, database: Database, name: str, sql: str, params: Params, _record_class: object = None
    ) -> AsyncIterator[Row]:
        for row in await database.fetch(sql, params, writes=name in self._writes):
            yield row

    async def select_one(
        self, database: Database, name: str, sql: str, params: Params, _record_class: object = None
    ) -> Row | None:
        rows = await database.fetch(sql, params, writes=name in self._writes)
        return rows[0] if rows else None

    async def select_value(self, database: Database, name: str, sql: str, params: Params) -> Any:
        row = await self.select_one(database, name, sql, params)
        return None if row is None else next(iter(tuple(row)))

    async def insert_update_delete(self, database: Database, _name: str, sql: str, params: Params) -> int:
        return await database.run(sql, params)

    async def insert_update_delete_many(
        self, database: Database, _name: str, sql: str, rows: Sequence[Params]
    ) -> None:
        await database.run_many(sql, rows)
