"""Which known player a claim means."""

from __future__ import annotations

from bot.identify import identify
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


async def test_the_latest_clubs_are_remembered_first(world: World) -> None:
    await identify(world.store, [a_claim("Ada Vale", "Everton")])
    (found,) = await identify(world.store, [a_claim("Ada Vale", "Leeds United")])
    assert found.clubs == ("Leeds United", "Everton")
