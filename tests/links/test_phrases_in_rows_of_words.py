"""What a phrase of a language file matches, written with sets, brackets, gaps and fillers."""

from __future__ import annotations

import time

import pytest

from links.phrases import KEPT, PhraseError, Phrases

VERBS = {
    "want": ("want", "wants", "wanted", "wanted", "wanting"),
    "eye": ("eye", "eyes", "eyed", "eyed", "eyeing"),
}
FORMS = ("base", "third", "past", "participle", "gerund")
SETS = {"bid": "bid offer", "wish": "<want> <eye>"}


def found(phrase: str, text: str) -> list[str]:
    """The stretches of a text that a phrase matches; punctuation stands apart in it."""
    phrases: Phrases[str] = Phrases(VERBS, FORMS, SETS, ("a", "big", "late"))
    phrases.add(phrase, "x")
    words = text.split()
    hits = phrases.find(words, [word.isalnum() for word in words])
    return [" ".join(words[hit.start : hit.end]) for hit in hits]


@pytest.mark.parametrize(
    ("phrase", "text", "matched"),
    [
        ("a|the bid", "the bid", ["the bid"]),
        ("in? talks", "in talks", ["in talks", "talks"]),
        ("<want> P", "rovers wanted P", ["wanted P"]),
        ("<want:gerund> P", "rovers wanted P", []),
        ("<want|eye> P", "rovers eyeing P", ["eyeing P"]),
        ("{wish} P", "rovers eyed P and wanted P", ["eyed P", "wanted P"]),
        ("(in the|on a) (hunt|trail) of", "on a trail of", ["on a trail of"]),
        ("(in the|on a) (hunt|trail) of", "on the trail of", []),
        ("(hold (of|on)?) P", "hold P", ["hold P"]),
        ("make * {bid}", "make a very late offer", ["make a very late offer"]),
        ("make * {bid}", "make it . offer", []),
        ("make ~ {bid}", "make a big late offer", ["make a big late offer"]),
        ("make ~ {bid}", "make a silly offer", []),
    ],
)
def test_a_phrase_matches_what_it_spells(phrase: str, text: str, matched: list[str]) -> None:
    assert sorted(found(phrase, text)) == sorted(matched)


@pytest.mark.parametrize(
    "phrase", ["", "* bid", "~ bid", "a? the?", "(a|the", "a|", "(a|)", "<sell> P", "{none}", "<want:fourth>"]
)
def test_a_phrase_that_makes_no_sense_is_an_error(phrase: str) -> None:
    phrases: Phrases[str] = Phrases(VERBS, FORMS, SETS)
    with pytest.raises(PhraseError):
        phrases.add(phrase, "x")


def test_phrases_that_begin_alike_are_all_found() -> None:
    phrases: Phrases[int] = Phrases(VERBS, FORMS, SETS)
    for number, phrase in enumerate(("<want> P", "wants P", "{wish} P", "(wants|has) (P|C)")):
        phrases.add(phrase, number)
    hits = phrases.find(["wants", "P"], [True, True])
    assert sorted(hit.meaning for hit in hits) == [0, 1, 2, 3]


def test_what_was_read_before_changes_nothing() -> None:
    phrases: Phrases[str] = Phrases(VERBS, FORMS, SETS, ("a", "big"))
    phrases.add("<want> ~ {bid}", "one")
    phrases.add("wants * bid", "two")
    words = ["rovers", "wants", "a", "big", "bid"]
    first = phrases.find(words, [True] * len(words))
    for number in range(200):
        phrases.find(["wants", f"w{number}", "a", "bid"], [True] * 4)
    assert phrases.find(words, [True] * len(words)) == first
    phrases.add("a big bid", "three")
    assert len(phrases.find(words, [True] * len(words))) == len(first) + 1


def test_a_long_row_takes_time_in_proportion_and_memory_is_bounded() -> None:
    phrases: Phrases[str] = Phrases(VERBS, FORMS, SETS, ("a", "big"))
    for phrase in ("a * a * a * bid", "a ~ big ~ a ~ big ~ bid", "(a|big) (a|big) (a|big) * bid"):
        phrases.add(phrase, phrase)
    words = ["a", "big", "a", "a", "big"] * 20_000
    begun = time.process_time()
    phrases.find(words, [True] * len(words))
    assert time.process_time() - begun < 5
    assert len(phrases._states) < KEPT
