"""One club for each name of a club, out of what the article says elsewhere."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from links.fold import fold
from links.names import facts
from links.names.around import Around
from links.names.gazetteer import ARTICLES, ambiguous, bare
from links.names.lexicon import Lexicon, key_of
from links.names.mention import Mention, Sort, Strength

_HOME = frozenset({"England", "Scotland", "Italy", "Spain", "Germany", "France"})
"""Countries that are named in too many articles to say which club a rare word is."""

GENERIC = frozenset({
    "city", "united", "town", "county", "athletic", "rovers", "wanderers", "albion", "racing", "real",
    "sporting", "inter", "atletico", "dynamo", "dinamo", "union", "borussia", "eintracht", "fortuna",
    "spartak", "lokomotiv", "olympique", "independiente", "estudiantes", "gimnasia", "wednesday",
    "villa", "forest", "palace", "arsenal", "everton", "liverpool", "barcelona", "river", "nacional",
    "universitario", "hearts",
})  # fmt: skip
"""Names that many clubs share: any club of the article that has the word in its name is meant by it."""

_TOWNED = frozenset({"city", "united", "town", "county", "rovers", "wanderers", "albion", "inter"})
"""Of these, a paper of the town means its own."""


@functools.cache
def _defaults() -> dict[str, str]:
    return {row["alias"]: row["club"] for row in facts.rows("defaults.csv")}


@functools.cache
def _leagues() -> dict[str, str]:
    return {row["name"]: row["country"] for row in facts.rows("leagues.csv")}


@functools.cache
def _sharers(word: str) -> frozenset[str]:
    """Clubs with this word in the name."""
    return frozenset(
        name for name in facts.clubs() if word in fold(name).split() and (word, name) not in _NEVER
    )


_NEVER = frozenset({("united", "West Ham United"), ("athletic", "Charlton Athletic")})
"""Words of a club's name that nobody calls it by."""


_MARKS = re.compile(r"[.,;:!?\n]")
"""What parts statements: within one of them a nickname is seldom that of the club just named."""


class Settler:
    """What an article says of clubs, gathered once, then asked for each open name."""

    def __init__(
        self, mentions: Sequence[Mention], text: str, outlet: Sequence[str], lexicon: Lexicon
    ) -> None:
        self._text, self._lexicon = text, lexicon
        self._outlet = set(outlet)
        named = [m for m in mentions if m.sort is Sort.CLUB and m.sure and m.team is None]
        self._count = Counter(m.name for m in named)
        self._starts: dict[str, list[int]] = {}
        for mention in named:
            self._starts.setdefault(mention.name, []).append(mention.start)
        self._hints = Counter(m.name for m in mentions if m.sort is Sort.STADIUM and m.name)
        lone = [m for m in mentions if m.sort is Sort.CLUB and m.strength is Strength.NICKNAME]
        self._nicknamed = {m.candidates[0] for m in lone if len(m.candidates) == 1}
        self._towns = {key_of(m.text) for m in mentions if m.sort is Sort.PLACE}
        clubs = facts.clubs()
        self._countries = Counter(clubs[m.name].country for m in named if m.name in clubs)
        self._nations = {m.name for m in mentions if m.sort is Sort.NATION}
        for mention in mentions:
            if mention.sort is Sort.LEAGUE:
                self._countries[_leagues()[mention.name]] += 1

    def settle(self, mention: Mention) -> Mention | None:
        """The mention with one club, or with none (`name` "") where the article does not tell.

        None where the word is seldom a club's name and nothing in the article says that it is here.
        """
        if mention.sure and mention.strength is Strength.NAME:
            return mention
        key = bare(mention.text)
        also = ambiguous().get(key, frozenset())
        if also & {"rare", "town"} and not self._backed(
            mention, far="town" in also, named="nation" not in also
        ):
            return None
        candidates = list(mention.candidates)[: mention.leading or None]
        if key in GENERIC:
            candidates += sorted(_sharers(key) & self._count.keys() - set(candidates))
        if key in GENERIC or len(candidates) > 1 or mention.strength is Strength.NICKNAME:
            present = [name for name in candidates if self._count[name]]
            if present:
                return self._chosen(mention, self._pick(key, mention, present), sure=True)
            hinted = [name for name in candidates if self._hints[name] or name in self._outlet]
            if len(hinted) == 1:
                return self._chosen(mention, hinted[0], sure=True)
            if key in _TOWNED and len(local := self._local(key)) == 1:
                return self._chosen(mention, local[0], sure=True)
        if len(candidates) == 1 and not self._sounds(key, mention, candidates[0]):
            return None
        name = self._by_default(key, candidates, mention)
        return self._chosen(mention, name, sure=len(candidates) == 1) if name else mention

    def _local(self, key: str) -> list[str]:
        """The clubs that share a word and have their ground or their town in the article."""
        grounds = [name for name in _sharers(key) if self._hints[name] or name in self._nicknamed]
        return grounds or [name for name in _sharers(key) if key_of(facts.clubs()[name].city) in self._towns]

    def _sounds(self, key: str, mention: Mention, name: str) -> bool:
        """Whether a nickname may be believed where its club is not named: by its article, or its country."""
        if mention.strength is not Strength.NICKNAME or key in _defaults() or name not in facts.clubs():
            return True
        article = self._text[max(0, mention.start - 5) : mention.start].lower().split()[-1:]
        if (article and f"{article[0]} " in ARTICLES) or key != key_of(mention.text):
            return True
        return self._countries[facts.clubs()[name].country] > 0

    def _chosen(self, mention: Mention, name: str, *, sure: bool) -> Mention:
        return replace(mention, name=name, sure=sure)

    def _backed(self, mention: Mention, *, far: bool, named: bool) -> bool:
        """Whether the article names the club otherwise; `far`: or anything of its country's football;
        `named`: or the country, where it is not one that is always spoken of."""
        names = [name for name in mention.candidates if name in facts.clubs()]
        if any(self._count[name] or self._hints[name] or name in self._outlet for name in names):
            return True
        if any(
            (self._countries[country] and (far or country not in _HOME))
            or (named and country in self._nations and country not in _HOME)
            for country in (facts.clubs()[name].country for name in names)
        ):
            return True
        return self._deals(mention)

    def _deals(self, mention: Mention) -> bool:
        """Whether a verb of many follows ("Viking sign", where a man signs), or a player of theirs."""
        if not mention.text[0].isupper() or self._text[mention.end : mention.end + 1] != " ":
            return False
        after = Around(self._text, mention.start, mention.end).after
        return self._lexicon.clubs.starting(after) is not None

    def _pick(self, key: str, mention: Mention, present: Sequence[str]) -> str:
        """One of several clubs that the article names: by weight for a common word, else the nearest."""
        if len(present) == 1:
            return present[0]
        if key not in GENERIC:
            return self._nearest(mention, present)
        default = _defaults().get(key)
        return max(present, key=lambda name: (self._count[name] + (name in self._outlet), name == default))

    def _nearest(self, mention: Mention, names: Sequence[str]) -> str:
        """Of several that are named, the one named last before; else the first after."""

        def distance(name: str) -> tuple[bool, bool, int]:
            starts = self._starts[name]
            before = bisect_left(starts, mention.start)
            if not before:
                return (True, False, starts[0])
            last = starts[before - 1]
            beside = not _MARKS.search(
                self._text, last, mention.start
            )  # "Udinese had it from the Bianconeri"
            return (False, beside, mention.start - last)

        return min(names, key=distance)

    def _by_default(self, key: str, candidates: Sequence[str], mention: Mention) -> str | None:
        if len(candidates) == 1:
            return candidates[0]
        default = _defaults().get(key)
        if default in candidates:
            return default
        home = [n for n in candidates if n in facts.clubs() and self._countries[facts.clubs()[n].country]]
        return home[0] if len(home) == 1 else None
