"""What is found in an article: mentions of clubs, sources, places; persons and where they are named."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from links.player import Player

ACTING = frozenset({"coach", "director", "owner", "agent"})
"""Roles that a player cannot have as well."""


class Sort(enum.StrEnum):
    """What a mention is a mention of."""

    CLUB = "club"
    SOURCE = "source"
    PLAYER = "player"
    PERSON = "person"
    STADIUM = "stadium"
    LEAGUE = "league"
    NATION = "nation"
    PLACE = "place"


class Strength(enum.IntEnum):
    """How far a club's name carries alone: `NAME` is enough, the others lean on the article."""

    NICKNAME = 1
    SHORT = 2
    NAME = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """A name that is listed, where it stands. `start` and `end` are offsets into the text as given.

    `name` is the usual English name, "" where several `candidates` are open; the first
    `leading` of them have it as a name rather than a nickname (0: all are alike). `sure` is False where the
    name was chosen by default rather than by the article. `team` is "women", "youth" or "reserve" where
    the words beside the club say so (None: the first men's team, or unsaid); the slice then includes
    them. `role` tells what a listed PERSON is ("coach", "director", "agent", "owner", "pundit").
    `player` is set where a PLAYER is one of those that were given; `sure` is then False for a surname
    that stands alone.
    """

    start: int
    end: int
    text: str
    sort: Sort
    name: str
    candidates: tuple[str, ...] = ()
    leading: int = 0
    strength: Strength = Strength.NAME
    sure: bool = True
    team: str | None = None
    role: str | None = None
    player: Player | None = None


@dataclass(frozen=True, slots=True)
class PersonMention:
    """One place where a person is named. `full` is False for a surname, a first name, a single name.

    `role` is what the words beside the name say: "player", "coach", "director", "agent", "owner",
    "journalist", "pundit", "family", "referee", "politician"; None where they say nothing.
    `cue` holds those words, for the record of why.
    """

    start: int
    end: int
    text: str
    full: bool = False
    role: str | None = None
    cue: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """A person of the article with all his mentions in order. `name` is the fullest form, as written.

    `role` is the role that the listed facts or the words beside any mention give, None if none does:
    then it is most likely a player. `known` is the given player that he is. `evidence` counts what
    speaks for a person at all; 1 is a lone capitalised word that no context confirms.
    """

    name: str
    mentions: tuple[PersonMention, ...]
    role: str | None = None
    known: Player | None = None
    evidence: int = 2

    @property
    def may_be_player(self) -> bool:
        """Whether nothing says that he is a coach, a director, an agent, a writer or the like.

        A player's brother may well be a player himself. Somebody who is watched is one, whatever a word
        beside his name may say of his past, unless he coaches, runs or owns a club or acts for players.
        """
        if self.role in (None, "player", "family"):
            return True
        return self.known is not None and self.role not in ACTING


@dataclass(frozen=True, slots=True)
class Survey:
    """Everything named in one article. `text` is the title, a blank line and the text; offsets are into it.

    `mentions` are settled, in order, without overlap; a club that could not be settled keeps `name` "".
    `people` come in order of their first mention and do not overlap with `mentions` of clubs; a mention
    of Sort.PLAYER or Sort.PERSON belongs to one of the people. `team` is "women" or "youth" where the
    whole article is about such teams, `home` the one club that the outlet is named for.
    """

    text: str
    title_end: int
    mentions: tuple[Mention, ...]
    people: tuple[Person, ...]
    team: str | None = None
    home: str | None = None
    beside: tuple[tuple[int, int], ...] = ()
    """The paragraphs for which `team` is set, none where its clubs say so."""
