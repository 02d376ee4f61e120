"""What is watched in one server or workspace, channel by channel, a page at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.cards.answers import watches_card
from bot.cards.card import Card
from bot.commands.complete import players_of, watched
from links.fold import fold
from storage.store import Store
from storage.watch import Channel


@dataclass(frozen=True, slots=True)
class Room:
    """A channel with some of its watches as a card, and how many it has in all."""

    channel: Channel
    card: Card
    count: int


@dataclass(frozen=True, slots=True)
class Overview:
    """One page of channels; `page` counts from 1."""

    rooms: Sequence[Room]
    page: int = 1
    pages: int = 1


async def overview(
    store: Store,
    platform: str,
    space: str,
    inside: Collection[str],
    *,
    page: int = 1,
    rooms: int = 5,
    each: int = 8,
) -> Overview:
    """The channels among `inside` that watch anybody, the busiest first, each with some of its watches.

    A page that is not there (any more) is the nearest one that is.
    """
    counts = [
        (channel, count)
        for channel, count in await store.watch_counts(platform, space)
        if channel.id in inside
    ]
    pages = max(1, -(-len(counts) // rooms))
    page = min(max(1, page), pages)
    shown = counts[(page - 1) * rooms : page * rooms]
    return Overview(
        [Room(channel, await some_watches(store, channel, each), count) for channel, count in shown],
        page,
        pages,
    )


async def some_watches(store: Store, channel: Channel, most: int) -> Card:
    """A channel's oldest watches as a card, each with how far its links have come."""
    watches = await store.first_watches(channel, most)
    names = {player.id: player.name for player in (await players_of(store, watches)).values()}
    rows = []
    for watch in sorted(watches, key=lambda watch: fold(watched(watch, names))):
        links = await store.links_of(watch.player_id) if watch.player_id is not None else []
        rows.append((watch, watched(watch, names), [one for one in links if watch.club in (None, one.club)]))
    return watches_card(rows, page=1, pages=1, here="here")
