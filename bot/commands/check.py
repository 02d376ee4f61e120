"""Is a call as its command wants it? One clear line for the first thing that is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from rapidfuzz import fuzz, process

from bot.commands.command import Command, Option, Takes, Values
from bot.plain import clip, line

_ON = frozenset({"on", "yes", "true", "1"})
_OFF = frozenset({"off", "no", "false", "0"})


class BadValue(Exception):
    """A value that the command cannot take; the text is for the person. `example` is a typed line that shows
    how it is done, "" where the text says that itself; `option` is whose value it is, "" where nobody said.
    """

    def __init__(self, text: str, *, example: str = "", option: str = "") -> None:
        super().__init__(text)
        self.example = example
        self.option = option


def check(command: Command, given: Mapping[str, str]) -> Values:
    """The values, each in its own spelling. Raises BadValue."""
    checked: dict[str, str] = {}
    for name, value in given.items():
        option = command.option(name)
        if option is None:
            raise BadValue(unknown_option(command, name))
        text = line(value)
        if text:
            checked[name] = _value(option, text)
    for option in command.options:
        if option.required and option.name not in checked:
            article = "an" if option.name[0] in "aeiou" else "a"
            needs = f"{command.name} needs {article} {option.name}: {option.summary}."
            raise BadValue(needs, example=next(iter(command.examples), ""))
    return checked


def unknown_option(command: Command, name: str) -> str:
    """What to say when a command has no option of this name."""
    names = [option.name for option in command.shown]
    shown = clip(line(name), 40)
    if not names:
        return f"{command.name} takes no values, so “{shown}” says nothing to it."
    near = process.extractOne(name.lower(), names, scorer=fuzz.ratio, score_cutoff=60)
    hint = f"Did you mean {near[0]}?" if near else f"It takes {', '.join(names)}."
    return f"{command.name} has no option called “{shown}”. {hint}"


def _value(option: Option, text: str) -> str:
    if option.takes is Takes.NUMBER:
        return _number(option, text)
    if option.takes is Takes.SWITCH:
        if switched := _switched(text):
            return switched
        raise BadValue(f"{option.name} is on or off, not “{clip(text, 40)}”.")
    if option.takes is Takes.CHOICE:
        for choice in option.choices:
            if choice.casefold() in (text.casefold(), _switched(text)):
                return choice
        raise BadValue(f"{option.name} is one of {', '.join(option.choices)}, not “{clip(text, 40)}”.")
    if len(text) > option.longest:
        raise BadValue(f"{option.name} may have {option.longest} characters; this has {len(text)}.")
    return text


def _switched(text: str) -> str | None:
    """ "on" for "yes", for choices that have it."""
    word = text.casefold()
    return "on" if word in _ON else "off" if word in _OFF else None


def _number(option: Option, text: str) -> str:
    digits = text.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise BadValue(f"{option.name} is a whole number, not “{clip(text, 40)}”.")
    number = int(digits)
    if (option.low is not None and number < option.low) or (option.high is not None and number > option.high):
        bounds = f"from {option.low} to {option.high}" if option.high is not None else f"{option.low} or more"
        raise BadValue(f"{option.name} goes {bounds}, not {number}.")
    return str(number)
