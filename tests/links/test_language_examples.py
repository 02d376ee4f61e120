"""The examples of every language file, read as they stand there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from feeds.entry import Entry
from links.claim import Claim
from links.language import codes, language
from links.names import Names
from links.read import read

NAMES = Names.load()
EXAMPLES = [
    pytest.param(code, example, id=f"{code}: {example['text'][:70]}")
    for code in codes()
    if (words := language(code)) is not None
    for example in words.examples
]


def told(claim: Claim) -> dict[str, Any]:
    """A claim by the keys of an example; what is untold is "" or []."""
    return {
        "player": claim.player, "club": claim.club, "from": claim.from_club or "", "stage": claim.stage.word,
        "status": str(claim.status), "deal": str(claim.deal or ""), "fee": claim.fee or "",
        "sources": list(claim.sources),
    }  # fmt: skip


@pytest.mark.parametrize(("code", "example"), EXAMPLES)
def test_an_example_is_read_as_the_language_file_says(code: str, example: Mapping[str, Any]) -> None:
    entry = Entry(key="example", title=example.get("title", ""), text=example["text"], lang=code)
    found = [told(claim) for claim in read(entry, NAMES).claims]
    wanted = example["claims"]
    assert {(c["player"], c["club"]) for c in found} == {(c["player"], c["club"]) for c in wanted}
    for want in wanted:
        have = next(c for c in found if (c["player"], c["club"]) == (want["player"], want["club"]))
        assert {key: have[key] for key in want} == dict(want)
