"""An article taken apart: its sentences as tokens, with the names in them, noun groups and phrases found."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from links.chunks import Chunker
from links.clauses import Clauses, clauses
from links.document import Document
from links.fold import fold
from links.groups import HUMAN, LEAGUE, NATION, OTHER_TEAM, PLACE, Group
from links.language import Language, Rule, language
from links.money import MoneyWords
from links.names import Mention as Named
from links.names import Person, Sort, Survey, facts
from links.phrases import Hit
from links.sentences import (
    CLUB,
    MONEY,
    PERSON,
    SOURCE,
    YEAR,
    Mention,
    Sentence,
    Token,
    split,
    tokenize,
)
from links.structure import Block, Layout, Part
from links.traits import mark_asides
from links.trigger import Known


@dataclass(slots=True)
class Line:
    """One sentence, ready to be read."""

    block: Block
    start: int
    end: int
    tokens: list[Token]
    groups: list[Group]
    hits: list[Hit[Rule]]
    title: bool
    clauses: Clauses
    """Where its statements end and begin."""
    leaving: bool = False
    """Is it a list of those who go? Then the clubs in brackets are where to."""
    known: Known = field(default_factory=Known)
    sorts: frozenset[str] = field(init=False)
    """The sorts of its phrases."""
    aside: frozenset[int] = field(init=False)
    """Where the names begin that it tells of in passing, in a relative clause or beside another."""

    def __post_init__(self) -> None:
        self.sorts = frozenset([hit.meaning.sort for hit in self.hits])
        segment, sort = self.clauses.segment, self.clauses.sort
        if "relative" in sort:
            opener = (*self.clauses.opener, "")
            for group in self.groups:
                inside = segment[group.start]
                group.aside |= sort[inside] == "relative" and opener[inside + 1] != ";"
        self.aside = frozenset([g.start for g in self.groups if g.aside])

    def speaks(self, sort: str, *names: str) -> bool:
        """Is there a phrase of this sort, with one of these names where any are given?"""
        return sort in self.sorts and any(
            h.meaning.sort == sort and (not names or h.meaning.name in names) for h in self.hits
        )


def lines_of(
    document: Document,
    layout: Layout,
    mentions: Sequence[Mention],
    words: Language,
    year: int | None = None,
) -> Iterator[Line]:
    """The sentences of an article that may tell something, in order. `year` is that of the entry."""
    plain = document.plain
    at = 0
    for block in layout.blocks:
        if block.part is Part.ASIDE:
            continue
        title = block.part in (Part.TITLE, Part.HEADING)
        for sentence in _whole(split(plain, block.start, block.end, words.abbreviations), mentions, at):
            while at < len(mentions) and mentions[at].start < sentence.start:
                at += 1
            first = at
            while at < len(mentions) and mentions[at].end <= sentence.end:
                at += 1
            tokens = tokenize(plain, sentence.start, sentence.end, mentions[first:at], words.short)
            if not tokens:
                continue
            groups = Chunker(tokens, plain, words, title=title).groups()
            hits = _not_yet(_hits(tokens, groups, words), tokens, plain, words, year)
            parts = clauses(tokens, groups, hits, words)
            mark_asides(groups, tokens, words)
            if words.is_(tokens[0].key, "sub"):
                for group in groups:
                    group.below = parts.segment[group.start] == 0
            yield Line(block, sentence.start, sentence.end, tokens, groups, hits, title, parts)


def _whole(sentences: Iterable[Sentence], mentions: Sequence[Mention], at: int) -> Iterator[Sentence]:
    """The sentences, two as one where a club's name goes on behind the mark: "Sp. Braga", "1. FC Union"."""
    last: Sentence | None = None
    for sentence in sentences:
        while at < len(mentions) and mentions[at].end <= sentence.start:
            at += 1
        broken = at < len(mentions) and mentions[at].kind == CLUB and mentions[at].start < sentence.start
        if last is not None and broken and mentions[at].start < last.end:
            last = Sentence(last.start, sentence.end)
            continue
        if last is not None:
            yield last
        last = sentence
    if last is not None:
        yield last


def _not_yet(
    hits: list[Hit[Rule]], tokens: Sequence[Token], plain: str, words: Language, year: int | None
) -> list[Hit[Rule]]:
    """The hits without a year that is still to come, or until which something runs: "a deal to June 2030"."""
    if not any(token.key == YEAR for token in tokens):
        return hits
    out = []
    for hit in hits:
        named = [int(plain[t.start : t.end]) for t in tokens[hit.start : hit.end] if t.key == YEAR]
        runs = any(words.is_(t.key, "until") for t in tokens[max(0, hit.start - _RUNS) : hit.start + 1])
        ahead = year is not None and bool(named) and max(named) > year
        if (hit.meaning.sort, hit.meaning.name) == ("time", "past") and named and (ahead or runs):
            continue
        out.append(hit)
    return out


_RUNS = 4
"""So many tokens before a month stands the "until" of "until 30 June 2026"."""


def _hits(tokens: Sequence[Token], groups: Sequence[Group], words: Language) -> list[Hit[Rule]]:
    """The phrases in a sentence. Who is only described or called "him" may stand for a name in them:
    "hot on the trail of the 22-year-old"."""
    hits = words.phrases.find([token.key for token in tokens], [token.is_word for token in tokens])
    described = [group for group in groups if _stands_in(group, tokens, words)]
    if not described:
        return hits
    keys: list[str] = []
    open_: list[bool] = []
    places: list[int] = []
    at = 0
    for group in [*described, None]:
        stop = group.start if group is not None else len(tokens)
        keys += (token.key for token in tokens[at:stop])
        open_ += (token.is_word for token in tokens[at:stop])
        places += range(at, stop)
        if group is not None:
            keys.append(PERSON)
            open_.append(True)
            places.append(group.start)
            at = group.end - 1 if group.own else group.end
    places.append(len(tokens))
    known = {(hit.start, hit.end, hit.meaning) for hit in hits}
    more = (Hit(places[hit.start], places[hit.end], hit.meaning) for hit in words.phrases.find(keys, open_))
    return hits + [hit for hit in more if (hit.start, hit.end, hit.meaning) not in known]


def _stands_in(group: Group, tokens: Sequence[Token], words: Language) -> bool:
    if group.kind != PERSON or group.refs or group.hints == ("pair",):
        return False
    return not group.pronoun or words.is_(tokens[group.start].key, "him")


def mentions_of(
    document: Document, survey: Survey, names: Mapping[str, str], words: Language
) -> list[Mention]:
    """Clubs, people, sources, places and sums, in order and without overlap. `names` gives full names."""
    found: list[Mention] = []
    homes = _Homes(survey, document.plain, words)
    for m in survey.mentions:
        kind = _KINDS.get(m.sort)
        if m.sort in (Sort.PLACE, Sort.STADIUM) and (club := homes.club(m)):
            found.append(Mention(m.start, m.end, CLUB, club))
            continue
        if m.sort is Sort.CLUB:
            kind = OTHER_TEAM if m.team else CLUB if m.name else None
        if kind is not None:
            found.append(Mention(m.start, m.end, kind, m.name or m.text))
    for person in survey.people:
        kind = PERSON if person.may_be_player else HUMAN if person.role in _ACTING else _NOBODY
        found += (Mention(p.start, p.end, kind, names[person.name]) for p in person.mentions)
    plain = document.plain
    for s in _money(words.code).find(plain, 0, len(plain)):
        found.append(Mention(s.start, s.end, MONEY, document.words(s.start, s.end)))
    found.sort(key=lambda m: (m.start, m.start - m.end))
    found = _fixtures(found, plain, words)
    out: list[Mention] = []
    for mention in found:
        if mention.end > mention.start and (not out or mention.start >= out[-1].end):
            out.append(mention)
    return out


class _Homes:
    """Towns and grounds that stand for the one club of the article that is at home there."""

    def __init__(self, survey: Survey, plain: str, words: Language) -> None:
        self.plain, self.words = plain, words
        self.named = {m.name for m in survey.mentions if m.sort is Sort.CLUB and m.name and not m.team}

    def club(self, place: Named) -> str | None:
        """Whom "to the City Ground", "from Lisbon" means; None where nobody goes there, or it may be two."""
        before = fold(self.plain[max(0, place.start - 16) : place.start]).split()
        before = before[:-1] if before[-1:] and self.words.is_(before[-1], "article") else before
        if not before or not any(self.words.is_(before[-1], way) for way in ("to", "from", "for")):
            return None
        if place.sort is Sort.STADIUM:
            return place.name if place.name in self.named else None
        town = fold(place.text)
        clubs = [
            name for name in self.named if name in facts.clubs() and fold(facts.clubs()[name].city) == town
        ]
        return clubs[0] if len(clubs) == 1 else None


def _fixtures(found: list[Mention], plain: str, words: Language) -> list[Mention]:
    """Two clubs that a hyphen joins, or "a draw between", are a match, and neither does anything in it."""
    out = [_match(one, plain, words) for one in found]
    for at, (one, other) in enumerate(pairwise(found)):
        if one.kind != CLUB or other.kind != CLUB:
            continue
        if plain[one.end : other.start] in _HYPHENS or _played(plain, one, other, words):
            out[at], out[at + 1] = replace(one, kind=PLACE), replace(other, kind=PLACE)
    return out


def _match(one: Mention, plain: str, words: Language) -> Mention:
    """ "The Milan derby", "before the Roma game": a match again, unless the club does something."""
    if one.kind != CLUB or plain[one.end : one.end + 1] != " ":
        return one
    after = fold(plain[one.end + 1 : one.end + 14]).split()
    return replace(one, kind=PLACE) if after and words.is_(after[0].rstrip(".,;:!?"), "fixture") else one


def _played(plain: str, one: Mention, other: Mention, words: Language) -> bool:
    """Whether two clubs stand in "the match between Roma and Lille"."""
    if not words.is_(plain[one.end : other.start].strip(), "and"):
        return False
    after = fold(plain[other.end : other.end + 14]).split()
    if after and words.is_(after[0].rstrip(".,;:!?"), "fixture"):
        return True  # "after the Roma and Lille match"
    before = fold(plain[max(0, one.start - 30) : one.start]).split()
    return len(before) > 1 and words.is_(before[-1], "between") and words.is_(before[-2], "match")


_HYPHENS = ("-", "\u2010", "\u2011")


def full_names(people: Sequence[Person]) -> Mapping[str, str]:
    """The fullest name of each person: a lone first or last name is the one other person who bears it."""
    bearers: dict[str, set[str]] = defaultdict(set)
    for person in people:
        parts = fold(person.name).split()
        if len(parts) > 1:
            bearers[parts[0]].add(person.name)
            bearers[parts[-1]].add(person.name)
    out: dict[str, str] = {}
    for person in people:
        others = bearers.get(fold(person.name), set()) if " " not in person.name else set()
        out[person.name] = next(iter(others)) if len(others) == 1 else person.name
    return out


_NOBODY = "X"
"""Writers, agents, pundits: people who neither move nor act for a club."""

_ACTING = ("coach", "director", "owner")
"""Roles of people who act for a club."""

_KINDS = {
    Sort.SOURCE: SOURCE, Sort.LEAGUE: LEAGUE, Sort.NATION: NATION, Sort.PLACE: PLACE, Sort.STADIUM: PLACE,
}  # fmt: skip


@functools.cache
def _money(code: str) -> MoneyWords:
    words = language(code)
    return MoneyWords.of(words.tables["money"] if words else {})


def labelled(lines: Sequence[Line]) -> dict[int, str]:
    """The lines that begin with a club and a colon, with the club, where several clubs have one each."""
    found = {
        number: line.groups[0].refs[0]
        for number, line in enumerate(lines)
        if not line.title and line.groups and line.groups[0].kind == CLUB and len(line.groups[0].refs) == 1
        and line.groups[0].start == 0 and line.groups[0].end < len(line.tokens)
        and line.tokens[line.groups[0].end].key == ":"
    }  # fmt: skip
    return found if len(set(found.values())) >= _LABELS else {}


_LABELS = 3
"""So many clubs with a colon after them make a list by clubs."""
