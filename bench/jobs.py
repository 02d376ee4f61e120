"""The outbox beside a job framework on one PostgreSQL: jobs taken and done in a second.

    pip install -r bench/requirements.txt
    python bench/jobs.py [runs]

procrastinate with jobs that do nothing and its own worker at concurrency 10, against deliveries claimed and
marked as sent by 50. The comparison favours the table: a framework finishes each job by itself, the outbox a
batch at once, and pays with up to a batch that is asked for again after a crash.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.storage_bench import outbox_stored
from tests.storage.server import Server

JOBS = 2000


async def procrastinated(url: str) -> tuple[float, float]:
    """Jobs deferred in a second, by the batch, and jobs run to their end in a second."""
    import procrastinate

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))

    @app.task(name="nothing")
    async def nothing(number: int) -> None:
        """What a job does is no part of what is measured."""

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        begun = time.perf_counter()
        await nothing.batch_defer_async(*({"number": number} for number in range(JOBS)))
        deferred = time.perf_counter() - begun
        begun = time.perf_counter()
        await app.run_worker_async(wait=False, concurrency=10, install_signal_handlers=False)
        done = time.perf_counter() - begun
    return JOBS / deferred, JOBS / done


async def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    found: list[tuple[float, float]] = []
    with Server.started(safe=True) as server:
        for number in range(runs):
            _, framework = await procrastinated(await server.create(f"jobs{number}"))
            found.append((framework, await outbox_stored(await server.create(f"outbox{number}"))))
    theirs, ours = (statistics.median(column) for column in zip(*found, strict=True))
    ratio = statistics.median(ours / theirs for theirs, ours in found)
    print(f"procrastinate {theirs:,.0f} jobs/s, outbox {ours:,.0f}/s, ratio {ratio:.0f} (n={runs})")


if __name__ == "__main__":
    asyncio.run(main())
