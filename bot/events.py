"""What happens, told once: as one line of the log and to whoever counts.

An entry's id goes with it all the way: "read" names the entry, "alert" the entry and the alert, "posted" the
entry, the alert, the delivery and the message.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

Listener = Callable[[str, Mapping[str, Any]], None]

log = logging.getLogger("deadlineday")
_listeners: list[Listener] = []


def tell(event: str, **what: Any) -> None:
    """Say that something happened. Values are numbers and short texts; never a token, never an article."""
    for listener in _listeners:
        listener(event, what)
    if log.isEnabledFor(logging.INFO):
        log.info("%s", event, extra={"what": what})


def listen(listener: Listener) -> Callable[[], None]:
    """Hear every event from now on; gives what ends that."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


class Lines(logging.Formatter):
    """A line for a person: time, level, name, message, then the event's values as name=value."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:
        line = super().formatMessage(record)
        what: Mapping[str, Any] = getattr(record, "what", {})
        return " ".join((line, *(f"{name}={_shown(value)}" for name, value in what.items())))


class Json(logging.Formatter):
    """A line for a program: one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname.lower(),
            "name": record.name,
            "message": record.getMessage(),
            **getattr(record, "what", {}),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def _shown(value: Any) -> str:
    text = f"{value:.3f}" if isinstance(value, float) else str(value)
    return json.dumps(text, ensure_ascii=False) if set(text) & set(' "=\n\r\t') or not text else text
