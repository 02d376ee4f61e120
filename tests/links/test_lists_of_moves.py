"""Lists of who came and who went, in the forms in which the press prints them."""

from __future__ import annotations

import pytest

from feeds.entry import Entry
from links.names import Names
from links.read import read

NAMES = Names.load()


def moves(text: str, title: str = "") -> set[tuple[str, str, str | None, str]]:
    reading = read(Entry(key="test", title=title, text=text, lang="en"), NAMES)
    return {(c.player, c.club, c.from_club, c.stage.word) for c in reading.claims}


@pytest.mark.parametrize(
    "text",
    [
        "Barnsley\nIn: Davi Morgado (Hull City, loan)\nOut: Tom Ashcroft (Wigan, free)",
        "Barnsley – In: Davi Morgado (Hull City, loan)\nBarnsley – Out: Tom Ashcroft (Wigan, free)",
        "Barnsley - arrivals: Davi Morgado (from Hull City). Departures: Tom Ashcroft (to Wigan).",
        "Barnsley\nIN\nDavi Morgado (Hull City, loan)\nOUT\nTom Ashcroft (Wigan, free)",
        "BARNSLEY\nIn\n- Davi Morgado (Hull City)\nOut\n- Tom Ashcroft (Wigan)",
    ],
)
def test_who_came_and_who_went_is_read_under_the_name_of_the_club(text: str) -> None:
    assert moves(text, "Every move so far") == {
        ("Davi Morgado", "Barnsley", "Hull City", "done"),
        ("Tom Ashcroft", "Wigan Athletic", "Barnsley", "done"),
    }


def test_the_club_of_the_title_is_meant_where_no_heading_names_one() -> None:
    told = moves(
        "IN: Davi Morgado (Hull City, undisclosed). OUT: Ben Stride (Charlton, free).",
        "Ins and outs at Coventry",
    )
    assert told == {
        ("Davi Morgado", "Coventry City", "Hull City", "done"),
        ("Ben Stride", "Charlton Athletic", "Coventry City", "done"),
    }


def test_who_goes_back_or_nowhere_joins_nobody() -> None:
    assert not moves(
        "Barnsley\nIn: none\nOut: Tom Ashcroft (end of loan, returned to Leeds), Davi Morgado (released)",
        "Every move so far",
    )


def test_targets_in_a_list_are_of_interest() -> None:
    assert moves("Barnsley\nTargets: Davi Morgado (Hull City), Tom Ashcroft (Wigan)", "What they need") == {
        ("Davi Morgado", "Barnsley", "Hull City", "interest"),
        ("Tom Ashcroft", "Barnsley", "Wigan Athletic", "interest"),
    }


def test_a_line_up_after_a_colon_is_no_list_of_moves() -> None:
    assert not moves(
        "Barnsley: Davi Morgado; Tom Ashcroft, Ben Stride (Ivan Toal 64). Out injured: Marc Ferrand."
    )


@pytest.mark.parametrize(
    "line",
    [
        "Davi Morgado [Hull City - Barnsley] £2m",
        "Davi Morgado (Hull City to Barnsley), £2m",
        "Davi Morgado: Hull City to Barnsley - £2m",
        "Davi Morgado – Hull City to Barnsley, £2m",
    ],
)
def test_a_line_that_tells_a_move_and_nothing_else_is_one(line: str) -> None:
    assert moves(f"4 July\n{line}\n", "Done deals") == {("Davi Morgado", "Barnsley", "Hull City", "done")}


def test_each_of_a_list_has_his_own_terms() -> None:
    text = (
        "Barnsley\nIn: Davi Morgado (Hull City, £2m), Tom Ashcroft (Wigan, loan), Ben Stride (Charlton, free)"
    )
    reading = read(Entry(key="test", title="Every move so far", text=text, lang="en"), NAMES)
    assert {c.player: (str(c.deal or ""), c.fee) for c in reading.claims} == {
        "Davi Morgado": ("permanent", "£2m"),
        "Tom Ashcroft": ("loan", None),
        "Ben Stride": ("free", None),
    }


def test_names_in_brackets_under_a_club_are_those_who_came() -> None:
    text = "Barnsley\nDavi Morgado (Hull City), Tom Ashcroft (Wigan, loan).\nReading\nBen Stride (Charlton)."
    assert moves(text, "Every January signing") == {
        ("Davi Morgado", "Barnsley", "Hull City", "done"),
        ("Tom Ashcroft", "Barnsley", "Wigan Athletic", "done"),
        ("Ben Stride", "Reading", "Charlton Athletic", "done"),
    }


def test_a_squad_under_the_name_of_a_country_is_no_list_of_moves() -> None:
    assert not moves("Goalkeepers\nDavi Morgado (Hull City), Tom Ashcroft (Wigan).", "The squad for Norway")


def test_a_score_behind_a_name_is_no_move() -> None:
    assert not moves("Davi Morgado (Hull City - Barnsley 2-1)", "Who scored on Saturday")
