"""Lists of who came and who went: "In: Ada Vale (Rovers, loan)" under the name of a club."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from links.claim import Stage, Status
from links.finding import Finding
from links.language import Language
from links.lines import Line
from links.sentences import CLUB, OWN, PERSON
from links.structure import Part

IN, OUT, WANTED = "in", "out", "wanted"
_HEAD = 6
"""So many tokens at the head of a line its label and the club may take."""
_BRACKET = 14
"""So many tokens after a name the bracket may hold that says whence or where to."""


@dataclass(slots=True)
class Comings:
    """What of a list carries from line to line: whose it is, and whether they come or go.

    `club` is at first the only one of the title, that of the outlet where it names none.
    """

    words: Language
    club: str | None = None
    way: str | None = None

    def read(self, line: Line) -> list[Finding] | None:
        """What a line of such a list tells; None where it is none."""
        if line.block.part is Part.TITLE:
            clubs = {ref for group in line.groups if group.kind == CLUB for ref in group.refs}
            if clubs:
                self.club = clubs.pop() if len(clubs) == 1 else None
            return None
        start = self._label(line)
        if start is None:
            if self.way is not None and self._listed(line):
                return [*self._found(line, 0)]
            self.way = None
            if line.title:
                self._heads(line)
            return None
        return [*self._found(line, start)]

    def _label(self, line: Line) -> int | None:
        """One past "In:" or "Rovers - out:"; None where the line has no such head."""
        keys = [token.key for token in line.tokens[:_HEAD]]
        colon = keys.index(":") if ":" in keys else len(keys) if len(line.tokens) <= 2 else None
        if colon is None:
            return None
        if line.tokens[0].key == CLUB and keys[1:2] == [":"] and ":" in keys[2:]:
            colon = keys.index(":", 2)
        ways = [way for key in keys[:colon] if (way := self._way(key))]
        plain = [k for k in keys[:colon] if k.isalpha() and k != CLUB and not self._way(k)]
        if len(ways) != 1 or len(plain) > 1 or PERSON in keys[:colon]:
            return None
        if [token.key for token in line.tokens[colon + 1 : colon + 3]] == [PERSON, OWN]:
            return None  # "Out: Vale's sale to Rovers has been held up" is a sentence
        club = next((t.mention for t in line.tokens[:colon] if t.key == CLUB), None)
        self.club, self.way = club.ref if club is not None else self.club, ways[0]
        return colon

    def _way(self, key: str) -> str | None:
        sorts = ((IN, "incoming"), (OUT, "outgoing"), (WANTED, "wished"))
        return next((way for way, words in sorts if self.words.is_(key, words)), None)

    def _heads(self, line: Line) -> None:
        """A heading that is a club's name, or begins with it, says whose list follows."""
        first = line.groups[0] if line.groups else None
        if first is not None and first.kind == CLUB and len(first.refs) == 1 and first.start == 0:
            self.club = first.refs[0]

    def _listed(self, line: Line) -> bool:
        """Does a line under such a head begin with a player and a bracket?"""
        at = next((i for i, token in enumerate(line.tokens[:_HEAD]) if token.key == PERSON), None)
        return at is not None and [t.key for t in line.tokens[at + 1 : at + 2]] == ["("]

    def _found(self, line: Line, start: int) -> Iterator[Finding]:
        if self.club is None or self.way is None:
            return
        line.leaving = self.way == OUT
        for at in range(start, len(line.tokens)):
            token = line.tokens[at]
            if token.key != PERSON or token.mention is None:
                continue
            told = self._told(line, at + 1)
            other = next((ref for ref in told if ref != self.club), None)
            if self._homeward(line, at + 1) or (self.way == OUT and other is None):
                continue
            buyer, seller = (other or "", self.club) if self.way == OUT else (self.club, other)
            stage = Stage.INTEREST if self.way == WANTED else Stage.DONE
            yield Finding(
                token.mention.ref, buyer, stage, Status.LIVE, line.start, line.end, seller,
                why=["a line in a list of who comes and who goes"], at=at,
            )  # fmt: skip

    def _span(self, line: Line, at: int) -> range:
        """The tokens that belong to a name: its bracket, else those up to the next name."""
        last = min(at + _BRACKET, len(line.tokens))
        bracket = at < last and line.tokens[at].key == "("
        ends = (")",) if bracket else (",", ";", PERSON)
        close = next((spot for spot in range(at, last) if line.tokens[spot].key in ends), last)
        return range(at, close)

    def _told(self, line: Line, at: int) -> Sequence[str]:
        tokens = (line.tokens[spot] for spot in self._span(line, at))
        return [token.mention.ref for token in tokens if token.key == CLUB and token.mention is not None]

    def _homeward(self, line: Line, at: int) -> bool:
        """Does he only go back whence he was lent?"""
        return any(self.words.is_(line.tokens[spot].key, "homeward") for spot in self._span(line, at))
