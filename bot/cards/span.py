"""Lengths of time as people say them."""

from __future__ import annotations

from datetime import datetime, timedelta


def span(length: timedelta) -> str:
    """In the one unit that fits: "40 s", "5 min", "3 h", "12 days"."""
    seconds = abs(int(length.total_seconds()))
    if seconds < 90:
        return f"{seconds} s"
    if seconds < 90 * 60:
        return f"{round(seconds / 60)} min"
    if seconds < 36 * 3600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86400)} days"


def ago(then: datetime, now: datetime) -> str:
    """How long before now, or how soon: "5 min ago", "in 3 h", "just now"."""
    if abs(now - then) < timedelta(seconds=5):
        return "just now"
    return f"{span(now - then)} ago" if then <= now else f"in {span(then - now)}"
