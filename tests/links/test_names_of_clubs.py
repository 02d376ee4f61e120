"""Clubs in a text and on the tongue: aliases, nicknames, the ambiguous ones settled by the article."""

from __future__ import annotations

import pytest

from links.names import Names, Sort, Survey

NAMES = Names.load()


def clubs(title: str, text: str = "", outlet: str | None = None) -> dict[str, str]:
    """Which club each word means that the article uses for one."""
    survey = NAMES.survey(title, text, outlet=outlet)
    return {m.text: m.name for m in survey.mentions if m.sort is Sort.CLUB and m.team is None}


def survey(text: str) -> Survey:
    return NAMES.survey("", text)


@pytest.mark.parametrize(
    ("typed", "club"),
    [
        ("man utd", "Manchester United"),
        ("Spurs", "Tottenham Hotspur"),
        ("the Gunners", "Arsenal"),
        ("barca", "Barcelona"),
        ("atletico", "Atlético Madrid"),
        ("fenerbahce", "Fenerbahçe"),
        ("FC Köln", "Cologne"),
        ("nottm forest", "Nottingham Forest"),
        ("tottenam", "Tottenham Hotspur"),
        ("reds", None),
        ("fcb", None),
        ("", None),
        ("the moon", None),
    ],
)
def test_what_a_person_types_is_understood_or_refused(typed: str, club: str | None) -> None:
    assert NAMES.club(typed) == club


def test_every_club_understands_its_own_name() -> None:
    assert [name for name in NAMES.clubs if NAMES.club(name) != name] == []


def test_the_longest_name_wins() -> None:
    assert clubs("Inter Miami ask Paris FC about a winger of AEK Larnaca") == {
        "Inter Miami": "Inter Miami",
        "Paris FC": "Paris FC",
        "AEK Larnaca": "AEK Larnaca",
    }


def test_accents_possessives_and_hyphens_do_not_hide_a_club() -> None:
    found = clubs(
        "Forest’s bid", "Besiktas's keeper is a Chelsea-owned man. Nottingham Forest and Al-Hilal want him."
    )
    assert found["Forest"] == "Nottingham Forest"
    assert found["Besiktas"] == "Beşiktaş"
    assert found["Chelsea"] == "Chelsea"
    assert found["Al-Hilal"] == "Al Hilal"


@pytest.mark.parametrize(
    ("nickname", "text", "club"),
    [
        ("Reds", "Nottingham Forest have asked about Ada Vale. The Reds want a winger.", "Nottingham Forest"),
        ("Reds", "Liverpool have asked about Ada Vale. The Reds want a winger.", "Liverpool"),
        ("Blues", "Birmingham City are keen. The Blues want a winger.", "Birmingham City"),
        ("Whites", "The Whites are keen, Leeds United say.", "Leeds United"),
        ("Bianconeri", "Udinese sold him; the Bianconeri want more.", "Udinese"),
        ("City", "Bristol City lost. City want a winger.", "Bristol City"),
        ("City", "City want a winger of Everton.", "Manchester City"),
        ("United", "Sheffield United won. United want a winger.", "Sheffield United"),
        ("Rovers", "Tranmere Rovers won. Rovers want a winger.", "Tranmere Rovers"),
        ("Real", "Real Sociedad won. Real want a winger.", "Real Sociedad"),
        ("Athletic", "Athletic have a winger in Bilbao.", "Athletic Bilbao"),
        ("Sporting", "Sporting have a winger in Lisbon.", "Sporting CP"),
        ("Inter", "Inter have a winger.", "Inter Milan"),
        ("Milan", "Milan want a winger.", "AC Milan"),
        ("Wolves", "Wolfsburg and Wolves want a winger.", "Wolverhampton Wanderers"),
    ],
)
def test_a_shared_name_is_settled_by_the_article(nickname: str, text: str, club: str) -> None:
    assert clubs("", text)[nickname] == club


def test_the_nearest_of_two_reds_is_meant() -> None:
    text = "Liverpool sold a winger. Nottingham Forest bought him. The Reds paid £20m."
    assert clubs("", text)["Reds"] == "Nottingham Forest"


def test_a_stadium_or_the_outlet_settles_a_nickname() -> None:
    assert clubs("", "The Blues trained at Goodison Park.")["Blues"] == "Everton"
    assert clubs("Reds eye winger", outlet="Nottingham Forest News")["Reds"] == "Nottingham Forest"


@pytest.mark.parametrize(
    "text",
    [
        "It was a nice move, and reading the inter view took real effort.",
        "The meeting is on Wednesday. He flew in on Wednesday night.",
        "He was born in Nice and lives in Paris.",
        "Milan Kovar, 24, scored twice. Charlotte Dale did not.",
        "Striker Rodrigo Santos and defender Jeremain Lens trained.",
        "The whites of his eyes; all the reds and blues of autumn.",
    ],
)
def test_words_places_days_and_persons_are_no_clubs(text: str) -> None:
    assert clubs("", text) == {}


@pytest.mark.parametrize(
    ("words", "team"),
    [
        ("Chelsea Women", "women"),
        ("Barcelona Femení", "women"),
        ("Everton's Under-21s", "youth"),
        ("Ajax U19", "youth"),
        ("Benfica B", "reserve"),
        ("Real Madrid Castilla", "reserve"),
        ("Barcelona Atlètic", "reserve"),
        ("Liverpool reserves", "reserve"),
    ],
)
def test_another_team_of_a_club_is_marked(words: str, team: str) -> None:
    found = [m for m in survey(f"She joined {words} in the summer.").mentions if m.sort is Sort.CLUB]
    assert [(m.team, m.text) for m in found] == [(team, words)]


def test_an_article_on_a_womens_league_says_so() -> None:
    assert survey("Chelsea lead the WSL.").team == "women"
    assert survey("Chelsea lead the Premier League.").team is None


def test_leagues_and_nations_are_no_clubs() -> None:
    found = {
        m.text: m.sort for m in survey("The Brazilian may leave Serie A for the Saudi Pro League.").mentions
    }
    assert found == {"Brazilian": Sort.NATION, "Serie A": Sort.LEAGUE, "Saudi Pro League": Sort.LEAGUE}


def test_offsets_lead_to_the_words_in_title_and_text() -> None:
    read = NAMES.survey("Großer Coup: Beşiktaş", "🔵 Œuvre of Malmö, says Bild.")
    assert [read.text[m.start : m.end] for m in read.mentions] == [m.text for m in read.mentions]
    assert {"Beşiktaş", "Malmö", "Bild"} <= {m.text for m in read.mentions}


@pytest.mark.parametrize(
    "title", ["CHELSEA CLOSE TO LEEDS UNITED WINGER", "chelsea close to leeds united winger"]
)
def test_a_title_in_one_case_still_names_its_clubs(title: str) -> None:
    assert set(clubs(title).values()) == {"Chelsea", "Leeds United"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Viking sign Holm", {"Viking": "Viking"}),
        ("Libertad have agreed a deal for Malden.", {"Libertad": "Libertad"}),
        ("Vale sign Malden", {"Vale": "Port Vale"}),
        ("Ada Vale is close to Roma. Vale, 22, will sign.", {"Roma": "Roma"}),
        ("Roma sign Vale", {"Roma": "Roma"}),
        ("Roma-Malden, talks advance", {"Roma": "Roma"}),
        ("Roma-Napoli: where to watch", {"Roma": "Roma", "Napoli": "Napoli"}),
        ("The Viking saga goes on.", {}),
        ("The Norwegian is close to leaving Viking for Lens.", {"Viking": "Viking", "Lens": "Lens"}),
        ("Clubs such as Milwall and Royal Antwrep", {"Milwall": "Millwall", "Royal Antwrep": "Antwerp"}),
        ("Ada Livermore and Bert Ranieri of Crystal", {}),
        ("Aston Villa want Rodrigo Santos. Santos is 22.", {"Aston Villa": "Aston Villa"}),
    ],
)
def test_a_word_is_a_club_where_the_words_around_say_so(text: str, found: dict[str, str]) -> None:
    assert clubs(text) == found
