"""What polls came to, summed up in a line for who looks into the log now and then."""

from __future__ import annotations

import time
from collections import Counter


class Tally:
    """Counts since the last line."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._since = time.monotonic()

    def add(self, **counts: int) -> None:
        """One poll more: unchanged=1, failed=1, or changed=1 with its entries and alerts."""
        for what, count in counts.items():  # `update` looks at what it is given for longer than it counts
            self._counts[what] += count

    def line(self, waiting: int) -> str:
        """The sum, which begins anew; `waiting` feeds are due and not polled yet."""
        done, self._counts = self._counts, Counter()
        minutes, self._since = (time.monotonic() - self._since) / 60, time.monotonic()
        return (
            f"{done['unchanged'] + done['changed'] + done['failed']} polls in {minutes:.0f} minutes:"
            f" {done['unchanged']} unchanged, {done['changed']} changed with {done['entries']} entries"
            f" and {done['alerts']} alerts, {done['failed']} failed; {waiting} feeds wait for their turn"
        )
