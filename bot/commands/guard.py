"""A fault of ours must not end the platform that passed on what somebody asked."""

from __future__ import annotations

import logging
from collections.abc import Awaitable

from bot.request import Answer
from storage.errors import DatabaseUnusable

_log = logging.getLogger(__name__)


async def guarded(work: Awaitable[Answer], what: str, where: object) -> Answer:
    """The answer, or words for why there is none. What went wrong is logged, with `where`."""
    try:
        return await work
    except DatabaseUnusable as problem:
        _log.error("%s could not be answered: %s", what, problem)
        return Answer.refused(f"That could not be kept or looked up: {problem}")
    except Exception:  # noqa: BLE001 (logged with its place, as in the two loops)
        _log.exception("%s failed in %s", what, where)
        return Answer.refused(f"{what} failed through a fault of ours. It is in the log.")
