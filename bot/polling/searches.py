"""Search feeds: an address with {player} in it, polled for every player that somebody watches.

The address itself is a note; what is polled are feeds of their own, made and dropped as watches come and
go. So a search for a player who is newly watched fills the memory first and alerts nobody, as any new feed.
"""

from __future__ import annotations

import json
import re
from urllib.parse import quote

from storage.store import Store

MARK = "{player}"
BY = "search"
"""Who added a feed that a search made."""

MOST = 500
"""Feeds that searches make at the most: hosts of searches count every one."""

_KEPT = "feeds.searches"
_ENCODED = re.compile(r"(?i)%7Bplayer%7D")


def marked(address: str) -> str:
    """The address with the mark as it is written here, where a program has encoded its brackets."""
    return _ENCODED.sub(MARK, address)


def is_search(address: str) -> bool:
    """Whether the address is to be filled with players' names."""
    return MARK in address


def filled(address: str, player: str) -> str:
    """The address for one player, his name encoded as a part of it."""
    return address.replace(MARK, quote(player, safe=""))


async def searches(store: Store) -> list[str]:
    """The addresses, in the order in which they were added."""
    return [str(address) for address in json.loads(await store.fact(_KEPT) or "[]")]


async def add_search(store: Store, address: str) -> None:
    """Poll this address for every watched player; nothing new where it is known."""
    async with store.transaction():
        known = await searches(store)
        if address not in known:
            await store.set_fact(_KEPT, json.dumps([*known, address]))
    await follow_watches(store)


async def remove_search(store: Store, address: str) -> bool:
    """Poll it no more; False if there is no such search."""
    async with store.transaction():
        known = await searches(store)
        if address in known:
            await store.set_fact(_KEPT, json.dumps([each for each in known if each != address]))
    if address in known:
        await follow_watches(store)
    return address in known


async def follow_watches(store: Store) -> int:
    """Make the feeds that searches want now and drop the others; says how many there are."""
    if await store.fact(_KEPT) is None:
        return 0  # as nearly always: no look at every feed and player
    addresses = await searches(store)
    feeds = {feed.url: feed for feed in await store.feeds() if feed.added_by == BY}
    names = [player.name for player in await store.watched_players()]
    wanted = {filled(address, name): name for address in addresses for name in names}
    wanted = dict(list(wanted.items())[:MOST])
    async with store.transaction():
        for url, feed in feeds.items():
            if url not in wanted:
                await store.remove_feed(feed.id)
        for url, name in wanted.items():
            if url not in feeds:
                await store.add_feed(url, title=f"Search: {name}", added_by=BY)
        if not addresses:
            await store.set_fact(_KEPT, None)
    return len(wanted)
