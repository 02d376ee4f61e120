"""The feeds that ship with the bot, in a database: brought once, put to rest, woken again."""

from __future__ import annotations

from dataclasses import replace

from feeds.defaults import default_feeds
from feeds.feed import FeedState
from links.language import codes
from storage.store import Store

BROUGHT = "feeds.brought"
"""The fact that names the default feeds which this database has had."""

RESTING = "feeds.resting"
"""The fact that names those of them that rest because the setting says so, and nobody removed."""


async def bring_default_feeds(store: Store, *, wanted: bool) -> None:
    """Poll the feeds that ship with the bot in the languages that it reads, or let them rest.

    Each is brought once, and only those that were put to rest here are woken again: one that somebody
    removed does not come back with the next start.
    """
    async with store.transaction():
        brought, resting = [set((await store.fact(name) or "").split()) for name in (BROUGHT, RESTING)]
        for address in default_feeds():
            if wanted and address.lang in codes() and address.url not in brought:
                await store.add_feed(address.url, title=address.title, lang=address.lang, builtin=True)
                brought.add(address.url)
        for feed in await store.builtin_feeds():
            if feed.added_by is not None:
                continue
            if wanted and feed.url in resting:
                await store.save_feed(replace(feed, state=FeedState.ACTIVE))
            elif not wanted and feed.state is FeedState.ACTIVE:
                await store.save_feed(replace(feed, state=FeedState.PAUSED))
                resting.add(feed.url)
        await store.set_fact(BROUGHT, "\n".join(sorted(brought)))
        await store.set_fact(RESTING, None if wanted else "\n".join(sorted(resting)))
