"""The words of rules at one place of a sentence, and what else was worked out of it for the next reading."""

from __future__ import annotations

from dataclasses import dataclass, field

from links.groups import Group
from links.language import Rule


@dataclass(slots=True)
class Trigger:
    """The words of one or several rules at one place, with what governs them."""

    start: int
    end: int
    rules: list[Rule]
    governors: list[str] = field(default_factory=list)
    past: bool = False
    now: bool = False
    again: bool = False
    recent: bool = False
    """Is it told of a day or two weeks ago? A bid of then stands, a signing is no news any more."""
    given: bool = False
    """Is it a thing that is there whatever is supposed of it: "if they accept Rovers' bid for Vale"?"""
    solid: bool | None = None
    """Do the words tell of a move by themselves? None before somebody has looked."""

    @property
    def current(self) -> bool:
        """Is it said of these days, or of something that is taken up again?"""
        return self.now or self.again


@dataclass(frozen=True, slots=True)
class Around:
    """The groups around some words: before them, in them and after them in their clauses, what a relative
    clause hangs on, and what a colon adds."""

    left: list[Group]
    inner: list[Group]
    right: list[Group]
    antecedent: Group | None
    after_colon: list[Group]


@dataclass(frozen=True, slots=True)
class Times:
    """Where a sentence names a month that is not that of the entry, a year long gone, a new contract; and
    whether it is a question."""

    months: tuple[int, ...]
    years: tuple[int, ...]
    renewals: tuple[int, ...]
    question: bool


@dataclass(slots=True)
class Known:
    """What was worked out of one sentence, whatever story stands before it: an article is read twice and
    weighed after that. It lives as long as the article is read."""

    triggers: dict[str, list[Trigger]] = field(default_factory=dict)
    """By sort, the longest words first."""
    around: dict[tuple[int, int], Around] = field(default_factory=dict)
    """By the first token of the words and the one past their last."""
    times: Times | None = None
    past: tuple[frozenset[int], frozenset[int]] | None = None
    """The clauses and the single tokens that tell of what was."""
    apart: set[tuple[str, str]] = field(default_factory=set)
    """Players and clubs of whom it says that the club is after somebody else."""
