"""A log that stays readable while the database is away."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from storage.errors import DatabaseError

FIRST_PAUSE, LONGEST_PAUSE = 60.0, 3600.0
"""Seconds for which the same line is said once: the first time, and at most."""


@dataclass(slots=True)
class _Said:
    """`held` lines were not said since the last one that was; `last` is when one came, said or not."""

    until: float
    pause: float
    last: float
    held: int = 0


class Calm(logging.Filter):
    """Passes a line that names a trouble of the database once, and again after a minute, two, four, up to an
    hour; what passes then says how many were held back.

    Every loop goes on trying and says so: one trouble would be fifty lines a minute. Lines are the same where
    their words and the trouble are, whatever feed or delivery they name.
    """

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[tuple[str, str, str], _Said] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        args = record.args if isinstance(record.args, tuple) else ()
        error = next((arg for arg in args if isinstance(arg, DatabaseError)), None)
        if error is None:
            return True
        key = record.name, str(record.msg), str(error)
        said = self._said.get(key)
        if said is None or record.created - said.last > LONGEST_PAUSE:
            self._said[key] = _Said(record.created + FIRST_PAUSE, FIRST_PAUSE, record.created)
            return True
        said.last = record.created
        if record.created < said.until:
            said.held += 1
            return False
        said.pause = min(said.pause * 2, LONGEST_PAUSE)
        said.until = record.created + said.pause
        if said.held:
            record.msg, record.args = f"{record.msg} (and %d times more since)", (*args, said.held)
            said.held = 0
        return True
