"""People that nobody listed: found by shape and context, told apart, with what the words say of them."""

from __future__ import annotations

from itertools import pairwise

import pytest

from links.names import Names, Person, Sort
from links.player import Player

NAMES = Names.load()


def people(title: str, text: str = "") -> dict[str, Person]:
    return {person.name: person for person in NAMES.survey(title, text).people}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Rovers want Ada Vale.", "Ada Vale"),
        ("Roma want Virgil van Osten.", "Virgil van Osten"),
        ("Roma want Ruben dos Marais.", "Ruben dos Marais"),
        ("Roma want Jerome de la Croft.", "Jerome de la Croft"),
        ("Roma want Ryan O'Dowd-Kerr of Lens.", "Ryan O'Dowd-Kerr"),
        ("Roma want J. Malden.", "J. Malden"),
        ("Roma want Žarko Kožić.", "Žarko Kožić"),
        ("Roma want to sign Brunildo.", "Brunildo"),
        ("Lens striker Million Adu is wanted.", "Million Adu"),
        ("Will Roma sign Milan Kovar?", "Milan Kovar"),
        ("Roma want Kim Tae-yang.", "Kim Tae-yang"),
        ("Roma want Dane Holloway.", "Dane Holloway"),
        ("DONE DEAL: ADA VALE JOINS ROMA", "ADA VALE"),
        ("Roma Close In On Ada Vale Before The Deadline", "Ada Vale"),
        ("Malden passes Roma medical", "Malden"),
        ("Malden-Milan, it's done", "Malden"),
        ("Roma-Malden, talks advance", "Malden"),
        ("Roma sign Vale", "Vale"),
    ],
)
def test_a_player_that_nobody_listed_is_found(text: str, name: str) -> None:
    assert name in people(text)


@pytest.mark.parametrize(
    "text",
    [
        "On Monday the Premier League met at Stamford Bridge in West London.",
        "The World Cup in North America begins in June.",
        "Getty Images. Read More. Transfer News Live.",
        "Five-year contract, shirt number nine. Announcement soon.",
        "Why Every Deal Takes Longer Now",
        "I'm told that it's done. They've signed.",
    ],
)
def test_places_competitions_days_and_headlines_are_nobody(text: str) -> None:
    assert people(text) == {}


@pytest.mark.parametrize(
    ("text", "name", "role"),
    [
        ("Manager Otto Brandt spoke.", "Otto Brandt", "coach"),
        ("Otto Brandt, the Rovers sporting director, spoke.", "Otto Brandt", "director"),
        ("Otto Brandt, the newly minted Ferencváros manager, spoke.", "Otto Brandt", "coach"),
        ("Agent Otto Brandt spoke.", "Otto Brandt", "agent"),
        ("Defender Otto Brandt left.", "Otto Brandt", "player"),
        ("Otto Brandt, the Lens defender, left.", "Otto Brandt", "player"),
        ("The 29-year-old Otto Brandt left.", "Otto Brandt", "player"),
        ("Owner Otto Brandt spoke.", "Otto Brandt", "owner"),
        ("Otto Brandt, whose agent was in town, left.", "Otto Brandt", None),
        ("Pep Guardiola spoke.", "Pep Guardiola", "coach"),
    ],
)
def test_the_words_beside_a_name_say_what_somebody_is(text: str, name: str, role: str | None) -> None:
    person = people(text)[name]
    assert person.role == role
    assert person.may_be_player == (role in (None, "player"))


def test_a_last_name_joins_the_full_name_wherever_it_stands() -> None:
    found = people(
        "Füllberg close to Roma", "Niklas Füllberg will sign. Fullberg's agent has landed. Niklas is happy."
    )
    assert list(found) == ["Niklas Füllberg"]
    assert [m.text for m in found["Niklas Füllberg"].mentions] == [
        "Füllberg",
        "Niklas Füllberg",
        "Fullberg",
        "Niklas",
    ]


def test_two_players_of_one_last_name_stay_two() -> None:
    found = people("", "Ismael Kerr joined Roma. Kerr is 22. Manu Kerr joined Inter. Kerr is 24.")
    assert [m.text for m in found["Ismael Kerr"].mentions] == ["Ismael Kerr", "Kerr"]
    assert [m.text for m in found["Manu Kerr"].mentions] == ["Manu Kerr", "Kerr"]


def test_a_name_that_begins_a_sentence_may_be_a_verb_away() -> None:
    assert "Yeremy Paz" in people("", "Gained Yeremy Paz for nothing, lost a keeper.")


def test_a_given_player_is_known_by_every_name_he_goes_by() -> None:
    vale = Player(7, "Ada Vale-Moreno", aliases=("Adinha",), clubs=("Lens",))
    names = NAMES.with_players([vale])
    for text in (
        "Ada Vale-Moreno trained.",
        "Vale-Moreno trained.",
        "A. Vale-Moreno trained.",
        "ADINHA trained hard.",
    ):
        known = [person.known for person in names.survey("", text).people]
        assert known == [vale], text
    assert [p.known for p in names.survey("", "Berta Vale-Moreno trained.").people] == [None]


def test_a_text_without_a_watched_name_is_told_cheaply() -> None:
    names = NAMES.with_players(
        [Player(1, "Joe Gomez"), Player(2, "Vinícius Júnior"), Player(3, "Son Heung-min")]
    )
    assert names.mentions_watched("Milan want Joe Gómez.")
    assert names.mentions_watched("GOMEZ CLOSE TO MILAN")
    assert names.mentions_watched("Defender Gomez is close to Milan")
    assert names.mentions_watched("Vinicius stays")
    assert names.mentions_watched("Heung-Min Son stays")
    assert names.mentions_watched("Son stays")
    assert not names.mentions_watched("Milan want Mario Gomez.")
    assert not names.mentions_watched("His son stays. Gomezian times.")
    assert not NAMES.mentions_watched("Milan want Joe Gómez.")
    assert [p.name for p in names.watched("Gomez and Vinicius left.")] == ["Joe Gomez", "Vinícius Júnior"]


def test_a_word_that_the_feed_cut_off_is_no_name() -> None:
    told = "Lens have opened talks over a deal for the winger, and it is thought that a first fee of twelve "
    assert "Ada Mald" not in people("", told + "million euros would do for Ada Mald")
    assert "Ada Mald" not in people("", told + "million euros would do for Ada Mald… [+1647 chars]")
    assert "Ada Malden" in people("", told + "million euros would do for Ada Malden.")
    assert set(people("Lens want Ada Malden")) == {"Ada Malden"}


def test_a_first_name_with_an_apostrophe_is_the_same_man() -> None:
    assert set(people("Lens in N'Dole hunt", "Lens want N'Dole Bamba, 23.")) == {"N'Dole Bamba"}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("An Oscar-winning turn by Ada Malden.", {"Ada Malden"}),
        ("The Malden-led revival goes on.", set()),
        ("Lens want Lee Kang-in and Cho Min-hyeok.", {"Lee Kang-in", "Cho Min-hyeok"}),
    ],
)
def test_a_name_that_a_hyphen_makes_an_adjective_is_nobody(text: str, names: set[str]) -> None:
    assert set(people(text)) == names
    watching = NAMES.with_players([Player(1, "Oscar"), Player(2, "Berta Malden")])
    assert not [p for p in watching.survey("", "An Oscar-winning, Malden-led turn.").people if p.known]


def test_who_is_watched_and_coaches_is_no_player() -> None:
    names = NAMES.with_players([Player(1, "Xabi Alonso"), Player(2, "Ada Malden"), Player(3, "Otto Brandt")])
    read = names.survey("", "Xabi Alonso to Lens. Lens coach Otto Brandt spoke. Former striker Ada Malden.")
    may = {person.name: person.may_be_player for person in read.people}
    assert may == {"Xabi Alonso": False, "Otto Brandt": False, "Ada Malden": True}


def test_a_watched_name_written_with_entities_is_seen() -> None:
    names = NAMES.with_players([Player(1, "Mandé Kožić")])
    assert names.mentions_watched("Lens want Mand&eacute; Ko&zcaron;i&cacute;.")
    assert names.watched("Ko&zcaron;i&cacute; to Lens") == list(names.players)


def test_a_service_is_nobody() -> None:
    assert people("How to watch Roma on Paramount+ and Calcioplus+") == {}


def test_people_and_clubs_never_overlap() -> None:
    read = NAMES.survey(
        "Milan Kovar to Milan", "Lens want Jeremain Lens of Lens; Nice want Pau Villa of Villa."
    )
    taken = [(m.start, m.end) for person in read.people for m in person.mentions]
    others = [(m.start, m.end) for m in read.mentions if m.sort not in (Sort.PERSON, Sort.PLAYER)]
    spans = sorted(taken + others)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert {p.name for p in read.people} == {"Milan Kovar", "Jeremain Lens", "Pau Villa"}
