"""The automaton over everything that ships as a fact, and what each of its patterns may mean."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import ahocorasick_rs

from links.fold import flatten, fold
from links.names import facts
from links.names.lexicon import ordinary
from links.names.mention import Sort, Strength

ARTICLES = ("the ", "los ", "las ", "les ", "gli ", "die ", "der ", "das ", "le ", "la ", "el ", "il ",
            "i ", "o ", "os ", "as ", "a ", "de ")  # fmt: skip
"""A nickname is matched without them: "the Reds", "i Blues", "os Leões"."""


@dataclass(frozen=True, slots=True, eq=False)
class Sense:
    """One thing that a pattern may mean.

    `weak` needs the words around it (an outlet called Sport, a club called Nice at a sentence's head);
    `upper` must stand in capitals (OM, MD, PSG); `also` is what else the word is: word, name, place.
    """

    sort: Sort
    name: str
    strength: Strength = Strength.NAME
    weak: bool = False
    upper: bool = False
    team: str | None = None
    role: str | None = None
    also: frozenset[str] = frozenset()


def bare(alias: str) -> str:
    """A folded nickname without its article."""
    key = fold(alias)
    for article in ARTICLES:
        if key.startswith(article) and len(key) > len(article) + 2:
            return key[len(article) :]
    return key


def _spellings(alias: str) -> Iterable[str]:
    """How an alias stands in a folded text, where a mark before a space leaves two: "St. Pauli"."""
    return dict.fromkeys((fold(alias), flatten(alias).folded.strip()))


@functools.cache
def ambiguous() -> dict[str, frozenset[str]]:
    """What else a club's alias is, by folded alias: "word", "name" (of a person), "place", "nation"."""
    readings: dict[str, set[str]] = {}
    for row in facts.rows("ambiguous.csv"):
        readings.setdefault(row["alias"], set()).add(row["reading"])
    return {alias: frozenset(found) for alias, found in readings.items()}


def _is_upper(alias: str) -> bool:
    letters = [char for char in alias if char.isalpha()]
    return 0 < len(letters) <= 4 and all(char.isupper() for char in letters)


def _club_senses() -> Iterator[tuple[str, Sense]]:
    also = ambiguous()
    for club in facts.clubs().values():
        for alias in club.aliases:
            key = fold(alias)
            readings = also.get(key, frozenset())
            strength = Strength.SHORT if readings or len(key) < 3 else Strength.NAME
            sense = Sense(
                Sort.CLUB, club.name, strength, weak="word" in readings, upper=_is_upper(alias), also=readings
            )
            yield from ((spelling, sense) for spelling in _spellings(alias))
        for nickname in club.nicknames:
            key = bare(nickname)
            yield key, Sense(Sort.CLUB, club.name, Strength.NICKNAME, also=also.get(key, frozenset()))
    for row in facts.rows("teams.csv"):
        yield fold(row["alias"]), Sense(Sort.CLUB, row["club"], team=row["team"])


def _source_senses() -> Iterator[tuple[str, Sense]]:
    common = ordinary() | ambiguous().keys() | facts.first_names()
    for source in facts.sources():
        for alias in (source.name, *source.aliases):
            key = fold(alias)
            if source.sort == "club" or not key:
                continue  # a club's own word is credited by the club's name
            words = key.split()
            lone = words[1:] if words[0] == "the" else words
            weak = len(lone) == 1 and (lone[0] in common or len(key) <= 4 or source.sort == "journalist")
            sense = Sense(Sort.SOURCE, source.name, weak=weak, upper=_is_upper(alias))
            yield from ((spelling, sense) for spelling in _spellings(alias))
            if weak and source.sort == "journalist" and alias[:1] != "@":
                # Not credited where he stands, he is at least nobody who plays.
                yield key, Sense(Sort.PERSON, source.name, role="journalist", weak=True)


def _other_senses() -> Iterator[tuple[str, Sense]]:
    for row in facts.rows("leagues.csv"):
        for alias in row["aliases"].split("|"):
            yield from ((key, Sense(Sort.LEAGUE, row["name"])) for key in _spellings(alias))
    for row in facts.rows("nations.csv"):
        for alias in (row["name"], *row["demonyms"].split("|")):
            yield fold(alias), Sense(Sort.NATION, row["name"], upper=_is_upper(alias))
    for row in facts.rows("stadiums.csv"):
        for alias in (row["name"], *row["aliases"].split("|")):
            yield from ((key, Sense(Sort.STADIUM, row["club"])) for key in _spellings(alias))
    for row in facts.rows("people.csv"):
        for alias in (row["name"], *row["aliases"].split("|")):
            if alias:
                weak = len(fold(alias).split()) == 1
                yield fold(alias), Sense(Sort.PERSON, row["name"], role=row["role"], weak=weak)
    for row in facts.rows("places.csv"):
        yield fold(row["name"]), Sense(Sort.PLACE, row["name"])
    for club in facts.clubs().values():
        yield fold(club.city), Sense(Sort.PLACE, club.city)


@dataclass(frozen=True)
class Gazetteer:
    """Patterns with a space before and after, so that what matches is whole words."""

    automaton: ahocorasick_rs.AhoCorasick
    senses: tuple[tuple[Sense, ...], ...]


def build(pairs: Iterable[tuple[str, Sense]]) -> Gazetteer:
    """One automaton over folded aliases; several senses of one alias share a pattern."""
    table: dict[str, list[Sense]] = {}
    for key, sense in pairs:
        if key:
            senses = table.setdefault(key, [])
            if all((sense.sort, sense.name) != (other.sort, other.name) for other in senses):
                senses.append(sense)
    patterns, meanings = [], []
    for key, senses in table.items():
        patterns.append(f" {key} ")
        meanings.append(tuple(senses))
    automaton = ahocorasick_rs.AhoCorasick(patterns, store_patterns=False)
    return Gazetteer(automaton, tuple(meanings))


@functools.cache
def shipped() -> Gazetteer:
    """The gazetteer of everything that ships. Built once in a process, some 20 ms."""
    pairs = [*_club_senses(), *_source_senses(), *_other_senses()]
    named = {key for key, sense in pairs if sense.sort is Sort.CLUB and sense.strength is Strength.NAME}
    # A town that gives its club the name is found as the club; the article's words say if the town is meant.
    return build((key, s) for key, s in pairs if not (s.sort is Sort.PLACE and key in named))
