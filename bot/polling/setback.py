"""Leaving alone for a while what just failed: longer each time, until something has worked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Setback:
    """Times are seconds of any clock that only goes forward; the pauses grow from `first` to `longest`."""

    first: float = 2.0
    longest: float = 300.0
    _pause: float = 0.0
    _until: float = 0.0

    def __bool__(self) -> bool:
        """Whether nothing has worked since the last failure."""
        return self._pause > 0

    def failed(self, now: float) -> None:
        """Failures of what was begun before the pause belong to one setback."""
        if not self.left(now):
            self._pause = min(self._pause * 2, self.longest) or self.first
            self._until = now + self._pause

    def over(self) -> None:
        """Something has worked."""
        self._pause = self._until = 0.0

    def left(self, now: float) -> float:
        """Seconds for which nothing should be tried, 0 if it may."""
        return max(self._until - now, 0.0)
