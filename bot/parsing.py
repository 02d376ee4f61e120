"""Parsing pages in a process of its own: feedparser takes some 20 ms a page, too long for the loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType

from feeds.errors import FeedUnavailable
from feeds.page import Page
from feeds.parse import Parsed, parse


class ParsingProcess:
    """Starts at the first page, and anew when a page has killed it; ends with the context."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> ParsingProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    async def parse(self, page: Page) -> Parsed:
        """What `feeds.parse.parse` gives or raises; FeedUnavailable where the page took the process down."""
        if self._pool is None:
            # Spawned, not forked: a fork would carry the loop's threads and sockets along.
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, parse, page)
        except BrokenProcessPool as error:
            self._drop()
            raise FeedUnavailable(page.url, "its page could not be parsed (the parser died)") from error

    def _drop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
