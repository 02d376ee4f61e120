"""The program as people start it, on PostgreSQL; and in parts, on either engine."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.store import open_store
from tests.bot.test_running import alerts_in, deadlineday, environment, wait_until
from tests.storage.server import Server


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server.started() as server:
        yield server


@pytest.fixture
def on_postgres(server: Server, tmp_path: Path) -> dict[str, str]:
    url = asyncio.run(server.create("run"))
    return {**environment(tmp_path), "DATABASE_URL": url}


@contextlib.contextmanager
def part(*words: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with (
        log.open("ab") as out,
        subprocess.Popen(
            [sys.executable, "-m", "bot.main", "run", *words],
            env={**env, "DEADLINEDAY_LOG_LEVEL": "info"},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        ) as running,
    ):
        try:
            yield running
        finally:
            running.kill()


def test_the_sample_plays_to_its_end_and_a_backup_of_it_goes_into_a_file(
    on_postgres: dict[str, str], tmp_path: Path
) -> None:
    done = deadlineday("run", env=on_postgres)
    assert (done.returncode, done.stderr) == (0, "")
    told = alerts_in(done.stdout)
    assert len(told) > 10
    copy = tmp_path / "copy.db"
    made = deadlineday("backup", str(copy), env=on_postgres)
    assert (made.returncode, made.stderr) == (0, "")
    again = deadlineday("backup", str(copy), env=on_postgres)
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    brought = deadlineday("restore", str(copy), env=environment(tmp_path))
    assert (brought.returncode, brought.stderr) == (0, "")

    async def kept() -> int:
        async with open_store(tmp_path / "deadlineday.db") as store:
            return sum([len(await store.alerts_of(p.id)) for p in await store.players()])

    assert asyncio.run(kept()) >= len(told)


def test_no_line_of_it_shows_the_password(tmp_path: Path) -> None:
    env = {**environment(tmp_path), "DATABASE_URL": "postgresql://bot:s3cret@127.0.0.1:1/name"}
    for words in (["run"], ["doctor"], ["migrate"]):
        done = deadlineday(*words, env=env)
        assert done.returncode == 1
        assert "127.0.0.1:1/name" in done.stderr + done.stdout
        assert "s3cret" not in done.stderr + done.stdout
    bad = deadlineday("run", env={**env, "DATABASE_URL": "mysql://bot:s3cret@here/name"})
    assert (bad.returncode, bad.stderr.count("\n")) == (2, 1)
    assert "s3cret" not in bad.stderr


@pytest.mark.parametrize("name", ["discord", "slack", "deliver"])
def test_a_part_that_would_have_nothing_to_do_is_not_started(name: str, tmp_path: Path) -> None:
    done = deadlineday("run", "--only", "poll", "--only", name, env=environment(tmp_path))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"--only {name}: no account" in done.stderr
    assert not (tmp_path / "deadlineday.db").exists()


@pytest.mark.parametrize("engine", ["file", "postgres"])
def test_its_parts_run_beside_each_other_and_end_on_a_signal(
    engine: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    postgres = engine == "postgres"
    env = request.getfixturevalue("on_postgres") if postgres else environment(tmp_path)
    poll, here = tmp_path / "poll", tmp_path / "terminal"
    with part("--only", "poll", env=env, log=poll) as one:
        alive = tmp_path / "deadlineday.db.alive"
        wait_until(alive.exists)
        alive.unlink()
        with part("--only", "terminal", "--only", "deliver", env=env, log=here) as two:
            wait_until(alive.exists)
            if not postgres:
                second = deadlineday("run", "--only", "poll", env=env)
                assert (second.returncode, second.stderr.count("\n")) == (1, 1)
            for running in (two, one):
                running.send_signal(signal.SIGTERM)
            assert (two.wait(timeout=20), one.wait(timeout=20)) == (0, 0)
    assert "Traceback" not in poll.read_text() + here.read_text()


@pytest.mark.parametrize("words", [("--only", "poll"), ("--only", "terminal", "--only", "deliver")])
async def test_it_ends_on_a_signal_while_its_server_stands_still(
    words: tuple[str, ...], server: Server, tmp_path: Path
) -> None:
    env = environment(tmp_path, stop_within="1")
    env["DATABASE_URL"] = await server.create("still")
    log, alive = tmp_path / "log", tmp_path / "deadlineday.db.alive"
    with part(*words, env=env, log=log) as running:
        await asyncio.to_thread(wait_until, alive.exists)
        async with server.frozen():
            running.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(running.wait, timeout=12) == 0
    assert "free again when its lease ends: the database does not answer" in log.read_text()
    assert "Traceback" not in log.read_text()
