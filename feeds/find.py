"""The feeds of a site, for a person who gave its address."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from aiohttp import ClientSession

from feeds.charset import decode
from feeds.errors import FeedError, FeedRefused, FeedUnavailable, NotAFeed
from feeds.fetch import Limits, fetch_address
from feeds.identity import address
from feeds.markup import tags
from feeds.page import Page
from feeds.parse import Parsed
from feeds.parse import parse as parse_page

# Where the common systems put their feed, by how common they are.
_USUAL_PLACES = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml")
_MOST_TRIED = 8
_LOOKS_LIKE_FEED = re.compile(
    r"(?i)\.(?:rss|atom|rdf)$|/(?:rss|atom|feeds?)(?:/|$|\.)|(?:rss|atom|feed)[^/]*\.xml$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """A feed that answered and was read. `entries` is how many articles it holds now."""

    url: str
    title: str
    lang: str | None
    entries: int


Parse = Callable[[Page], Awaitable[Parsed]]


async def find(
    session: ClientSession,
    typed: str,
    limits: Limits | None = None,
    *,
    parse: Parse | None = None,
) -> list[Found]:
    """The feeds behind what a person typed: a feed's address, or that of a site, https:// left out or not.

    A feed is found at once. On a site the feeds that it names come first, then what its links call a feed,
    then the usual places; every one is looked at, `_MOST_TRIED` at most. Raises NotAFeed where nothing
    is found, and what `fetch` raises where the site itself does not answer. `parse` is `feeds.parse.parse`
    where it holds nobody up; None takes a thread for it.
    """
    limits = limits or Limits()
    parse = parse or _in_a_thread
    url = _address(typed)
    page = await _page(session, url, limits)
    try:
        return [_found(page, await parse(page))]
    except NotAFeed as error:
        not_one = error
    for candidates in (not_one.found, _links(page), _guesses(page.url)):
        tried = list(dict.fromkeys(link for link in candidates if link != page.url))[:_MOST_TRIED]
        found = [feed for link in tried if (feed := await _try(session, link, limits, parse))]
        if found:
            return list({feed.url: feed for feed in found}.values())
    raise NotAFeed(url, f"{not_one.reason}, and no feed was found on the site")


def _address(typed: str) -> str:
    typed = typed.strip().strip("<>")
    if not re.match(r"(?i)[a-z][a-z0-9+.-]*://", typed) and not re.match(
        r"(?i)(?:javascript|data|mailto|file):", typed
    ):
        typed = f"https://{typed.lstrip('/')}"
    url = address(typed)
    if url is None:
        raise FeedRefused(typed, "not an http or https address")
    return url


async def _in_a_thread(page: Page) -> Parsed:
    return await asyncio.to_thread(parse_page, page)


async def _page(session: ClientSession, url: str, limits: Limits) -> Page:
    page = await fetch_address(session, url, limits)
    if page is None:
        raise FeedUnavailable(url, "no page")
    return page


async def _try(session: ClientSession, url: str, limits: Limits, parse: Parse) -> Found | None:
    """One by one, so that the site meets one visitor and not eight."""
    try:
        page = await _page(session, url, limits)
        return _found(page, await parse(page))
    except FeedError:
        return None


def _found(page: Page, parsed: Parsed) -> Found:
    return Found(page.moved_to or page.url, parsed.title, parsed.lang, len(parsed.entries))


def _links(page: Page) -> list[str]:
    markup = decode(page.body[: 2 * 2**20], page.content_type)
    found = []
    for tag in tags(markup, "a"):
        link = address(urljoin(page.url, tag["href"])) if tag.get("href") else None
        if link and _LOOKS_LIKE_FEED.search(urlsplit(link).path):
            found.append(link)
    return found


def _guesses(url: str) -> list[str]:
    """The usual places, below the page first and then at the site's top."""
    below = url.split("?")[0].rstrip("/") + "/"
    top = urljoin(url, "/")
    return [urljoin(below, _USUAL_PLACES[0])] + [urljoin(top, place) for place in _USUAL_PLACES]
