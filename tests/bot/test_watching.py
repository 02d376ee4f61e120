"""watch, unwatch, watches, mute: who is told of whom."""

from __future__ import annotations

import asyncio

import pytest

from bot.call import Call
from links.claim import Stage
from storage.watch import Channel
from tests.bot.house import HOME, ROOM, House, words_of


async def test_a_known_player_is_watched_by_any_spelling_of_his_name(house: House) -> None:
    vale = await house.player("Ada Válé", "Everton")
    answer = await house.ask("watch ada vale from talks")
    assert answer.ok
    assert "Ada Válé is watched now from talks on" in answer.text
    (watch,) = await house.store.watches(ROOM)
    assert (watch.player_id, watch.club, watch.from_stage, watch.by) == (vale.id, None, Stage.TALKS, "quill")


async def test_how_he_stands_is_said_when_he_is_watched(house: House) -> None:
    vale = await house.player("Ada Vale")
    await house.report(vale, "Everton", Stage.TALKS)
    assert "As it stands: Everton talks." in (await house.ask("watch Ada Vale")).text


async def test_a_name_nobody_knows_becomes_a_new_player_and_it_is_said(house: House) -> None:
    answer = await house.ask("watch Bram Oster")
    assert answer.ok
    assert "No report has named him so far" in answer.text
    assert [player.name for player in await house.store.players()] == ["Bram Oster"]
    assert len(await house.store.watches(ROOM)) == 1


async def test_a_name_that_fits_several_is_asked_back_with_their_clubs(house: House) -> None:
    one, two = await house.player("Joe Gomez", "Liverpool"), await house.player("Joe Gomez", "Ajax")
    answer = await house.ask("watch joe gomez from bid")
    assert (answer.ok, await house.store.watches(ROOM)) == (False, [])
    assert [choice.label for choice in answer.choices] == ["Joe Gomez", "Joe Gomez", "Somebody else"]
    assert [choice.detail for choice in answer.choices][:2] == ["Liverpool", "Ajax"]
    await house.ask(answer.choices[1].call)
    (watch,) = await house.store.watches(ROOM)
    assert (watch.player_id, watch.from_stage) == (two.id, Stage.BID)
    assert one.id != two.id


async def test_somebody_else_of_that_name_can_be_watched(house: House) -> None:
    await house.player("Joe Gomez", "Liverpool")
    await house.player("Joe Gomez", "Ajax")
    answer = await house.ask("watch Joe Gomez")
    assert "is watched now" in (await house.ask(answer.choices[-1].call)).text
    assert len(await house.store.players()) == 3


async def test_near_names_are_offered_for_a_slip_and_the_name_as_typed_last(house: House) -> None:
    vale = await house.player("Adrian Valerio")
    answer = await house.ask("watch Adrain Valerio")
    assert "Did you mean" in answer.text
    assert [choice.label for choice in answer.choices] == ["Adrian Valerio", "Adrain Valerio"]
    await house.ask(answer.choices[0].call)
    assert [watch.player_id for watch in await house.store.watches(ROOM)] == [vale.id]
    await house.ask(answer.choices[1].call)
    assert [player.name for player in await house.store.players()] == ["Adrian Valerio", "Adrain Valerio"]


async def test_watching_again_changes_the_stage_and_makes_no_second_watch(house: House) -> None:
    await house.player("Ada Vale")
    await house.ask("watch Ada Vale")
    assert "already watched" in (await house.ask("watch Ada Vale")).text
    assert "from bid on" in (await house.ask("watch Ada Vale from bid")).text
    (watch,) = await house.store.watches(ROOM)
    assert watch.from_stage is Stage.BID


async def test_watching_again_forgets_neither_the_stage_nor_whom_the_watch_calls(house: House) -> None:
    await house.player("Ada Vale")
    await house.ask("watch Ada Vale from bid mention=<@&7>")
    await house.ask("watch Ada Vale tell=mention", mention="<@5>", may_manage=False)
    await house.ask("watch Ada Vale")
    named = await house.ask("watch Ada Vale mention=<@&8>")
    (watch,) = await house.store.watches(ROOM)
    assert (watch.from_stage, watch.mention) == (Stage.BID, "<@&7> <@5> <@&8>")
    assert "Whom you named is called" in named.text


async def test_a_manager_takes_out_whom_the_watch_calls(house: House) -> None:
    await house.player("Ada Vale")
    await house.ask("watch Ada Vale mention=<@&7>")
    less = Call.of("watch", player="Ada Vale", tell="no mention", mention="<@&7>")
    assert not (await house.ask(less, may_manage=False, mention="<@5>")).ok
    assert "Whom you named is not called" in (await house.ask(less)).text
    (watch,) = await house.store.watches(ROOM)
    assert watch.mention is None


async def test_all_who_ask_at_once_to_be_called_are(house: House) -> None:
    await house.player("Ada Vale")
    await house.ask("watch Ada Vale")
    asked = (house.ask("watch Ada Vale tell=mention", mention=f"<@{n}>", may_manage=False) for n in range(9))
    await asyncio.gather(*asked)
    (watch,) = await house.store.watches(ROOM)
    assert sorted((watch.mention or "").split()) == [f"<@{n}>" for n in range(9)]


FAN: dict[str, object] = {"person": "fan", "may_manage": False, "home": HOME}


async def test_where_anybody_may_watch_others_watches_stay_and_ones_own_may_be_ended(house: House) -> None:
    await house.player("Ada Vale")
    await house.player("Ben Moss")
    await house.ask("settings anyone=on")
    await house.ask("watch Ada Vale")
    await house.ask("mute Ada Vale")
    await house.ask("watch Ben Moss", **FAN)
    for typed in ("watch Ada Vale from done", "watch Ada Vale", "unwatch Ada Vale", "unmute Ada Vale"):
        assert not (await house.ask(typed, **FAN)).ok
    assert "not watched any more" in (await house.ask("unwatch Ben Moss", **FAN)).text
    (watch,) = await house.store.watches(ROOM)
    assert (watch.from_stage, watch.by, watch.paused) == (Stage.INTEREST, "quill", "muted")


async def test_who_may_not_watch_for_the_channel_is_offered_to_be_told_alone(house: House) -> None:
    await house.player("Ada Vale")
    refused = await house.ask("watch Ada Vale from talks", **FAN)
    await house.ask(refused.choices[0].call, **FAN)
    (watch,) = await house.store.watches(HOME)
    assert (watch.from_stage, await house.store.watches(ROOM)) == (Stage.TALKS, [])
    assert not (await house.ask("watch Ada Vale", may_manage=False)).choices


async def test_a_club_with_a_slip_in_it_is_offered_beside_the_name_as_typed(house: House) -> None:
    answer = await house.ask("watch Crystal Palce")
    assert (answer.ok, await house.store.watches(ROOM)) == (False, [])
    assert [choice.label for choice in answer.choices] == ["Crystal Palace", "Crystal Palce"]
    await house.ask(answer.choices[0].call)
    assert [watch.club for watch in await house.store.watches(ROOM)] == ["Crystal Palace"]
    await house.ask(answer.choices[1].call)
    assert [player.name for player in await house.store.players()] == ["Crystal Palce"]


async def test_ones_own_watch_that_is_muted_or_ended_in_a_channel_is_called_so(house: House) -> None:
    await house.player("Ada Vale")
    await house.ask("watch Ada Vale")
    await house.ask("watch Ada Vale tell=me", **FAN)
    assert "Ada Vale is muted for you." in (await house.ask("mute Ada Vale", **FAN)).text
    assert "Ada Vale is not watched for you any more." in (await house.ask("unwatch Ada Vale", **FAN)).text
    assert "Ada Vale is muted here." in (await house.ask("mute Ada Vale")).text


async def test_a_club_alone_watches_everybody_linked_to_it(house: House) -> None:
    answer = await house.ask("watch crystal palace")
    assert answer.text.startswith("Everybody linked to Crystal Palace is watched now")
    (watch,) = await house.store.watches(ROOM)
    assert (watch.player_id, watch.club) == (None, "Crystal Palace")
    assert await house.store.players() == []


async def test_one_move_alone_can_be_watched(house: House) -> None:
    vale = await house.player("Ada Vale")
    assert "Ada Vale to Everton is watched" in (await house.ask("watch Ada Vale to everton")).text
    assert [(w.player_id, w.club) for w in await house.store.watches(ROOM)] == [(vale.id, "Everton")]


@pytest.mark.parametrize(
    ("typed", "helps"),
    [
        ("watch", "watch needs a player"),
        ("watch from talks", "watch needs a player"),
        ("watch Ada Vale to Evertn Townships", "No club called"),
        ("watch Ada Vale from tlks", "from is one of interest"),
        ("watch 12345", "does not look like the name"),
        ("watch https://a.example", "does not look like the name"),
        ("watch #99", "not known here any more"),
        ("watch " + "x" * 61, "60 characters"),
        ("watch !!! ???", "does not look like the name"),
        ("watch ; drop table players", "does not look like the name"),
    ],
)
async def test_a_watch_that_cannot_be_is_refused_in_one_line(house: House, typed: str, helps: str) -> None:
    answer = await house.ask(typed)
    assert not answer.ok
    assert helps in answer.text
    assert "\n" not in answer.text
    assert (await house.store.watches(ROOM), await house.store.players()) == ([], [])


async def test_who_may_not_manage_the_channel_watches_for_himself(house: House) -> None:
    await house.player("Ada Vale")
    refused = await house.ask("watch Ada Vale", may_manage=False, home=HOME)
    assert (refused.ok, "tell=me" in refused.text) == (False, True)
    told = await house.ask("watch Ada Vale tell=me", may_manage=False, home=HOME)
    assert "told privately" in told.text
    assert (len(await house.store.watches(ROOM)), len(await house.store.watches(HOME))) == (0, 1)
    assert "no private messages" in (await house.ask("watch Ada Vale tell=me", home=None)).text


async def test_unwatch_ends_it_by_name_number_or_club(house: House) -> None:
    await house.player("Ada Vale")
    pair = "Ada Vale to Everton"
    for made, ended in (("Ada Vale", "vale"), ("Everton", "Everton"), (pair, pair)):
        await house.ask(f"watch {made}")
        answer = await house.ask(Call.of("unwatch", player=ended))
        assert (answer.ok, await house.store.watches(ROOM)) == (True, []), made
    await house.ask("watch Ada Vale")
    (watch,) = await house.store.watches(ROOM)
    assert "is not watched any more" in (await house.ask(Call.of("unwatch", watch=f"#{watch.id}"))).text
    assert "That watch is not watched here." not in (await house.ask("unwatch Ada Vale")).text
    assert not (await house.ask(Call.of("unwatch", watch=f"#{watch.id}"))).ok


async def test_unwatch_asks_which_watch_and_touches_no_other_channel(house: House) -> None:
    await house.player("Ada Vale")
    other = Channel("fake", "other")
    await house.ask("watch Ada Vale", channel=other)
    await house.ask("watch Ada Vale to Everton")
    await house.ask("watch Ada Vale to Fulham")
    answer = await house.ask("unwatch Ada Vale")
    assert [choice.label for choice in answer.choices] == ["Ada Vale to Everton", "Ada Vale to Fulham"]
    await house.ask(answer.choices[0].call)
    assert [watch.club for watch in await house.store.watches(ROOM)] == ["Fulham"]
    assert len(await house.store.watches(other)) == 1
    (others,) = await house.store.watches(other)
    assert not (await house.ask(Call.of("unwatch", watch=f"#{others.id}"))).ok
    assert len(await house.store.watches(other)) == 1


async def test_one_s_own_watch_is_ended_from_any_channel(house: House) -> None:
    await house.player("Ada Vale")
    await house.ask("watch Ada Vale")
    await house.ask("watch Ada Vale tell=me", home=HOME)
    assert (await house.ask("unwatch Ada Vale", may_manage=False, home=HOME)).ok
    assert (len(await house.store.watches(ROOM)), await house.store.watches(HOME)) == (1, [])


async def test_muting_what_a_club_s_watch_told_mutes_the_club(house: House) -> None:
    vale = await house.player("Ada Vale")
    alert = await house.report(vale, "Fulham", Stage.TALKS)
    assert alert is not None
    await house.ask("watch Everton")
    assert not (await house.ask(Call.of("mute", alert=alert.id))).ok
    await house.ask("watch Fulham")
    answer = await house.ask(Call.of("mute", alert=alert.id))
    assert "Everybody linked to Fulham is muted here" in answer.text
    assert (await house.ask("unmute Fulham")).ok
    assert not (await house.ask("mute")).ok


async def test_unwatch_in_a_channel_is_for_its_managers(house: House) -> None:
    await house.player("Ada Vale")
    await house.ask("watch Ada Vale")
    assert not (await house.ask("unwatch Ada Vale", may_manage=False)).ok
    assert len(await house.store.watches(ROOM)) == 1


async def test_watches_tells_who_is_watched_and_how_far_each_has_come(house: House) -> None:
    vale = await house.player("Ada Vale")
    assert "Nobody is watched here yet" in words_of(await house.ask("watches"))
    await house.report(vale, "Everton", Stage.BID)
    await house.ask("watch Ada Vale from talks")
    await house.ask("watch Crystal Palace")
    shown = words_of(await house.ask("watches"))
    assert "Ada Vale" in shown
    assert "from talks on\\nnow: Everton bid" in shown
    assert "everybody linked to Crystal Palace" in shown


async def test_a_long_list_of_watches_is_paged_by_its_calls_alone(house: House) -> None:
    for number in range(20):
        await house.ask(Call.of("watch", player=f"Player {'ABCDEFGHIJKLMNOPQRST'[number]}xxx", new="on"))
    (card,) = (await house.ask("watches")).cards
    assert (len(card.parts), card.note) == (15, "Page 1 of 2")
    more = next(button.call for button in card.buttons if button.label == "More")
    (second,) = (await house.ask(Call.decode(more.encode()) or more)).cards
    assert (len(second.parts), [button.label for button in second.buttons]) == (5, ["Back"])
    (last,) = (await house.ask("watches page=99")).cards
    assert last.note == "Page 2 of 2"


async def test_mute_keeps_the_watch_and_unmute_lets_it_speak(house: House) -> None:
    await house.player("Somebody Else")
    vale = await house.player("Ada Vale")
    alert = await house.report(vale, "Fulham", Stage.TALKS)
    assert alert is not None
    await house.ask("watch Ada Vale")
    assert "is muted" in (await house.ask(Call.of("mute", alert=alert.id))).text
    assert await house.store.watches_on(vale.id, "Everton") == []
    assert "paused: muted" in words_of(await house.ask("watches"))
    assert "told again" in (await house.ask("unmute vale")).text
    assert len(await house.store.watches_on(vale.id, "Everton")) == 1
    assert "was not muted" in (await house.ask("unmute vale")).text
