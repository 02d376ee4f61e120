"""Looking at an address before it is added, under the same limits as a poll."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from aiohttp import ClientSession

from feeds.errors import FeedUnavailable, NotAFeed
from feeds.fetch import Limits, fetch_address
from feeds.find import find
from feeds.parse import Parsed, parse


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """The `FeedCheck` of the commands, over the web."""

    session: ClientSession
    limits: Limits

    async def check(self, url: str) -> Parsed:
        """What the address carries. Raises the errors of `feeds.errors`; NotAFeed names a site's feeds."""
        page = await fetch_address(self.session, url, self.limits)
        if page is None:
            raise FeedUnavailable(url, "answered that nothing has changed, though nothing was known")
        try:
            return await asyncio.to_thread(parse, page)
        except NotAFeed as error:
            if error.found:
                raise
            found = await find(self.session, url, self.limits)
            raise NotAFeed(url, error.reason, tuple(feed.url for feed in found)) from error
