"""What a look at the set-up finds; `deadlineday doctor` prints them line by line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `ok` is False for a fault; then the line says what to do."""

    ok: bool
    line: str
