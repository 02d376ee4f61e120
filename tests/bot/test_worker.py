"""The process for heavy work is gone when ours is."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

MAIN = """
import os, time
from bot.worker import a_worker

if __name__ == "__main__":
    pool = a_worker()
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM])
async def test_a_worker_ends_with_the_program_however_that_ends(ending: int, tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text(MAIN)
    program = await asyncio.create_subprocess_exec(
        sys.executable, str(script), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert program.stdout is not None
    worker = int(await asyncio.wait_for(program.stdout.readline(), 60))
    assert worker != program.pid
    program.send_signal(ending)
    # The end of what is written comes when the last process is gone that could write.
    async with asyncio.timeout(20):
        assert await program.stdout.read() == b""
        await program.wait()
