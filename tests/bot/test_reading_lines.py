"""`read` and `replay`: JSON lines in, JSON lines out, bad lines named and passed over."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from bot.lines import read_lines, replay_lines
from tests.bot.world import NAMES

BID = "Leeds United have submitted an £18m bid for Everton midfielder Owen Tregarth."
TALKS = "Leeds United are in talks with Everton over Owen Tregarth."
REJECTED = "Everton have rejected an £18m bid from Leeds United for midfielder Owen Tregarth."


def a_line(text: str = BID, **fields: Any) -> str:
    return json.dumps({"id": "a1", "title": "", "text": text, "lang": "en", **fields})


def read(*lines: str) -> tuple[list[dict[str, Any]], list[str]]:
    complaints: list[str] = []
    return [json.loads(line) for line in read_lines(lines, NAMES, complaints.append)], complaints


def test_an_article_gives_its_links_in_full() -> None:
    ((answer,), complaints) = read(a_line())
    (link,) = answer["links"]
    assert answer["id"] == "a1"
    assert set(link) == {
        "player", "club", "from", "stage", "status", "deal", "fee", "sources", "quote", "why",
    }  # fmt: skip
    assert (link["player"], link["club"], link["from"]) == ("Owen Tregarth", "Leeds United", "Everton")
    assert (link["stage"], link["status"], link["fee"]) == ("bid", "live", "£18m")
    assert link["quote"] in BID
    assert complaints == []


def test_with_watch_only_those_players_are_answered() -> None:
    two = f"{BID} Chelsea have opened talks with Lille over Idris Valcourt."
    ((everybody,), _) = read(a_line(two))
    ((one,), _) = read(a_line(two, watch=["Idris Valcourt"]))
    assert {link["player"] for link in everybody["links"]} == {"Owen Tregarth", "Idris Valcourt"}
    assert {link["player"] for link in one["links"]} == {"Idris Valcourt"}


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[1]", "not an object"),
        ('{"title": "x"}', "no id"),
        ('{"id": "", "title": "x"}', "no id"),
        ('{"id": true, "title": "x"}', "no id"),
        ('{"id": "x"}', "neither title nor text"),
        ('{"id": "x", "text": 5}', "text is not text"),
        ('{"id": "x", "text": "y", "published": "yesterday"}', "ISO 8601"),
        ('{"id": "x", "text": "y", "watch": "Owen"}', "watch"),
        ('{"id": "x", "text": "y", "published": "0001-01-01T00:00:00+05:00"}', "ISO 8601"),
    ],
)
def test_a_bad_line_is_named_by_its_number_and_the_rest_goes_on(line: str, words: str) -> None:
    answers, complaints = read(a_line(), "", line, a_line(id="a2"))
    assert [answer["id"] for answer in answers] == ["a1", "a2"]
    assert len(complaints) == 1
    assert complaints[0].startswith("line 3: ")
    assert words in complaints[0]
    assert "\n" not in complaints[0]


def test_half_a_character_spoils_no_line() -> None:
    ((answer,), complaints) = read('{"id": "a\\ud800", "title": "\\udfff", "text": "Nothing new."}')
    assert json.dumps(answer, ensure_ascii=False).encode() is not None
    assert complaints == []


def test_a_language_that_is_not_read_gives_no_link_and_says_so() -> None:
    ((answer,), _) = read(a_line("レアル・マドリードが獲得を発表した。", lang="ja"))
    assert answer["links"] == []
    assert "ja" in answer["note"]


async def replay(*lines: str) -> list[dict[str, Any]]:
    complaints: list[str] = []
    answers = [json.loads(line) for line in await replay_lines(lines, NAMES, complaints.append)]
    assert complaints == []
    return answers


def story() -> list[str]:
    return [
        a_line(TALKS, id="1", published="2026-01-10T08:00:00Z"),
        a_line(TALKS, id="2", published="2026-01-10T10:00:00+01:00", outlet="Gazette"),
        a_line(BID, id="3", published="2026-01-12"),
        a_line(REJECTED, id="4", published="2026-01-12T18:00:00Z"),
        a_line(TALKS, id="5", published="2026-05-01T18:00:00Z"),
    ]


async def test_a_story_gives_each_development_once() -> None:
    answers = await replay(*story())
    kinds = {answer["id"]: [alert["kind"] for alert in answer["alerts"]] for answer in answers}
    assert kinds == {"1": ["new"], "2": [], "3": ["escalated"], "4": ["setback"], "5": ["revived"]}
    assert answers[2]["alerts"] == [
        {
            "player": "Owen Tregarth",
            "club": "Leeds United",
            "kind": "escalated",
            "stage": "bid",
            "status": "live",
        }
    ]


async def test_an_article_without_a_time_counts_as_said_with_its_neighbours() -> None:
    answers = await replay(a_line(TALKS, id="1"), a_line(BID, id="2", published="2026-01-12"))
    assert [alert["kind"] for answer in answers for alert in answer["alerts"]] == ["new", "escalated"]


async def test_articles_are_taken_in_order_of_time_whatever_their_place_in_the_file() -> None:
    lines = story()
    random.Random(4).shuffle(lines)
    assert await replay(*lines) == await replay(*story())
