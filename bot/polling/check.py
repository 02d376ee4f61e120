"""Looking at an address before it is added, under the same limits as a poll."""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import ClientSession

from bot.polling.parsing import ParsingProcess
from feeds.errors import FeedUnavailable, NotAFeed
from feeds.fetch import Limits, fetch_address
from feeds.find import find
from feeds.parse import Parsed


@dataclass(frozen=True, slots=True)
class AddressCheck:
    """The `FeedCheck` of the commands, over the web; pages are parsed where those of polls are."""

    session: ClientSession
    limits: Limits
    parsing: ParsingProcess

    async def check(self, url: str) -> tuple[str, Parsed]:
        """What the address carries, after the address from which it is to be had for good.

        Raises the errors of `feeds.errors`; NotAFeed names a site's feeds.
        """
        page = await fetch_address(self.session, url, self.limits)
        if page is None:
            raise FeedUnavailable(url, "answered that nothing has changed, though nothing was known")
        try:
            return page.moved_to or url, await self.parsing.parse(page)
        except NotAFeed as error:
            if error.found:
                raise
            found = await find(self.session, url, self.limits, parse=self.parsing.parse)
            raise NotAFeed(url, error.reason, tuple(feed.url for feed in found)) from error
