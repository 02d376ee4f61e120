"""Sagas of the project's own, read and decided: readers are told what the labels tell them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from feeds.entry import Entry
from links.claim import Claim, Stage, Status
from links.decide import advance, decide
from links.fold import fold
from links.link import Link
from links.names import Names
from links.players import same_player
from links.read import read

FILE = Path(__file__).parent / "sagas" / "en.toml"
SAGAS: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["saga"]
TOLD = 0.85
"""So much of the developments has to be told where it is due, and no more than this share told wrongly."""


def labelled(item: dict[str, Any]) -> list[Claim]:
    return [
        Claim(link["player"], link["club"], Stage.of(link["stage"]), Status(link["status"]))
        for link in item["links"]
    ]


def as_read(item: dict[str, Any], names: Names) -> Iterable[Claim]:
    entry = Entry(
        key=item["published"], title=item["title"], text=item["text"], lang="en", outlet=item["outlet"],
        published=datetime.fromisoformat(item["published"]),
    )  # fmt: skip
    return read(entry, names).claims


def alerts(saga: dict[str, Any], told: Iterable[Iterable[Claim]]) -> set[tuple[int, str, str]]:
    """(item, club, kind) of every alert that these claims, item by item, give for the saga's player."""
    names = [saga["player"], *saga["aliases"]]
    links: dict[str, Link] = {}
    found = set()
    for number, (item, claims) in enumerate(zip(saga["item"], told, strict=True)):
        at = datetime.fromisoformat(item["published"])
        for claim in claims:
            if not any(same_player(name, claim.player) for name in names):
                continue
            club = fold(claim.club)
            if kind := decide(links.get(club), claim, at):
                found.add((number, club, kind.value))
            links[club] = advance(links.get(club), claim, at, player_id=1)
    return found


@pytest.mark.parametrize("saga", SAGAS, ids=lambda saga: str(saga["id"]))
def test_a_saga_is_in_order_of_time(saga: dict[str, Any]) -> None:
    times = [datetime.fromisoformat(item["published"]) for item in saga["item"]]
    assert times == sorted(times)
    assert all(time.tzinfo is not None for time in times)


def test_sagas_are_told_as_their_labels_tell_them() -> None:
    names = Names.load()
    right = given = due = 0
    for saga in SAGAS:
        want = alerts(saga, [labelled(item) for item in saga["item"]])
        have = alerts(saga, [as_read(item, names) for item in saga["item"]])
        right, given, due = right + len(want & have), given + len(have), due + len(want)
    assert right >= TOLD * due
    assert right >= TOLD * given
