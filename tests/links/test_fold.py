"""Folding: keys that ignore case, accents and punctuation, and a way back to the text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.fold import flatten, fold


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Martin Ødegaard", "martin odegaard"),
        ("Łukasz Fabiański", "lukasz fabianski"),
        ("İlkay Gündoğan", "ilkay gundogan"),
        ("Kevin Großkreutz", "kevin grosskreutz"),
        ("Rasmus Højlund", "rasmus hojlund"),
        ("Bas\u0327aks\u0327ehir", "basaksehir"),
        ("Nott'm Forest", "nott m forest"),
        ("Chelsea’s", "chelsea s"),
        ("  Saint-Étienne ", "saint etienne"),
        ("Brighton & Hove Albion", "brighton hove albion"),
        ("🔵🟡 Ander", "ander"),
        ("Zinedine\u200bZidane", "zinedinezidane"),
        ("Спартак", "спартак"),
        ("", ""),
    ],
)
def test_names_fold_to_plain_keys(text: str, key: str) -> None:
    assert fold(text) == key


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=80))
def test_flattened_text_is_the_folded_text_with_its_gaps(text: str) -> None:
    assert " ".join(flatten(text).folded.split()) == fold(text)


@given(
    st.lists(st.sampled_from(["Ødegaard", "Großkreutz", "Æ", "e\u0301", "Chelsea’s", "…", "🔵", " ", "\n"]))
)
def test_every_folded_word_leads_back_to_the_word_it_came_from(parts: list[str]) -> None:
    flat = flatten("".join(parts))
    at = 0
    for word in flat.folded.split():
        start = flat.folded.index(f" {word} ", at) + 1
        first, last = flat.span(start, start + len(word))
        assert fold(flat.original[first:last]).replace(" ", "") == word
        at = start + len(word)


def test_every_character_folds_to_the_same_alone_and_among_many() -> None:
    everything = [chr(code) for code in range(0x80, 0x3000) if chr(code).isprintable()]
    together = fold(" ".join(everything))
    assert together == " ".join(key for key in map(fold, everything) if key)
