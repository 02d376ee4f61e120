"""Playing the sample story: its feeds into the poller, step by step, over restarts too.

Only the number of the step is kept. A step is kept before it is shown, and shown again after a
crash, so that nothing of the story is passed over; what was told already is known by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from bot.clock import Clock
from bot.poll import Poller
from bot.sample.server import SampleServer
from links.claim import Stage
from storage.store import Store
from storage.watch import Channel

OWNER = "sample"
"""Who added the sample's feeds and watches; with it they are found again, and taken away."""

_STARTED, _STEP, _PORT, _PLAYED = "sample.started", "sample.step", "sample.port", "sample.played"


async def open_sample(store: Store, channel: Channel, clock: Clock) -> SampleServer:
    """Make the sample ready in this database: its server, its feeds, and watches on its players.

    A story that was cut short goes on where it was; one that was played to the end begins anew.
    """
    if await store.fact(_PLAYED):
        await forget_sample(store)
    started = await store.fact(_STARTED)
    begun = datetime.fromisoformat(started) if started else clock()
    step, port = int(await store.fact(_STEP) or 0), int(await store.fact(_PORT) or 0)
    server = SampleServer(begun, step=step, port=port)
    await server.start()
    async with store.transaction():
        await store.set_fact(_STARTED, begun.isoformat())
        await store.set_fact(_PORT, str(server.port))
        await _feeds(store, server)
        if not started:
            for name in server.story.watched:
                player = await store.add_player(name)
                await store.add_watch(
                    channel, player.id, None, from_stage=Stage.INTEREST, by=OWNER, mention=None
                )
    return server


async def play(
    server: SampleServer,
    store: Store,
    poller: Poller,
    pause: float,
    told: Callable[[], object] = lambda: None,
) -> None:
    """Show the story to its end, `pause` seconds after each step; `told` hears of each step."""
    await _shown(server, store, poller)
    while server.step < server.steps:
        await store.set_fact(_STEP, str(server.step + 1))
        server.reveal(server.step + 1)
        await _shown(server, store, poller)
        told()
        await asyncio.sleep(pause)
    await store.set_fact(_PLAYED, "yes")


async def forget_sample(store: Store) -> None:
    """Take the sample out of the database: its feeds, what they said, and its players nobody else watches."""
    async with store.transaction():
        for feed in await store.feeds():
            if feed.added_by == OWNER:
                await store.forget_feed(feed.id)
        for watch in await store.all_watches():
            if watch.by == OWNER:
                await store.remove_watch(watch.id)
        await store.forget_idle_players()
        for fact in (_STARTED, _STEP, _PORT, _PLAYED):
            await store.set_fact(fact, None)


async def _feeds(store: Store, server: SampleServer) -> None:
    """The outlets as feeds; one from before keeps its memory when the port had to change."""
    before = {feed.title: feed for feed in await store.feeds() if feed.added_by == OWNER}
    for title, url in server.urls.items():
        feed = before.get(title)
        if feed is None:
            await store.add_feed(url, title=title, lang="en", builtin=True, added_by=OWNER)
        elif feed.url != url:
            await store.save_feed(replace(feed, url=url))


async def _shown(server: SampleServer, store: Store, poller: Poller) -> None:
    """Let the poller read what the feeds show now."""
    for feed in await store.feeds():
        if feed.added_by == OWNER:
            await poller.attempt(feed)
