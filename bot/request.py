"""What somebody asked, and what is answered; no platform in either."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.call import Call
from bot.cards.card import Card
from bot.commands.wording import TYPED, Wording
from storage.watch import Channel


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks something somewhere.

    `channel` is where it was asked, `person` who asked, as the platform names people.
    `may_manage` says that the person may decide for the channel (always true in a direct message).
    `may_run` says that the person may decide for the whole server or workspace (its feeds, say); None
    where the platform makes no difference between the two. `runs` is what that is, in words. `wording` is
    how commands are written there.
    `home` is the person's own direct channel, None where the platform has none.
    `silenced` says why the bot may not post in the channel (a permission by name), "" where it may.
    `mention` is how the platform calls this person in a message, None where it cannot.
    Give either `call` (slash commands, buttons) or `text` (typed words). `file` is an attached
    file; `open_file` reads one by its path and is set only where the person sits at our machine.
    """

    channel: Channel
    person: str
    may_manage: bool
    now: datetime
    call: Call | None = None
    text: str = ""
    home: Channel | None = None
    silenced: str = ""
    mention: str | None = None
    file: bytes | None = None
    open_file: Callable[[str], bytes] | None = None
    may_run: bool | None = None
    runs: str = "this workspace"
    wording: Wording = TYPED

    @property
    def decides_for_all(self) -> bool:
        """May the person decide what holds beyond the channel?"""
        return self.may_manage if self.may_run is None else self.may_run


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to understand a request; `detail` tells it from the others ("Liverpool")."""

    label: str
    detail: str
    call: Call


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an answer."""

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said back: a line, cards, and where we had to ask back, choices.

    `private` is for the asker alone where the platform can do that. `ok` is False where nothing
    was done and `text` says why and what would help; `about` is then the option whose value was not taken,
    "" where it was none of them.
    """

    text: str = ""
    cards: tuple[Card, ...] = ()
    choices: tuple[Choice, ...] = ()
    private: bool = True
    ok: bool = True
    attachment: Attachment | None = None
    about: str = ""

    @classmethod
    def refused(cls, text: str, *, about: str = "") -> Answer:
        """Nothing was done; the line says why."""
        return cls(text=text, ok=False, about=about)
