"""What a command is: its name, its options, who may give it, what it does, and what it has at hand."""

from __future__ import annotations

import enum
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.request import Answer, Request
from feeds.parse import Parsed
from links.names import Names
from storage.store import Store


class Takes(enum.StrEnum):
    """What an option takes. A switch is "on" or "off"; a mention is a person or role of the platform;
    a file comes with the request."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    SWITCH = "switch"
    MENTION = "mention"
    FILE = "file"


class Completes(enum.StrEnum):
    """Where the suggestions for an option come from (see `bot.commands.complete`)."""

    PLAYER = "player"
    CLUB = "club"
    WATCH = "watch"
    FEED = "feed"
    COMMAND = "command"
    ZONE = "zone"


class Who(enum.StrEnum):
    """Who may give a command. A manager is whoever the platform lets decide for the channel."""

    ANYONE = "anyone"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True)
class Option:
    """One value of a command.

    `low` and `high` bound a number, `longest` the characters of a text. The option that is `main`
    takes the words that name nothing else; `words` introduce this one in a typed line ("to Rovers").
    A `hidden` one is for our own buttons (paging) and is not offered to people.
    """

    name: str
    summary: str
    takes: Takes = Takes.TEXT
    required: bool = False
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None
    longest: int = 100
    completes: Completes | None = None
    main: bool = False
    words: tuple[str, ...] = ()
    hidden: bool = False


Values = Mapping[str, str]
"""The checked values of a call: choices in their own spelling, numbers in digits, empty ones left out."""

Run = Callable[["Tools", Request, Values], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Command:
    """`name` has one or two words ("feeds add"); `also` are other names that people try.

    `private` answers to the asker alone. `slow` may take longer than a second: a platform says at
    once that it is being done. `examples` are typed lines for the help.
    """

    name: str
    summary: str
    run: Run
    options: tuple[Option, ...] = ()
    who: Who = Who.ANYONE
    private: bool = True
    slow: bool = False
    also: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    more: str = ""

    @property
    def group(self) -> str:
        """The first word: "feeds" of "feeds add"."""
        return self.name.split()[0]

    @property
    def shown(self) -> tuple[Option, ...]:
        """The options that people see."""
        return tuple(option for option in self.options if not option.hidden)

    def option(self, name: str) -> Option | None:
        """The option of that name, None if it has none."""
        return next((option for option in self.options if option.name == name), None)


class FeedCheck(Protocol):
    """Asks an address whether it is a feed, under the same limits as a poll."""

    async def check(self, url: str) -> tuple[str, Parsed]:
        """The address, or the one to which it has moved for good, and what it carries.

        Raises the errors of `feeds.errors`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Tools:
    """What commands have at hand. `names` gives clubs and the sources' tiers, players come from the storage;
    `commands` are all there are."""

    store: Store
    names: Names
    feeds: FeedCheck
    commands: tuple[Command, ...]
