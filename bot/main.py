"""The command line: `deadlineday run`, `read`, `replay`, `doctor`, `migrate`, `export`, `import`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import io
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from bot.calm import Calm
from bot.events import Json, Lines
from bot.platform import PlatformRefused
from bot.roles import ROLES, Roles
from bot.settings import BadSettings, Settings, load, misspelt, table
from storage.errors import DatabaseError

log = logging.getLogger(__name__)

Run = Callable[[argparse.Namespace, Settings], int]

GOOD, FAULT, USAGE = 0, 1, 2
"""Exit codes: all well; something was wrong and was said; the command or a setting cannot be used."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit code. Every foreseen fault is one line on standard error."""
    args = _parser().parse_args(argv)
    try:
        settings = load(file=args.env_file)
        handler = logging.StreamHandler(sys.stderr)
        handler.setFormatter(Json() if settings.log_format == "json" else Lines())
        handler.addFilter(Calm())
        logging.basicConfig(level=settings.log_level.upper(), handlers=[handler])
        for line in misspelt(file=args.env_file):
            log.warning("%s", line)
        run: Run = args.run
        return run(args, settings)
    except BadSettings as error:
        return _complain(f"deadlineday: {error}", USAGE)
    except (DatabaseError, PlatformRefused) as error:
        return _complain(f"deadlineday: {error}", FAULT)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read our output has gone; let Python's own flush at exit not stumble over it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAULT


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="deadlineday",
        description="Reads football news feeds and tells chat channels when a watched player's link to "
        "a club is new or has moved on. Without any account it runs in this terminal, with a sample story.",
        epilog="Settings come from the environment (DEADLINEDAY_...) or a file .env in the working folder; "
        "`deadlineday doctor --settings` lists them.",
    )
    parser.add_argument("--version", action="version", version=f"deadlineday {version('deadlineday')}")
    parser.add_argument(
        "--env-file", metavar="FILE", type=Path, help="read settings from this file in place of .env"
    )
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    run = _add(
        commands,
        "run",
        _run,
        "run the bot, on every platform that has its account set; else in this terminal",
    )
    run.add_argument(
        "--only",
        action="append",
        choices=ROLES,
        default=[],
        help="run this part of the bot only; may be given more than once",
    )
    read = _add(commands, "read", _read, "say what articles claim: JSON lines in, JSON lines out")
    _takes_lines(
        read, "id, title, text; optional lang, published, outlet, and watch (a list of player names)"
    )
    replay = _add(commands, "replay", _replay, "say what alerts articles give, in order of time")
    _takes_lines(replay, "as for `read`, with published")
    doctor = _add(
        commands, "doctor", _doctor, "check settings, database and feeds; say what to do about faults"
    )
    doctor.add_argument(
        "--alive", action="store_true", help="only check that a running bot is alive (for containers)"
    )
    doctor.add_argument(
        "--settings", dest="list", action="store_true", help="list every setting with its default"
    )
    _add(commands, "migrate", _migrate, "bring the database to this version's schema")
    backup = _add(commands, "backup", _backup, "write everything into one file, while the bot runs")
    backup.add_argument("file", type=Path, help="the new file")
    restore = _add(commands, "restore", _restore, "bring a backup back, while no bot runs")
    restore.add_argument("file", type=Path, help="what `backup` wrote, on either engine")
    restore.add_argument(
        "--replace", action="store_true", help="do so also where the database holds something already"
    )
    export = _add(commands, "export", _export, "write feeds as OPML, or watches and settings as JSON")
    export.add_argument("what", choices=["feeds", "watches"], help="what to write")
    export.add_argument("file", nargs="?", default="-", help="where to (default: standard output)")
    bring = _add(commands, "import", _import, "take in what export wrote, or a CSV of players")
    bring.add_argument(
        "file",
        help="an OPML file of feeds, a JSON file of watches, or a CSV file of players; - for standard input",
    )
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, run: Run, text: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
    # Taken before and after the command's name; suppressed, or the second place would undo the first.
    parser.add_argument(
        "--env-file", metavar="FILE", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )
    parser.set_defaults(run=run)
    return parser


def _takes_lines(parser: argparse.ArgumentParser, fields: str) -> None:
    parser.add_argument("file", nargs="?", default="-", help="JSON lines (default: standard input)")
    parser.epilog = (
        f"A line is one article: {fields}. "
        "A bad line is named by its number and passed over; the exit code is then 1."
    )


def _run(args: argparse.Namespace, settings: Settings) -> int:
    gc.disable()  # all that is loaded stays; `run` turns it on once that is done
    try:
        from bot.app import run  # late: reading and replaying need none of the platforms

        return asyncio.run(run(settings, Roles.of(args.only)))
    finally:
        gc.enable()


def _read(args: argparse.Namespace, settings: Settings) -> int:
    from bot.lines import read_lines
    from links.names import Names

    _speak_utf8()
    with _input(args.file) as lines, _complaints() as complaints:
        for line in read_lines(_decoded(lines), Names.load(), complaints.say):
            print(line, flush=False)
    return complaints.code


def _replay(args: argparse.Namespace, settings: Settings) -> int:
    from bot.lines import replay_lines
    from links.names import Names

    _speak_utf8()
    with _input(args.file) as lines, _complaints() as complaints:
        for line in asyncio.run(replay_lines(_decoded(lines), Names.load(), complaints.say)):
            print(line)
    return complaints.code


def _doctor(args: argparse.Namespace, settings: Settings) -> int:
    from bot.doctor import alive, examine

    if args.list:
        for name, default, text in table():
            print(f"{name}\n    {text} Default: {default or 'none'}.")
        return GOOD
    if args.alive:
        sign = alive(settings)
        print(sign.line)
        return GOOD if sign.ok else FAULT
    return asyncio.run(examine(settings))


def _migrate(args: argparse.Namespace, settings: Settings) -> int:
    from bot.exchange import migrate

    print(asyncio.run(migrate(settings)))
    return GOOD


def _backup(args: argparse.Namespace, settings: Settings) -> int:
    from bot.exchange import back_up

    print(asyncio.run(back_up(settings, args.file)))
    return GOOD


def _restore(args: argparse.Namespace, settings: Settings) -> int:
    from bot.exchange import restore

    print(asyncio.run(restore(settings, args.file, replace=args.replace)))
    return GOOD


def _export(args: argparse.Namespace, settings: Settings) -> int:
    from bot.exchange import export

    text = asyncio.run(export(settings, args.what))
    if args.file == "-":
        _speak_utf8()
        sys.stdout.write(text)
        return GOOD
    try:
        Path(args.file).write_text(text, encoding="utf-8")
    except OSError as error:
        return _complain(f"deadlineday: {args.file} cannot be written: {error.strerror}", FAULT)
    return GOOD


def _import(args: argparse.Namespace, settings: Settings) -> int:
    from bot.exchange import BadFile, bring_in

    with _input(args.file) as file:
        content = file.read()
    try:
        report = asyncio.run(bring_in(settings, content))
    except BadFile as error:
        return _complain(f"deadlineday: {args.file}: {error}", FAULT)
    print(report.text)
    for line in report.faults:
        _complain(f"{args.file}: {line}", FAULT)
    return FAULT if report.faults else GOOD


def _speak_utf8() -> None:
    """JSON lines, JSON and OPML are UTF-8 whatever the terminal's language says."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")


class _Complaints:
    def __init__(self) -> None:
        self.code = GOOD

    def say(self, text: str) -> None:
        self.code = _complain(text, FAULT)


@contextlib.contextmanager
def _complaints() -> Iterator[_Complaints]:
    yield _Complaints()


@contextlib.contextmanager
def _input(name: str) -> Iterator[BinaryIO]:
    """Standard input or a file, as bytes; one line and exit code 2 where it cannot be opened."""
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open(name, "rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise SystemExit(_complain(f"deadlineday: {name} cannot be read: {error.strerror}", USAGE)) from None
    with file:
        yield file


def _decoded(lines: BinaryIO) -> Iterator[str]:
    """Lines as text; bytes that are no UTF-8 become U+FFFD, a byte order mark goes."""
    for number, line in enumerate(lines):
        yield line.decode("utf-8-sig" if number == 0 else "utf-8", errors="replace")


def _complain(text: str, code: int) -> int:
    print(text, file=sys.stderr)
    return code


if __name__ == "__main__":
    sys.exit(main())
