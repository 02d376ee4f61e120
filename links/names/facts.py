"""The facts that ship with the package: clubs, sources, leagues, stadiums, places, well-known people."""

from __future__ import annotations

import csv
import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from links.fold import fold


@dataclass(frozen=True, slots=True)
class Club:
    """A club. `league` is the division of season 2025-26 (the year for leagues by calendar): context only."""

    name: str
    country: str
    league: str
    city: str
    aliases: tuple[str, ...]
    nicknames: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Who may be credited. `tier` is 1 (best) to 4; `sort` is outlet, journalist, club or league."""

    name: str
    sort: str
    domain: str
    language: str
    tier: int
    aliases: tuple[str, ...]


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the package's CSV files."""
    text = resources.files("links").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def lines(name: str) -> list[str]:
    """The lines of one of the package's text files, without comments and empty ones."""
    text = resources.files("links").joinpath("data", name).read_text(encoding="utf-8")
    return [line for raw in text.splitlines() if (line := raw.split("#")[0].strip())]


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split("|") if part)


@functools.cache
def clubs() -> Mapping[str, Club]:
    """Every club by its usual English name, in the order of the file."""
    found = {}
    for row in rows("clubs.csv"):
        found[row["name"]] = Club(
            row["name"], row["country"], row["league"], row["city"],
            _parts(row["aliases"]), _parts(row["nicknames"]),
        )  # fmt: skip
    return found


@functools.cache
def cities() -> frozenset[str]:
    """Folded names of towns: of the clubs, and of the file of places."""
    listed = {fold(row["name"]) for row in rows("places.csv")}
    return frozenset(listed | {fold(club.city) for club in clubs().values()})


@functools.cache
def countries_folded() -> frozenset[str]:
    """Folded names of countries."""
    return frozenset(fold(row["name"]) for row in rows("nations.csv"))


@functools.cache
def nations_folded() -> frozenset[str]:
    """Folded names of countries and of their people."""
    return frozenset(
        fold(word) for row in rows("nations.csv") for word in (row["name"], *row["demonyms"].split("|"))
    )


@functools.cache
def clubs_folded() -> frozenset[str]:
    """Folded names and aliases of all clubs."""
    return frozenset(fold(alias) for club in clubs().values() for alias in (club.name, *club.aliases))


@functools.cache
def roles() -> Mapping[str, str]:
    """What the well-known people of the file are, by each of their names, folded."""
    return {
        fold(name): row["role"]
        for row in rows("people.csv")
        for name in (row["name"], *_parts(row["aliases"]))
    }


@functools.cache
def sources() -> tuple[Source, ...]:
    """Every source of the file."""
    return tuple(
        Source(r["name"], r["kind"], r["domain"], r["language"], int(r["tier"]), _parts(r["aliases"]))
        for r in rows("sources.csv")
    )


@functools.cache
def first_names() -> frozenset[str]:
    """Common first names, folded."""
    return frozenset(word for line in lines("first_names.txt") for word in line.lower().split())


@functools.cache
def words(lang: str) -> Mapping[str, Any]:
    """The words that tell people apart in one language; those of English where there are none."""
    file = resources.files("links").joinpath("data", "words", f"{lang}.toml")
    if not file.is_file():
        return words("en") if lang != "en" else {}
    return tomllib.loads(file.read_text(encoding="utf-8"))
