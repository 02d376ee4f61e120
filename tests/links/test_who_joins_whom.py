"""Buyer, player and seller around the words of a rule, as the press puts them: what the rules alone read."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from feeds.entry import Entry
from links.names import Names
from links.read import evidence_of, read

NAMES = Names.load()
LINES = [
    line
    for line in (Path(__file__).parent / "who_joins_whom.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


def an_entry(told: str) -> Entry:
    title, _, text = told.rpartition(" | ")
    return Entry(key="x", title=title, text=text, lang="en", published=datetime(2026, 1, 20, tzinfo=UTC))


@pytest.mark.parametrize("line", LINES)
def test_who_may_join_whom(line: str) -> None:
    told, _, links = line.partition(" =>")
    wanted = {tuple(link.strip().split(" > ")) for link in links.split(";") if link.strip()}
    claims, _ = evidence_of(an_entry(told), NAMES)
    assert {(claim.player, claim.club) for claim in claims} == wanted


def test_why_tells_the_words_as_the_text_has_them() -> None:
    told = "Everton reopen Valcourt talks | Everton have made a £20m bid for Udinese's Jordy Valcourt."
    why = " ".join(read(an_entry(told), NAMES).claims[0].why)
    words = re.findall("“(.*?)”", why)
    assert "reopen Valcourt talks" in words
    assert all(one in told for one in words)
