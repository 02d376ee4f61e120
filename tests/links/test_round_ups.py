"""Round-ups as sites lay them out: what belongs to an item, who is credited for it, what is no news of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from feeds.entry import Entry
from links.claim import Claim
from links.names import Names
from links.read import read

NAMES = Names.load()
ARTICLES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "articles" / "en" / "round_ups.toml").read_text(encoding="utf-8")
)["article"]


def claims(text: str, title: str = "Transfer gossip") -> dict[tuple[str, str], Claim]:
    reading = read(Entry(key="test", title=title, text=text, lang="en"), NAMES)
    return {(claim.player, claim.club): claim for claim in reading.claims}


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article["id"])
def test_a_round_up_is_read_item_by_item(article: dict[str, Any]) -> None:
    found = claims(article["text"], article["title"])
    wanted = {(link["player"], link["club"]): link for link in article["links"]}
    assert set(found) == set(wanted)
    for pair, link in wanted.items():
        claim = found[pair]
        assert claim.stage.word == link["stage"], pair
        assert claim.from_club == link.get("from"), pair
        assert list(claim.sources) == link.get("sources", []), pair


@pytest.mark.parametrize(
    "credit",
    ["(Daily Mail)", "(Daily Mail), external", "Full story: Daily Mail", "Full story: Daily Mail, external"],
)
def test_a_credit_in_a_line_of_its_own_is_for_the_item_above_it(credit: str) -> None:
    found = claims(
        f"Fulham want Stoke winger Ludvig Aamodt. Hull are keen on the 24-year-old.\n{credit}\n\n"
        "Reading want Barnsley forward Jonah Pellew. (Daily Star)\n\n"
        "Derby midfielder Kai Hallam is out until May. (The Sun)"
    )
    assert {pair: claim.sources for pair, claim in found.items()} == {
        ("Ludvig Aamodt", "Fulham"): ("Daily Mail",),
        ("Ludvig Aamodt", "Hull City"): ("Daily Mail",),
        ("Jonah Pellew", "Reading"): ("Daily Star",),
    }


def test_both_in_a_credit_takes_in_the_item_before() -> None:
    found = claims(
        "Fulham want Stoke winger Ludvig Aamodt.\n"
        "Reading want Barnsley forward Jonah Pellew (both Daily Star).\n"
        "Hull want Metz winger Noel Quaye (The Sun)."
    )
    assert [claim.sources for claim in found.values()] == [("Daily Star",), ("Daily Star",), ("The Sun",)]


def test_a_caption_below_its_mark_tells_nothing() -> None:
    text = (
        "Fulham want Stoke winger Ludvig Aamodt. (Sun)\n\nImage caption,\n\n"
        "Hull have signed Jonah Pellew from Reading\n\nMetz want Lens winger Noel Quaye. (Mirror)"
    )
    assert set(claims(text)) == {("Ludvig Aamodt", "Fulham"), ("Noel Quaye", "Metz")}


def test_a_section_goes_on_about_the_man_of_its_headline() -> None:
    text = (
        "FULHAM LOOK AT STOKE WINGER LUDVIG AAMODT\n\nFulham are following Stoke winger Ludvig Aamodt.\n\n"
        "Aamodt has also been linked with Hull.\n\nREADING PLAN MOVE FOR FORWARD\n\n"
        "Reading are plotting a move for Barnsley forward Jonah Pellew."
    )
    found = claims(text, "Paper talk: two moves in the making")
    assert {pair: claim.from_club for pair, claim in found.items()} == {
        ("Ludvig Aamodt", "Fulham"): "Stoke City",
        ("Ludvig Aamodt", "Hull City"): "Stoke City",
        ("Jonah Pellew", "Reading"): "Barnsley",
    }


def test_who_bears_the_name_of_a_coach_plays_where_he_is_given_an_age_or_a_position() -> None:
    assert ("Rob Edwards", "Fulham") in claims("Fulham want Stoke striker Rob Edwards, 24.")
    assert ("Rob Edwards", "Fulham") not in claims(
        "Fulham want former Stoke striker Rob Edwards as their coach."
    )


def test_sections_with_people_of_their_own_are_a_round_up_whatever_the_title_says() -> None:
    text = (
        "The latest from around the division.\n\nReading defender is wanted by two\n\n"
        "Reading's Jonah Pellew is a target for Hull, the Daily Star says.\n\nWatford hunt for a striker\n\n"
        "Watford want Lens forward Noel Quaye.\n\nDerby move on from winger\n\n"
        "Derby have missed out on Stoke winger Ludvig Aamodt."
    )
    found = claims(text, "League One news: Reading man wanted, Watford hunt and Derby move on")
    assert set(found) == {
        ("Jonah Pellew", "Hull City"), ("Noel Quaye", "Watford"), ("Ludvig Aamodt", "Derby County"),
    }  # fmt: skip


def test_an_item_about_a_womens_team_silences_that_item_alone() -> None:
    text = (
        "Fulham: Stoke winger Ludvig Aamodt will have a medical.\n\nHull: Rafe Linnell is wanted.\n\n"
        "Women's football: Reading have made a bid for Burnley forward Ada Vale.\n\n"
        "Watford: They want Lens forward Noel Quaye.\n\nMetz: No news.\n\nNantes: No news.\n\nLens: Quiet."
    )
    found = claims(text, "Deadline day, club by club")
    assert ("Ludvig Aamodt", "Fulham") in found
    assert ("Noel Quaye", "Watford") in found
    assert not any(player == "Ada Vale" for player, _ in found)
