"""Reading an entry: what it says now of who may move where, and why it is read so.

    reading = read(entry, names)                         every player that is found
    reading = read(entry, names, watch=["Ada Vale"])     these players only

The way through it: lay the article out in blocks, mark the names, take each sentence apart, find the
words of the language file in it, cast buyer, player and seller, and keep what stands at the end.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from feeds.entry import Entry
from links.chunks import HUMAN, LEAGUE, NATION, OTHER_TEAM, PLACE, Chunker, Group
from links.claim import Claim, Status
from links.clauses import clauses
from links.document import Document, document
from links.fold import fold
from links.language import Language, Rule, guess, language
from links.money import MoneyWords
from links.names import Names, Sort, Survey
from links.phrases import Hit
from links.player import Player
from links.roles import Scene
from links.sentences import CLUB, MONEY, OWN, YEAR, PERSON, SOURCE, Mention, Token, split, tokenize
from links.findings import denied, findings, listed, owners
from links.standing import Said, standings
from links.story import Article, Story
from links.structure import Block, Layout, Part, Shape, lay_out
from links.terms import Told, with_terms

MAX_READ = 60_000
"""So many characters of an entry are read; an article is shorter, and what is longer is no article."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """What was considered and not claimed: the words, the rule they belong to, the reason, the sentence."""

    words: str
    rule: str
    reason: str
    quote: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What an entry says. `note` tells why nothing was read where that is not the text's own doing."""

    claims: tuple[Claim, ...]
    dropped: tuple[Dropped, ...] = ()
    note: str | None = None


@dataclass(slots=True)
class _Line:
    """One sentence, ready to be read."""

    block: Block
    start: int
    end: int
    tokens: list[Token]
    groups: list[Group]
    hits: list[Hit[Rule]]
    title: bool


def read(entry: Entry, names: Names, *, watch: Sequence[str] | None = None) -> Reading:
    """Read what an entry says of moves now. With `watch`, of those players only.

    Never raises on what an entry holds, and takes time in proportion to its length.
    """
    text = entry.text[:MAX_READ]
    code = guess(f"{entry.title}\n{text}", entry.lang)
    words = language(code) if code else None
    if words is None:
        said = f"language {code} is not read" if code else "the language of the text is not known"
        return Reading((), (), said)
    if watch is not None:
        names = names.with_players([Player(-number, name) for number, name in enumerate(watch, 1)])
        if not names.mentions_watched(f"{entry.title}\n{text}"):
            return Reading(())
    reader = _Reader(entry, words, names, only=watch is not None)
    return reader.read()


class _Reader:
    """One article being read."""

    def __init__(self, entry: Entry, words: Language, names: Names, *, only: bool) -> None:
        self.words, self.names, self.only = words, names, only
        self.outlet = entry.outlet
        when = entry.published
        self.year, self.month = (when.year, when.month) if when else (None, None)
        self.document: Document = document(
            entry.title[:MAX_READ], entry.text[:MAX_READ], words.furniture.label
        )
        plain, body = self.document.plain, self.document.body
        self.survey: Survey = names.survey(
            plain[: body - 2], plain[body:], outlet=entry.outlet, lang=words.code
        )
        self.layout: Layout = lay_out(self.document, words.furniture)
        self.article = Article(club_words=functools.partial(_club_words, names))
        self.mentions = self._mentions()
        self.dropped: list[Dropped] = []

    def read(self) -> Reading:
        if self.survey.team is not None:
            self.dropped.append(Dropped("", "team", f"the article is about a {self.survey.team} team", ""))
            return Reading((), tuple(self.dropped))
        lines = list(self._lines())
        if not self.survey.people or self._fiction(lines):
            return Reading((), tuple(self.dropped))
        for line in lines:
            self.article.learn(line.groups, self._not_from(line))
        self.article.main_player = self._main(lines)
        self.article.main_club = self._main_club()
        for line in lines:
            self._learn_humans(line)
        self.first = next((line.block.order for line in lines if not line.title), 0)
        self.others = self._others(lines)
        self.lists = any(
            hit.meaning.sort == "scope" and hit.meaning.name == "list"
            for line in lines[:2]
            for hit in line.hits
        )
        self._learn_owners(lines)
        self._learn_sellers(lines)
        said = self._said(lines)
        claims = with_terms([standing.claim() for standing in standings(said).values()], self._told(lines))
        return Reading(tuple(c for c in claims if self._wanted(c)), tuple(self.dropped))

    def _learn_sellers(self, lines: Sequence[_Line]) -> None:
        """A first reading tells who sells; the second knows it and does not take him for a buyer."""
        sellers = [
            (one.finding.player, one.finding.seller, 1 if one.finding.carried else 2)
            for one in self._said(lines) if one.finding.seller
        ]  # fmt: skip
        self.article.pairs = list(dict.fromkeys(self.pairs))
        for player, seller, weight in sellers:
            self.article.owners[player][seller] += weight
        self.dropped.clear()

    def _others(self, lines: Sequence[_Line]) -> frozenset[str]:
        """Those whom the article calls a coach to be, or retired."""
        out: set[str] = set()
        for line in lines:
            for hit in line.hits:
                if hit.meaning.sort == "scope" and hit.meaning.name in ("coach", "retired"):
                    near = [g for g in line.groups if g.kind == "P" and g.refs]
                    before = [g for g in near if g.end <= hit.start]
                    after = [g for g in near if g.start >= hit.end and g.start - hit.end <= 4]
                    verb = (
                        self.words.is_(line.tokens[hit.end - 1].key, "form.past") and hit.end - hit.start == 1
                    )
                    chosen = (after[:1] if verb else []) or before[-1:] or after[:1]
                    out.update(ref for g in chosen for ref in g.refs)
        return frozenset(out)

    def _learn_owners(self, lines: Sequence[_Line]) -> None:
        story = Story(self.article, topic=self.article.main_player)
        for line in lines:
            for group in line.groups:
                if group.kind == "P" and group.described and group.owners:
                    for player in story.who(group, line.groups[: line.groups.index(group)]):
                        if self.article.own(player) is None:
                            self.article.owners[player][group.owners[0]] += 1
            if any(hit.meaning.sort == "own" for hit in line.hits):
                past = bool(self._past(line)) or any(
                    h.meaning.sort == "time" and h.meaning.name == "past" for h in line.hits
                )
                joined = any(
                    h.meaning.sort == "own" and h.meaning.phrase.startswith("who") for h in line.hits
                )
                past = past and not joined
                for player, club in owners(self._scene(line, story), line.hits):
                    if not past:
                        self.article.owners[player][club] += 2
            story.note(line.groups)

    def _said(self, lines: Sequence[_Line]) -> list[Said]:
        said: list[Said] = []
        self.pairs: list[tuple[str, str]] = []
        story, item = Story(self.article), -1
        for line in lines:
            if line.block.item != item and self.layout.shape is not Shape.STORY:
                story, item = Story(self.article), line.block.item
            if line.block.part is Part.HEADING and len(line.groups) == 1 and line.groups[0].kind == "C":
                story.club = (*line.groups[0].refs, None)[0]
            if story.topic is None:
                story.topic = (
                    self.article.main_player if self.layout.shape is Shape.STORY or line.title else None
                )
            said += self._read_line(line, story)
        return said

    # -- before reading ----------------------------------------------------------------------------

    def _mentions(self) -> list[Mention]:
        found: list[Mention] = []
        for m in self.survey.mentions:
            kind = _KINDS.get(m.sort)
            if m.sort is Sort.CLUB:
                kind = OTHER_TEAM if m.team else CLUB if m.name else None
            if kind is not None:
                found.append(Mention(m.start, m.end, kind, m.name or m.text))
        for person in self.survey.people:
            kind = PERSON if person.may_be_player else HUMAN if person.role in _ACTING else "X"
            name = self._full(person.name)
            found += (Mention(p.start, p.end, kind, name) for p in person.mentions)
        money = MoneyWords.of(self.words.tables["money"]) if False else _money(self.words.code)
        plain = self.document.plain
        for s in money.find(plain, 0, len(plain)):
            found.append(Mention(s.start, s.end, MONEY, self.document.words(s.start, s.end)))
        found.sort(key=lambda m: (m.start, -(m.end - m.start)))
        out: list[Mention] = []
        for mention in found:
            if mention.end > mention.start and (not out or mention.start >= out[-1].end):
                out.append(mention)
        return out

    def _full(self, name: str) -> str:
        """The fullest name of a person: a lone first or last name is the one other person who bears it."""
        if " " in name:
            return name
        key = fold(name)
        others = {
            person.name for person in self.survey.people
            if " " in person.name and key in (fold(person.name).split()[0], fold(person.name).split()[-1])
        }  # fmt: skip
        return others.pop() if len(others) == 1 else name

    def _lines(self) -> Iterator[_Line]:
        plain = self.document.plain
        at = 0
        for block in self.layout.blocks:
            if block.part is Part.ASIDE:
                continue
            title = block.part in (Part.TITLE, Part.HEADING)
            for sentence in split(plain, block.start, block.end, self.words.abbreviations):
                while at < len(self.mentions) and self.mentions[at].start < sentence.start:
                    at += 1
                first = at
                while at < len(self.mentions) and self.mentions[at].end <= sentence.end:
                    at += 1
                tokens = tokenize(plain, sentence.start, sentence.end, self.mentions[first:at])
                if not tokens:
                    continue
                groups = Chunker(tokens, plain, self.words, title=title).groups()
                keys = [token.key for token in tokens]
                hits = self.words.phrases.find(keys, [token.is_word for token in tokens])
                yield _Line(block, sentence.start, sentence.end, tokens, groups, hits, title)

    def _main_club(self) -> str | None:
        counts = Counter(m.ref for m in self.mentions if m.kind == CLUB)
        title = {m.ref for m in self.mentions if m.kind == CLUB and m.end <= self.document.body}
        main = max(counts, key=lambda ref: counts[ref] + (ref in title), default=None)
        self.article.titled = main in title and self.layout.shape is Shape.STORY
        return main

    def _learn_humans(self, line: _Line) -> None:
        """ "Napoli boss Conte", "Conte's Napoli": whom a coach or a director acts for."""
        for at, token in enumerate(line.tokens):
            if token.key != HUMAN or token.mention is None:
                continue
            back = at - 1
            while back >= 0 and (
                self.words.is_(line.tokens[back].key, "club.official") or line.tokens[back].key == OWN
            ):
                back -= 1
            if back >= 0 and back < at - 1 and (club := line.tokens[back]).key == CLUB and club.mention:
                self.article.acts_for[token.mention.ref][club.mention.ref] += 1
            ahead = line.tokens[at + 1 : at + 3]
            if len(ahead) == 2 and ahead[0].key == OWN and (club := ahead[1]).key == CLUB and club.mention:
                self.article.acts_for[token.mention.ref][club.mention.ref] += 1

    def _not_from(self, line: _Line) -> frozenset[int]:
        """Groups after a "from" that says nothing of a player's club: offers, and moves of another year."""
        past = any(token.key == YEAR for token in line.tokens)
        return frozenset(
            g.start for g in line.groups
            if g.prep == "from" and (past or any(self.words.is_(t.key, "taker") for t in line.tokens[max(0, g.start - 4) : g.start]))
        )  # fmt: skip

    def _fiction(self, lines: Sequence[_Line]) -> bool:
        for number, line in enumerate(lines):
            for hit in line.hits:
                told = line.title or number < 3 or hit.end - hit.start > 2
                if hit.meaning.sort == "scope" and hit.meaning.name == "fiction" and told:
                    self._drop(hit.meaning.phrase, hit.meaning.label, "no news", line)
                    return True
        return False

    def _main(self, lines: Sequence[_Line]) -> str | None:
        """The player whom the article names most, its title counting three times; the first of equals."""
        counts: Counter[str] = Counter()
        for line in lines:
            for group in line.groups:
                for ref in group.refs if group.kind == "P" else ():
                    counts[ref] += 3 if line.block.part is Part.TITLE else 1
        return max(counts, key=lambda ref: counts[ref], default=None)

    # -- reading -----------------------------------------------------------------------------------

    def _read_line(self, line: _Line, story: Story) -> list[Said]:
        scene = self._scene(line, story)
        plain = self.document.plain
        out: list[Said] = []
        question = plain[line.start : line.end].rstrip("\"'”’)").endswith("?")
        found, rejected = findings(scene, line.hits, self._past(line))
        if self.lists and not found:
            found = listed(scene)
        if question:
            story.asked = [(f.player, f.club) for f in found if f.club != self.article.own(f.player)]
            story.pairs += story.asked
            story.note(line.groups)
            return out
        if story.asked and any(self.words.is_(token.key, "no") for token in line.tokens[:3]):
            found += [denied(*pair, line.start, line.end) for pair in story.asked]
        story.asked = []
        quote = self.document.words(line.start, line.end)
        for one in rejected:
            self.dropped.append(Dropped(one.words, one.rule, one.reason, quote))
        for finding in found:
            own = self.article.own(finding.player)
            if finding.club == own or finding.player in self.others:
                continue
            out.append(Said(finding, line.start, line.block.order, line.title, quote))
            story.last = (finding.player, finding.stage)
            pair = (finding.player, finding.club)
            if finding.status is Status.OFF:
                story.over.add(pair)
            if pair in story.pairs:
                story.pairs.remove(pair)
            story.pairs.append(pair)
            story.buyers.append(finding.club)
            self.pairs.append(pair)
        story.note(line.groups)
        return out

    def _scene(self, line: _Line, story: Story) -> Scene:
        parts = clauses(line.tokens, line.groups, line.hits, self.words)
        fresh = self.layout.shape is not Shape.STORY or line.block.order <= self.first
        renewals = tuple(
            h.start for h in line.hits if h.meaning.sort == "scope" and h.meaning.name == "renewal"
        )
        return Scene(
            line.tokens,
            line.groups,
            parts,
            story,
            self.words,
            line.title,
            fresh,
            self._months(line),
            renewals,
        )

    def _months(self, line: _Line) -> tuple[int, ...]:
        """Where the sentence names a month ("in July") that is not that of the entry."""
        now = any(hit.meaning.sort == "time" and hit.meaning.name == "now" for hit in line.hits)
        if self.month is None or now:
            return ()
        named = [
            at
            for at in range(1, len(line.tokens))
            if line.tokens[at].key in self.words.months and self.words.is_(line.tokens[at - 1].key, "since")
        ]
        if any(self.words.months.index(line.tokens[at].key) + 1 == self.month for at in named):
            return ()
        return tuple(named)

    def _past(self, line: _Line) -> tuple[int, ...]:
        """Where the sentence names a year long gone; none where it names a later one too."""
        if self.year is None:
            return ()
        plain = self.document.plain
        years = {at: int(plain[t.start : t.end]) for at, t in enumerate(line.tokens) if t.key == YEAR}
        return tuple(years) if years and max(years.values()) < self.year - 1 else ()

    def _told(self, lines: Sequence[_Line]) -> Told:
        """The article as the terms of a link are read from it."""
        apart = self.layout.shape is not Shape.STORY
        return Told(
            self.document.plain, lines, self.article, self.words, self.year, apart=apart, outlet=self.outlet
        )

    def _wanted(self, claim: Claim) -> bool:
        if not self.only:
            return True
        return any(person.known and self._full(person.name) == claim.player for person in self.survey.people)

    def _drop(self, words: str, rule: str, reason: str, line: _Line) -> None:
        self.dropped.append(Dropped(words, rule, reason, self.document.words(line.start, line.end)))


_ACTING = ("coach", "director", "owner")
"""Roles of people who act for a club."""

_KINDS = {
    Sort.SOURCE: SOURCE, Sort.LEAGUE: LEAGUE, Sort.NATION: NATION, Sort.PLACE: PLACE, Sort.STADIUM: PLACE,
}  # fmt: skip


@functools.cache
def _money(code: str) -> MoneyWords:
    words = language(code)
    return MoneyWords.of(words.tables["money"] if words else {})


def _club_words(names: Names, club: str) -> frozenset[str]:
    """The words by which a description can mean a club: its country, league, city."""
    facts = names.facts_of(club)
    if facts is None:
        return frozenset()
    return frozenset(
        word for part in (facts.country, facts.league, facts.city) for word in fold(part).split()
    )
