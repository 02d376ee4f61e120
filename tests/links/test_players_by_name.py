"""Whether two names are one player's, and who is meant by what a person types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.player import Player
from links.players import Fit, match_player, same_player

ROSTER = [
    Player(1, "Joe Gomez", clubs=("Liverpool",)),
    Player(2, "Mario Gómez", aliases=("Super Mario",)),
    Player(3, "Vinícius Júnior", aliases=("Vini Jr",)),
    Player(4, "Kevin De Bruyne", aliases=("KDB",)),
    Player(5, "Rodri"),
    Player(6, "Kyle Walker"),
    Player(7, "Kyle Walker-Peters"),
]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Joe Gomez", "joe gómez"),
        ("Joe Gomez", "J. Gomez"),
        ("Joe Gomez", "Gomez"),
        ("Joseph Gomez", "Joe Gomez"),
        ("Kevin De Bruyne", "Bruyne"),
        ("Kevin De Bruyne", "De Bruyne"),
        ("Vinicius Junior", "Vinicius"),
        ("N'Golo Kanté", "NGolo Kante"),
        ("Jake O'Brien", "Jake OBrien"),
        ("Heung-min Son", "Son Heung-Min"),
        ("Kim Min-jae", "Kim"),
        ("Trent Alexander-Arnold", "Alexander Arnold"),
        ("Fran Garcia", "Fran García Torres"),
        ("Pierre-Emile Højbjerg", "Hojbjerg"),
        ("Alexis Mac Allister", "Mac Allister"),
    ],
)
def test_spellings_of_one_name_are_one_player(a: str, b: str) -> None:
    assert same_player(a, b)
    assert same_player(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Joe Gomez", "Mario Gomez"),
        ("Joe Gomez", "M. Gomez"),
        ("Joe Gomez", "Joe"),
        ("Kyle Walker", "Kyle Walker-Peters"),
        ("Ben White", "Gareth White"),
        ("Thiago Silva", "Bernardo Silva"),
        ("Rodri", "Rodrygo"),
        ("", "Joe Gomez"),
    ],
)
def test_different_names_are_different_players(a: str, b: str) -> None:
    assert not same_player(a, b)
    assert not same_player(b, a)


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_does_not_depend_on_the_order(a: str, b: str) -> None:
    assert same_player(a, b) == same_player(b, a)


@pytest.mark.parametrize(
    ("typed", "fit", "players"),
    [
        ("joe gomez", Fit.ONE, [1]),
        ("GÓMEZ", Fit.SEVERAL, [1, 2]),
        ("super mario", Fit.ONE, [2]),
        ("vini jr", Fit.ONE, [3]),
        ("vinicius", Fit.ONE, [3]),
        ("kdb", Fit.ONE, [4]),
        ("de bruyne", Fit.ONE, [4]),
        ("kyle walker", Fit.ONE, [6]),
        ("walker", Fit.ONE, [6]),
        ("kev", Fit.ONE, [4]),
        ("jo gomes", Fit.NONE, [1]),
        ("rodry", Fit.NONE, [5]),
        ("zzz", Fit.NONE, []),
        ("  ", Fit.NONE, []),
    ],
)
def test_a_typed_name_fits_one_or_several_or_is_near(typed: str, fit: Fit, players: list[int]) -> None:
    match = match_player(typed, ROSTER)
    assert match.fit is fit
    assert [player.id for player in match.players][: len(players) or None] == players
    assert (match.player is not None) == (fit is Fit.ONE)
