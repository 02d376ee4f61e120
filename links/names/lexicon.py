"""The words of a language that tell names apart, made ready for looking up.

They live in `links/data/words/<code>.toml` (what is meant) and `<code>.txt` (ordinary words). A language
that has no file of its own reads with those of English.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from links.fold import fold
from links.names import facts

UPPER = "".join(char for char in map(chr, range(0x41, 0x530)) if char.isupper())
"""Capital letters of the Latin, Greek and Cyrillic scripts."""


class Phrases:
    """Folded phrases of one to a few words, found at the end or at the start of folded words."""

    def __init__(self, phrases: Iterable[str] | Mapping[str, str]) -> None:
        self._meanings = dict(phrases) if isinstance(phrases, Mapping) else {p: p for p in phrases}
        self._longest = max((phrase.count(" ") + 1 for phrase in self._meanings), default=0)

    def ending(self, words: list[str]) -> str | None:
        """The longest phrase that the words end with."""
        for size in range(min(self._longest, len(words)), 0, -1):
            if (phrase := " ".join(words[-size:])) in self._meanings:
                return phrase
        return None

    def starting(self, words: list[str]) -> str | None:
        """The longest phrase that the words start with."""
        for size in range(min(self._longest, len(words)), 0, -1):
            if (phrase := " ".join(words[:size])) in self._meanings:
                return phrase
        return None

    def meaning(self, phrase: str) -> str:
        """What the phrase stands for; itself where nothing was said."""
        return self._meanings[phrase]


@dataclass(frozen=True)
class Credit:
    """What stands beside a source: see `[credit]` in the files."""

    before: Phrases
    after: Phrases
    between: Phrases
    article: Phrases
    sure: Phrases
    street: Phrases
    outlets: frozenset[str]
    bodies: frozenset[str]
    plain: frozenset[str]


@dataclass(frozen=True)
class Lexicon:
    """The words of one language. Sets hold folded words."""

    lang: str
    particles: frozenset[str]
    titles: frozenset[str]
    things: frozenset[str]
    calendar: frozenset[str]
    role_words: frozenset[str]
    common: frozenset[str]
    before: Phrases
    after: Phrases
    owned: Phrases
    role_before: Phrases
    role_after: Phrases
    players: Phrases
    positions: frozenset[str]
    """What a player is called right after his club: "City winger"."""
    clubs: Phrases
    taken: Phrases
    not_apposed: Phrases
    said_apposed: Phrases
    relative: frozenset[str]
    calendar_before: Phrases
    place_before: Phrases
    place_not: Phrases
    place_loose: Phrases
    homes: frozenset[str]
    former: frozenset[str]
    credit: Credit
    women: tuple[str, ...]
    runs: re.Pattern[str] = field(repr=False)
    teams: re.Pattern[str] = field(repr=False)


@functools.cache
def lexicon(lang: str) -> Lexicon:
    """The lexicon of a language (ISO 639-1 code); that of English where it has none."""
    raw = facts.words(lang)
    before = {phrase: role for role, says in raw["role"].items() for phrase in says["before"]}
    after = {phrase: role for role, says in raw["role"].items() for phrase in says["after"]}
    credit, place, calendar = raw["credit"], raw["place"], raw["calendar"]
    return Lexicon(
        lang=lang,
        particles=frozenset(raw["particles"]),
        titles=frozenset(raw["titles"]),
        things=frozenset(raw["things"]),
        calendar=frozenset(calendar["words"]),
        role_words=frozenset(word for phrase in before for word in phrase.split()),
        common=ordinary(lang),
        before=Phrases(raw["before"]),
        after=Phrases(raw["after"]),
        owned=Phrases(raw["owned"]),
        role_before=Phrases(before),
        role_after=Phrases(after),
        players=Phrases(raw["role"]["player"]["before"]),
        positions=frozenset(raw["role"]["player"]["after"]),
        clubs=Phrases(raw["many"]),
        taken=Phrases(raw["taken"]),
        not_apposed=Phrases(raw["not_apposed"]),
        said_apposed=Phrases(raw["said_apposed"]),
        relative=frozenset(raw["relative"]),
        calendar_before=Phrases(calendar["before"]),
        place_before=Phrases(place["before"]),
        place_not=Phrases(place["not"]),
        place_loose=Phrases(place["loose"]),
        homes=frozenset(place["homes"]),
        former=frozenset(raw["former"]),
        credit=Credit(
            Phrases(credit["before"]), Phrases(credit["after"]), Phrases(credit["between"]),
            Phrases(credit["article"]), Phrases(credit["sure"]), Phrases(credit["street"]),
            frozenset(credit["outlets"]), frozenset(credit["bodies"]),
            frozenset(credit["plain"]),
        ),
        women=tuple(f" {phrase} " for phrase in raw["about"]["women"]["words"]),
        runs=_runs(raw["particles"], raw["leading"]),
        teams=_teams(raw["team"]),
    )  # fmt: skip


@functools.cache
def ordinary(lang: str = "en") -> frozenset[str]:
    """Ordinary words of a language, folded."""
    return frozenset(word for line in facts.lines(f"words/{lang}.txt") for word in line.split())


def is_compound(word: str) -> bool:
    """Whether a name is but the first half of an adjective: "Oscar-winning", "Messi-led"; not "Kang-in"."""
    _, hyphen, last = word.rpartition("-")
    if not hyphen or not last[:1].islower():
        return False
    return last.endswith(("ing", "ed")) or (len(last) > _SHORT and last in ordinary())


_SHORT = 3
"""The second half of a Korean first name is seldom longer: "Kang-in", "Heung-min"."""


@functools.lru_cache(maxsize=16384)
def key_of(word: str) -> str:
    """The folded form of a word; those seen lately are remembered."""
    return fold(word)


def _runs(particles: Iterable[str], leading: Iterable[str]) -> re.Pattern[str]:
    """Capital words with single spaces between, particles among them and some before them."""
    inside = "|".join(sorted(map(re.escape, particles), key=len, reverse=True))
    first = "|".join(sorted(map(re.escape, leading), key=len, reverse=True))
    initials = rf"(?:[{UPPER}]\.){{1,3}}"
    dot = r"(?:(?:(?<=\bJr)|(?<=\bSt)|(?<=\bMr)|(?<=\bDr))\.)?"
    word = rf"(?:{initials}|[{UPPER}][^\W\d_]*(?:['’‘\-‐‑][^\W\d_]+){{0,4}}{dot})"
    lead = rf"(?:(?:{first})[ \u00a0]){{0,2}}" if first else ""
    return re.compile(
        rf"(?<![\w@#/'’.-]){lead}{word}(?:[ \u00a0](?:(?:{inside})[ \u00a0]){{0,2}}{word}){{0,14}}(?!\w)"
    )


def _teams(raw: Mapping[str, Mapping[str, Iterable[str]]]) -> re.Pattern[str]:
    """One pattern with a group for each team. A lone letter or numeral must be in capitals."""
    groups = []
    for team, says in raw.items():
        forms = sorted(says["after"], key=len, reverse=True)
        short = "|".join(re.escape(form) for form in forms if len(form) <= 2)
        long = "|".join(re.escape(form) for form in forms if len(form) > 2)
        groups.append(f"(?P<{team}>(?i:{long})" + (f"|{short}" if short else "") + ")")
    heads = {form[0] for says in raw.values() for form in says["after"]}
    first = "".join(sorted({char for head in heads for char in (head.lower(), head.upper())}))
    # The first letter alone turns most of what follows a club away.
    return re.compile(rf"(?:['’]s)?[ \u00a0-](?=[{first}])(?:" + "|".join(groups) + r")(?![\w-])")
