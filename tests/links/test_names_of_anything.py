"""Laws of finding names: in whatever stands in a feed, twice the same, in linear time."""

from __future__ import annotations

import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from links.fold import fold
from links.names import Names, Sort, Survey
from links.player import Player

NAMES = Names.load([Player(1, "Joe Gomez"), Player(2, "Žarko Kožić", aliases=("Zaki",))])

PIECES = [
    "Joe Gomez", "Gomez", "Zaki", "Milan", "the Reds", "Liverpool", "Inter", "Besiktas", "Beşiktaş",
    "Ada Vale", "van Osten", "Manager", "on Wednesday", "in Nice", "Nice", "Sport", "reports", "(Record)",
    "according to", "'s", "Ødegård’s", ",", ".", ":", "\n", "-", "…", "🔵", "ß", "U21", "Women", "B",
    "@ada", "CEO", "The", "…[", "e\u0301",
]  # fmt: skip


def check(read: Survey) -> None:
    assert all(read.text[m.start : m.end] == m.text for m in read.mentions)
    spans = [(m.start, m.end) for m in read.mentions]
    assert spans == sorted(spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    people = [mention for person in read.people for mention in person.mentions]
    assert all(read.text[m.start : m.end] == m.text for m in people)
    assert len({(m.start, m.end) for m in people}) == len(people)
    listed = {(m.start, m.end) for m in read.mentions if m.sort in (Sort.PERSON, Sort.PLAYER)}
    assert not {(m.start, m.end) for m in people} & (set(spans) - listed)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=300))
def test_no_text_breaks_the_finding(title: str, text: str) -> None:
    check(NAMES.survey(title, text, outlet=title))


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30))
def test_names_thrown_together_are_found_twice_alike(pieces: list[str]) -> None:
    text = " ".join(pieces)
    read = NAMES.survey("Joe Gomez to Milan", text)
    check(read)
    assert NAMES.survey("Joe Gomez to Milan", text) == read


@pytest.mark.parametrize(
    "text",
    [
        "Beşiktaş want Žarko Kožić of Malmö, says Alfredo Pedullà.",
        "Atlético Madrid and Saint-Étienne ask about Benoît Çelâ; Çelâ waits.",
        "Gençlerbirliği sign Miloš Ćosić from Śląsk Wrocław.",
    ],
)
def test_accents_change_nothing(text: str) -> None:
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    plain = plain.replace("ı", "i").replace("Ł", "L").replace("ł", "l")
    one, other = NAMES.survey("", text), NAMES.survey("", plain)
    assert [m.name for m in one.mentions] == [m.name for m in other.mentions]
    assert [fold(p.name) for p in one.people] == [fold(p.name) for p in other.people]


@pytest.mark.parametrize(
    "piece",
    [
        "A ", "Ab Smith, ", "Liverpool Reds Nottingham Forest Reds ", "(", "Joe Gomez Gomez ", "Aa-", "A'",
        "a", "Ab\n", "🔵ß", "according to Xyz ", "@abcdef ", "e\u0301", "Sir Van De ",
    ],
)  # fmt: skip
def test_ten_times_the_text_takes_about_ten_times_the_time(piece: str) -> None:
    def seconds(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        NAMES.survey("", text)
        return time.process_time() - start

    seconds(1000)
    assert seconds(60_000) < 40 * (seconds(6_000) + 0.01)
