"""latest, history, why, wrong, help: what people ask."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.call import Call
from bot.cards.answers import why_card
from bot.cards.card import Bar, Facts, Item, Quote, Section, Tone, alert_card
from bot.cards.span import span
from bot.commands.table import COMMANDS
from links.claim import Deal, Stage, Status
from storage.delivery import Alert, Delivery
from tests.bot.house import HOME, NOW, ROOM, House, an_alert, words_of, words_on


async def test_latest_tells_each_club_the_hottest_first_and_what_is_off_below(house: House) -> None:
    vale = await house.player("Ada Vale")
    await house.report(vale, "Fulham", Stage.TALKS)
    await house.report(vale, "Brentford", Stage.AGREED, Status.STALLED)
    await house.report(vale, "Chelsea", Stage.BID, hours_ago=30)
    await house.report(vale, "Chelsea", Stage.BID, Status.OFF)
    await house.report(vale, "Everton", Stage.DONE)
    (card,) = (await house.ask("what's the latest on Ada Vale?")).cards
    sections = [part for part in card.parts if isinstance(part, Section)]
    assert [part.title for part in sections] == ["→ Everton", "→ Fulham", "→ Brentford", "Off"]
    (off,) = sections[-1].parts
    assert isinstance(off, Item)
    assert (off.title, off.detail) == ("→ Chelsea", "had got as far as bid")
    assert card.summary == "Ada Vale: Everton done, Fulham talks, Brentford agreed, stalled"


async def test_latest_counts_independent_sources_and_quotes_the_last_report(house: House) -> None:
    vale = await house.player("Ada Vale")
    await house.report(vale, "Everton", Stage.TALKS, hours_ago=9, outlet="The Echo", sources=("BBC Sport",))
    await house.report(
        vale, "Everton", Stage.TALKS, hours_ago=8, outlet="Daily Herald", sources=("BBC Sport",)
    )
    await house.report(vale, "Everton", Stage.TALKS, hours_ago=7, outlet="BBC Sport")
    await house.report(
        vale, "Everton", Stage.TALKS, hours_ago=6, outlet="Village News", deal=Deal.LOAN, fee="£2m"
    )
    (card,) = (await house.ask("latest ada vale")).cards
    (section,) = (part for part in card.parts if isinstance(part, Section))
    bar, sources, _, quote = section.parts
    assert isinstance(bar, Bar)
    assert isinstance(sources, Facts)
    assert isinstance(quote, Quote)
    assert sources.facts[0].value == "2, best BBC Sport (tier 1)"
    assert (quote.outlet, quote.address) == ("Village News", "https://a.example/4")
    assert {"loan"} <= {
        fact.value for part in section.parts if isinstance(part, Facts) for fact in part.facts
    }


async def test_latest_of_somebody_without_links_says_so_and_offers_the_watch(house: House) -> None:
    await house.player("Ada Vale")
    (card,) = (await house.ask("latest Ada Vale")).cards
    assert "No report has linked him" in words_of(await house.ask("latest Ada Vale"))
    assert [button.label for button in card.buttons] == ["Watch"]
    await house.ask("watch Ada Vale")
    (card,) = (await house.ask("latest Ada Vale")).cards
    assert card.buttons == ()


async def test_a_name_alone_asks_for_the_latest(house: House) -> None:
    await house.player("Ada Vale")
    assert (await house.ask("ada vale?")).cards[0].label == "Latest"
    assert not (await house.ask("Bram Oster")).ok


async def test_asked_about_a_club_it_says_how_that_is_watched(house: House) -> None:
    answer = await house.ask("latest crystal palace")
    assert (answer.ok, "watch Crystal Palace" in answer.text) == (False, True)


@pytest.mark.parametrize("command", ["latest", "history", "why"])
async def test_a_name_that_is_not_clear_is_asked_back(house: House, command: str) -> None:
    await house.player("Joe Gomez", "Liverpool")
    await house.player("Joe Gomez")
    await house.player("Adrian Valerio")
    which = await house.ask(f"{command} gomez")
    assert "Which gomez?" in which.text
    assert [choice.detail for choice in which.choices] == ["Liverpool", "no club known yet"]
    near = await house.ask(f"{command} Adrain Valerio")
    assert [choice.label for choice in near.choices] == ["Adrian Valerio"]
    assert (await house.ask(near.choices[0].call)).text.count("Did you mean") == 0
    nobody = await house.ask(f"{command} Zyx Qwertz")
    assert (nobody.ok, "Nobody called “Zyx Qwertz”" in nobody.text) == (False, True)
    assert not (await house.ask(Call.of(command, player="#99"))).ok


async def test_history_pages_backwards_through_every_change(house: House) -> None:
    vale = await house.player("Ada Vale")
    for number, stage in enumerate(Stage):
        await house.report(vale, "Everton", stage, hours_ago=50 - number)
    await house.report(vale, "Fulham", Stage.TALKS, hours_ago=2)
    (first,) = (await house.ask("history Ada Vale")).cards
    titles = [part.title for part in first.parts if isinstance(part, Item)]
    assert titles[:2] == ["New link: Fulham", "Done deal: Everton"]
    older = next(button.call for button in first.buttons if button.label == "Older")
    (second,) = (await house.ask(Call.decode(older.encode()) or older)).cards
    assert [part.title for part in second.parts if isinstance(part, Item)] == [
        "Escalated: Everton",
        "New link: Everton",
    ]
    assert [button.label for button in second.buttons] == ["Newest"]
    (of_club,) = (await house.ask("history Ada Vale to Fulham")).cards
    assert (of_club.title, len(of_club.parts), of_club.buttons) == ("Ada Vale and Fulham", 1, ())


async def test_history_of_nothing_says_so(house: House) -> None:
    await house.player("Ada Vale")
    assert "Nothing was told of Ada Vale so far" in words_of(await house.ask("history Ada Vale"))


async def enqueued(house: House, alert: Alert, *, hours: int = 0) -> Delivery:
    await house.store.enqueue(alert.id, [(ROOM, NOW + timedelta(hours=hours), None)])
    delivery = await house.store.delivery_to(alert.id, ROOM)
    assert delivery is not None
    return delivery


async def test_why_says_of_what_a_first_poll_kept_silent_that_it_was_not_told(house: House) -> None:
    vale = await house.player("Ada Vale")
    await house.ask("watch Ada Vale")
    assert await house.report(vale, "Everton", Stage.BID) is not None
    shown = words_of(await house.ask("why Ada Vale"))
    assert "Not told: it was read in a feed's first poll" in shown


async def test_why_knows_what_waits_what_was_merged_and_what_could_not_be_posted(house: House) -> None:
    vale = await house.player("Ada Vale")
    await house.ask("watch Ada Vale")
    alert = await house.report(vale, "Everton", Stage.BID)
    assert alert is not None
    delivery = await enqueued(house, alert, hours=3)
    assert "To be told here in 3 h, by the watch on Ada Vale" in words_of(await house.ask("why"))
    await house.store.merged([delivery.id])
    assert "as part of a later alert" in words_of(await house.ask("why"))
    later = await house.report(vale, "Everton", Stage.AGREED, hours_ago=0.5)
    assert later is not None
    await house.store.give_up((await enqueued(house, later)).id, "the card is too long")
    assert "Not told: the card is too long." in words_of(await house.ask("why"))


async def test_why_shows_the_sentence_the_words_and_the_gate(house: House) -> None:
    vale = await house.player("Ada Vale")
    await house.ask("watch Ada Vale")
    alert = await house.report(vale, "Everton", Stage.BID)
    assert alert is not None
    await house.store.sent((await enqueued(house, alert)).id, "message 1")
    for asked in (f"why {alert.id}", "why Ada Vale", "why", Call.of("why", alert=alert.id)):
        shown = words_of(await house.ask(asked))
        assert alert.quote in shown
        assert "“bid” was read" in shown
        assert "new: the gate's reason" in shown
        assert "Told here, by the watch on Ada Vale from interest on." in shown


async def test_why_names_a_rule_in_words() -> None:
    noted = "“in talks” (stage.talks.deal), said of the link before it"
    card = why_card(an_alert(why=(noted, "told before (status.off.sells)", "new: never before")), "Told.")
    said = words_on(card)
    assert "“in talks” (a rule for “talks”), said of the link before it" in said
    assert "told before (a rule for “off”)" in said


async def test_why_tells_how_long_it_took_from_the_article_to_the_message(house: House) -> None:
    vale = await house.player("Ada Vale")
    await house.ask("watch Ada Vale")
    alert = await house.report(vale, "Everton", Stage.BID, hours_ago=2)
    assert alert is not None
    delivery = await enqueued(house, alert)
    await house.store.sent(delivery.id, "message 1", alert.seen + timedelta(seconds=3))
    shown = words_of(await house.ask("why"))
    late = span(alert.seen - alert.published)
    assert f"Seen {late} after it was published, posted 3 s after that." in shown


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ([], "is not watched here"),
        (["watch Ada Vale from medical"], "the watch asks for medical and above"),
        (["watch Ada Vale", "settings lowest=done"], "this channel asks for done and above"),
        (["watch Ada Vale", "settings kinds=setback"], "does not ask for new alerts"),
        (["watch Ada Vale", "settings tier=1"], "sources of tier 1 or better"),
        (["watch Ada Vale", "mute Ada Vale"], "the watch is paused: muted"),
    ],
)
async def test_why_tells_what_kept_this_channel_silent(house: House, before: list[str], reason: str) -> None:
    vale = await house.player("Ada Vale")
    for typed in before:
        assert (await house.ask(typed)).ok
    alert = await house.report(vale, "Everton", Stage.BID, outlet="Village News")
    assert alert is not None
    shown = words_of(await house.ask(f"why {alert.id}"))
    assert "Not told" in shown
    assert reason in shown


async def test_why_tells_which_later_reports_were_no_news(house: House) -> None:
    vale = await house.player("Ada Vale")
    await house.report(vale, "Everton", Stage.BID, hours_ago=9)
    assert await house.report(vale, "Everton", Stage.TALKS, hours_ago=3) is None
    assert await house.report(vale, "Fulham", Stage.TALKS, Status.OFF, hours_ago=2) is None
    shown = words_of(await house.ask("why Ada Vale"))
    assert "Reports since then that were no news: 2" in shown
    assert "No alert: bid was told already" in shown
    assert "No alert: it denies what nobody had reported" in shown


async def test_why_without_any_alert_says_so(house: House) -> None:
    assert "No alert was told here" in (await house.ask("why")).text
    assert "There is no alert 77" in (await house.ask("why 77")).text
    assert "There is no alert" in (await house.ask("why 99999999999999999999")).text
    vale = await house.player("Ada Vale")
    assert "No report that was read has linked Ada Vale" in (await house.ask("why Ada Vale")).text
    await house.report(vale, "Fulham", Stage.TALKS, Status.OFF)
    assert "Nothing was told of him so far" in words_of(await house.ask("why Ada Vale"))


async def test_wrong_asks_what_is_wrong_and_keeps_it(house: House) -> None:
    vale = await house.player("Ada Vale")
    alert = await house.report(vale, "Everton", Stage.BID)
    assert alert is not None
    asked = await house.ask(f"wrong {alert.id}")
    assert [choice.label for choice in asked.choices] == ["player", "club", "stage", "no news"]
    assert (await house.ask(asked.choices[1].call, may_manage=False)).ok
    (said,) = await house.store.feedback()
    assert (said.alert_id, said.by, said.what) == (alert.id, "quill", "club")
    for typed, helps in (
        ("wrong 99", "no alert 99"),
        ("wrong x", "whole number"),
        ("wrong 0", "or more"),
    ):
        answer = await house.ask(typed)
        assert (answer.ok, helps in answer.text) == (False, True), answer.text


async def test_what_others_call_wrong_is_marked_by_who_runs_the_bot(house: House) -> None:
    alert = await house.report(await house.player("Ada Vale"), "Everton", Stage.BID)
    assert alert is not None
    await house.store.enqueue(alert.id, [(ROOM, NOW, None)])
    (claimed,) = await house.store.claim_deliveries(NOW, 5, ["fake"])
    await house.store.sent(claimed.id, "m1")
    nobody = {"may_manage": False}
    assert "Say which alert" in (await house.ask("wrong", **nobody)).text
    assert "for those who run" in (await house.ask(f"wrong {alert.id} nothing", **nobody)).text
    assert "Nobody has called" in words_of(await house.ask("wrong"))
    for person in ("quill", "moss"):
        assert "is noted" in (await house.ask(f"wrong {alert.id} club", person=person, **nobody)).text
    assert await house.store.edits(5) == []
    cases = await house.ask("wrong")
    assert "2 people say: it is another club" in words_of(cases)
    (item,) = cases.cards[0].parts
    assert isinstance(item, Item)
    assert "is marked as misread (club)" in (await house.ask(item.buttons[0].call)).text
    assert [delivery.id for delivery in await house.store.edits(5)] == [claimed.id]
    kept = await house.store.alert(alert.id)
    assert kept is not None
    card = alert_card(kept)
    assert (card.label, card.tone) == ("Misread", Tone.TROUBLE)
    assert "Take no notice: it is another club." in words_on(card)
    assert "Misread: Everton" in words_of(await house.ask("history Ada Vale"))
    assert "Marked as misread" in words_of(await house.ask(f"why {alert.id}"))
    assert "Nobody has called" in words_of(await house.ask("wrong"))


async def test_a_mark_is_taken_off_again(house: House) -> None:
    alert = await house.report(await house.player("Ada Vale"), "Everton", Stage.BID)
    assert alert is not None
    await house.ask(f"wrong {alert.id} stage")
    again = await house.ask(f"wrong {alert.id}")
    assert again.choices[-1].label == "nothing"
    await house.ask(again.choices[-1].call)
    kept = await house.store.alert(alert.id)
    assert kept is not None
    assert kept.misread is None
    assert alert_card(kept).label == "New link"


async def test_help_tells_every_command_that_one_may_give(house: House) -> None:
    everything = words_of(await house.ask("help"))
    assert all(command.name in everything for command in COMMANDS)
    assert "feeds add" not in words_of(await house.ask("help", may_manage=False))
    explained = words_of(await house.ask("help watch"))
    assert "watch Joe Gomez to Crystal Palace from talks" in explained
    assert len((await house.ask("help feeds")).cards) >= 1
    assert "Did you mean watch?" in (await house.ask("help wacht")).text


async def test_every_command_has_help_and_fits_the_platforms(house: House) -> None:
    for command in COMMANDS:
        assert len(command.summary) <= 100  # Discord's descriptions
        assert all(len(option.summary) <= 100 for option in command.options)
        assert (await house.ask(f"help {command.name}")).cards[0].title == command.name
        for example in command.examples:
            assert not (await house.ask(example)).text.startswith("There is no command")
        required = [option.required for option in command.options]
        assert required == sorted(required, reverse=True)  # Discord wants the required ones first


async def test_a_button_of_another_version_is_told_so(house: House) -> None:
    assert "no command here any more" in (await house.ask(Call.of("dance", player="#1"))).text
    assert "no option called" in (await house.ask(Call.of("latest", plyer="#1"))).text


async def test_looking_up_in_a_direct_message_shows_what_the_channel_shows(house: House) -> None:
    await house.player("Ada Vale")
    here, there = await house.ask("latest Ada Vale"), await house.ask("latest Ada Vale", channel=HOME)
    assert here == there
    assert here.private
    assert ROOM != HOME
