"""Being told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Iterator


@contextlib.contextmanager
def heard(number: signal.Signals, stop: asyncio.Event | None = None) -> Iterator[asyncio.Event]:
    """What the signal sets while this is open: `stop`, or an event of its own.

    SIGTERM is heard from the first moment on: as a container's first process a bot that is not yet ready for
    it would never hear of it. Ctrl-C breaks a start off, as Python does by itself, and is heard after that.
    """
    loop, stop = asyncio.get_running_loop(), stop or asyncio.Event()
    loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        loop.remove_signal_handler(number)
