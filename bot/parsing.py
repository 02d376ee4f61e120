"""Parsing pages; those that need feedparser, 20 ms and more, in a process of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from types import TracebackType
from typing import TypeVar

from feeds.errors import FeedUnavailable
from feeds.fulltext import text_of_article
from feeds.page import Page
from feeds.parse import Parsed, parse, parse_quickly

T = TypeVar("T")


class ParsingProcess:
    """Starts at the first page that needs it, and anew when one has killed it; ends with the context."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> ParsingProcess:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._drop()

    async def parse(self, page: Page) -> Parsed:
        """What `feeds.parse.parse` gives or raises; FeedUnavailable where the page took the process down.

        A page that can be read in a millisecond or two is read on the spot.
        """
        quick = parse_quickly(page)
        if quick is not None:
            return quick
        return await self._run(parse, page)

    async def text_of_article(self, page: Page) -> str:
        """What `feeds.fulltext.text_of_article` gives; FeedUnavailable as `parse`."""
        return await self._run(text_of_article, page)

    async def _run(self, work: Callable[[Page], T], page: Page) -> T:
        if self._pool is None:
            # Spawned, not forked: a fork would carry the loop's threads and sockets along.
            self._pool = ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn"))
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work, page)
        except BrokenProcessPool as error:
            self._drop()
            raise FeedUnavailable(page.url, "its page could not be parsed (the parser died)") from error

    def _drop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None
