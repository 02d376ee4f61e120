"""One piece of work at a time for each key; who comes second waits."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


class Serial:
    """Keys are numbers, of feeds say."""

    def __init__(self) -> None:
        self._under_way: dict[int, asyncio.Event | None] = {}

    async def run(self, key: int, work: Coroutine[Any, Any, None]) -> None:
        """Do the work once what is under way for the key has ended."""
        try:
            while key in self._under_way:
                over = self._under_way[key] = self._under_way[key] or asyncio.Event()
                await over.wait()
        except BaseException:
            work.close()
            raise
        self._under_way[key] = None
        try:
            await work
        finally:
            if waited_for := self._under_way.pop(key):
                waited_for.set()
