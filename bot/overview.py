"""All that is watched in one server or workspace, channel by channel; and watches that can be told again."""

from __future__ import annotations

from bot.card import Card
from bot.cards import watches_card
from bot.commands.complete import players_of, watched
from links.fold import fold
from storage.store import Store
from storage.watch import Channel, Watch

BY_HAND = "muted"
"""Why a watch is paused that a person paused; any other reason was a trouble of its channel."""


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


async def regain(store: Store, channel: Channel) -> int:
    """The channel can be posted to again: its watches speak, but for those that a person paused."""
    back = [watch for watch in await store.watches(channel) if watch.paused not in (None, BY_HAND)]
    for watch in back:
        await store.pause_watch(watch.id, None)
    return len(back)


async def regain_space(store: Store, platform: str, space: str) -> int:
    """The same for all channels of a server or workspace."""
    channels = {
        watch.channel
        for watch in await store.all_watches()
        if (watch.channel.platform, watch.channel.space) == (platform, space)
    }
    return sum([await regain(store, channel) for channel in sorted(channels, key=lambda each: each.id)])
