"""Processes of the program, each begun with everything loaded: a crash run starts very many."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("program.py")


@dataclass
class Child:
    """One process."""

    pid: int
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    dead: asyncio.Event = field(default_factory=asyncio.Event)

    async def wait(self) -> None:
        """Until it is dead."""
        await self.dead.wait()

    def send(self, number: signal.Signals) -> None:
        """A signal, unless it is dead already."""
        if not self.dead.is_set():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def kill(self) -> None:
        """kill -9."""
        self.send(signal.SIGKILL)
        await self.wait()


@dataclass
class Nursery:
    """Where they are begun; it alone hears of their ends."""

    process: asyncio.subprocess.Process
    children: dict[int, Child] = field(default_factory=dict)
    born: asyncio.Queue[Child] = field(default_factory=asyncio.Queue)

    async def begin(self, *given: str) -> Child:
        """A process that is at work when this returns, or dead already."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(given).encode() + b"\n")
        child = await asyncio.wait_for(self.born.get(), 60)
        ends = [asyncio.create_task(child.ready.wait()), asyncio.create_task(child.dead.wait())]
        await asyncio.wait(ends, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        for task in ends:
            task.cancel()
        return child

    async def listen(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            pid, what = line.decode().split()
            child = self.children.setdefault(int(pid), Child(int(pid)))
            if what == "born":
                self.born.put_nowait(child)
            elif what == "ready":
                child.ready.set()
            else:
                child.dead.set()
                del self.children[int(pid)]  # the number may come again


@asynccontextmanager
async def a_nursery() -> AsyncIterator[Nursery]:
    """At its end nothing of it is left alive."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(PROGRAM), cwd=ROOT, env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    nursery = Nursery(process)
    listening = asyncio.create_task(nursery.listen())
    try:
        yield nursery
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
