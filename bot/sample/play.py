"""Playing the sample story: its feeds into the poller, step by step, over restarts too.

Only the number of the step is kept. A step is kept before it is shown, and shown again after a
crash, so that nothing of the story is passed over; what was told already is known by then.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime

from bot.clock import Clock
from bot.polling.poll import Poller
from bot.sample.server import SampleServer
from bot.sample.story import load_story
from feeds.feed import FeedState
from storage.store import Store
from storage.watch import Channel, Watch

OWNER = "sample"
"""Who added the sample's feeds and watches; with it they are found again, and taken away."""


class SampleFailed(Exception):
    """The sample could not be read to its end: the line says why. A fault of this program, or its install."""


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
                await _watch(store, channel, name)
    return server


async def play(server: SampleServer, store: Store, poller: Poller, pause: float) -> None:
    """Show the story to its end, `pause` seconds after each step."""
    await _shown(server, store, poller)
    while server.step < server.steps:
        await store.set_fact(_STEP, str(server.step + 1))
        server.reveal(server.step + 1)
        await _shown(server, store, poller)
        await asyncio.sleep(pause)


async def keep_played(store: Store) -> None:
    """The story is at its end and all of it was told: the next start begins anew."""
    await store.set_fact(_PLAYED, "yes")


async def forget_sample(store: Store) -> None:
    """Take the sample out of the database: its feeds, what they said, its players with all that was told.

    Watches that people made on its players stay, on players of whom nothing is known yet.
    """
    if not await store.fact(_STARTED):
        return
    async with store.transaction():
        for feed in await store.feeds():
            if feed.added_by == OWNER:
                await store.forget_feed(feed.id)
        names = {report.player for entry in load_story().entries for report in entry.reports}
        ids = {player.id for player in await store.players_named(names)}
        theirs = []
        for watch, player in await store.export_watches():
            if watch.by == OWNER or watch.player_id in ids:
                await store.remove_watch(watch.id)
            if watch.by != OWNER and watch.player_id in ids and player is not None:
                theirs.append((watch, player.name))
        await store.forget_idle_players()
        for watch, name in theirs:
            await _watch(store, watch.channel, name, watch)
        for fact in (_STARTED, _STEP, _PORT, _PLAYED):
            await store.set_fact(fact, None)


async def _watch(store: Store, channel: Channel, name: str, like: Watch | None = None) -> None:
    """A watch of the sample's own, or one like that which a person made."""
    known = await store.players_named([name])
    player = known[0] if known else await store.add_player(name)
    if like is None:
        here = [watch for watch in await store.watches(channel) if watch.player_id == player.id]
        if not here:
            await store.add_watch(channel, player.id, None, by=OWNER)
        return
    made = await store.add_watch(
        channel, player.id, like.club, like.from_stage, by=like.by, mention=like.mention
    )
    await store.pause_watch(made.id, like.paused)


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
    feeds = await store.feeds()
    await poller.visit(
        feed for feed in feeds if feed.added_by == OWNER and feed.state is not FeedState.PAUSED
    )


async def faults_of(store: Store) -> list[str]:
    """What went wrong with the sample's feeds, a line each; with a sound program there is nothing."""
    feeds = [feed for feed in await store.feeds() if feed.added_by == OWNER]
    return [f"{feed.title}: {feed.error}" for feed in feeds if feed.error]
