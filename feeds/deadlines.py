"""Deadlines of many tasks under one timer, where a timer for each would cost more than what they guard."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Overdue(Exception):
    """The time given is over."""


class Deadlines:
    """Cuts off what runs for too long, as `asyncio.timeout` does; one deadline for a task at a time."""

    def __init__(self) -> None:
        self._ends: dict[asyncio.Task[object], float] = {}
        self._overdue: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    @contextmanager
    def within(self, seconds: float) -> Iterator[None]:
        """Raises Overdue where what is done inside is not done in time."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task")
        self._begin(task, seconds)
        try:
            yield
        except asyncio.CancelledError as error:
            # Cancelled by somebody else as well, that goes first.
            if task in self._overdue and task.uncancel() == 0:
                raise Overdue from error
            raise
        finally:
            self._ends.pop(task, None)
            self._overdue.discard(task)

    def _begin(self, task: asyncio.Task[object], seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = self._ends[task] = loop.time() + seconds
        if self._timer is None or self._timer.when() > end:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = loop.call_at(end, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, end in list(self._ends.items()):
            if end <= now:
                del self._ends[task]
                self._overdue.add(task)
                task.cancel()
        next_end = min(self._ends.values(), default=None)
        self._timer = None if next_end is None else loop.call_at(next_end, self._look)
