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

    from protego import Protego

TEASER = 600
"""Characters of text below which an entry counts as a teaser."""

_LIMITS = Limits(max_bytes=2 * 2**20, total=timedelta(seconds=15))
_ROBOTS = Limits(max_bytes=512 * 1024, total=timedelta(seconds=10))
_KEEP_ROBOTS, _KEEP_FAULT = 24 * 3600.0, 3600.0  # seconds
_LONGEST_DELAY = 30.0  # seconds that robots.txt may ask between two articles: more would hold up the feed
_REST = timedelta(minutes=15)  # of a host that was asked too often and does not say for how long
_MOST_HOSTS = 5000
_MOST_ASKED = 200
_PATIENCE = 60.0  # seconds for the articles of one page; after that its teasers must do


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
    _hosts: dict[str, _Host] = field(default_factory=dict)
    _asked: dict[str, str] = field(default_factory=dict)

    async def whole(self, unread: Sequence[News]) -> tuple[News, ...]:
        """The same with the articles behind teasers, where those are to be had."""
        whole, end = [], time.monotonic() + _PATIENCE
        for n, item in enumerate(unread):
            left = end - time.monotonic()
            goes_on = n < self.most and left > 0 and not item.changed
            text = await self.wanted(item.entry, left) if goes_on else None
            whole.append(item if text is None else replace(item, entry=replace(item.entry, text=text)))
        return tuple(whole)

    async def wanted(self, entry: Entry, patience: float = _PATIENCE) -> str | None:
        """The teaser with the article's text behind it; None for a whole entry, and where no article is had.

        Only the address that the entry itself carries is asked, and only once: nothing is tried again, and
        another feed of the site that has the article too is given what came. `patience` is for how many
        seconds others may be served before at its host.
        """
        if entry.link is None or len(entry.text) >= TEASER:
            return None
        host = self._host(entry.link)
        try:
            async with asyncio.timeout(patience):
                await host.line.acquire()
        except TimeoutError:
            return None
        try:
            found = self._asked.get(entry.key)
            if found is None:
                found = self._asked[entry.key] = await self._article(entry.link, host)
                if len(self._asked) > _MOST_ASKED:
                    del self._asked[next(iter(self._asked))]
        finally:
            host.line.release()
        return _joined(entry.text, found) if len(found) > len(entry.text) else None

    async def _article(self, link: str, host: _Host) -> str:
        """The text behind a link, "" where it may not be fetched or is none."""
        try:
            if time.monotonic() < host.rests_until or not await self._may(link):
                return ""
            await asyncio.sleep(host.next_at - time.monotonic())
            page = await fetch_address(self.session, link, _LIMITS, keep=False, may=self._may_follow)
            kind = page.content_type.split(";")[0].strip().lower() if page else ""
            if page is None or kind not in ("text/html", "application/xhtml+xml"):
                return ""
            return await self.extract(page)
        except FeedUnavailable as error:
            if error.crowded:
                rest = error.retry_after or _REST
                host.rests_until = time.monotonic() + min(rest, timedelta(days=1)).total_seconds()
            return ""
        except FeedError:
            return ""
        finally:
            host.next_at = time.monotonic() + max(self.spacing, host.delay)

    def _host(self, url: str) -> _Host:
        if len(self._hosts) > _MOST_HOSTS:
            self._hosts = {name: host for name, host in self._hosts.items() if host.line.locked()}
        return self._hosts.setdefault(host_of(url), _Host())

    async def _may_follow(self, url: str) -> bool:
        # In a task of its own: the deadline of the request that was led there goes on.
        return await asyncio.create_task(self._may(url))

    async def _may(self, url: str) -> bool:
        """What robots.txt says; a site without one lets everybody in, one that fails nobody (RFC 9309)."""
        host, place = self._host(url), urljoin(url, "/robots.txt")
        known = host.robots.get(place)
        if known is None or known[0] < time.monotonic():
            rules, good_for = await self._rules(place)
            known = host.robots[place] = (time.monotonic() + good_for, rules)
            host.delay = min(rules.crawl_delay(self.agent) or 0.0, _LONGEST_DELAY)
        return known[1].can_fetch(url, self.agent)

    async def _rules(self, place: str) -> tuple[Protego, float]:
        """The rules at this address, and the seconds for which they hold."""
        # Loaded where it is wanted: it is an extra.
        from protego import Protego

        rules, good_for = "", _KEEP_ROBOTS
        try:
            page = await fetch_address(self.session, place, _ROBOTS, keep=True)
            rules = decode(page.body, page.content_type) if page else ""
        except FeedUnavailable as error:
            if "(40" not in error.reason or "(403)" in error.reason:
                rules, good_for = _NOBODY, _KEEP_FAULT
        except FeedError:
            pass  # 410: there is none
        return await asyncio.to_thread(Protego.parse, rules), good_for


@dataclass
class _Host:
    """What is known of a site's host; `next_at` and `rests_until` are of the monotonic clock."""

    line: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_at: float = 0.0
    rests_until: float = 0.0
    delay: float = 0.0
    robots: dict[str, tuple[float, Protego]] = field(default_factory=dict)


def _joined(teaser: str, article: str) -> str:
    """Both, the teaser only once: what is behind the link may be no more than an invitation to subscribe."""
    if " ".join(teaser.split()) in " ".join(article.split()):
        return article
    return f"{teaser}\n\n{article}"[:MAX_TEXT]


_NOBODY = "User-agent: *\nDisallow: /"
