"""What an article shows of each player and each club in it, whether or not a rule reads a link.

Its marks are what `links.scorer` weighs; each is a few plain words, so that the heaviest can stand in `why`.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from links.claim import Stage, Status
from links.focus import linked
from links.groups import Group
from links.language import Rule
from links.names.mention import Person
from links.owners import Owners, owners
from links.reach import Pair, Passage
from links.scene import Scene
from links.sentences import CLUB, PERSON
from links.stages import judge, no_deed, told_aside, triggers
from links.structure import Part
from links.terms import Told
from links.trigger import Trigger

CARRIED = 3
"""So many sentences without a player a club may follow on the one named last."""
CROWD = 48
"""A sentence with more pairs of players and clubs than this is a list and tells nothing of any one."""
MOST = 1500
"""So many sights of pairs are taken from an article; more is no article."""


@dataclass(slots=True)
class Sight:
    """One sentence that brings a player and a club together. `start` and `end` are offsets into the
    document."""

    start: int
    end: int
    marks: set[str]
    near: tuple[tuple[Stage, Status], ...] = ()
    """What the clause of the club says of a stage, else that of the player, else the sentence."""


@dataclass(slots=True)
class Evidence:
    """All that an article shows of one player and one club."""

    sights: list[Sight] = field(default_factory=list)
    marks: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Words:
    """What a sentence says whoever is meant: for each word of a stage or a status its place and its marks."""

    spots: tuple[tuple[int, int, frozenset[str]], ...]
    others: tuple[tuple[int, int, str], ...]
    said: tuple[tuple[int, Stage, Status], ...]
    """The stages and turns that no longer words overlap, each with its place."""


def evidence(
    told: Told,
    people: Sequence[Person],
    full: Mapping[str, str],
    claimed: Iterable[Pair],
    outside: frozenset[str],
) -> Mapping[Pair, Evidence]:
    """The evidence on every player and every club that a sentence, or one after another, brings together.

    `full` gives the name that a person goes by in the article, `claimed` are the links that the rules
    read, `outside` those who are called coaches or retired. Linear in the sentences: how many pairs a
    sentence may hold is bounded. Nothing comes of an article without a word of a move.
    """
    rules = dict.fromkeys(claimed)
    if not rules and not any(
        hit.meaning.sort in ("stage", "status") for line in told.lines for hit in line.hits
    ):
        return {}
    by_name = {full.get(person.name, person.name): person for person in people}
    players = [(name, "") for name, person in by_name.items() if person.may_be_player]
    pages = linked(told.passages, players)
    found: dict[Pair, Evidence] = defaultdict(Evidence)
    counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for page, scene, meetings in zip(pages, told.scenes, _meetings(pages, told, counts), strict=True):
        if meetings:
            said = _words(page, scene)
            for pair, way in meetings:
                found[pair].sights.append(_Look(page, told, pair, way, said).sight())
    for pair in rules:
        found[pair].marks.add("read by a rule")
    whose = owners(pages, told.dealings, players, told.words)
    _whole(found, told, by_name, counts, whose, outside)
    return found


def _meetings(
    pages: Sequence[Passage], told: Told, counts: tuple[Counter[str], Counter[str]]
) -> Iterator[list[tuple[Pair, str]]]:
    """For each sentence the pairs that meet there, and how: by name, or carried from before."""
    focus: Sequence[str] = ()
    clubs: Sequence[str] = ()
    since, left = 0, MOST
    for page in pages:
        if page.fresh:
            focus, clubs = (), ()
        here, there = page.people(), page.clubs()
        counts[0].update(here)
        counts[1].update(there)
        out: list[tuple[Pair, str]] = []
        if here:
            out = [((p, c), "") for p in here for c in there]
            if not there:
                out = [((p, c), "the club before: ") for p in here for c in clubs]
            main = told.article.main_club
            if main and main not in there and main not in clubs and not told.apart:
                out += [((p, main), "the club of the article: ") for p in here]
            before = [player for player in focus[:2] if player not in here]
            out += [((p, c), "the player before another: ") for p in before for c in there]
            focus, since = here, 0
        elif there and focus:
            since += 1
            out = (
                [((p, c), "the player before: ") for p in focus[:3] for c in there]
                if since <= CARRIED
                else []
            )
        clubs = there or clubs
        out = out if len(out) <= CROWD else []
        out = out[:left]
        left -= len(out)
        yield out


def _words(page: Passage, scene: Scene) -> _Words:
    hits = page.line.hits
    spots: list[tuple[int, int, frozenset[str]]] = []
    said: list[tuple[int, Stage, Status]] = []
    for sort in ("stage", "status"):
        taken: list[tuple[int, int]] = []
        for trigger in triggers(hits, scene, sort):
            marks: set[str] = set()
            covered = any(trigger.start < end and start < trigger.end for start, end in taken)
            if not covered:
                taken.append((trigger.start, trigger.end))
                told = [_told(trigger, rule, scene) for rule in trigger.rules if rule.sort == sort]
                said += ((trigger.start, one[0], one[1]) for one in told[:1] if not isinstance(one, str))
            for rule in trigger.rules:
                if rule.sort in ("stage", "status"):
                    judged = judge(trigger, rule)
                    verdict = "not said of now" if isinstance(judged, str) else str(judged[1])
                    marks |= {
                        f"{rule.sort}.{rule.frame} {verdict}",
                        f"{rule.name}.{rule.frame}",
                        f"{rule.name} {verdict}",
                    }
            if marks:
                spots.append((trigger.start, trigger.end, frozenset(marks)))
    others = tuple(
        (
            hit.start,
            hit.end,
            f"{hit.meaning.sort}.{_SEEN_AS.get(hit.meaning.name, hit.meaning.name)}".rstrip("."),
        )
        for hit in hits
        if hit.meaning.sort not in ("stage", "status")
    )
    return _Words(tuple(spots), others, tuple(said))


_SEEN_AS = {"recent": "past"}
"""Times that are weighed alike: how long ago it was is for the rules to tell."""


def _told(trigger: Trigger, rule: Rule, scene: Scene) -> tuple[Stage, Status, bool] | str:
    if no_deed(trigger, rule, scene) or told_aside(trigger, rule, scene.clauses, scene):
        return "no news"
    return judge(trigger, rule)


class _Look:
    """One player and one club in one sentence."""

    def __init__(self, page: Passage, told: Told, pair: Pair, way: str, said: _Words) -> None:
        self.page, self.told, self.way, self.said = page, told, way, said
        self.player, self.club = pair
        self.own = told.article.own(self.player)
        self.tokens = page.line.tokens
        mine = [g for g, refs in page.whom if g.kind == PERSON and self.player in refs]
        theirs = [g for g, refs in page.whom if g.kind == CLUB and self.club in refs]
        near = min(
            ((abs(a.start - b.start), a.start, b.start, a, b) for a in mine[:8] for b in theirs[:8]),
            key=lambda found: found[:3],
            default=None,
        )
        self.man: Group | None = near[3] if near else mine[0] if mine else None
        self.side: Group | None = near[4] if near else theirs[0] if theirs else None
        named = [g for g in (self.man, self.side) if g is not None]
        if self.man is not None and self.side is not None:
            self.low, self.high = min(g.end for g in named), max(g.start for g in named)
            self.order = "player first" if self.man.start < self.side.start else "club first"
        else:
            self.low, self.high = (named[0].start, named[0].end) if named else (0, 0)
            self.order = "one named"

    def sight(self) -> Sight:
        marks = {*self._marks()} if not self.way else {f"{self.way}{mark}" for mark in self._marks()}
        line = self.page.line
        return Sight(line.start, line.end, marks, self._near())

    def _near(self) -> tuple[tuple[Stage, Status], ...]:
        """What is said of a stage or a status in the clause of the club, of the player, or at all."""
        said = self.said.said
        for group in (self.side, self.man):
            if group is not None:
                segment = self.page.segment(group.start)
                here = [one for one in said if self.page.segment(one[0]) == segment]
                if here:
                    return tuple((stage, status) for _, stage, status in here)
        return tuple((stage, status) for _, stage, status in said)

    def _marks(self) -> Iterator[str]:
        yield "met"
        yield self.order
        yield from self._where()
        if self.man is not None and self.side is not None:
            yield from self._between(self.man, self.side)
        if self.man is not None:
            yield from self._man(self.man)
        if self.side is not None:
            yield from self._side(self.side)
        yield from self._told()
        yield from self._spelled()

    def _where(self) -> Iterator[str]:
        line, page = self.page.line, self.page
        if line.title:
            yield "in a title"
        if line.block.order <= 1:
            yield "at the head"
        if line.block.part in (Part.BULLET, Part.ENTRY):
            yield f"in a {line.block.part.value}"
        clubs, people = page.clubs(), page.people()
        yield f"clubs in the sentence {_band(len(clubs), 0, 1, 2, 3)}"
        yield f"players in the sentence {_band(len(people), 0, 1, 2, 3)}"
        if self.own is not None and self.own != self.club and self.own in clubs:
            yield "beside his own club"
        if self.told.plain[line.start : line.end].rstrip("\"'”’)").endswith("?"):
            yield "a question"

    def _between(self, man: Group, side: Group) -> Iterator[str]:
        page = self.page
        yield f"{self.order}, apart {_band(abs(man.start - side.start), 1, 3, 6, 12, 20)}"
        yield "in one clause" if page.segment(man.start) == page.segment(side.start) else "in two clauses"
        between = [g for g, _ in page.whom if self.low <= g.start < self.high]
        yield f"clubs between {_band(sum(g.kind == CLUB for g in between), 0, 1, 2)}"
        yield f"players between {_band(sum(g.kind == PERSON for g in between), 0, 1, 2)}"
        if self.high - self.low <= 14:
            for token in self.tokens[self.low : self.high]:
                yield f"{self.order}, between “{token.key}”"

    def _man(self, man: Group) -> Iterator[str]:
        yield f"player by {_by(man)}"
        yield f"player after {man.prep or 'nothing'}"
        if man.own:
            yield "player's"
        if self.club in man.owners:
            yield "described by the club"
        if len(man.refs) > 1:
            yield "one of several players"
        yield from self._beside(man, "player")

    def _side(self, side: Group) -> Iterator[str]:
        yield f"club by {_by(side)}"
        yield f"{self.order}, club after {side.prep or 'nothing'}"
        if side.own:
            yield "club's"
        if side.official:
            yield "club by its official"
        if side.bracketed:
            yield "club in brackets"
        if len(side.refs) > 1:
            yield "one of several clubs"
        if self.page.is_past(side.start):
            yield "of the past"
        yield from self._beside(side, "club")

    def _beside(self, group: Group, who: str) -> Iterator[str]:
        """The words right before and after a name, and the rules' words near it."""
        for start, end, marks in self.said.spots:
            if 0 <= start - group.end <= 3:
                yield from (f"{who} then {mark}" for mark in marks)
            if 0 <= group.start - end <= 2:
                yield from (f"{mark} then {who}" for mark in marks)
        for place, at in (
            ("-1", group.start - 1),
            ("-2", group.start - 2),
            ("+1", group.end),
            ("+2", group.end + 1),
        ):
            yield f"{who} {place} “{self._key(at)}”"

    def _told(self) -> Iterator[str]:
        """The words that the language file knows, by their place."""
        for start, end, marks in self.said.spots:
            yield from marks
            yield from (f"{self.order}, {mark} {self._place(start, end)}" for mark in marks)
        for start, end, mark in self.said.others:
            yield mark
            yield f"{mark} {self._place(start, end)}"
        if not self.said.spots:
            yield "no word of a move"

    def _place(self, start: int, end: int) -> str:
        if start >= self.low and end <= self.high:
            return "between"
        return "before" if end <= self.low else "after" if start >= self.high else "across"

    def _spelled(self) -> Iterator[str]:
        for at in range(max(0, self.low - 6), min(self.high + 6, self.low + 30, len(self.tokens))):
            yield f"“{self._key(at)}”"

    def _key(self, at: int) -> str:
        """The word at a token; names by what they are to this pair."""
        if not 0 <= at < len(self.tokens):
            return "^"
        token = self.tokens[at]
        if token.mention is None:
            return token.key
        if token.key == PERSON and token.mention.ref == self.player:
            return "the player"
        if token.key == CLUB and token.mention.ref in (self.club, self.own):
            return "the club" if token.mention.ref == self.club else "his club"
        return token.key


def _by(group: Group) -> str:
    return "pronoun" if group.pronoun else "description" if group.described else "name"


@functools.lru_cache(maxsize=2048)
def _band(value: float, *edges: float) -> str:
    """The least edge that is not below the value, in words."""
    return next((f"≤{edge:g}" for edge in edges if value <= edge), f">{edges[-1]:g}")


def _whole(
    found: Mapping[Pair, Evidence],
    told: Told,
    by_name: Mapping[str, Person],
    counts: tuple[Counter[str], Counter[str]],
    whose: Owners,
    outside: frozenset[str],
) -> None:
    """Add the marks that hold for the whole article."""
    article = told.article
    clubs_of = Counter(article.own(player) for player in counts[0])
    for (player, club), seen in found.items():
        own, said = article.own(player), article.owners.get(player, Counter())
        seen.marks |= {
            "any", "his own club" if own == club else "of another club" if own else "of no known club",
            f"called his club {_band(said[club], 0, 1, 2, 4, 8)}",
            "the main player" if player == article.main_player else "another player",
            "the main club" if club == article.main_club else "another club",
            f"player named {_band(counts[0][player], 1, 2, 4, 8)}",
            f"club named {_band(counts[1][club], 1, 2, 4, 8)}",
            f"players in all {_band(len(counts[0]), 1, 2, 4, 8, 16)}",
            f"clubs in all {_band(len(counts[1]), 1, 2, 3, 5, 9)}",
            f"met {_band(len(seen.sights), 0, 1, 2, 4)}", "items apart" if told.apart else "one story",
            "a full name" if " " in player else "a single name",
        }  # fmt: skip
        if own is not None and own != club:
            seen.marks.add(f"called another's {_band(said[own], 1, 3, 6)}")
        if club == article.main_club and article.titled:
            seen.marks.add("the club of the title")
        if player in outside:
            seen.marks.add("a coach, or retired")
        others = clubs_of[club] - (own == club)
        if others:
            seen.marks.add(f"the club of others {_band(others, 1, 2)}")
        person = by_name.get(player)
        seen.marks.add(f"role {person.role if person else None}")
        seen.marks.add(f"a person by {_band(person.evidence if person else 0, 1, 2, 4, 8)}")
        seen.marks |= _belonging(player, club, whose)


def _belonging(player: str, club: str, whose: Owners) -> set[str]:
    """How much speaks for his being this club's, and another's."""
    weights = whose.weights(player)
    here = weights.get(club, 0.0)
    there = max((weight for other, weight in weights.items() if other != club), default=0.0)
    if here == there:
        more = "this or another club's" if here else "no club's"
    else:
        more = "rather this club's" if here > there else "rather another's"
    return {
        f"this club's by {_band(here, *_GRADES)}",
        f"another's by {_band(there, *_GRADES)}",
        f"{more}, plainly" if abs(here - there) >= _PLAIN else more,
    }


_GRADES = (0, 0.9, 1.5, 3, 5, 9)
_PLAIN = 4
"""Weights of `links.owners`: from here on one club is plainly rather his than another."""
