"""All that is watched in one server or workspace, channel by channel."""

from __future__ import annotations

from bot.card import Card
from bot.cards import watches_card
from bot.commands.complete import players_of, watched
from links.fold import fold
from storage.store import Store
from storage.watch import Channel, Watch


async def overview(
    store: Store, platform: str, space: str, *, most: int = 20, page: int = 12
) -> list[tuple[Channel, Card, int]]:
    """Each channel's watches as a card, at most `page` of them, and how many there are; the busiest first."""
    by_channel: dict[Channel, list[Watch]] = {}
    for watch in await store.all_watches():
        if (watch.channel.platform, watch.channel.space) == (platform, space):
            by_channel.setdefault(watch.channel, []).append(watch)
    busiest = sorted(by_channel.items(), key=lambda pair: (-len(pair[1]), pair[0].id))
    return [
        (channel, await watches_of(store, watches[:page]), len(watches))
        for channel, watches in busiest[:most]
    ]


async def watches_of(store: Store, watches: list[Watch]) -> Card:
    """These watches of one channel as a card, each with how far its links have come."""
    names = {player.id: player.name for player in (await players_of(store, watches)).values()}
    rows = []
    for watch in sorted(watches, key=lambda watch: fold(watched(watch, names))):
        links = await store.links_of(watch.player_id) if watch.player_id is not None else []
        rows.append((watch, watched(watch, names), [one for one in links if watch.club in (None, one.club)]))
    return watches_card(rows, page=1, pages=1, here="here")
