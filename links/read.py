"""Reading an entry: what it says now of who may move where, and why it is read so.

    reading = read(entry, names)                         every player that is found
    reading = read(entry, names, watch=["Ada Vale"])     these players only

The way through it: lay the article out in blocks, mark the names, take each sentence apart, find the
words of the language file in it, cast buyer, player and seller, and keep what stands at the end.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feeds.entry import Entry
from links.apart import crossed, items_of, only_crossed
from links.belongs import DEALS
from links.bosses import learn_bosses
from links.bygones import bygone, succeeded
from links.claim import Claim, Stage, Status
from links.comings import Comings, Row, as_listed
from links.dealings import Dealings
from links.document import Document, document
from links.echoes import denied, listed, unsay
from links.evidence import Evidence, evidence
from links.finding import Finding, Rejected
from links.findings import TELLING, findings
from links.fold import fold
from links.language import Language, codes, guess, language
from links.learning import learn, learn_owners, no_players
from links.lines import Line, full_names, labelled, lines_of, mentions_of
from links.makeweights import halves
from links.names import Names, Survey
from links.names.mention import Sort
from links.opponents import opponents
from links.player import Player
from links.reach import Pair
from links.renewals import renewed, settled, stays
from links.scene import Scene
from links.scorer import scorer, weigh
from links.sentences import PERSON, YEAR
from links.standing import Said, claimed, decided
from links.story import Article, Story
from links.structure import Layout, Part, Shape, lay_out
from links.terms import Told, whose_of, with_terms
from links.trigger import Times

MAX_READ = 40_000
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


def read(
    entry: Entry, names: Names, *, watch: Sequence[str] | None = None, claims_only: bool = False
) -> Reading:
    """Read what an entry says of moves now. With `watch`, of those players only.

    With `claims_only`, an entry that names no club is put aside at a glance, many times faster: it can have
    no claims, and its reading tells neither a note nor what was dropped.
    Never raises on what an entry holds, and takes time in proportion to its length.
    """
    if claims_only and not may_claim(entry, names):
        return Reading(())
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
    reader = _Reader(entry, words, names, only=watch is not None, needs_club=claims_only)
    return reader.read()


def may_claim(entry: Entry, names: Names) -> bool:
    """Whether an entry may hold a claim. Every claim names a club, of the article or its outlet's own: an
    entry in which a survey can find none, whatever its language, has no claim."""
    for words in _languages():
        laid = _laid(entry, words)
        title, text = laid.plain[: laid.body - 2], laid.plain[laid.body :]
        if names.may_name_club(title, text, outlet=entry.outlet, lang=words.code):
            return True
    return False


@functools.cache
def _languages() -> tuple[Language, ...]:
    return tuple(words for code in codes() if (words := language(code)) is not None)


def _laid(entry: Entry, words: Language) -> Document:
    return document(entry.title[:MAX_READ], entry.text[:MAX_READ], words.furniture.label)


def evidence_of(entry: Entry, names: Names) -> tuple[tuple[Claim, ...], Mapping[Pair, Evidence]]:
    """What the rules alone read, and the evidence on every pair: what a scorer is trained on."""
    words = language(guess(f"{entry.title}\n{entry.text}", entry.lang) or "")
    if words is None:
        return (), {}
    reader = _Reader(entry, words, names, only=False, opinion=False)
    return reader.read().claims, reader.seen


class _Reader:
    """One article being read."""

    def __init__(
        self,
        entry: Entry,
        words: Language,
        names: Names,
        *,
        only: bool,
        opinion: bool = True,
        needs_club: bool = False,
    ) -> None:
        self.opinion = opinion
        self.seen: Mapping[Pair, Evidence] = {}
        self.words, self.names, self.only = words, names, only
        self.outlet = entry.outlet
        self.year = entry.published.year if entry.published else None
        self.month = entry.published.month if entry.published else None
        self.document: Document = _laid(entry, words)
        plain, body = self.document.plain, self.document.body
        self.survey: Survey = names.survey(
            plain[: body - 2],
            plain[body:],
            outlet=entry.outlet,
            lang=words.code,
            needs_club=needs_club,
        )
        self.layout: Layout  # laid out once it is known that there is somebody to read of
        self.article = Article(
            club_words=functools.partial(_club_words, names),
        )
        self.full_names = full_names(self.survey.people)
        self.dropped: list[Dropped] = []
        self.pairs: list[tuple[str, str]] = []
        self.first = 0
        self.others: frozenset[str] = frozenset()
        self.opponents: frozenset[str] = frozenset()
        self.lists = False
        self.dealt: dict[int, Dealings] = {}
        self.comings = Comings(words, self.survey.home)
        self.listed: dict[tuple[str, str], Row] = {}
        """Links that stand in a list of who came and went, where there is nothing to weigh."""
        self.exchanged: dict[tuple[str, str], tuple[str, str]] = {}
        """Links of those who are given in exchange, with that which they are given for: there is nothing to
        weigh, either."""
        self.renewed: dict[str, frozenset[str]] = {}
        self.settled: set[str] = set()
        """Who stays where he is, as the article has it."""
        self.gone: set[tuple[str, str]] = set()
        """Finished moves that are told as long past: no opinion makes news of them."""
        self.crossed: dict[tuple[str, str], set[int]] = defaultdict(set)
        """Pairs that a sentence, at its place, deals with apart: no opinion brings them together there."""

    def read(self) -> Reading:
        if self.survey.team is not None and not self.survey.beside:
            return self._of_another_team()
        if not self.survey.people:
            return Reading((), tuple(self.dropped))
        self.layout = _layout(self.document, self.words, self.survey)
        mentions = mentions_of(self.document, self.survey, self.full_names, self.words)
        lines = list(lines_of(self.document, self.layout, mentions, self.words, self.year))
        if self.survey.team is not None:
            if not self._one_of_many(lines):
                return self._of_another_team()
            lines = [line for line in lines if not any(a <= line.start < b for a, b in self.survey.beside)]
        if self._fiction(lines):
            return Reading((), tuple(self.dropped))
        story = self.layout.shape is Shape.STORY
        home = self.survey.home
        learn(self.article, lines, mentions, self.words, self.document.body, story=story, home=home)
        learn_bosses(self.article, lines, self.words)
        self.first = _first_told(lines)
        placed = {self.full_names.get(p.name, p.name) for p in self.survey.people if p.role == "player"}
        self.others = no_players(lines, self.words, placed)
        if story and self._of_a_coach(lines):
            self.dropped.append(Dropped("", "coach", "the article is about a coach", ""))
            return Reading((), tuple(self.dropped))
        self.opponents = opponents(lines, self.words)
        self.lists = any(line.speaks("scope", "list") for line in lines[:2])
        past = lambda line: bool(self._times(line).years)  # noqa: E731
        learn_owners(self.article, lines, self._scene, past, apart=not story)
        said = self._first(lines)
        if said is None:
            said = self._said(lines)
        if self.layout.shape is Shape.ROUNDUP:
            said = _untitled(said)
        told = self._told(lines)
        claims = halves(claimed(said, {*self.settled, *self.renewed}), self.exchanged)
        claims = with_terms(stays(decided(self._weighed(claims, told)), self.renewed), told)
        claims = [as_listed(c, self.listed.get((c.player, c.club))) for c in claims]
        return Reading(tuple(c for c in claims if self._wanted(c)), tuple(self.dropped))

    def _of_another_team(self) -> Reading:
        self.dropped.append(Dropped("", "team", f"the article is about a {self.survey.team} team", ""))
        return Reading((), tuple(self.dropped))

    def _one_of_many(self, lines: Sequence[Line]) -> bool:
        """Is the other team told of in an item or two of a round-up, or under one of many clubs' names?"""
        many = self.layout.shape is not Shape.STORY or bool(labelled(lines))
        few = 3 * len(self.survey.beside) <= len(self.layout.blocks)
        return many and few and all(start >= self.document.body for start, _ in self.survey.beside)

    def _weighed(self, claims: list[Claim], told: Told) -> list[Claim]:
        """The claims after a second opinion (`links.scorer`), where the language has one."""
        chosen = scorer(self.words.code) if self.opinion else None
        if chosen is None and self.opinion:
            return claims
        players = {p.name: self.full_names.get(p.name, p.name) for p in self.survey.people}
        read = [(c.player, c.club) for c in claims]
        self.seen = evidence(told, self.survey.people, players, read, self.others)
        if chosen is None:
            return claims
        sure = {*self.listed, *self.exchanged}
        listed = [claim for claim in claims if (claim.player, claim.club) in sure]
        prose = [claim for claim in claims if (claim.player, claim.club) not in sure]
        stand, fell = weigh(prose, self.seen, chosen, self.document.words)
        found = {(claim.player, claim.club) for claim in listed}
        stand = [*listed, *(claim for claim in stand if (claim.player, claim.club) not in found)]
        self.dropped += (
            Dropped(claim.why[0] if claim.why else "", "scorer", f"weighed {score:.2f}", claim.quote)
            for claim, score in fell
        )
        told_of_now = {*read, *self.pairs}
        items = items_of(told.lines) if told.apart else {}
        stand = [
            claim
            for claim in stand
            if claim.player not in self.others
            and (
                (claim.player, claim.club) in told_of_now
                or (
                    (claim.player, claim.club) not in self.gone
                    and claim.club not in self.opponents
                    and (not items or items.get(claim.player, set()) & items.get(claim.club, set()))
                    and not only_crossed((claim.player, claim.club), self.crossed, self.seen)
                )
            )
        ]
        return _unsold(_uncrowded(stand, set(read)), set(read), told)

    def _first(self, lines: Sequence[Line]) -> list[Said] | None:
        """A first reading tells who sells; the second knows it and does not take him for a buyer. What was
        said is given back where nothing was learnt, so that a second would say the same; else None."""
        before = {player: dict(clubs) for player, clubs in self.article.owners.items()}
        said = self._said(lines)
        if not self.pairs and before == self.article.owners:
            return said
        bid = {(f.player, f.club) for f in (one.finding for one in said) if f.acts and f.stage is Stage.BID}
        sellers = [
            (one.finding.player, one.finding.seller, 1 if one.finding.carried else 2)
            for one in said if one.finding.seller and one.finding.past is None
            if not (one.finding.dealt and (one.finding.player, one.finding.seller) in bid)
        ]  # fmt: skip
        self.article.pairs = list(dict.fromkeys(self.pairs))
        for player, seller, weight in sellers:
            self.article.owners[player][seller] += weight
        self._learn_whose(lines)
        self.dropped.clear()
        return None

    def _learn_whose(self, lines: Sequence[Line]) -> None:
        """Whose each player is by all that the article says, now that it is known who is after whom."""
        support = Counter(self.pairs)
        if not support:
            return
        whose = whose_of(self._told(lines), list(support))
        for player in dict.fromkeys(player for player, _ in support):
            weights = whose.weights(player)
            plain = {
                club: weight - _COURTED * support[player, club]
                for club, weight in weights.items()
                if weight >= _WEIGHTY
            }
            best = max(plain, key=lambda club: plain[club], default=None)
            if best is not None and plain[best] >= _PLAINLY:
                self.article.owners[player][best] += _SURE

    def _said(self, lines: Sequence[Line]) -> list[Said]:
        said: list[Said] = []
        self.pairs = []
        story, item = Story(self.article), -1
        labels = labelled(lines)
        self.comings = Comings(self.words, self.survey.home, lists=self.lists)
        for number, line in enumerate(lines):
            if number in labels or (labels and line.block.start != lines[number - 1].block.start):
                story = Story(self.article, club=labels.get(number), labelled=number in labels)
                item = line.block.item
            if line.block.item != item and self.layout.shape is not Shape.STORY:
                story, item = Story(self.article), line.block.item
                story.club = _lead(line)
                story.led = story.club is not None
            if number and line.block.start != lines[number - 1].block.start:
                story.buyers.clear()
            if line.block.part is Part.HEADING and len(line.groups) == 1 and line.groups[0].kind == "C":
                story.club = (*line.groups[0].refs, None)[0]
                story.labelled = bool(story.club) and line.groups[0].end - line.groups[0].start == len(
                    line.tokens
                )
            if story.topic is None:
                whole = self.layout.shape is Shape.STORY
                story.topic = self.article.main_player if whole else None
            said += self._read_line(line, story)
        return said

    def _fiction(self, lines: Sequence[Line]) -> bool:
        for number, line in enumerate(lines):
            for hit in line.hits:
                told = line.title or number < 3 or hit.end - hit.start > 2
                if hit.meaning.sort == "scope" and hit.meaning.name == "fiction" and told:
                    words = self.document.words(line.tokens[hit.start].start, line.tokens[hit.end - 1].end)
                    self._drop(words, hit.meaning.label, "no news", line)
                    return True
        return False

    def _of_a_coach(self, lines: Sequence[Line]) -> bool:
        """Whether the title tells that a coach was appointed, and names no player."""
        titles = [line for line in lines if line.title]
        named = {ref for line in titles for g in line.groups if g.kind == PERSON for ref in g.refs}
        appointed = any(
            hit.meaning.name == "coach" and hit.meaning.phrase.startswith("<") and hit.end - hit.start == 1
            for line in titles for hit in line.hits
        )  # fmt: skip
        return appointed and named <= self.others

    def _read_line(self, line: Line, story: Story) -> list[Said]:
        out: list[Said] = []
        found, rejected = self._found(line, story)
        if self.lists and not found:
            found = listed(self._scene(line, story))
        if self._times(line).question:
            story.asked = [(f.player, f.club) for f in found if f.club != self.article.own(f.player)]
            story.pairs += story.asked
            story.note(line.groups)
            return out
        if story.asked and any(self.words.is_(token.key, "no") for token in line.tokens[:3]):
            found += [denied(*pair, line.start, line.end) for pair in story.asked]
        story.asked = []
        if "scope" in line.sorts:
            if line.speaks("scope", "denied"):
                unsay(story.rumoured)
            self.renewed |= renewed(self._scene(line, story), line.hits)
            self.gone |= bygone(line)
        self.gone |= succeeded(line)
        if "status" in line.sorts:
            self.settled |= settled(self._scene(line, story), line.hits)
        quote = self.document.words(line.start, line.end) if found or rejected else ""
        for pair in line.known.apart:
            self.crossed[pair].add(line.start)
        for pair in crossed(found, self._scene(line, story)) if len(found) > 1 else ():
            self.crossed[pair].add(line.start)
        for one in rejected:
            self.dropped.append(Dropped(one.words, one.rule, one.reason, quote))
            self.gone.update(one.gone)
        for finding in found:
            own = self.article.own(finding.player)
            if finding.club == own or finding.player in self.others:
                continue
            out.append(Said(finding, line.start, line.block.order, line.title, quote))
            if finding.past is not None:
                story.before += [(finding.player, finding.club)] if finding.past == "had" else []
                continue
            pair = (finding.player, finding.club)
            if finding.exchanged and finding.seller:  # the story goes on about the other
                self.exchanged[pair] = (finding.exchanged, finding.seller)
                self.pairs.append(pair)
                story.pairs = [pair, *story.pairs]
                continue
            story.last = (finding.player, finding.stage)
            if finding.status is Status.OFF:
                story.over.add(pair)
            if finding.status is Status.STALLED:
                story.halted.add(pair)
            else:
                story.halted.discard(pair)
            if pair in story.pairs:
                story.pairs.remove(pair)
            story.pairs.append(pair)
            story.buyers.append(finding.club)
            self.pairs.append(pair)
        story.note(line.groups, line.aside)
        rumour = any(self.words.is_(token.key, "rumoured") for token in line.tokens[:_OPENING])
        story.rumoured = [one.finding for one in out] if rumour else ()
        return out

    def _found(self, line: Line, story: Story) -> tuple[list[Finding], list[Rejected]]:
        """What a line tells: as one of a list of who came and went, else as a sentence."""
        listing = self.comings.read(line)
        if listing is None and line.sorts.isdisjoint(TELLING):
            return [], []
        if listing is None:
            return findings(self._scene(line, story), line.hits, self._times(line).years)
        for one in listing:
            self.listed[one.player, one.club] = self.comings.rows[one.player, one.club]
            if one.seller:
                self.article.owners[one.player] = Counter({one.seller: _SURE})
        return listing, []

    def _scene(self, line: Line, story: Story) -> Scene:
        fresh = self.layout.shape is not Shape.STORY or line.block.order <= self.first
        times = self._times(line)
        return Scene(
            line.tokens, line.groups, line.clauses, story, self.words, line.title, fresh, times.months,
            times.renewals, self.document.words, known=line.known,
        )  # fmt: skip

    def _times(self, line: Line) -> Times:
        if line.known.times is None:
            hits = line.hits if "scope" in line.sorts else ()
            renewals = (h.start for h in hits if (h.meaning.sort, h.meaning.name) == ("scope", "renewal"))
            asks = self.document.plain[line.start : line.end].rstrip("\"'”’)").endswith("?")
            line.known.times = Times(self._months(line), self._past(line), tuple(renewals), asks)
        return line.known.times

    def _months(self, line: Line) -> tuple[int, ...]:
        """Where the sentence names a month ("in July") that is not that of the entry."""
        if self.month is None or line.speaks("time", "now"):
            return ()
        named = [
            at
            for at in range(1, len(line.tokens))
            if line.tokens[at].key in self.words.months and self.words.is_(line.tokens[at - 1].key, "since")
        ]
        if any(self.words.months.index(line.tokens[at].key) + 1 == self.month for at in named):
            return ()
        return tuple(named)

    def _past(self, line: Line) -> tuple[int, ...]:
        """Where the sentence names a year long gone; none where it names a later one too."""
        if self.year is None:
            return ()
        plain = self.document.plain
        years = {at: int(plain[t.start : t.end]) for at, t in enumerate(line.tokens) if t.key == YEAR}
        return tuple(years) if years and max(years.values()) < self.year - 1 else ()

    def _told(self, lines: Sequence[Line]) -> Told:
        """The article as the terms of a link are read from it."""
        apart = self.layout.shape is not Shape.STORY
        return Told(
            self.document.plain, lines, self.article, self.words, self.year, apart, self.outlet, self.dealt
        )

    def _wanted(self, claim: Claim) -> bool:
        if not self.only:
            return True
        return any(
            person.known and self.full_names[person.name] == claim.player for person in self.survey.people
        )

    def _drop(self, words: str, rule: str, reason: str, line: Line) -> None:
        self.dropped.append(Dropped(words, rule, reason, self.document.words(line.start, line.end)))


_LATE = 3
"""So many paragraphs may go by before a player is named, and what is told of him there is yet the news."""


def _first_told(lines: Sequence[Line]) -> int:
    """The order of the paragraph in which the news begins: the first that names a player."""
    orders = list(dict.fromkeys(line.block.order for line in lines if not line.title))
    named = {line.block.order for line in lines if any(g.kind == PERSON and g.refs for g in line.groups)}
    return next((order for order in orders[:_LATE] if order in named), orders[0] if orders else 0)


_OPENING = 4
"""Among so many tokens stands the word that makes a sentence a rumour: "Reports in Italy say ..."."""
_WEIGHTY, _PLAINLY, _COURTED, _SURE = 4, 2, 1.5, 6
"""Weights of `links.owners`: from which one counts, from which it is plain; what each sentence that makes
the club a buyer takes off; what the club so found counts beside "Rovers' Vale", which counts three."""


def _untitled(said: Sequence[Said]) -> list[Said]:
    """What is said without that which the title of a round-up says of those of whom an item tells: it runs
    several stories into one line."""
    told = {one.finding.player for one in said if one.order}
    return [one for one in said if one.order or one.finding.player not in told]


def _layout(laid: Document, words: Language, survey: Survey) -> Layout:
    """The blocks of an article, and its shape, which shows also in who is named where."""
    clubs: dict[str, list[int]] = defaultdict(list)
    for mention in survey.mentions:
        if mention.sort is Sort.CLUB:
            clubs[mention.name].append(mention.start)
    players = [person for person in survey.people if person.may_be_player]
    people = [[mention.start for mention in person.mentions] for person in players]
    led = 0 in (at for spots in clubs.values() for at in spots)
    return lay_out(laid, words.furniture, led=led, people=people, clubs=list(clubs.values()))


def _lead(line: Line) -> str | None:
    """The club that the first sentence of an item names, where it names no other and no player: "That Lille
    move is on." """
    named = {ref for group in line.groups for ref in group.refs}
    if line.title or len(named) != 1 or any(group.kind == PERSON for group in line.groups):
        return None
    return next(iter(named))


def _uncrowded(stand: Sequence[Claim], ruled: set[tuple[str, str]]) -> list[Claim]:
    """The claims without those that no rule reads where rules read him with another club, and the club with
    another player: each has his own story, and the weights only see that they stand close."""
    players = {player for player, _ in ruled}
    clubs = {club for _, club in ruled}
    return [c for c in stand if (c.player, c.club) in ruled or not (c.player in players and c.club in clubs)]


def _unsold(stand: Sequence[Claim], ruled: set[tuple[str, str]], told: Told) -> list[Claim]:
    """The claims without those that no rule reads whose club is the one that the player would leave."""
    kept = [(claim.player, claim.club) for claim in stand if (claim.player, claim.club) in ruled]
    mates = {player for player, _ in kept}
    added = [c for c in stand if (c.player, c.club) not in ruled and c.player in mates]
    if not added:
        return list(stand)
    whose = whose_of(told, kept)
    sold = {(player, seller) for player, club in kept if (seller := whose.of(player, club))}
    plain = {(player, club) for player, club in sold if whose.weights(player).get(club, 0) >= DEALS}
    return [c for c in stand if (c.player, c.club) in ruled or (c.player, c.club) not in plain]


def _club_words(names: Names, club: str) -> frozenset[str]:
    """The words by which a description can mean a club: its country, league, city."""
    facts = names.facts_of(club)
    if facts is None:
        return frozenset()
    return frozenset(
        word for part in (facts.country, facts.league, facts.city) for word in fold(part).split()
    )
