"""Which known player a claim means."""

from __future__ import annotations

import pytest

from bot.polling.identify import identify
from links.claim import Claim, Stage
from tests.bot.world import World


def a_claim(player: str, from_club: str | None = None) -> Claim:
    return Claim(player, "Leeds United", Stage.TALKS, from_club=from_club)


async def test_a_name_nobody_knew_becomes_a_player_once(world: World) -> None:
    first, again = await identify(world.store, [a_claim("Ada Vale", "Everton"), a_claim("ADA VALE")])
    assert first.id == again.id
    assert [p.name for p in await world.store.players()] == ["Ada Vale"]


async def test_accents_case_and_short_forms_are_the_same_man(world: World) -> None:
    known = await world.store.add_player("Mateo Álvarez")
    for spelling in ("Mateo Alvarez", "MATEO ÁLVAREZ", "M. Álvarez"):
        (found,) = await identify(world.store, [a_claim(spelling)])
        assert found.id == known.id, spelling


async def test_a_lone_surname_is_the_player_whose_club_it_is(world: World) -> None:
    liverpool = await world.store.add_player("Joe Gomez", clubs=["Liverpool"])
    lyon = await world.store.add_player("Maxime Gomez", clubs=["Lyon"])
    found = await identify(world.store, [a_claim("Gomez", "Lyon"), a_claim("Gomez", "Liverpool")])
    assert [p.id for p in found] == [lyon.id, liverpool.id]


async def test_a_lone_surname_of_another_club_is_nobody_that_is_known(world: World) -> None:
    known = await world.store.add_player("Joe Gomez", clubs=["Liverpool"])
    (found,) = await identify(world.store, [a_claim("Gomez", "Sevilla")])
    assert found.id != known.id


async def test_two_first_names_are_two_players(world: World) -> None:
    one, other = await identify(world.store, [a_claim("Iker Williams"), a_claim("Nico Williams")])
    assert one.id != other.id


async def test_a_fuller_name_is_learned(world: World) -> None:
    await identify(world.store, [a_claim("Vitinho", "Porto")])
    (found,) = await identify(world.store, [a_claim("Marcos Vitinho", "Porto")])
    assert (found.name, found.aliases) == ("Marcos Vitinho", ("Vitinho",))
    assert len(await world.store.players()) == 1


async def test_a_lone_surname_never_takes_over_another_mans_row(world: World) -> None:
    joe = await world.store.add_player("Joe Gomez", clubs=["Liverpool"])
    await identify(world.store, [a_claim("Gomez", "Sevilla")])
    (mario,) = await identify(world.store, [a_claim("Mario Gomez", "Stuttgart")])
    (found,) = await identify(world.store, [a_claim("Gomez", "Liverpool")])
    assert found.id == joe.id
    assert mario.id != joe.id


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("Vinicius Junior", "Vinicius Jr."),
        ("Vinicius Junior", "Vinicius"),
        ("Kim Min-jae", "Kim"),
        ("Kim Min-jae", "Min-jae Kim"),
        ("Neymar", "Neymar Jr"),
        ("Fran Garcia Torres", "Fran Garcia"),
        ("Dominic Calvert-Lewin", "Calvert-Lewin"),
        ("Virgil van Dijk", "Van Dijk"),
    ],
)
async def test_a_watched_player_is_found_under_the_names_that_papers_use(
    world: World, known: str, written: str
) -> None:
    player = await world.store.add_player(known)
    (found,) = await identify(world.store, [a_claim(written, "Real Madrid")])
    assert found.id == player.id


async def test_of_namesakes_the_one_of_whom_no_club_is_known_is_meant_before_a_new_one(world: World) -> None:
    await world.store.add_player("Danny Ward", clubs=["Leicester City"])
    unknown = await world.store.add_player("Danny Ward")
    (found,) = await identify(world.store, [a_claim("Danny Ward", "Huddersfield Town")])
    assert found.id == unknown.id


async def test_after_a_signing_he_is_his_new_clubs_player(world: World) -> None:
    done = Claim("Joe Gomez", "Crystal Palace", Stage.DONE, from_club="Liverpool")
    (joe,) = await identify(world.store, [done])
    (found,) = await identify(world.store, [a_claim("Gomez", "Crystal Palace")])
    assert found.id == joe.id
    assert found.clubs == ("Crystal Palace", "Liverpool")


async def test_the_latest_clubs_are_remembered_first(world: World) -> None:
    await identify(world.store, [a_claim("Ada Vale", "Everton")])
    (found,) = await identify(world.store, [a_claim("Ada Vale", "Leeds United")])
    assert found.clubs == ("Leeds United", "Everton")
