"""Parsing pages; those that need feedparser, 20 ms and more, in a process of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import TypeVar

from bot.worker import a_worker
from feeds.errors import FeedUnavailable
from feeds.fulltext import text_of_article
from feeds.page import Page
from feeds.parse import Parsed, parse, parse_quickly

T = TypeVar("T")


LONGEST = 30.0
"""Seconds that a page may take: several times what the largest takes that is made to annoy."""


class ParsingProcess:
    """Starts at the first page that needs it, and anew when one has killed it; ends with the context.

    One page at a time; one that takes longer than `longest` seconds is given up, and the process with it.
    """

    def __init__(self, longest: float = LONGEST) -> None:
        self._longest = longest
        self._pool: ProcessPoolExecutor | None = None
        self._free = asyncio.Lock()

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
        async with self._free:
            if self._pool is None:
                self._pool = a_worker()
            running = asyncio.get_running_loop().run_in_executor(self._pool, work, page)
            over = False
            try:
                over = not (await asyncio.wait({running}, timeout=self._longest))[0]
                if over:
                    _kill(self._pool)
                return await running
            except BrokenProcessPool as error:
                self._drop()
                how = f"took longer than {self._longest:.0f} s" if over else "the parser died"
                raise FeedUnavailable(page.url, f"its page could not be parsed ({how})") from error
            except asyncio.CancelledError:
                # Nobody waits for this page any more, and the next one must not wait behind it.
                running.cancel()
                _kill(self._pool)
                self._drop()
                raise

    def _drop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _kill(pool: ProcessPoolExecutor) -> None:
    """End its processes, whatever they do: `shutdown` would wait for the page."""
    for process in list(pool._processes.values()):
        process.kill()
