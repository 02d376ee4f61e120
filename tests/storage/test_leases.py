"""Work in parts, shared out among processes: fairly, each part with one, taken over from the dead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.leases import Parts, _shares
from storage.store import Store, open_store

LEASE = timedelta(minutes=5)
OVER = timedelta(0)


@pytest.fixture
async def stores(shared: Path | str) -> AsyncIterator[list[Store]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_store(shared)) for _ in range(3)]


async def settled(stores: list[Store], total: int) -> list[Parts]:
    """What each has once all have seen all: two looks, with what is surplus handed back in between."""
    for _ in range(2):
        for store in stores:
            parts = await store.share_out("shards", total, LEASE)
            await store.hand_back("shards", total, parts.surplus)
    return [await store.share_out("shards", total, LEASE) for store in stores]


async def test_one_process_has_all_parts(stores: list[Store]) -> None:
    assert await stores[0].share_out("shards", 3, LEASE) == Parts(frozenset({0, 1, 2}))


async def test_those_who_come_later_get_their_share_as_soon_as_it_is_handed_back(stores: list[Store]) -> None:
    one, other, _ = stores
    assert len((await one.share_out("shards", 4, LEASE)).held) == 4
    assert (await other.share_out("shards", 4, LEASE)).held == frozenset()
    first = await one.share_out("shards", 4, LEASE)
    assert first.kept == {0, 1}
    assert first.surplus == {2, 3}
    await one.hand_back("shards", 4, first.surplus)
    assert (await other.share_out("shards", 4, LEASE)).held == {2, 3}
    assert (await one.share_out("shards", 4, LEASE)).held == {0, 1}


@pytest.mark.parametrize("total", [1, 2, 4, 7])
async def test_every_part_is_with_one_process_and_none_has_two_more_than_another(
    stores: list[Store], total: int
) -> None:
    found = await settled(stores, total)
    assert sorted(part for parts in found for part in parts.held) == list(range(total))
    sizes = [len(parts.held) for parts in found]
    assert max(sizes) - min(sizes) <= 1
    assert await settled(stores, total) == found  # and nothing moves without need


async def test_processes_that_begin_at_once_never_have_the_same_part(stores: list[Store]) -> None:
    found = await asyncio.gather(*(store.share_out("shards", 5, LEASE) for store in stores))
    held = [part for parts in found for part in parts.held]
    assert len(held) == len(set(held)) == 5


async def test_what_a_dead_process_had_goes_to_the_others_when_its_lease_is_over(stores: list[Store]) -> None:
    one, other, _ = stores
    await settled([one, other], 4)
    await one.share_out("shards", 4, OVER)  # its last word
    assert (await other.share_out("shards", 4, LEASE)).held == {0, 1, 2, 3}
    assert (await one.share_out("shards", 4, LEASE)).held == frozenset()


async def test_a_process_that_ends_leaves_its_parts_at_once(stores: list[Store]) -> None:
    one, other, _ = stores
    await settled([one, other], 4)
    await one.release_leases()
    assert len((await other.share_out("shards", 4, LEASE)).held) == 4


async def test_another_number_of_parts_begins_when_all_of_the_old_number_are_handed_back(
    stores: list[Store],
) -> None:
    one, other, _ = stores
    await settled([one, other], 2)
    assert await one.share_out("shards", 8, LEASE) == Parts()
    await one.hand_back("shards", 2, {0, 1})
    assert await one.share_out("shards", 8, LEASE) == Parts()
    await other.hand_back("shards", 2, {0, 1})
    assert len((await one.share_out("shards", 8, LEASE)).held) == 4


async def test_it_is_known_how_many_take_part(stores: list[Store]) -> None:
    assert [await store.take_part("posting", LEASE) for store in stores] == [1, 2, 3]
    await stores[0].release_leases()
    await stores[1].take_part("posting", OVER)
    assert await stores[2].take_part("posting", LEASE) == 1
    assert await stores[0].take_part("something else", LEASE) == 1


@given(st.integers(0, 40), st.lists(st.sampled_from("abcdef"), max_size=40))
def test_shares_are_even_and_whole(total: int, owners: list[str]) -> None:
    shares = _shares(total, ["a", "b", "c"], owners)
    assert sum(shares.values()) == total
    assert max(shares.values()) - min(shares.values()) <= 1
