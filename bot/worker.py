"""A process for work that would hold the loop."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait


def a_worker() -> ProcessPoolExecutor:
    """One process, started with the first work, that ends with ours however ours ends.

    Spawned, not forked: a fork would carry the loop's threads and sockets along.
    """
    return ProcessPoolExecutor(1, mp_context=get_context("spawn"), initializer=_end_with_parent)


def _end_with_parent() -> None:
    """A worker holds both ends of the queue that it reads: its parent killed, it would wait for ever."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)
