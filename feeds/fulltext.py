"""The whole article behind a teaser: fetched once, where the site's robots.txt lets us, its text taken out.

An option: the feed is what its owner offers to machines, the page is for people.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin
from urllib.robotparser import RobotFileParser

from aiohttp import ClientSession

from feeds.charset import decode
from feeds.entry import Entry
from feeds.errors import FeedError, FeedUnavailable
from feeds.fetch import Limits, fetch_address
from feeds.markup import MAX_TEXT, unmarked
from feeds.news import News
from feeds.page import Page
from feeds.turns import host_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

TEASER = 600
"""Characters of text below which an entry counts as a teaser."""

_LIMITS = Limits(max_bytes=2 * 2**20, total=timedelta(seconds=15))
_ROBOTS = Limits(max_bytes=512 * 1024, total=timedelta(seconds=10))
_KEEP_ROBOTS = 24 * 3600.0
_MOST_HOSTS = 5000


def text_of_article(page: Page) -> str:
    """The text of a web page's article, "" where none is found. Takes some 20 ms: for a worker process.

    Raises ModuleNotFoundError where the extra `fulltext` is not installed.
    """
    import trafilatura

    found = trafilatura.extract(
        decode(page.body, page.content_type),
        include_comments=False,
        include_tables=False,
        favor_precision=True,
    )
    return unmarked(found.replace("\n", "\n\n"))[:MAX_TEXT] if found else ""


@dataclass
class FullText:
    """Fetches articles, one at a time from a host and `spacing` seconds apart, at most `most` for a page.

    `agent` is our name in robots.txt. `extract` is `text_of_article`, run where it holds nobody up.
    """

    session: ClientSession
    agent: str
    extract: Callable[[Page], Awaitable[str]]
    spacing: float = 2.0
    most: int = 10
    _robots: dict[str, tuple[float, RobotFileParser]] = field(default_factory=dict)
    _hosts: dict[str, asyncio.Lock] = field(default_factory=dict)

    async def whole(self, unread: Sequence[News]) -> tuple[News, ...]:
        """The same with teasers replaced by their articles, where those are to be had."""
        whole = []
        for n, item in enumerate(unread):
            text = await self.wanted(item.entry) if n < self.most and not item.changed else None
            whole.append(item if text is None else replace(item, entry=replace(item.entry, text=text)))
        return tuple(whole)

    async def wanted(self, entry: Entry) -> str | None:
        """The article's text, None where the entry is whole, or the article is not to be had.

        Only the address that the entry itself carries is asked, and only once: nothing is tried again.
        """
        if entry.link is None or len(entry.text) >= TEASER:
            return None
        host = host_of(entry.link)
        if len(self._hosts) > _MOST_HOSTS:
            self._hosts.clear()
        async with self._hosts.setdefault(host, asyncio.Lock()):
            try:
                if not await self._may(entry.link):
                    return None
                page = await fetch_address(self.session, entry.link, _LIMITS, keep=False)
                kind = page.content_type.split(";")[0].strip().lower() if page else ""
                if page is None or kind not in ("text/html", "application/xhtml+xml"):
                    return None
                text = await self.extract(page)
            except FeedError:
                return None
            finally:
                await asyncio.sleep(self.spacing)
        return text if len(text) > len(entry.text) else None

    async def _may(self, url: str) -> bool:
        """What robots.txt says; a site without one lets everybody in, one that fails nobody (RFC 9309)."""
        place = urljoin(url, "/robots.txt")
        known = self._robots.get(place)
        if known is None or known[0] < time.monotonic():
            if len(self._robots) > _MOST_HOSTS:
                self._robots.clear()
            rules = RobotFileParser()
            try:
                page = await fetch_address(self.session, place, _ROBOTS, keep=True)
                rules.parse(decode(page.body, page.content_type).splitlines() if page else [])
            except FeedUnavailable as error:
                rules.parse([] if "(40" in error.reason and "(403)" not in error.reason else _NOBODY)
            except FeedError:
                rules.parse([])  # 410: there is none
            known = self._robots[place] = (time.monotonic() + _KEEP_ROBOTS, rules)
        return known[1].can_fetch(self.agent, url)


_NOBODY = ["User-agent: *", "Disallow: /"]
