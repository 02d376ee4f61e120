"""The feeds that ship with the bot: public football feeds that were found well-founded."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True, slots=True)
class DefaultFeed:
    """A row of feeds/data/default_feeds.csv; `lang` is an ISO 639-1 code, `kind` "national", "regional"..."""

    url: str
    title: str
    lang: str
    country: str
    kind: str


def default_feeds() -> list[DefaultFeed]:
    """All of them, in the order of the file."""
    text = resources.files("feeds").joinpath("data/default_feeds.csv").read_text(encoding="utf-8")
    return [
        DefaultFeed(row["url"], row["title"], row["language"], row["country"], row["kind"])
        for row in csv.DictReader(text.splitlines())
    ]
