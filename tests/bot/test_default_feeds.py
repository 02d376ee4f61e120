"""The feeds that ship with the bot: brought once, at rest when the owner says so, gone when removed."""

from __future__ import annotations

from dataclasses import replace

from bot.polling.default_feeds import bring_default_feeds
from feeds.feed import Feed, FeedState
from storage.store import Store, open_store


async def active(store: Store) -> dict[str, Feed]:
    return {feed.url: feed for feed in await store.feeds() if feed.state is FeedState.ACTIVE}


async def test_what_somebody_removed_or_stopped_does_not_come_back_with_the_next_start() -> None:
    async with open_store(":memory:") as store:
        await bring_default_feeds(store, wanted=True)
        removed, stopped, *_ = (await active(store)).values()
        await store.remove_feed(removed.id)
        await store.save_feed(replace(stopped, state=FeedState.PAUSED))
        await bring_default_feeds(store, wanted=True)
        assert {removed.url, stopped.url}.isdisjoint(await active(store))


async def test_all_rest_while_the_owner_wants_none_and_wake_again_but_for_those_that_were_stopped() -> None:
    async with open_store(":memory:") as store:
        await bring_default_feeds(store, wanted=True)
        before = await active(store)
        stopped = next(iter(before.values()))
        await store.save_feed(replace(stopped, state=FeedState.PAUSED))
        mine = await store.add_feed("https://mine.example/feed", title="Mine")
        for _ in range(2):
            await bring_default_feeds(store, wanted=False)
            assert set(await active(store)) == {mine.url}
        await bring_default_feeds(store, wanted=True)
        assert set(await active(store)) == (set(before) - {stopped.url}) | {mine.url}
