"""The program as people start it: the sample to its end, a kill in the middle, a stop, a refused start."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

ALERT = re.compile(r"^── (.+?) ─+ alert (\d+) ──$", re.MULTILINE)


def environment(folder: Path, **settings: str) -> dict[str, str]:
    ours = {f"DEADLINEDAY_{name.upper()}": value for name, value in settings.items()}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DEADLINEDAY_", "DISCORD_", "SLACK_"))}
    defaults = {
        "DEADLINEDAY_DATABASE": str(folder / "deadlineday.db"),
        "DEADLINEDAY_DEFAULT_FEEDS": "false",
        "DEADLINEDAY_SAMPLE_PACE": "0",
        "PYTHONWARNINGS": "default",
    }
    return {**kept, **defaults, **ours}


def deadlineday(
    *words: str, env: dict[str, str], stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end, at most a minute, without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "bot.main", *words],
        env=env,
        input=stdin,
        stdin=subprocess.DEVNULL if stdin is None else None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextlib.contextmanager
def started(env: dict[str, str], transcript: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The program at work, its output added to the transcript; killed at the end if it still is."""
    with (
        transcript.open("ab") as out,
        subprocess.Popen(
            [sys.executable, "-m", "bot.main", "run"],
            env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
        ) as running,
    ):  # fmt: skip
        try:
            yield running
        finally:
            running.kill()


def wait_until(true: Callable[[], object], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.01)


def alerts_in(text: str) -> list[tuple[str, str]]:
    """The label and the title of each card, in order."""
    lines = text.splitlines()
    found = ((ALERT.match(line), title) for line, title in pairwise(lines))
    return [(match.group(1), title) for match, title in found if match]


def test_without_an_account_or_a_terminal_the_sample_plays_to_its_end(tmp_path: Path) -> None:
    done = deadlineday("run", env=environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    labels = {label for label, _ in alerts_in(done.stdout)}
    assert {"NEW LINK", "ESCALATED", "STALLED", "OFF", "BACK ON", "DONE DEAL"} <= labels


def test_a_second_run_plays_the_sample_again(tmp_path: Path) -> None:
    first, second = (deadlineday("run", env=environment(tmp_path)) for _ in range(2))
    assert alerts_in(first.stdout) == alerts_in(second.stdout)


def test_a_kill_in_the_middle_and_a_new_start_lose_no_alert_and_repeat_only_the_one_in_flight(
    tmp_path: Path,
) -> None:
    whole = alerts_in(deadlineday("run", env=environment(tmp_path / "undisturbed")).stdout)
    transcript, env = tmp_path / "transcript", environment(tmp_path, sample_pace="0.03")
    kills = 0
    for told in (3, 9, 15):
        with started(env, transcript):
            wait_until(lambda told=told: len(alerts_in(transcript.read_text())) >= told)  # type: ignore[misc]
        kills += 1
    with started(env, transcript) as last:
        assert last.wait(timeout=60) == 0
    heard, meant = Counter(alerts_in(transcript.read_text())), Counter(whole)
    assert meant - heard == Counter()
    assert (heard - meant).total() <= kills


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    transcript = tmp_path / "transcript"
    with started(environment(tmp_path, sample_pace="30"), transcript) as running:
        wait_until(lambda: alerts_in(transcript.read_text()))
        running.send_signal(number)
        assert running.wait(timeout=20) == 0
    assert "Traceback" not in transcript.read_text()
    assert not (tmp_path / "deadlineday.db.alive").exists()


def test_a_stop_that_comes_while_it_still_starts_ends_it_cleanly(tmp_path: Path) -> None:
    database, transcript = tmp_path / "deadlineday.db", tmp_path / "transcript"
    deadlineday("migrate", env=environment(tmp_path))
    with contextlib.closing(sqlite3.connect(database, isolation_level=None)) as holder:
        holder.execute("begin immediate")  # which a start waits for
        with started(environment(tmp_path, sample_pace="30"), transcript) as running:
            wait_until(tmp_path.joinpath("deadlineday.db.lock").exists)
            running.send_signal(signal.SIGTERM)
            holder.execute("rollback")
            assert running.wait(timeout=20) == 0
    assert "Traceback" not in transcript.read_text()


def test_a_database_of_a_newer_version_is_refused_in_one_line(tmp_path: Path) -> None:
    deadlineday("migrate", env=environment(tmp_path))
    with contextlib.closing(sqlite3.connect(tmp_path / "deadlineday.db")) as database, database:
        database.execute("insert into migrations (version, name, applied) values (9999, 'later', 0)")
    done = deadlineday("run", env=environment(tmp_path))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "9999" in done.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"poll_interval": "soon"}, "DEADLINEDAY_POLL_INTERVAL"),
        ({"poll_intervall": "300"}, "did you mean DEADLINEDAY_POLL_INTERVAL"),
        ({"database": "/dev/null/here.db"}, "/dev/null/here.db"),
    ],
)
def test_a_setting_that_cannot_be_used_stops_the_start_with_one_line(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    done = deadlineday("run", env=environment(tmp_path, **settings))
    assert done.returncode in (1, 2)
    assert done.stderr.count("\n") == 1, done.stderr
    assert words in done.stderr


def test_doctor_tells_the_living_from_the_dead(tmp_path: Path) -> None:
    env = environment(tmp_path, sample_pace="30")
    assert deadlineday("doctor", "--alive", env=env).returncode == 1
    transcript = tmp_path / "transcript"
    with started(env, transcript):
        wait_until(lambda: alerts_in(transcript.read_text()))
        assert deadlineday("doctor", "--alive", env=env).returncode == 0


def test_doctor_finds_all_well_on_a_fresh_machine_and_lists_the_settings(tmp_path: Path) -> None:
    done = deadlineday("doctor", env=environment(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "All is well" in done.stdout
    assert (
        "DEADLINEDAY_POLL_INTERVAL" in deadlineday("doctor", "--settings", env=environment(tmp_path)).stdout
    )


def test_half_of_what_hubs_need_is_named(tmp_path: Path) -> None:
    done = deadlineday("doctor", env=environment(tmp_path, websub_url="https://bot.example"))
    assert done.returncode == 1
    assert "no hub is asked: DEADLINEDAY_WEBSUB_LISTEN is not set" in done.stdout


def test_every_command_has_a_help(tmp_path: Path) -> None:
    for command in ("run", "read", "replay", "doctor", "migrate", "export", "import"):
        done = deadlineday(command, "--help", env=environment(tmp_path))
        assert done.returncode == 0
        assert len(done.stdout.splitlines()) >= 4


def test_a_second_bot_on_the_same_database_is_refused_in_one_line(tmp_path: Path) -> None:
    env, transcript = environment(tmp_path, sample_pace="30"), tmp_path / "transcript"
    with started(env, transcript):
        wait_until(lambda: alerts_in(transcript.read_text()))
        second = deadlineday("run", env=env)
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "another `deadlineday run`" in second.stderr
