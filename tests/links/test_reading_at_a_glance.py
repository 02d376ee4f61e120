"""What is put aside at a glance holds no claim: `read(..., claims_only=True)` finds what `read` finds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.entry import Entry
from links.names import Names, Sort, typos
from links.read import may_claim, read

NAMES = Names.load()
ARTICLES = Path(__file__).parent / "articles" / "en"
PIECES = [
    "Milan", "the Reds", "Liverpool", "liverpool", "Derby", "Nice", "OM", "om", "Brest", "Santos", "Milwall",
    "Royal Antwrep", "de Graafschp", "Forest", "Wednesday", "Sport", "Ada Vale", "Rodrigo Santos", "Vale's",
    "signs for", "joins", "have", "striker", "In:", "said", "near", "Anfield", ",", ".", ":", "\n\n", "-",
    "(", ")", "\u00ad", "&amp;", "<b>", "#", "WOMEN", "U21",
]  # fmt: skip


def written() -> Iterator[Entry]:
    for file in sorted(ARTICLES.glob("*.toml")):
        for article in tomllib.loads(file.read_text(encoding="utf-8"))["article"]:
            title, text = article.get("title", ""), article.get("text", "")
            yield Entry("test", title, text, lang="en", outlet=article.get("outlet"))


def same(entry: Entry) -> bool:
    return read(entry, NAMES, claims_only=True).claims == read(entry, NAMES).claims


def test_our_articles_are_read_alike() -> None:
    assert all(same(entry) for entry in list(written())[::15])


def test_each_sentence_of_our_articles_alone_is_read_alike() -> None:
    sentences = {one for entry in written() for one in re.split(r"(?<=[.!?])\s+|\n+", entry.text) if one}
    chosen = [Entry("test", "", one, lang="en") for one in sorted(sentences)]
    aside = [entry for entry in chosen if not may_claim(entry, NAMES)]
    assert len(aside) > 100
    assert not [entry.text for entry in aside if read(entry, NAMES).claims]


@pytest.mark.parametrize(
    "text",
    [
        "Milwall have signed striker Ada Vale.",
        "ada vale has signed for liverpool",
        "Ada Vale: our new striker signs until 2029. We are delighted to sign him.",
        "Ada Vale has signed for Arse\u00adnal.",
        "Ada Vale has signed for <b>Bayern</b>&nbsp;M&uuml;nchen.",
        "In: Ada Vale (free)",
    ],
)
@pytest.mark.parametrize("outlet", [None, "Everton FC", "The Post"])
def test_clubs_in_every_dress_are_seen(text: str, outlet: str | None) -> None:
    assert same(Entry("test", "", text, lang="en", outlet=outlet))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=8), st.lists(st.sampled_from(PIECES), max_size=25))
def test_where_a_survey_finds_a_club_one_was_expected(title: list[str], text: list[str]) -> None:
    head, body = " ".join(title), " ".join(text)
    survey = NAMES.survey(head, body, outlet=head)
    if any(m.sort is Sort.CLUB for m in survey.mentions) or survey.home:
        assert NAMES.may_name_club(head, body, outlet=head)
        assert NAMES.survey(head, body, outlet=head, needs_club=True) == survey


def test_every_name_with_two_letters_in_turn_may_be_misspelt() -> None:
    names = sorted({name for found in typos._names().values() for name, _ in found})
    for name in names:
        wrong = name[:2] + name[3] + name[2] + name[4:]
        if typos._meant(wrong):
            assert typos.may_be_misspelt(f"Meet {wrong.title()} Today")


def test_an_article_without_a_club_is_put_aside() -> None:
    assert not may_claim(Entry("test", "Cup draw", "The captain has signed for the season."), NAMES)
    assert may_claim(Entry("test", "Cup draw", "The captain has signed for Everton."), NAMES)
