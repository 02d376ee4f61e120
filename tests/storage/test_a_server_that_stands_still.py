"""A server that is there and answers nothing, as when its disk hangs or a machine between is gone."""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest

import storage.postgres
from storage.errors import DatabaseUnusable
from storage.postgres import Postgres
from storage.store import Store, open_store
from tests.storage.server import Server

SOON = 3.0
"""Seconds that are far less than those after which the driver by itself would give up."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server.started() as server:
        yield server


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage.postgres, "_LET_GO", 0.05)
    monkeypatch.setattr(storage.postgres, "_LOOK_AFTER", 0.05)


@pytest.fixture
async def store(server: Server) -> AsyncIterator[Store]:
    async with open_store(await server.emptied()) as store:
        yield store


async def test_who_gives_up_waiting_for_a_look_is_free_at_once(server: Server, store: Store) -> None:
    began = time.monotonic()
    async with server.frozen():
        for _ in range(storage.postgres.CONNECTIONS + 1):  # not even when all lines hang
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.02):
                    await store.feeds()
    assert time.monotonic() - began < SOON
    assert await store.feeds() == []


async def test_who_is_ended_while_he_gives_up_leaves_nothing_that_cries_out(
    server: Server, store: Store
) -> None:
    cries: list[object] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: cries.append(context))
    async with server.frozen():
        waiting = asyncio.create_task(store.feeds())
        for _ in range(2):
            await asyncio.sleep(0.01)
            waiting.cancel()
        await asyncio.wait({waiting})
        await asyncio.sleep(2 * storage.postgres._LET_GO)
    del waiting
    gc.collect()
    assert cries == []


async def test_who_gives_up_in_a_transaction_is_free_at_once_and_nothing_of_it_is_kept(
    server: Server, store: Store
) -> None:
    began = time.monotonic()

    async def half() -> None:
        async with store.transaction():
            await store.add_feed("https://f.example/half")
            async with server.frozen():
                async with asyncio.timeout(0.02):
                    await store.add_feed("https://f.example/lost")

    with pytest.raises(TimeoutError):
        await half()
    assert time.monotonic() - began < SOON
    assert await store.feeds() == []
    await store.add_feed("https://f.example/after")


async def test_nor_does_anybody_wait_for_the_end_of_a_transaction_that_gets_no_answer(
    server: Server, store: Store
) -> None:
    began = time.monotonic()
    async with AsyncExitStack() as still:

        async def half() -> None:
            async with store.transaction():
                await store.add_feed("https://f.example/half")
                await still.enter_async_context(server.frozen())
                async with asyncio.timeout(0.02):
                    await store.add_feed("https://f.example/lost")

        with pytest.raises(TimeoutError):
            await half()
        assert time.monotonic() - began < SOON
    assert await store.feeds() == []


async def test_the_store_is_closed_beneath_a_call_that_gets_no_answer(server: Server) -> None:
    async with open_store(await server.emptied()) as store, server.frozen():
        waiting = asyncio.create_task(store.feeds())
        await asyncio.sleep(0)
        began = time.monotonic()
        await store.close()
        with pytest.raises(DatabaseUnusable):
            await waiting
        assert time.monotonic() - began < SOON


async def test_nobody_waits_for_the_lines_on_which_a_call_may_take_its_time(server: Server) -> None:
    database = await Postgres.open(await server.create("long"))
    async with AsyncExitStack() as still:
        async with database.unhurried() as unhurried:
            await unhurried.tables()
            await still.enter_async_context(server.frozen())
            began = time.monotonic()
        assert time.monotonic() - began < SOON
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02), database.unhurried() as unhurried:
                await unhurried.tables()
        assert time.monotonic() - began < SOON
    await database.close()


async def test_a_line_on_which_others_are_heard_is_taken_up_anew_when_it_has_gone_silent(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard, again = asyncio.Event(), asyncio.Event()
    listening = asyncio.create_task(store.listen(lambda _topic: heard.set()))
    await asyncio.wait_for(heard.wait(), SOON)
    heard.clear()
    connect = asyncpg.connect

    async def seen(*args: Any, **named: Any) -> Any:
        again.set()
        return await connect(*args, **named)

    monkeypatch.setattr(asyncpg, "connect", seen)
    async with server.frozen():
        again.clear()  # the server's own, before it froze
        await asyncio.wait_for(again.wait(), SOON)
    await asyncio.wait_for(heard.wait(), SOON)  # and whatever was told meanwhile is looked for
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
