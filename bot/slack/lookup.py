"""Looking for a message that may have been posted, page by page.

Where Slack lets an app read little (15 messages a minute, if it is distributed outside the Marketplace) a
look is broken off by its limit; it goes on from there, or it would never come to its end.
https://docs.slack.dev/changelog/2025/05/29/rate-limit-changes-for-non-marketplace-apps
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any

from bot.slack.faults import NO_ROOT
from bot.slack.web import Refused, Web

PAGE, MOST = 200, 1000
"""Messages that are asked for at once, and read in all of a channel or a thread."""

Message = Mapping[str, Any]


class Lookup:
    """One look at a thread, where there is one, and at its channel, back to `oldest`."""

    def __init__(self, address: str, root: str | None, oldest: datetime) -> None:
        self._address = address
        self._oldest = f"{oldest.timestamp():.6f}"
        self._left = [("conversations.replies", {"ts": root})] if root else []
        self._left.append(("conversations.history", {}))
        self._cursor: str | None = None
        self._read = 0

    async def find(self, web: Web, wanted: Callable[[Message], bool]) -> str | None:
        """The ts of the first that is wanted, None if there is none.

        Raises WebError; the next call then goes on with the page that could not be had.
        """
        while self._left:
            async for message in self._page(web):
                if wanted(message):
                    return str(message["ts"])
        return None

    async def _page(self, web: Web) -> AsyncIterator[Message]:
        method, where = self._left[0]
        try:
            page = await web.call(
                method, channel=self._address, **where, include_all_metadata=True, limit=PAGE,
                oldest=self._oldest, cursor=self._cursor,
            )  # fmt: skip
        except Refused as error:
            self._cursor = None  # should it be the cursor that is not taken
            if method != "conversations.replies" or error.error not in NO_ROOT:
                raise
            page = {}
        messages = page.get("messages", [])
        self._read += len(messages)
        self._cursor = (page.get("response_metadata") or {}).get("next_cursor") or None
        if self._cursor is None or self._read >= MOST:
            self._left.pop(0)
            self._cursor, self._read = None, 0
        for message in messages:
            yield message
