"""A sentence taken apart, with the story before it, and the parties whom a rule finds in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from links.claim import Stage
from links.clauses import Clauses
from links.groups import Group
from links.language import Language
from links.sentences import CLUB, Token
from links.story import Story
from links.trigger import Known


@dataclass(frozen=True, slots=True)
class Parties:
    """Players, buyers and sellers; `carried` tells that one of them was not in the clause itself."""

    players: tuple[str, ...]
    buyers: tuple[str, ...]
    sellers: tuple[str, ...] = ()
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """A sentence taken apart, and the story before it."""

    tokens: Sequence[Token]
    groups: Sequence[Group]
    clauses: Clauses
    story: Story
    language: Language
    title: bool = False
    fresh: bool = True
    """Is it told among the first words of its item, where the news stands?"""
    months: tuple[int, ...] = ()
    """Where it names another month than that of the entry."""
    renewals: tuple[int, ...] = ()
    """Where it speaks of a new contract."""
    spelled: Callable[[int, int], str] | None = None
    """Gives a stretch of the article as the entry has it, for what is told of the reading."""
    pairs: list[tuple[str, str]] = field(default_factory=list)
    """The links that were found in this sentence so far."""
    far: dict[tuple[str, str], Stage] = field(default_factory=dict)
    """How far the sentence says that each of them has come."""
    known: Known = field(default_factory=Known)
    """What other readings of this sentence have worked out."""

    def said(self, start: int, end: int) -> str:
        """The words at these tokens as the entry has them."""
        if self.spelled is None:
            return " ".join(token.key for token in self.tokens[start:end])
        return self.spelled(self.tokens[start].start, self.tokens[end - 1].end)

    def segment(self, at: int) -> int:
        segments = self.clauses.segment
        return segments[at] if at < len(segments) else segments[-1]

    def before(self, group: Group) -> list[Group]:
        return [other for other in self.groups if other.start < group.start]

    def _labels(self, group: Group) -> bool:
        """ "Vale: Rovers are to sign the City winger": whom the sentence is about stands before its colon."""
        behind = self.tokens[group.end].key if group.end < len(self.tokens) else ""
        return group.start == 0 and behind == ":"

    def players(self, group: Group | None) -> tuple[str, ...]:
        if group is None:
            return ()
        others = [other for other in self.groups if not self._labels(other)] if group.owners else ()
        here = frozenset(ref for other in others for ref in other.refs)
        return self.story.who(group, self.before(group), here)

    def clubs(self, group: Group | None, avoid: Sequence[str] = ()) -> tuple[str, ...]:
        return self.story.which(group, self.before(group), avoid=avoid) if group is not None else ()

    def bound_for(self, clubs: Sequence[str]) -> tuple[str, ...]:
        """Which of these clubs the sentence says that somebody goes to: "... over Vale joining Rovers"."""
        words = self.language.is_
        for group in self.groups:
            before = self.tokens[group.start - 1].key if group.start else ""
            goes = words(before, "joining") or (group.prep == "to" and words(before, "to"))
            if goes and group.kind == CLUB and (chosen := tuple(c for c in self.clubs(group) if c in clubs)):
                return chosen
        return ()
