"""Deadlines of many tasks under one timer, where a timer for each would cost more than what they guard."""

from __future__ import annotations

import asyncio
from types import TracebackType


class Overdue(Exception):
    """The time given is over."""


class Deadlines:
    """Cuts off what runs for too long, as `asyncio.timeout` does; one deadline for a task at a time."""

    def __init__(self) -> None:
        self.ends: dict[asyncio.Task[object], float] = {}
        self.overdue: set[asyncio.Task[object]] = set()
        self._timer: asyncio.TimerHandle | None = None

    def within(self, seconds: float) -> _Guard:
        """Raises Overdue where what is done inside is not done in time."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("a deadline needs a task")
        return _Guard(self, task, seconds)

    def begin(self, task: asyncio.Task[object], seconds: float) -> None:
        loop = asyncio.get_running_loop()
        end = self.ends[task] = loop.time() + seconds
        if self._timer is None or self._timer.when() > end:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = loop.call_at(end, self._look)

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, end in list(self.ends.items()):
            if end <= now:
                del self.ends[task]
                self.overdue.add(task)
                task.cancel()
        next_end = min(self.ends.values(), default=None)
        self._timer = None if next_end is None else loop.call_at(next_end, self._look)


class _Guard:
    def __init__(self, deadlines: Deadlines, task: asyncio.Task[object], seconds: float) -> None:
        self._deadlines, self._task, self._seconds = deadlines, task, seconds

    def __enter__(self) -> None:
        self._deadlines.begin(self._task, self._seconds)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._deadlines.ends.pop(self._task, None)
        if self._task not in self._deadlines.overdue:
            return
        self._deadlines.overdue.discard(self._task)
        # Cancelled by somebody else as well, that goes first.
        if kind is asyncio.CancelledError and self._task.uncancel() == 0:
            raise Overdue from error
