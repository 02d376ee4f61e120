"""Sources: listed outlets, outlets whose name is a word, unlisted ones that the article credits."""

from __future__ import annotations

import pytest

from links.names import Names, Sort

NAMES = Names.load()


def sources(text: str) -> list[str]:
    return [m.text for m in NAMES.survey("", text).mentions if m.sort is Sort.SOURCE]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A deal is close, according to The Athletic.", ["The Athletic"]),
        ("A deal is close, Sport reports.", ["Sport"]),
        ("Lens want a keeper. (Record)", ["Record"]),
        ("A deal is close, whispers the Mail.", ["Mail"]),
        ("A fee is agreed, reports David Ornstein.", ["David Ornstein"]),
        ("Romano: winger agrees terms", ["Romano"]),
        ("Sky also confirms the talks.", ["Sky"]),
        ("The Rovers are considering their reply, the Wexcombe Sentinel reports.", ["Wexcombe Sentinel"]),
        ("Talks have begun, according to Il Foglietto.", ["Il Foglietto"]),
        ("Talks have begun. (Eco di Ponente)", ["Eco di Ponente"]),
        ("Agreement reached, as @ada_vale_tv reports.", ["@ada_vale_tv"]),
    ],
)
def test_who_is_credited_is_a_source(text: str, found: list[str]) -> None:
    assert sources(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "He set a record in the mirror of a sport that needs a star.",
        "Athletic want the winger.",
        "The Sun shone. It was a good time for all.",
        "Record signing Ada Vale trained on her own.",
    ],
)
def test_a_word_or_a_club_is_no_source(text: str) -> None:
    assert sources(text) == []


@pytest.mark.parametrize(
    ("name", "tier"),
    [
        ("BBC Sport", 1),
        ("david ornstein", 1),
        ("TEAMtalk", 4),
        ("teamtalk.com", 4),
        ("The Wexcombe Sentinel", None),
    ],
)
def test_tiers_are_looked_up_by_name_or_address(name: str, tier: int | None) -> None:
    assert NAMES.source_tier(name) == tier
