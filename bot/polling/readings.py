"""What new entries say, read a few at a time, so that nobody waits long for the event loop."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace

from feeds.entry import Entry
from feeds.feed import Feed
from feeds.news import News
from feeds.parse import Parsed
from links.names import Names
from links.read import Reading, read

READ_SLICE = 0.01
"""Seconds of reading after which the loop gets a turn: no platform waits longer for its answer."""


async def read_all(
    unread: Iterable[News], feed: Feed, parsed: Parsed, names: Names
) -> list[tuple[Entry, Reading]]:
    """Each entry, with what its feed says of it where it says nothing itself, and its claims."""
    readings = []
    started = time.monotonic()
    for item in unread:
        entry = _with_defaults(item.entry, feed, parsed)
        readings.append((entry, read(entry, names, claims_only=True)))
        if time.monotonic() - started > READ_SLICE:
            await asyncio.sleep(0)
            started = time.monotonic()
    return readings


def _with_defaults(entry: Entry, feed: Feed, parsed: Parsed) -> Entry:
    """The entry with what its feed says where it says nothing itself: language and outlet."""
    if entry.lang and entry.outlet:
        return entry
    return replace(
        entry,
        lang=entry.lang or parsed.lang or feed.lang,
        outlet=entry.outlet or feed.title or parsed.title or None,
    )
