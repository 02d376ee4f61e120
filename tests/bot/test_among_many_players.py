"""Whom a name means where players are too many to be compared one by one, and which are read with."""

from __future__ import annotations

import pytest

from bot.commands import roster
from bot.commands.roster import look_up
from bot.known import Known
from links.names import Names
from storage.store import Store, open_store
from storage.watch import Channel

PLAYERS = (
    ("Joe Gomez", ("J. Gomez",)),
    ("Joseph Gomez Vidal", ()),
    ("Trent Alexander-Arnold", ()),
    ("Kim Min-jae", ()),
    ("Virgil van Dijk", ()),
    ("João Félix", ("Joao Felix Sequeira",)),
    ("Fran García Torres", ()),
    ("Darwin Núñez", ()),
    ("Adrian Valerio", ()),
    ("Kyle Walker-Peters", ()),
    ("Son Heung-min", ()),
    ("Rodri", ("Rodrigo Hernandez",)),
)
TYPED = (
    "gomez", "joe gomez", "J. Gomez", "Gomez Joe", "alexander arnold", "Alexander-Arnold", "kim", "van dijk",
    "dijk", "felix", "joao", "fran garcia", "nunez", "Núñez", "adrian", "walker peters", "Walker-Peters",
    "son", "rodri", "rodrigo", "vidal", "heung-min", "nobody at all", "#3", "#99", "", "joe go", "Joe",
)  # fmt: skip


async def a_crowd(store: Store) -> None:
    for name, aliases in PLAYERS:
        await store.add_player(name, aliases)


@pytest.mark.parametrize("typed", TYPED)
async def test_a_name_means_the_same_players_among_many_as_among_few(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_store(":memory:") as store:
        await a_crowd(store)
        few = await look_up(store, typed)
        monkeypatch.setattr(roster, "_FEW", 0)
        many = await look_up(store, typed)
        assert set(many.players) == set(few.players)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Adrain Valerio", "Adrian Valerio"),
        ("Joe Gomes", "Joe Gomez"),
        ("Darwin Nunes", "Darwin Núñez"),
        ("Virgil van Dyke", "Virgil van Dijk"),
        ("Valerjo", "Adrian Valerio"),
        ("Trent Aleksander-Arnold", "Trent Alexander-Arnold"),
    ],
)
async def test_a_slip_is_forgiven_among_many_too(
    typed: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "_FEW", 0)
    async with open_store(":memory:") as store:
        await a_crowd(store)
        found = await look_up(store, typed)
        assert meant in [player.name for player in (*found.players, *found.near)]


async def test_a_slip_is_forgiven_among_hundreds_who_begin_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roster, "_FEW", 0)
    async with open_store(":memory:") as store:
        for number in range(500):
            await store.add_player(f"Ada Vale{number}")
        await store.add_player("Zoe Valerio")
        slip = await look_up(store, "Zoe Valerjo")
        assert next(player.name for player in slip.players or slip.near) == "Zoe Valerio"
        slip = await look_up(store, "Ada Vale423x")
        assert next(player.name for player in slip.near) == "Ada Vale423"


async def test_all_who_are_called_just_so_are_found_among_those_who_begin_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(roster, "_FEW", 0)
    async with open_store(":memory:") as store:
        for number in range(230):
            await store.add_player(f"{'abcdefghij'[number % 10]}{number} Vale")
        assert len((await look_up(store, "vale")).players) == 230


async def test_who_is_watched_is_read_with_at_once_and_who_is_left_is_let_go_in_time() -> None:
    async with open_store(":memory:") as store:
        here = Channel("fake", "room")
        ada, ben = await store.add_player("Ada Vale"), await store.add_player("Ben Oakes")
        kept = await store.add_watch(here, ada.id)
        known = Known(store, Names.load())
        await known.refresh()
        assert known.names.players == (ada,)
        await store.add_watch(here, ben.id)
        await known.refresh()
        assert known.names.players == (ada, ben)
        same = known.names
        await store.add_watch(Channel("fake", "other room"), ben.id)
        await known.refresh()
        assert known.names is same  # nobody new: nothing is built anew
        await store.remove_watch(kept.id)
        known.whole_at = float("-inf")  # a quarter of an hour later
        await known.refresh()
        assert known.names.players == (ben,)
