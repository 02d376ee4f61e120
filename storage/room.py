"""What every part of the store stands on."""

from __future__ import annotations

import os
import secrets
import socket
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
        self.owner = f"{socket.gethostname()[:60]} {os.getpid()} {secrets.token_hex(4)}"
        """What this process is called where it claims something."""

    def transaction(self) -> AbstractAsyncContextManager[None]:
        """Keep everything that is called inside, or nothing of it; calls inside join it.

        Exceptions and cancellation roll back. Links, and players looked up by name, that are read inside are
        still as they were read when they are written: others wait for them. So no network and no reading of
        articles in here. On SQLite only one transaction runs at a time at all.
        """
        return self._db.transaction()
