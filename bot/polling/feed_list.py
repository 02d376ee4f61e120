"""The feeds as a file that other readers know (OPML): what is polled goes out, what comes in is polled."""

from __future__ import annotations

from dataclasses import dataclass

from bot.plain import line
from bot.polling.searches import BY, add_search, is_search, marked, searches
from feeds.errors import holds_secret
from feeds.feed import Feed, FeedState
from feeds.opml import FeedAddress, read_opml, write_opml
from storage.store import Store


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list: feeds and searches that are new, that were there before, and left out."""

    new: int
    known: int
    left: int = 0


@dataclass(frozen=True, slots=True)
class Listed:
    """A list as OPML, how many feeds and searches are in it, and how many were left out."""

    content: str
    count: int
    withheld: int


async def listed(store: Store, *, secrets: bool) -> Listed:
    """The list, with the folders in which feeds came.

    A search stands in it once, with {player} in its address, and not as the feeds that it makes. Without
    `secrets` addresses with a password or a key in them are left out.
    """
    rows = [FeedAddress(feed.url, feed.title, feed.folder) for feed in await store.feeds() if _is_ours(feed)]
    rows += [FeedAddress(address) for address in await searches(store)]
    told = rows if secrets else [row for row in rows if not holds_secret(row.url)]
    return Listed(write_opml(told), len(told), len(rows) - len(told))


def _is_ours(feed: Feed) -> bool:
    """Neither made by a search or for the sample, nor a default feed that is not wanted."""
    sample = feed.builtin and feed.added_by is not None
    return feed.added_by != BY and not sample and feed.state is not FeedState.PAUSED


async def take_list(store: Store, content: bytes, *, by: str | None, most: int) -> Taken:
    """Poll what the list names, `most` new ones at a time; a feed that is there already stays as it is.

    `by` is kept as `Feed.added_by`. Raises BadOpml, and then nothing was changed.
    """
    found = read_opml(content)
    async with store.transaction():
        known = {feed.url for feed in await store.feeds()} | set(await searches(store))
        fresh = [each for each in found if marked(each.url) not in known]
        for each in fresh[:most]:
            if is_search(marked(each.url)):
                await add_search(store, marked(each.url))
            else:
                await store.add_feed(each.url, title=line(each.title), added_by=by, folder=each.folder)
    taken = min(len(fresh), most)
    return Taken(taken, len(found) - len(fresh), len(fresh) - taken)
