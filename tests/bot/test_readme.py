"""The README promises what the program has: its settings, its commands, its command line."""

from __future__ import annotations

import re
from pathlib import Path

from bot.commands.table import COMMANDS
from bot.main import _parser
from bot.settings import table

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def cells(heading: str) -> list[list[str]]:
    """The rows of the tables under a heading, without the first row of each."""
    part = re.split(r"^## ", README, flags=re.MULTILINE)
    section = next(text for text in part if text.startswith(f"{heading}\n"))
    rows = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| ")]
    return [
        [cell.strip() for cell in row]
        for row in rows
        if not row[0].startswith((" ---", " setting", " command"))
    ]


def test_the_settings_table_is_the_one_that_the_program_has() -> None:
    wanted = [[f"`{name}`", text, default] for name, default, text in table()]
    told = [[name, text, default.strip("`").replace("none", "")] for name, text, default in cells("Settings")]
    assert told == wanted


def test_every_command_has_its_row() -> None:
    told = {
        words[0] for row in cells("Commands") for words in map(str.split, re.findall(r"`([^`]+)`", row[0]))
    }
    assert {command.group for command in COMMANDS} <= told
    feeds = next(row[0] for row in cells("Commands") if "`feeds list`" in row[0])
    for command in COMMANDS:
        assert command.group != "feeds" or command.name.split()[-1] in feeds


def test_every_word_of_the_command_line_has_its_row() -> None:
    usage = _parser().format_help()
    told = {row[0].strip("`").split()[1] for row in cells("The command line")}
    assert told == set(re.findall(r"^    (\w+) {2,}", usage, flags=re.MULTILINE))
