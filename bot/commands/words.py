"""Typed words into a call: for the terminal, for Slack's one line, and for "@bot latest on …?".

Forgiving about case, accents, quotes and order; what is not understood gets one line that helps.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from bot.call import Call
from bot.commands.check import unknown_option
from bot.commands.command import Command, Option, Takes
from bot.commands.wording import TYPED, Wording
from bot.plain import clip, line

_LONGEST = 1000
_QUOTES = str.maketrans("“”„‟«»‘’‚‛", '""""""\'\'\'\'')
_CLOSERS = {'"': '"', "'": "'"}

# What people say to a bot in a chat, before any command word is looked for.
_ABOUT = "(?:on|with|about|for|of)"
_ASKED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:so )?what(?: is|s|'s) (?:the )?(?:latest|news|new|happening|going on|up) {_ABOUT} (.+)",
        rf"(?:is there |do you have )?any(?: more)? (?:news|updates?|word|developments?) {_ABOUT} (.+)",
        rf"(?:the )?(?:latest|news|updates?) {_ABOUT} (.+)",
        r"how(?: is|'s) (?:the )?(.+?) (?:deal|move|transfer)(?: going| doing)?",
    )
)
_PAIR = re.compile(r"(?:--)?([A-Za-z][A-Za-z_-]*)=")
_POLITE = re.compile(
    r"^(?:hey|hi|hello|please|ok|okay)[ ,]+|[ ,]+(?:please|thanks|thank you)(?=[ ?!.]*$)", re.I
)


@dataclass(frozen=True, slots=True)
class Misread:
    """What could not be understood, in one line for the person.

    `name` is set where the line may be nothing but a player's name, `meant` is the same line with the
    command that it probably wanted.
    """

    text: str
    name: str | None = None
    meant: Call | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A word, or several in quotes, and where it starts in the line.

    `key` is set for "key=value"; `text` and `start` are then those of the value.
    """

    text: str
    quoted: bool = False
    key: str | None = None
    start: int = 0


@dataclass(frozen=True, slots=True)
class Cursor:
    """What is being typed at the end of a line: `typed` of an option of a command, from `start` on.

    `command` is None while its own name is typed.
    """

    command: Command | None
    option: Option | None
    typed: str
    start: int


def read_words(text: str, commands: Sequence[Command], wording: Wording = TYPED) -> Call | Misread:
    """The call that a typed line means, or what is wrong with it; commands in it as `wording` has them."""
    text = line(text.translate(_QUOTES))
    if len(text) > _LONGEST:
        return Misread(f"That line has {len(text)} characters; {_LONGEST} are read.")
    text = _POLITE.sub("", text).lstrip("/!").strip()
    if not text:
        return Misread(f"Say what you would like, for example: {wording.of('help')}")
    if asked := _asked(text):
        return Call.of("latest", player=asked)
    words = split(text)
    found = find_command(words, commands)
    if found is None:
        return _unknown(text, words, commands, wording)
    command, taken = found
    return _values(command, words[taken:])


def written(example: str, commands: Sequence[Command], wording: Wording) -> str:
    """A typed example as it is written there; a question stays as it is."""
    if find_command(split(example), commands) is None:
        return example
    meant = read_words(example, commands) if wording.named else None
    return wording.call(meant) if isinstance(meant, Call) else wording.before + example


def split(text: str) -> list[Word]:
    """Words, quoted runs and key=value pairs. An apostrophe within a name is no quote."""
    words: list[Word] = []
    place = 0
    while place < len(text):
        if text[place] == " ":
            place += 1
            continue
        pair = _PAIR.match(text, place)
        start = pair.end() if pair else place
        value, place, quoted = _run(text, start)
        words.append(Word(value, quoted, pair.group(1).lower().replace("_", "-") if pair else None, start))
    return words


def cursor(text: str, commands: Sequence[Command]) -> Cursor:
    """What the end of this line is about, for completion. `text` is as typed, never shortened."""
    text = text.translate(_QUOTES)
    words = split(text)
    found = find_command(words, commands)
    said = " ".join(fold_word(word.text) for word in words)
    said += " " if text.endswith(" ") else ""
    if found is None or any(command.name.startswith(said) for command in commands):
        return Cursor(None, None, text, 0)
    command, taken = found
    filling = _fill(command, words[taken:])
    if isinstance(filling, Misread):
        return Cursor(command, None, "", len(text))
    values, current = filling
    last = words[-1] if len(words) > taken else None
    if last is not None and not text.endswith(" "):
        current = next((command.option(name) for name, of in values.items() if last in of), current)
        if last.key is not None:
            current = command.option(last.key)
    option = current or _next_free(command, values)
    if option is None:
        return Cursor(command, None, "", len(text))
    typed = values.get(option.name) or []
    start = typed[0].start if typed else len(text)
    return Cursor(command, option, text[start:].strip('"'), start)


def fold_word(text: str) -> str:
    """Lower case without accents: how command words are compared."""
    return "".join(
        letter
        for letter in unicodedata.normalize("NFKD", text.casefold())
        if not unicodedata.combining(letter)
    )


def find_command(words: Sequence[Word], commands: Sequence[Command]) -> tuple[Command, int] | None:
    """The command that the first words name, longest name first, and how many words that took."""
    folded = [fold_word(word.text) for word in words[:3] if not word.quoted and word.key is None]
    for length in (3, 2, 1):
        said = " ".join(folded[:length])
        if len(folded) < length:
            continue
        for command in commands:
            if said == command.name or said in command.also:
                return command, length
    return None


def _run(text: str, start: int) -> tuple[str, int, bool]:
    """One word from `start`: (its text, where it ended, was it quoted)."""
    closer = _CLOSERS.get(text[start : start + 1])
    if closer:
        end = text.find(closer, start + 1)
        while end != -1 and end + 1 < len(text) and text[end + 1] not in " ,":
            end = text.find(closer, end + 1)
        if end != -1:
            return text[start + 1 : end], end + 1, True
    end = text.find(" ", start)
    end = len(text) if end == -1 else end
    return text[start:end].lstrip('"'), end, False


def _asked(text: str) -> str | None:
    """The player in a question, None if it is no question of ours."""
    said = text.rstrip(" ?!.")
    for pattern in _ASKED:
        if match := pattern.fullmatch(said):
            return match[1].strip(" \"'")
    return None


def _unknown(text: str, words: Sequence[Word], commands: Sequence[Command], wording: Wording) -> Misread:
    said = clip(words[0].text, 40)
    names = [name for command in commands for name in (command.name, *command.also)]
    near = process.extractOne(fold_word(words[0].text), names, scorer=fuzz.ratio, score_cutoff=70)
    hint = f"Did you mean “{near[0]}”?" if near else f"Type {wording.of('help')} for what there is."
    name = text.rstrip(" ?!.").strip("\"'")
    meant = read_words(" ".join((near[0], *text.split()[1:])), commands) if near else None
    return Misread(
        f"There is no command “{said}”. {hint}",
        name=None if near and len(words) == 1 else name,
        meant=meant if isinstance(meant, Call) else None,
    )


def _values(command: Command, words: Sequence[Word]) -> Call | Misread:
    filling = _fill(command, words)
    if isinstance(filling, Misread):
        return filling
    joined = {name: " ".join(word.text for word in of).strip(" ,") for name, of in filling[0].items()}
    named = {word.key for word in words}
    for name, text in joined.items():
        if name in named and not text:
            return Misread(f"{name}= was given no value.")
    return Call(command.name, tuple((name, text) for name, text in joined.items() if text))


def _fill(command: Command, words: Sequence[Word]) -> tuple[dict[str, list[Word]], Option | None] | Misread:
    """Each option's words, and the option that the next word would belong to.

    key=value names an option, some words introduce one, the rest is the main one's; after a comma
    comes the next.
    """
    values: dict[str, list[Word]] = {}
    main = next((option for option in command.options if option.main), None)
    current = main
    for place, word in enumerate(words):
        if word.key is not None:
            option = command.option(word.key)
            if option is None:
                return Misread(unknown_option(command, word.key))
            values[option.name] = [word]
            # club=Crystal Palace: the words after it belong to it, unless it was quoted.
            current = option if not word.quoted and option.takes is Takes.TEXT else main
            continue
        if not word.quoted and (opened := _introduced(command, words, place, values)):
            current = opened
            values[opened.name] = []
            continue
        option = current or _next_free(command, values)
        if option is None:
            return Misread(_too_much(command, word))
        values.setdefault(option.name, []).append(word)
        current = option
        if option.takes in (Takes.CHOICE, Takes.NUMBER, Takes.SWITCH):
            current = main if main not in (None, option) else None
        elif option is main and not word.quoted and word.text.endswith(","):
            current = _next_free(command, values)
    return values, current


def _introduced(
    command: Command, words: Sequence[Word], place: int, values: dict[str, list[Word]]
) -> Option | None:
    """The option that this word opens ("to Rovers", "from talks"), None if it is a word like others."""
    said, following = fold_word(words[place].text), words[place + 1 : place + 2]
    # The first word may be a name: only a flag, or a choice that fits, is surely meant otherwise.
    alone = place > 0 or said.startswith("--") or not any(option.main for option in command.options)
    for option in command.shown:
        if said.lstrip("-") not in (option.name, *option.words) or option.name in values or option.main:
            continue
        if alone or (following and fold_word(following[0].text) in option.choices):
            return option
    return None


def _next_free(command: Command, values: dict[str, list[Word]]) -> Option | None:
    return next((option for option in command.shown if option.name not in values), None)


def _too_much(command: Command, word: Word) -> str:
    if not command.shown:
        return f"{command.name} takes no values, so “{clip(word.text, 40)}” says nothing to it."
    return f"{command.name} has no place for “{clip(word.text, 40)}”."
