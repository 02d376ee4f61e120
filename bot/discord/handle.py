"""Custom ids: what is pressed, as a string of at most 100 characters that outlives a restart.

c:1:why:alert=12     a button that gives a command; the answer is a new message
p:1:history:…        one that turns the page of the message that it stands on
s:                   a select, whose chosen value is one of the above
c2:…                 the same button once more in the same message: ids must differ
c:@4f3a…             a call too long for an id, kept as a note under this key
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Protocol

from bot.call import Call
from bot.discord.markup import size

LONGEST = 100
_SHAPE = re.compile(r"(?P<kind>[cps])\d*:(?P<rest>.*)", re.DOTALL)
_NOTE = "discord:call:"


class Notes(Protocol):
    """What outlives the process; the store's facts."""

    async def fact(self, key: str) -> str | None: ...

    async def set_fact(self, key: str, value: str | None) -> None: ...


@dataclass(slots=True)
class Handles:
    """The ids of one message, each given out once; `keep` before it is sent."""

    _given: set[str] = field(default_factory=set)
    _long: dict[str, str] = field(default_factory=dict)

    def of(self, call: Call, *, turns: bool = False) -> str:
        """The id of a button, or of a select's option, that gives this call."""
        text = call.encode()
        if size(text) > LONGEST - 4:
            key = hashlib.sha256(text.encode()).hexdigest()[:32]
            self._long[key] = text
            text = f"@{key}"
        return self._once("p" if turns else "c", text)

    def select(self) -> str:
        """The id of a select."""
        return self._once("s", "")

    def _once(self, kind: str, text: str) -> str:
        id, number = f"{kind}:{text}", 1
        while id in self._given:
            number += 1
            id = f"{kind}{number}:{text}"
        self._given.add(id)
        return id

    async def keep(self, notes: Notes) -> None:
        """Keep the calls that were too long for their ids."""
        for key, text in self._long.items():
            await notes.set_fact(_NOTE + key, text)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed: the call, and whether it turns the page of its message."""

    call: Call
    turns: bool


async def pressed(id: str, notes: Notes) -> Pressed | None:
    """What an id means; None for one of an older version, or written by somebody else."""
    match = _SHAPE.fullmatch(id)
    if match is None or match["kind"] == "s":
        return None
    text = match["rest"]
    if text.startswith("@"):
        text = await notes.fact(_NOTE + text[1:33]) or ""
    call = Call.decode(text)
    return None if call is None else Pressed(call, match["kind"] == "p")
