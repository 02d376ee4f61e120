"""How fast the sample story is played."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds between two steps; 0 shows the whole story at once.

    A pure function of the time at which the play began: a process that starts again with the same
    `started` goes on where the play would be by now.
    """

    seconds: float

    def __post_init__(self) -> None:
        if not 0 <= self.seconds < float("inf"):
            raise ValueError(f"a pace is a number of seconds from 0 up, not {self.seconds}")

    def step_at(self, started: datetime, now: datetime, steps: int) -> int:
        """How many of the `steps` are shown at `now`: none at `started`, then one more each pace."""
        passed = (now - started).total_seconds()
        if passed < 0:
            return 0
        return steps if not self.seconds else min(steps, int(passed / self.seconds))

    def time_of(self, step: int, started: datetime) -> datetime:
        """When a step is due: the first is step 1."""
        return started + timedelta(seconds=self.seconds * step)
