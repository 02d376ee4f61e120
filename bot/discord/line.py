"""The line to Discord: one client, logged in when it is first needed, made anew when it is gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

from bot.discord.client import Client, Ears
from bot.discord.pace import Pace
from bot.platform import PostFailed


class Line:
    """Holds the client and the pace of all requests. The token is never shown."""

    def __init__(self, token: str, ears: Ears, gateway: str, pace: Pace, now: Callable[[], datetime]) -> None:
        self.pace = pace
        self.client: Client | None = None
        self._token = token
        self._ears = ears
        self._gateway = gateway
        self._logging_in = asyncio.Lock()
        self._closed = asyncio.Event()
        self._now = now
        self._still_until: datetime | None = None

    def keep_still(self, wait: timedelta) -> None:
        """Make no request for so long: Discord has shut us out."""
        self._still_until = self._now() + wait

    def check_open(self) -> None:
        """Raises PostFailed while no request should be made."""
        if self._still_until is not None and (left := self._still_until - self._now()) > timedelta(0):
            raise PostFailed("Discord has shut the bot out for a while", retry_after=left)

    async def turn(self, thing: Hashable = None) -> None:
        """Wait for a request's turn (`Pace`). Raises PostFailed where none should be made by then."""
        await self.pace(thing)
        self.check_open()

    @property
    def is_closed(self) -> bool:
        """Whether the line is closed for good."""
        return self._closed.is_set()

    async def closed(self) -> None:
        """Wait until it is."""
        await self._closed.wait()

    async def ready(self) -> Client:
        """The client, logged in; the gateway may be down. Raises what discord.py raises, and PostFailed."""
        async with self._logging_in:
            if self.client is not None and not self.client.is_closed():
                return self.client
            if self.is_closed:
                raise PostFailed("the bot is stopping")
            client = Client(self._ears, self._gateway)
            try:
                await client.login(self._token)
            except BaseException:
                await client.close()
                raise
            if self.is_closed:
                await client.close()
                raise PostFailed("the bot is stopping")
            self.client = client
            return client

    async def drop(self) -> None:
        """Let the client go; the next need makes another."""
        client, self.client = self.client, None
        if client is not None:
            await client.close()

    async def close(self) -> None:
        """Let the client go for good; may be called twice."""
        self._closed.set()
        await self.drop()
