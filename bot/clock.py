"""The one place that asks what time it is, so that a test can turn the hands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives the present time, aware and in UTC."""


def now() -> datetime:
    """The present time, aware and in UTC."""
    return datetime.now(UTC)
