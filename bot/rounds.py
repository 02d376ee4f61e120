"""Rounds: what is looked after at once when somebody says so, and every few minutes in any case."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from storage.errors import DatabaseError

log = logging.getLogger(__name__)


async def go_round(
    look: Callable[[], Awaitable[object]], woken: asyncio.Event, every: float, *, undone: str, calm: float = 0
) -> None:
    """Look, then again when woken and after `every` seconds at the latest, until cancelled.

    A look that fails is logged, `undone` telling what waits for the next one. Woken, it waits `calm` seconds
    for what else there may be.
    """
    while True:
        woken.clear()
        try:
            await look()
        except DatabaseError as error:
            log.error("%s yet, that is tried again: %s", undone, error)
        except Exception:
            log.exception("%s yet, that is tried again", undone)
        try:
            async with asyncio.timeout(every):
                await woken.wait()
        except TimeoutError:
            continue
        await asyncio.sleep(calm)
