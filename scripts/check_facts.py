"""Check the facts that ship: python scripts/check_facts.py; prints every fault, ends with 1 if there is one.

What is checked: names are there once, nothing needed is empty, an alias belongs to one club unless
links/data/ambiguous.csv says that several share it, no other team of a club stands as a club, what points
at a club points at one that is listed, feeds are https and there once, folded files are folded.
"""

from __future__ import annotations

import csv
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from links.fold import fold  # noqa: E402
from links.names.gazetteer import bare  # noqa: E402

LINKS, FEEDS = ROOT / "links" / "data", ROOT / "feeds" / "data"
ROLES = {"coach", "director", "agent", "owner", "pundit", "referee", "politician", "journalist", "family"}
READINGS = {"word", "shared", "name", "place", "nation", "rare", "town", "several", "event"}
OTHER_TEAM = re.compile(
    r"\b(Women|Ladies|Femení|Femenino|U-?\d\d|Under-\d\d|Castilla)$|(?<!Willem) II$| B$|^Jong "
)
CODE = re.compile(r"[a-z]{2}$")


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def faults() -> list[str]:
    """Every fault in the files, one line each; empty when all is well."""
    found: list[str] = []
    for check in (clubs, ambiguous, sources, teams, stadiums, defaults, people, lists, words, feeds):
        found += [f"{check.__name__}: {fault}" for fault in check()]
    return found


def twice(values: list[str]) -> list[str]:
    """Values that are there more than once."""
    return [value for value, count in Counter(values).items() if count > 1]


def blank(table: list[dict[str, str]], columns: tuple[str, ...]) -> Iterator[str]:
    """Rows with nothing in a column that is needed, or with more cells than columns."""
    for row in table:
        if None in row:
            yield f"too many cells: {row}"
        for column in columns:
            if not (row.get(column) or "").strip():
                yield f"no {column}: {next(iter(row.values()))!r}"


def aliases(row: dict[str, str], column: str = "aliases") -> list[str]:
    """The parts of a cell."""
    return [part for part in row[column].split("|") if part]


def club_names() -> set[str]:
    """The usual English names."""
    return {row["name"] for row in rows(LINKS / "clubs.csv")}


def clubs() -> Iterator[str]:
    """Clubs: names, fields, aliases."""
    table = rows(LINKS / "clubs.csv")
    yield from blank(table, ("name", "country", "league", "city", "aliases"))
    yield from (f"twice: {name}" for name in twice([fold(row["name"]) for row in table]))
    shared = {row["alias"] for row in rows(LINKS / "ambiguous.csv") if row["reading"] == "several"}
    owners: dict[str, set[str]] = {}
    for row in table:
        if row["aliases"].split("|")[0] != row["name"]:
            yield f"the first alias is not the name: {row['name']}"
        if OTHER_TEAM.search(row["name"]):
            yield f"another team of a club: {row['name']}"
        for alias in aliases(row):
            owners.setdefault(fold(alias), set()).add(row["name"])
    for alias, names in owners.items():
        if len(names) > 1 and alias not in shared:
            yield f"alias {alias!r} of several clubs: {', '.join(sorted(names))}"
    yield from (
        f"{alias!r} is listed as shared, but is not" for alias in shared if len(owners.get(alias, ())) < 2
    )


def ambiguous() -> Iterator[str]:
    """Second readings of aliases."""
    table = rows(LINKS / "ambiguous.csv")
    known = {
        bare(alias)
        for row in rows(LINKS / "clubs.csv")
        for alias in [*aliases(row), *aliases(row, "nicknames")]
    }
    for row in table:
        if row["reading"] not in READINGS:
            yield f"no such reading: {row}"
        if row["alias"] not in known:
            yield f"no club is called {row['alias']!r}"
    yield from (f"twice: {pair}" for pair in twice([f"{r['alias']}, {r['reading']}" for r in table]))


def sources() -> Iterator[str]:
    """Outlets, journalists, clubs and leagues that are credited."""
    table = rows(LINKS / "sources.csv")
    yield from blank(table, ("name", "kind", "country", "language", "tier"))
    yield from (f"twice: {name}" for name in twice([fold(row["name"]) for row in table]))
    for row in table:
        if row["tier"] not in {"1", "2", "3", "4"}:
            yield f"no tier: {row['name']}"
        if row["kind"] not in {"outlet", "journalist", "club", "league"}:
            yield f"no such kind: {row['name']}"
        if "/" in row["domain"] or not CODE.match(row["language"]):
            yield f"domain or language: {row['name']}"


def teams() -> Iterator[str]:
    """Other teams."""
    table = rows(LINKS / "teams.csv")
    yield from blank(table, ("alias", "club", "team"))
    yield from (f"twice: {alias}" for alias in twice([row["alias"] for row in table]))
    for row in table:
        if row["team"] not in {"women", "youth", "reserve"}:
            yield f"no such team: {row['alias']}"
        if row["team"] != "women" and row["club"] not in club_names():
            yield f"no such club: {row['club']}"


def stadiums() -> Iterator[str]:
    """Stadiums; one that several clubs share has no club."""
    table = rows(LINKS / "stadiums.csv")
    yield from blank(table, ("name", "aliases"))
    yield from (f"twice: {name}" for name in twice([row["name"] for row in table]))
    yield from (f"no such club: {row}" for row in table if row["club"] and row["club"] not in club_names())


def defaults() -> Iterator[str]:
    """Which club a shared name means where nothing else tells."""
    table = rows(LINKS / "defaults.csv")
    yield from (f"twice: {alias}" for alias in twice([row["alias"] for row in table]))
    for row in table:
        if fold(row["alias"]) != row["alias"] or row["club"] not in club_names():
            yield f"alias or club: {row}"


def people() -> Iterator[str]:
    """Well-known people who do not play."""
    table = rows(LINKS / "people.csv")
    yield from blank(table, ("name", "role"))
    yield from (f"twice: {name}" for name in twice([fold(row["name"]) for row in table]))
    yield from (f"no such role: {row}" for row in table if row["role"] not in ROLES)


def lists() -> Iterator[str]:
    """Leagues, nations, places, first names."""
    for name, needed in (
        ("leagues", ("name", "country", "aliases")),
        ("nations", ("name", "demonyms")),
        ("places", ("name", "country")),
    ):
        table = rows(LINKS / f"{name}.csv")
        yield from blank(table, needed)
        yield from (f"{name}, twice: {value}" for value in twice([fold(row["name"]) for row in table]))
    for line in (LINKS / "first_names.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#") and "-".join(fold(part) for part in line.split("-")) != line:
            yield f"not folded: {line[:60]}"
        yield from (f"first name twice in a line: {word}" for word in twice(line.split()) if line[0] != "#")


def strings(value: Any) -> Iterator[str]:
    """Every string in a table of TOML."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list):
        for part in value:
            yield from strings(part)


def words() -> Iterator[str]:
    """The words of each language: folded, but for the markers of teams, which stand as written."""
    for path in sorted((LINKS / "words").glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        table.pop("team", None)
        yield from (f"{path.name}, not folded: {text!r}" for text in strings(table) if fold(text) != text)
    for path in sorted((LINKS / "words").glob("*.txt")):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        yield from (f"{path.name}, not folded: {line[:60]}" for line in lines if fold(line) != line)


def feeds() -> Iterator[str]:
    """The default feeds."""
    table = rows(FEEDS / "default_feeds.csv")
    yield from blank(table, ("url", "title", "language", "country", "kind"))
    yield from (f"twice: {url}" for url in twice([row["url"] for row in table]))
    for row in table:
        if not row["url"].startswith("https://") or not CODE.match(row["language"]):
            yield f"address or language: {row['url']}"
        if "as listed" in row["title"] or "old address" in row["title"]:
            yield f"not well-founded: {row['title']}"


if __name__ == "__main__":
    problems = faults()
    print("\n".join(problems) or "The facts are in order.")
    sys.exit(bool(problems))
