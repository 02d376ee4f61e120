"""What commands, options and choices are called in other languages: `bot/data/words/<code>.toml`.

    discord = ["es-ES", "es-419"]      # the clients' languages, as Discord names them
    [words]
    "watch" = "seguir"                 # the English of the command table, and the language's own

`python -m bot.discord.words` prints all English there is, to be filled in. What a file leaves out stays
English; the bot has a file for each language in which it also answers, and English needs none.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from importlib.resources.abc import Traversable

import discord

from bot.commands.command import Command, Takes
from bot.commands.table import COMMANDS

Words = Mapping[str, Mapping[str, str]]
"""Discord's name of a language, then English text to that language's."""

NAME = re.compile(r"[-_'\w]{1,32}")
"""https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-naming"""

_LOCALES = frozenset(locale.value for locale in discord.Locale)
_DESCRIPTION = 100


class BadWords(ValueError):
    """A file of words cannot be used; the message names it and what is wrong."""


def load_words(folder: Traversable | None = None, commands: Sequence[Command] = COMMANDS) -> Words:
    """The words of all files in the folder (None: those that came with the bot). Raises BadWords."""
    folder = resources.files("bot").joinpath("data", "words") if folder is None else folder
    found: dict[str, Mapping[str, str]] = {}
    if not folder.is_dir():
        return found
    for file in sorted(folder.iterdir(), key=lambda each: each.name):
        if file.name.endswith(".toml"):
            try:
                held = tomllib.loads(file.read_text(encoding="utf-8"))
            except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
                raise BadWords(f"{file.name}: {error}") from error
            _check(file.name, held, commands)
            found |= dict.fromkeys(held["discord"], held["words"])
    return found


def _check(file: str, held: Mapping[str, object], commands: Sequence[Command]) -> None:
    """Raises BadWords: one such fault, and Discord would take none of the commands."""
    locales, words = held.get("discord"), held.get("words")
    if not isinstance(locales, list) or not locales or not isinstance(words, dict):
        raise BadWords(f'{file}: it needs a line like discord = ["de"] and a table [words]')
    if strange := set(locales) - _LOCALES:
        raise BadWords(f"{file}: Discord has no language {', '.join(map(str, sorted(strange)))}")
    names, texts = set(names_of(commands)), set(texts_of(commands))
    for english, own in words.items():
        if english not in names | texts:
            raise BadWords(f"{file}: nothing is called “{english}” in the command table")
        if not isinstance(own, str) or not own.strip():
            raise BadWords(f"{file}: “{english}” has no words")
        if english in names and not (NAME.fullmatch(own) and own == own.lower()):
            raise BadWords(
                f"{file}: “{own}” is no name for “{english}”: one word in small letters, at most 32"
            )
        if english in texts and len(own) > _DESCRIPTION:
            raise BadWords(f"{file}: “{own[:40]}…” has {len(own)} characters; {_DESCRIPTION} are shown")
    for together in _siblings(commands):
        own = [words.get(name, name) for name in together]
        if twice := {word for word in own if own.count(word) > 1}:
            raise BadWords(f"{file}: two things of one place are called {', '.join(sorted(twice))}")


def names_of(commands: Sequence[Command]) -> Iterator[str]:
    """Every name of a command or an option, in English."""
    for together in _siblings(commands):
        yield from together


def texts_of(commands: Sequence[Command]) -> Iterator[str]:
    """Every description, and every word of a choice."""
    for command in commands:
        yield command.summary
        for option in command.shown:
            yield option.summary
            if option.takes is Takes.CHOICE:
                yield from option.choices


def _siblings(commands: Sequence[Command]) -> Iterator[list[str]]:
    """Names that stand beside one another: commands, the commands of a group, the options of a command."""
    yield list(dict.fromkeys(command.group for command in commands))
    for group in dict.fromkeys(command.group for command in commands):
        yield [c.name.removeprefix(group).strip() for c in commands if c.group == group and c.name != group]
    for command in commands:
        yield [option.name for option in command.shown]


def main() -> None:
    """Print a file to be filled in."""
    every = dict.fromkeys((*filter(None, names_of(COMMANDS)), *texts_of(COMMANDS)))
    sys.stdout.write('discord = ["??"]\n\n[words]\n' + "".join(f'"{text}" = ""\n' for text in every))


if __name__ == "__main__":
    main()
