"""Which of the links each clause of an article speaks of: what is told in it holds for those."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from links.clauses import Clauses
from links.groups import Group
from links.language import Language, Rule
from links.phrases import Hit
from links.sentences import CLUB, PERSON, YEAR, Token
from links.story import Article, Story
from links.structure import Block, Part
from links.trigger import Known

Pair = tuple[str, str]
"""A player and the club that he may join."""


_LATE = 4
"""Who is named so many words after a word is not whom it is said of, unless "for" or "of" leads to him."""
_LABEL = 3
"""A heading of so few words that names a club is the label of what follows."""


class Line(Protocol):
    """A sentence taken apart."""

    block: Block
    start: int
    end: int
    tokens: list[Token]
    groups: list[Group]
    hits: list[Hit[Rule]]
    title: bool
    clauses: Clauses
    leaving: bool
    known: Known
    sorts: frozenset[str]
    aside: frozenset[int]


@dataclass(slots=True)
class Passage:
    """A sentence with its clauses, whom its groups mean, and the links that each clause speaks of."""

    line: Line
    clauses: Clauses
    whom: list[tuple[Group, tuple[str, ...]]]
    past: frozenset[int]
    """Clauses that tell of something that was."""
    was: frozenset[int]
    """Tokens of the past in a clause that is not: "have bid £20m, £5m more than last summer"."""
    fresh: bool
    """Does it begin an item? Nothing carries over from before it."""
    links: dict[int, tuple[Pair, ...]] = field(default_factory=dict)
    beside: dict[int, tuple[str, ...]] = field(default_factory=dict)
    """For a clause the players whom a clause without a verb before it adds: "Vale and Orme have left"."""
    focus: tuple[str, ...] = ()
    """The players whom it speaks of where it names none: those of the sentence before."""
    before: tuple[Pair, ...] = ()
    """The links that the sentence before was about."""
    speakers: frozenset[int] = frozenset()
    """Where those stand who only speak: "Orme said"."""
    known: frozenset[Pair] = frozenset()
    """The links whose two sides have met before it."""
    section: str | None = None
    """The club that the heading above it names alone."""
    near: bool = True
    """Were they named in the same paragraph?"""
    gap: int = 0
    """So many paragraphs before."""
    opens: bool = False
    """Does the story begin anew with it?"""
    _named: dict[str, _Names] = field(default_factory=dict)
    """What was asked of its names already."""
    _clauses: dict[int, tuple[bool, Sequence[str]]] = field(default_factory=dict)
    """For clauses that were asked for: do they name anybody, and whom the clause before adds."""

    def linked(self) -> Passage:
        """The same sentence, ready to be told what links it speaks of."""
        return Passage(
            self.line, self.clauses, self.whom, self.past, self.was, self.fresh, speakers=self.speakers,
            section=self.section, opens=self.opens, _named=self._named, _clauses=self._clauses,
        )  # fmt: skip

    def segment(self, at: int) -> int:
        segments = self.clauses.segment
        return segments[at] if at < len(segments) else segments[-1]

    def is_past(self, at: int) -> bool:
        return at in self.was or self.segment(at) in self.past

    def at(self, at: int) -> tuple[Pair, ...]:
        """The links that the clause around a token speaks of."""
        return self.links.get(self.segment(at), ())

    def about(self, at: int, words: Language) -> tuple[Pair, ...]:
        """The links that a word is said of: of the player right after "... for", of the one named before it
        in its clause, else of its clause; of the sentence before where he who is named comes late."""
        tokens, segment = self.line.tokens, self.segment(at)
        people = [(g, refs) for g, refs in self.whom if g.kind == PERSON and refs]
        if at + 1 < len(tokens) and words.is_(tokens[at + 1].key, "for"):
            for group, refs in people:
                if at < group.start <= at + 4:
                    return tuple(pair for pair in self.all() if pair[0] in refs) or self.at(at)
        here = [(g, refs) for g, refs in people if self.segment(g.start) == segment]
        if earlier := [refs for g, refs in here if g.end <= at and g.refs]:
            listed = set(earlier[-1]) | set(self.beside.get(segment, ()))
            return tuple(pair for pair in self.at(at) if pair[0] in listed)
        first = next((g for g, _ in people if g.refs), None)
        late = first is not None and here[:1] and here[0][0] is first and first.start > at + _LATE
        if late and first is not None and first.prep not in ("for", "of") and self.before:
            return self.before
        return self.at(at)

    def guessed(self, pair: Pair) -> bool:
        """Is the club of a link named neither here nor before?"""
        return pair[1] not in self.clubs() and pair not in self.before and pair not in self.known

    def all(self) -> tuple[Pair, ...]:
        """The links that the sentence speaks of."""
        return tuple(dict.fromkeys(pair for pairs in self.links.values() for pair in pairs))

    def people(self, segment: int | None = None, *, by_name: bool = False) -> Sequence[str]:
        """The players of the sentence or of one clause, in order; `by_name`: not those merely described."""
        names = self._names(NAMED if by_name else PERSON)
        return names[0] if segment is None else names[1].get(segment, ())

    def named(self, segment: int) -> bool:
        """Does a clause name anybody, not only describe him?"""
        return self._clause(segment)[0]

    def added(self, segment: int) -> Sequence[str]:
        """The players of the clause before where it is nothing but their names."""
        return self._clause(segment)[1]

    def _clause(self, segment: int) -> tuple[bool, Sequence[str]]:
        if segment not in self._clauses:
            named = any(
                group.kind == PERSON and group.refs and self.segment(group.start) == segment
                for group, _ in self.whom
                if group.start not in self.speakers
            )
            self._clauses[segment] = named, _beside(self, segment)
        return self._clauses[segment]

    def clubs(self, segment: int | None = None) -> Sequence[str]:
        """The clubs of the sentence or of one clause, in order."""
        names = self._names(CLUB)
        return names[0] if segment is None else names[1].get(segment, ())

    def _names(self, kind: str) -> _Names:
        found = self._named.get(kind)
        if found is None:
            every: dict[str, None] = {}
            clauses: dict[int, dict[str, None]] = {}
            for group, refs in self.whom:
                if refs and (group.kind == kind or (kind == NAMED and group.kind == PERSON and group.refs)):
                    names = dict.fromkeys(refs)
                    every |= names
                    clauses.setdefault(self.segment(group.start), {}).update(names)
            found = self._named[kind] = (tuple(every), {at: (*inside,) for at, inside in clauses.items()})
        return found


NAMED = "named"
"""Players who are named, not merely described."""
_Names = tuple[tuple[str, ...], dict[int, tuple[str, ...]]]
"""The names of a sentence, and those of each of its clauses."""


def passages(
    lines: Sequence[Line],
    article: Article,
    words: Language,
    *,
    plain: str,
    year: int | None,
    apart: bool,
) -> list[Passage]:
    """Every sentence with whom its groups mean. `apart`: items are read each on its own.

    `year` is that of the entry. Linear in the tokens.
    """
    out: list[Passage] = []
    section: str | None = None
    story, item = Story(article), -1
    for line in lines:
        fresh = apart and line.block.item != item
        opens = fresh or item < 0
        if opens:
            story, item = Story(article), line.block.item
            if not apart:
                story.topic = article.main_player
        parts = line.clauses
        whom = [(group, _meant(group, line, story, words)) for group in line.groups]
        if line.known.past is None:
            line.known.past = _past(line, parts, words, plain, year)
        passage = Passage(line, parts, whom, *line.known.past, fresh, opens=opens)
        passage.speakers = frozenset(g.start for g in line.groups if _speaks(g, line, words))
        if line.block.part is Part.HEADING and len(line.tokens) <= _LABEL:
            clubs = passage.clubs()
            section = clubs[0] if len(clubs) == 1 and not passage.people() else None
        passage.section = section
        story.note(line.groups, line.aside)
        out.append(passage)
    return out


def _speaks(group: Group, line: Line, words: Language) -> bool:
    after = line.tokens[group.end].key if group.end < len(line.tokens) else ""
    return group.kind == PERSON and words.is_(after, "who_said")


def _meant(group: Group, line: Line, story: Story, words: Language) -> tuple[str, ...]:
    if group.kind == PERSON and not group.refs and words.is_(line.tokens[group.start].key, "indefinite"):
        return ()
    before = [other for other in line.groups if other.start < group.start]
    last = before[-1] if before else None
    named = last is not None and last.kind == group.kind == PERSON and last.refs and not group.refs
    if last is not None and named and group.start == last.end + 1 and line.tokens[last.end].key == ",":
        return last.refs
    return story.who(group, before) if group.kind == PERSON else story.which(group, before)


def _past(
    line: Line, parts: Clauses, words: Language, plain: str, year: int | None
) -> tuple[frozenset[int], frozenset[int]]:
    """The clauses that tell of what was, and single tokens that do: by a year gone by, or by a time of the
    past with a past form and no word for now. A time between commas that has its own verb stays there."""
    if "time" not in line.sorts and not any(token.key == YEAR for token in line.tokens):
        return frozenset(), frozenset()
    now = {
        parts.segment[hit.start]
        for hit in line.hits
        if hit.meaning.sort == "time" and hit.meaning.name in ("now", "again")
    }
    told = {at for at, token in enumerate(line.tokens) if words.is_(token.key, "form.only past")}
    past: set[int] = set()
    was: set[int] = set()
    for at, token in enumerate(line.tokens):
        gone = year is None or (token.key == YEAR and _year(token, plain) < year)
        if (
            token.key == YEAR
            and token.mention is None
            and gone
            and (year is not None or told & _clause(parts, at))
        ):
            past.add(parts.segment[at])
    for hit in line.hits:
        if hit.meaning.sort != "time" or hit.meaning.name not in ("past", "recent"):
            continue
        segment = parts.segment[hit.start]
        if segment in now or any(token.key == YEAR for token in line.tokens[hit.start : hit.end]):
            continue
        piece = _piece(line, parts, hit.start)
        if piece & told and piece != _clause(parts, hit.start):
            was |= piece
        elif told & _clause(parts, hit.start) or _verbless(line, parts, hit.start, words):
            past.add(segment)
    return frozenset(past), frozenset(was)


def _verbless(line: Line, parts: Clauses, at: int, words: Language) -> bool:
    """ "who cost Rovers £4m two years ago": a relative clause whose verb shows no time."""
    if parts.sort[parts.segment[at]] != "relative":
        return False
    return not any(words.is_(line.tokens[spot].key, "aux") for spot in _clause(parts, at))


def _year(token: Token, plain: str) -> int:
    return int(plain[token.start : token.end])


def _clause(parts: Clauses, at: int) -> set[int]:
    return {spot for spot, segment in enumerate(parts.segment) if segment == parts.segment[at]}


def _piece(line: Line, parts: Clauses, at: int) -> set[int]:
    """The tokens of a clause between the commas around one of them."""
    first, last = at, at
    while first > 0 and parts.segment[first - 1] == parts.segment[at] and line.tokens[first - 1].key != ",":
        first -= 1
    while (
        last + 1 < len(line.tokens)
        and parts.segment[last + 1] == parts.segment[at]
        and line.tokens[last + 1].key != ","
    ):
        last += 1
    return set(range(first, last + 1))


def _beside(passage: Passage, segment: int) -> Sequence[str]:
    before = passage.people(segment - 1, by_name=True) if segment else ()
    if not before:
        return ()
    inside = [at for at, number in enumerate(passage.clauses.segment) if number == segment - 1]
    groups = [g for g, _ in passage.whom if g.kind == PERSON and g.refs]
    covered = {at for g in groups for at in range(g.start, g.end)}
    bare = [at for at in inside if at not in covered and passage.line.tokens[at].is_word]
    return before if len(bare) <= 1 else ()
