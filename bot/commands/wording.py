"""How a command is written on a platform, for the hints in answers: typed words, or Discord's options."""

from __future__ import annotations

from dataclasses import dataclass

from bot.call import Call

MAIN = frozenset({"player", "alert", "command", "address", "feed", "file"})
"""Options that take the words of a typed line without being named; a test holds this to the command table."""

_JOINED = {"club": "to", "from": "from"}


@dataclass(frozen=True, slots=True)
class Wording:
    """`before` stands before a command, `sets` between an option and its value. With `named` every option is
    named ("/watch player:Joe Gomez"), else the main one is not ("watch Joe Gomez"). `without` has the options
    that mean nothing on the platform: they are not offered there. `deciders` is who decides for a channel
    there. `alone` is how one asks to be told privately, where that is no option to be written."""

    before: str = ""
    sets: str = "="
    named: bool = False
    without: frozenset[str] = frozenset()
    deciders: str = "those who manage it"
    alone: str = ""

    def of(self, command: str, /, **values: object) -> str:
        """The whole line; `from_` means "from"."""
        return self.call(Call(command, tuple((name.rstrip("_"), str(v)) for name, v in values.items())))

    def call(self, call: Call) -> str:
        """A call as one writes it."""
        words = [f"{self.before}{call.command}"]
        for name, value in call.values:
            if self.named:
                words.append(self.option(name, value))
            elif name in MAIN:
                words.append(value)
            elif name in _JOINED:
                words += [_JOINED[name], value]
            else:
                words.append(self.option(name, value))
        return " ".join(words)

    def option(self, name: str, value: object) -> str:
        """One option: "tell=me"."""
        return f"{name}{self.sets}{value}"

    def to_be_told_alone(self) -> str:
        """What to do to be told privately: "add tell=me"."""
        return self.alone or f"add {self.option('tell', 'me')}"


TYPED = Wording()
