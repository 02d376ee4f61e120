"""Lists of who came and who went: "In: Ada Vale (Rovers, loan)" under the name of a club."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from links.claim import Claim, Deal, Stage, Status
from links.finding import Finding
from links.language import Language
from links.lines import Line
from links.sentences import ARROW, CLUB, GLUED, MONEY, NUMBER, OWN, PERSON
from links.structure import Part

IN, OUT, WANTED = "in", "out", "wanted"
_HEAD = 6
"""So many tokens at the head of a line its label and the club may take."""
_MOVED = 16
"""So many tokens a line has that tells a move and nothing else."""
_DASHES = ("-", "–", "—", GLUED, ARROW, ">")
_OPENERS = (["("], ["["], [":"], [","], *([dash] for dash in _DASHES))
"""What parts a name from whence he goes where."""
_FROM = 7
"""Before so many tokens stands whence he goes, even a club that nobody listed."""
_BRACKET = 14
"""So many tokens after a name the bracket may hold that says whence or where to."""


@dataclass(frozen=True, slots=True)
class Row:
    """Whence somebody came, in what form, for how much, as his place in a list has it. `alone`: there is
    nobody else in the line."""

    seller: str | None
    deal: Deal | None
    fee: str | None
    alone: bool


@dataclass(slots=True)
class Comings:
    """What of a list carries from line to line: whose it is, and whether they come or go.

    `club` is at first the only one of the title, that of the outlet where it names none.
    """

    words: Language
    club: str | None = None
    way: str | None = None
    lists: bool = False
    """Does the article say that it is a list of what was done?"""
    headed: bool = False
    """Is the line above nothing but the club's name?"""
    rows: dict[tuple[str, str], Row] = field(default_factory=dict)
    """What the list tells of each link beside its stage."""

    def read(self, line: Line) -> list[Finding] | None:
        """What a line of such a list tells; None where it is none."""
        if line.block.part is Part.TITLE:
            clubs = {ref for group in line.groups if group.kind == CLUB for ref in group.refs}
            if clubs:
                self.club = clubs.pop() if len(clubs) == 1 else None
            return None
        if line.speaks("scope", "list") and (done := [*self._recited(line)]):
            return done
        start = self._label(line)
        if start is None:
            if self.lists and (moved := self._moved(line)):
                return [moved]
            if self.headed and self._rows(line):
                self.way = self.way or IN
            if self.way is not None and self._listed(line):
                return [*self._found(line, 0)]
            self.way, self.headed = None, False
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
            self.headed = first.end == len(line.tokens)

    def _moved(self, line: Line) -> Finding | None:
        """ "Ada Vale [Rovers - City] £4m", "Ada Vale: Rovers to City, loan": a move in a line of its own."""
        tokens = line.tokens
        keys = [token.key for token in tokens]
        if len(keys) > _MOVED or keys[:1] != [PERSON] or keys[1:2] not in _OPENERS or PERSON in keys[1:]:
            return None
        ways = [at for at in range(2, len(keys) - 1) if keys[at] in _DASHES or self.words.is_(keys[at], "to")]
        if not ways or keys[ways[0] + 1] != CLUB or ways[0] > _FROM:
            return None
        after = keys[ways[0] + 2 :]
        if any(self.words.is_(key, "aux") for key in keys[2:]) or CLUB in after or NUMBER in after:
            return None
        who, buyer = tokens[0].mention, tokens[ways[0] + 1].mention
        seller = next((t.mention.ref for t in tokens[2 : ways[0]] if t.key == CLUB and t.mention), None)
        if who is None or buyer is None or seller == buyer.ref:
            return None
        self.rows[who.ref, buyer.ref] = self._row(line, range(2, len(keys)), seller)
        return Finding(
            who.ref, buyer.ref, Stage.DONE, Status.LIVE, line.start, line.end, seller,
            why=["a line that tells a move and nothing else"], at=0,
        )  # fmt: skip

    def _recited(self, line: Line) -> Iterator[Finding]:
        """ "Other done deals are Ada Vale, Rovers to City (£4m); Ivo Orme, from Lille to Metz"."""
        keys = [token.key for token in line.tokens]
        people = [at for at, key in enumerate(keys) if key == PERSON]
        for at, end in pairwise([*people, len(keys)]):
            spot = at + 1 + (keys[at + 1 : at + 2] == [","])
            spot += spot < end and self.words.is_(keys[spot], "from")
            if keys[spot : spot + 1] != [CLUB] or keys[spot + 2 : spot + 3] != [CLUB]:
                continue
            who, seller, buyer = (line.tokens[n].mention for n in (at, spot, spot + 2))
            if not self.words.is_(keys[spot + 1], "to") or who is None or seller is None or buyer is None:
                continue
            self.rows[who.ref, buyer.ref] = self._row(line, range(spot, end), seller.ref)
            yield Finding(
                who.ref, buyer.ref, Stage.DONE, Status.LIVE, line.start, line.end, seller.ref,
                why=["one of several done deals"], at=at,
            )  # fmt: skip

    def _rows(self, line: Line) -> bool:
        """Is a line nothing but players, each with a bracket that begins with a club, "free" or the like?
        Under a club's name it tells who came."""
        depth, clubs, people = 0, 0, 0
        for token in line.tokens:
            depth += (token.key == "(") - (token.key == ")")
            people += token.key == PERSON
            clubs += depth > 0 and token.key == CLUB
            if not depth and token.is_word and token.key != PERSON and not self.words.is_(token.key, "and"):
                return False
        return clubs > 0 and 2 * clubs >= people

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
            self.rows[token.mention.ref, buyer] = self._row(line, self._span(line, at + 1), seller)
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

    def _row(self, line: Line, span: range, seller: str | None) -> Row:
        told = [h.meaning.name for h in line.hits if h.meaning.sort == "deal" and h.start in span]
        gratis = any(self.words.is_(line.tokens[at].key, "gratis") for at in span)
        form = next((name for name in told if name in tuple(Deal)), None)
        fee = next((t.mention.ref for at in span if (t := line.tokens[at]).key == MONEY and t.mention), None)
        deal = Deal.FREE if gratis else Deal(form) if form else Deal.PERMANENT if fee else None
        return Row(seller, deal, fee, alone=sum(token.key == PERSON for token in line.tokens) == 1)

    def _told(self, line: Line, at: int) -> Sequence[str]:
        tokens = (line.tokens[spot] for spot in self._span(line, at))
        return [token.mention.ref for token in tokens if token.key == CLUB and token.mention is not None]

    def _homeward(self, line: Line, at: int) -> bool:
        """Does he only go back whence he was lent?"""
        return any(self.words.is_(line.tokens[spot].key, "homeward") for spot in self._span(line, at))


def as_listed(claim: Claim, row: Row | None) -> Claim:
    """A claim with the terms that its place in a list tells; a line about nobody else may tell them, too."""
    if row is None:
        return claim
    deal = row.deal or (claim.deal if row.alone else None)
    fee = row.fee or (claim.fee if row.alone else None)
    return replace(claim, from_club=row.seller or claim.from_club, deal=deal, fee=fee)
