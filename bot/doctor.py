"""`deadlineday doctor`: what is set, whether it works, and what to do where it does not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

from bot.clock import now
from bot.finding import Finding
from bot.settings import Settings
from feeds.errors import FeedError, shown
from feeds.feed import Feed, FeedState
from feeds.fetch import fetch, open_session
from feeds.parse import parse
from feeds.schedule import advice
from storage.errors import DatabaseError
from storage.store import open_store

HEARTBEAT = 30.0
"""Seconds between two touches of the file that says that a bot is alive."""

ALIVE_WITHIN = 120.0
"""Seconds after which a bot that gave no sign counts as dead."""

FEEDS_AT_ONCE = 10


def heartbeat_file(settings: Settings) -> Path:
    """The file that a running bot touches, beside its database."""
    return settings.database.with_name(settings.database.name + ".alive")


def alive(settings: Settings) -> Finding:
    """Whether a bot with this database gave a sign of life lately. Reads one file's time, no more."""
    path = heartbeat_file(settings)
    try:
        age = time.time() - path.stat().st_mtime
    except OSError:
        return Finding(False, f"no bot runs on {settings.database}: {path.name} is not there")
    if age > ALIVE_WITHIN:
        return Finding(False, f"the bot on {settings.database} gave no sign for {age:.0f} s; look at its log")
    return Finding(True, f"alive, last sign {age:.0f} s ago")


async def examine(settings: Settings) -> int:
    """Look at everything, print a line each as it is known; 1 if there is a fault, else 0."""
    faults = 0
    async for finding in _findings(settings):
        print(("ok     " if finding.ok else "FAULT  ") + finding.line, flush=True)
        faults += not finding.ok
    print("All is well." if not faults else f"{faults} fault{'s' if faults > 1 else ''}.")
    return 1 if faults else 0


async def _findings(settings: Settings) -> AsyncIterator[Finding]:
    # Late, because a container's look at the heartbeat needs none of it.
    from bot.accounts import examine_accounts
    from bot.sample.play import OWNER

    yield Finding(True, "settings: every one can be used")
    if not settings.contact:
        yield Finding(True, "contact: none is set; feed hosts like one (DEADLINEDAY_CONTACT)")
    if settings.half_a_hub:
        yield Finding(False, f"hubs: {settings.half_a_hub}")
    try:
        async with open_store(settings.where) as store:
            yield Finding(True, f"database: {store.where}, schema {await store.schema_version()}")
            if (damage := await store.damage()) is not None:
                yield Finding(False, f"database: {store.where} {damage}")
            feeds = await store.feeds()
            async for finding in examine_accounts(settings, store):
                yield finding
    except DatabaseError as error:
        yield Finding(False, f"database: {error}")
        return
    feeds = [feed for feed in feeds if feed.added_by != OWNER]  # the sample's live with its play only
    if not feeds:
        yield Finding(True, "feeds: none yet; `deadlineday run` brings the default ones, or add your own")
    async for finding in _feeds(settings, feeds):
        yield finding


async def _feeds(settings: Settings, feeds: list[Feed]) -> AsyncIterator[Finding]:
    gate = asyncio.Semaphore(FEEDS_AT_ONCE)
    limits = settings.limits
    async with open_session(user_agent=settings.user_agent, allow_private=settings.private_feeds) as session:

        async def look(feed: Feed) -> Finding:
            name = feed.title or shown(feed.url)
            if feed.state is not FeedState.ACTIVE:
                return Finding(True, f"feed: {name} is {feed.state.value}")
            async with gate:
                try:
                    page = await fetch(session, feed, limits)
                    count = None if page is None else len(parse(page).entries)
                except FeedError as error:
                    return Finding(False, f"feed: {error}. What to do: {advice(error)}")
            seen = "unchanged" if count is None else f"{count} entries"
            return Finding(True, f"feed: {name}, {seen}, {now():%H:%M} UTC")

        found = [await done for done in asyncio.as_completed([look(feed) for feed in feeds])]
    faults = [finding for finding in found if not finding.ok]
    active = sum(feed.state is FeedState.ACTIVE for feed in feeds)
    if len(faults) == active > 1:
        yield Finding(
            False,
            f"feeds: none of the {active} answers, so it is likely this machine's network, a proxy or a "
            f"firewall; the first says: {faults[0].line.removeprefix('feed: ')}",
        )
        return
    for finding in found:
        yield finding
