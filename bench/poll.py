"""Polling, side by side in one run: bare aiohttp, the bot's poller, and the peers that are installed.

usage: python bench/poll.py [--feeds 1000] [--repeats 5] [--engines bare,ours,...] [--rounds fresh,n304,...]
                            [--peers PYTHON] [--node FOLDER]

PYTHON is an interpreter with `bench/requirements.txt` installed, FOLDER one in which `npm install rss-parser`
was run; peers that are missing are left out. Prints medians of CPU seconds for a round and, in brackets, how
many times bare's that is: the median of what each repeat comes to, as a machine is slower in one minute than
in the next. Engines take turns for each repeat, in the other order every second time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--feeds", type=int, default=1000)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--port", type=int, default=18300)
    options.add_argument("--engines", default="bare,ours,unread,fastfeedparser,feedparser,reader,node")
    options.add_argument("--rounds", default="fresh,n304,new304,same,newsame")
    options.add_argument("--peers", default="")
    options.add_argument("--node", default="")
    given = options.parse_args()
    server = subprocess.Popen(
        [sys.executable, str(HERE / "feed_server.py"), str(given.port), "--feeds", str(given.feeds)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert server.stdout is not None
    print(server.stdout.readline().strip())
    cpu: dict[tuple[str, str], list[float]] = defaultdict(list)
    memory: dict[str, int] = defaultdict(int)
    try:
        for repeat in range(given.repeats):
            for engine in given.engines.split(",")[:: -1 if repeat % 2 else 1]:
                for line in _run(engine, given):
                    name, round_, seconds, _, rss = json.loads(line)
                    cpu[name, round_].append(seconds)
                    memory[name] = max(memory[name], rss)
                    print(line, file=sys.stderr, flush=True)
    finally:
        server.terminate()
        server.wait()
    _table(cpu, memory, given.rounds.split(","))


def _run(engine: str, given: argparse.Namespace) -> list[str]:
    rest = [str(given.port), str(given.feeds), "1", *given.rounds.split(",")]
    if engine == "node":
        command = ["node", str(HERE / "poll_peer.mjs"), given.node, *rest] if given.node else []
    else:
        python = sys.executable if engine in ("bare", "ours", "unread") else given.peers
        command = [python, str(HERE / "poll_engine.py"), engine, *rest] if python else []
    if not command:
        return []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{engine} ended with {done.returncode}: {done.stderr[-400:]}", file=sys.stderr)
    return [line for line in done.stdout.splitlines() if line.startswith("[")]


def _table(cpu: dict[tuple[str, str], list[float]], memory: dict[str, int], rounds: list[str]) -> None:
    print("| engine | " + " | ".join(rounds) + " | peak MiB |\n| --- |" + " --- |" * (len(rounds) + 1))
    for name in memory:
        cells = []
        for round_ in rounds:
            seconds = cpu.get((name, round_))
            base = cpu.get(("bare", round_))
            if not seconds:
                cells.append("-")
                continue
            median = f"{statistics.median(seconds):.3f}"
            if base is not None and len(base) == len(seconds):
                times = statistics.median(own / bare for own, bare in zip(seconds, base, strict=True))
                median += f" ({times:.2f})"
            cells.append(median)
        print(f"| {name} | " + " | ".join(cells) + f" | {memory[name]} |")


if __name__ == "__main__":
    main()
