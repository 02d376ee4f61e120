from dataclasses import replace

import pytest

from links.claim import Deal, Stage, Status
from storage.errors import Conflict
from storage.store import Store
from tests.storage.builders import a_link, after


async def test_a_player_is_found_by_any_of_his_names_whatever_case_and_accents(store: Store) -> None:
    player = await store.add_player("Martín Ødegård-Vale", ("Tino", "M. Vale"), ("Rovers",))
    other = await store.add_player("Ada Elm")
    assert await store.players_named(["martin odegard vale"]) == [player]
    assert await store.players_named(["TINO", "ada elm"]) == [player, other]
    assert await store.players_named(["Vale"]) == []
    assert await store.players_called(["VÄLE", "nobody"]) == [player]
    assert await store.players_called(["Martin"]) == [player]  # hyphenated: either end may be the family's
    assert await store.player(player.id) == player
    assert await store.player(99) is None


async def test_two_players_may_share_a_name(store: Store) -> None:
    one, two = await store.add_player("Joe Vale", clubs=["City"]), await store.add_player("Joe Vale")
    assert one.id != two.id
    assert await store.players_named(["Joe Vale"]) == [one, two]
    assert await store.players(after=one.id) == [two]


async def test_a_saved_player_is_found_by_his_new_names_and_not_by_old_ones(store: Store) -> None:
    player = await store.add_player("Vale", clubs=["City"])
    fuller = replace(player, name="Ada Vale", aliases=("A. Vale",), clubs=("Rovers", "City"))
    await store.save_player(fuller)
    assert await store.players() == [fuller]
    assert await store.players_named(["vale"]) == []
    assert await store.players_named(["ada vale"]) == [fuller]
    await store.save_player(replace(fuller, id=99))
    assert await store.players() == [fuller]


async def test_a_name_of_signs_alone_is_kept_and_found_by_nobody(store: Store) -> None:
    player = await store.add_player("🙂", aliases=["…"])
    assert await store.player(player.id) == player
    assert await store.players_named(["🙂"]) == []


async def test_links_come_back_as_they_were_saved(store: Store) -> None:
    player = await store.add_player("Ada Vale")
    rovers = replace(
        a_link(player.id, "Rovers", at=after(hours=1)), from_club="City", deal=Deal.PERMANENT, fee="€2m"
    )
    denied = replace(a_link(player.id, "City", Stage.INTEREST), status=Status.OFF, alerted=None)
    await store.save_links([rovers, denied])
    wanted = [(player.id, "Rovers"), (player.id, "City"), (player.id, "United"), (99, "Rovers")]
    assert await store.links(wanted) == {wanted[0]: rovers, wanted[1]: denied}
    assert await store.links_of(player.id) == [rovers, denied]
    assert await store.links_to("City") == [denied]
    assert await store.links([]) == {}

    moved = replace(rovers, stage=Stage.DONE, alerted=Stage.DONE, changed=after(hours=2))
    await store.save_links([moved])
    assert await store.links_of(player.id) == [moved, denied]


async def test_a_link_of_nobody_is_refused(store: Store) -> None:
    with pytest.raises(Conflict):
        await store.save_links([a_link(99)])


async def test_busy_players_are_ranked_by_their_latest_change(store: Store) -> None:
    players = [await store.add_player(f"Player {n}") for n in range(4)]
    await store.save_links([a_link(players[n].id, "Rovers", at=after(hours=n)) for n in range(3)])
    await store.save_links([a_link(players[0].id, "City", at=after(hours=9))])
    assert await store.busy_players(9) == [players[0], players[2], players[1]]
    assert await store.busy_players(1) == [players[0]]


async def test_players_are_found_by_their_numbers_at_once(store: Store) -> None:
    ada, ben = await store.add_player("Ada Vale"), await store.add_player("Ben Oakes")
    await store.add_player("Cleo Marsh")
    assert await store.players_with([ben.id, 99, ada.id, ben.id]) == {ada.id: ada, ben.id: ben}
    assert await store.players_with([]) == {}


async def test_players_are_completed_by_the_start_of_any_of_their_names(store: Store) -> None:
    vale = await store.add_player("Ada Vale-Oak", aliases=["Élodie Brook"])
    valentine = await store.add_player("Ben Valentine")
    await store.add_player("Cleo Marsh")
    assert await store.players_starting("val") == [vale, valentine]
    assert await store.players_starting("ÉLO") == [vale]
    assert await store.players_starting("ada v") == [vale]
    assert await store.players_starting("val", limit=1) in ([vale], [valentine])
    assert await store.players_starting("") == await store.players_starting("zz") == []
