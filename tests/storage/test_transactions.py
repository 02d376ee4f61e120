import asyncio
import contextvars
from pathlib import Path

import pytest

from storage.errors import Conflict, RolledBack
from storage.store import Store, open_store
from tests.storage.builders import HERE, NOON, a_link, an_alert, an_entry


class Mishap(Exception):
    pass


async def test_a_transaction_is_kept_whole_or_not_at_all(store: Store) -> None:
    async def write() -> None:
        async with store.transaction():
            await store.add_feed("https://f.example/1")
            player = await store.add_player("Ada Vale")
            await store.enqueue((await an_alert(store, player.id)).id, [(HERE, NOON, None)])
            raise Mishap

    with pytest.raises(Mishap):
        await write()
    assert await store.feeds() == []
    assert await store.players() == []
    assert await store.next_due(NOON) is None
    async with store.transaction():
        await store.add_feed("https://f.example/2")
    assert [feed.url for feed in await store.feeds()] == ["https://f.example/2"]


async def test_inner_transactions_join_the_outer_one(store: Store) -> None:
    async def write() -> None:
        async with store.transaction():
            async with store.transaction():
                await store.add_feed("https://f.example/1")
            assert len(await store.feeds()) == 1
            raise Mishap

    with pytest.raises(Mishap):
        await write()
    assert await store.feeds() == []


async def test_a_transaction_whose_part_failed_cannot_be_kept(store: Store) -> None:
    async def swallow(*, go_on: bool) -> None:
        async with store.transaction():
            await store.add_feed("https://f.example/1")
            with pytest.raises(Conflict):
                await store.save_links([a_link(99)])
            if go_on:
                await store.add_feed("https://f.example/2")

    with pytest.raises(RolledBack, match="nothing of it was kept"):
        await swallow(go_on=False)
    with pytest.raises(RolledBack, match="cannot go on"):
        await swallow(go_on=True)
    assert await store.feeds() == []


async def test_a_task_started_in_a_transaction_joins_it_while_it_lasts(store: Store) -> None:
    go_on = asyncio.Event()
    tasks: list[asyncio.Task[None]] = []

    async def late() -> None:
        await go_on.wait()
        await store.add_feed("https://f.example/late")

    async def write() -> None:
        async with store.transaction():
            urls = [f"https://f.example/{n}" for n in range(3)]
            await asyncio.gather(*(store.add_feed(url) for url in urls))
            await asyncio.wait_for(store.add_feed("https://f.example/3"), 5)
            tasks.append(asyncio.create_task(late()))
            raise Mishap

    with pytest.raises(Mishap):
        await write()
    go_on.set()
    await asyncio.gather(*tasks)
    assert [feed.url for feed in await store.feeds()] == ["https://f.example/late"]


async def test_two_tasks_deciding_on_the_same_link_take_turns(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    pair = (player.id, "Rovers")
    told = []

    async def decide(name: str) -> None:
        async with store.transaction():
            if pair not in await store.links([pair]):
                await asyncio.sleep(0)
                await store.save_links([a_link(*pair)])
                told.append(name)

    await asyncio.gather(*(decide(f"task {n}") for n in range(8)))
    assert len(told) == 1


async def test_two_processes_take_turns_too(shared: Path | str) -> None:
    async with open_store(shared) as one, open_store(shared) as two:
        player = await one.add_player("Ada Vale")
        pair = (player.id, "Rovers")
        told = []

        async def decide(store: Store) -> None:
            async with store.transaction():
                if pair not in await store.links([pair]):
                    await asyncio.sleep(0.01)
                    await store.save_links([a_link(*pair)])
                    told.append(store)

        await asyncio.gather(decide(one), decide(two), decide(one), decide(two))
        assert len(told) == 1
        assert await one.links([pair]) == await two.links([pair])


async def test_others_see_nothing_of_a_transaction_before_it_is_kept(shared: Path | str) -> None:
    async with open_store(shared) as store:
        inside, looked = asyncio.Event(), asyncio.Event()

        async def write() -> None:
            async with store.transaction():
                await store.add_feed("https://f.example/1")
                inside.set()
                await looked.wait()

        writing = asyncio.create_task(write())
        await inside.wait()
        assert await store.feeds() == []  # and does not wait for the writer either
        looked.set()
        await writing
        assert len(await store.feeds()) == 1


async def test_cancellation_in_the_middle_rolls_back_and_lets_the_next_one_in(store: Store) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with store.transaction():
            await store.add_feed("https://f.example/1")
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await store.feeds() == []
    await store.add_feed("https://f.example/2")
    assert len(await store.feeds()) == 1


@pytest.mark.parametrize("turns", range(12))
async def test_cancellation_at_any_moment_keeps_all_or_nothing(store: Store, turns: int) -> None:
    async def write() -> None:
        async with store.transaction():
            await store.add_feed("https://f.example/1")
            await store.save_entries(None, [an_entry("k")], NOON)
            await store.add_player("Ada Vale")

    task = asyncio.create_task(write())
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    kept = len(await store.feeds()), len(await store.known(["k"])), len(await store.players())
    assert kept in ((0, 0, 0), (1, 1, 1))
    async with store.transaction():
        await store.add_feed("https://f.example/2")
    assert "https://f.example/2" in [feed.url for feed in await store.feeds()]


async def test_a_timeout_in_the_middle_rolls_back(store: Store) -> None:
    async def write() -> None:
        async with asyncio.timeout(0.02), store.transaction():
            await store.add_feed("https://f.example/1")
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await write()
    assert await store.feeds() == []


@pytest.mark.parametrize("where", [":memory:"])
async def test_calls_that_wait_for_their_turn_can_be_cancelled(store: Store) -> None:
    async with store.transaction():
        await store.add_feed("https://f.example/1")
        outside = asyncio.get_running_loop().create_task(
            store.add_feed("https://f.example/2"), context=contextvars.Context()
        )
        await asyncio.sleep(0.01)
        assert not outside.done()
        outside.cancel()
    await asyncio.gather(outside, return_exceptions=True)
    assert [feed.url for feed in await store.feeds()] == ["https://f.example/1"]
