"""What every part of the store stands on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any

from storage.database import Database


class Room:
    """A part of the Store: the database, the queries, and the clock for what is stamped on arrival."""

    def __init__(self, database: Database, queries: Any, clock: Callable[[], datetime]) -> None:
        self._db = database
        self._sql = queries
        self._clock = clock

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """Keep everything that is called inside, or nothing of it; calls inside join it.

        Exceptions and cancellation roll back. Only one transaction runs at a time, so that what was read
        inside is still true when it is written: no network and no reading of articles in here.
        """
        return self._db.transaction()
