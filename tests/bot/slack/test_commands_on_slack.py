"""What people type, press and fill in on Slack, and what they see."""

from __future__ import annotations

import asyncio

import pytest

from bot.call import Call
from bot.request import Answer
from links.claim import Stage
from storage.errors import DatabaseUnusable
from storage.watch import Channel, ChannelSettings
from tests.bot.slack.shown import calls, shown
from tests.bot.slack.town import ROOM, Town

ADA = Channel("slack", "UADA", "T1")
BEA = Channel("slack", "UBEA", "T1")


async def watched(town: Town, channel: Channel = ROOM) -> list[str]:
    names = {p.id: p.name for p in await town.house.store.players()}
    return [names[w.player_id] for w in await town.house.store.watches(channel) if w.player_id is not None]


@pytest.mark.parametrize(
    "typed",
    ["watch Joe Gomez", "WATCH joe gomez", "watch “Joe Gomez”", "  follow   Joe  Gómez ", "/watch Joe Gomez"],
)
async def test_a_typed_command_is_understood_and_answered_to_the_asker_alone(town: Town, typed: str) -> None:
    await town.house.player("Joe Gomez")
    answer = await town.bea.asked(typed)
    assert "Joe Gomez is watched now" in shown(answer)
    assert answer.ephemeral_for == "UBEA"
    assert await watched(town) == ["Joe Gomez"]


async def test_entities_that_slack_makes_of_what_is_typed_are_undone(town: Town) -> None:
    await town.house.player("Ada Vale")
    await town.ada.asked("watch Ada Vale to Brighton & Hove Albion")
    (watch,) = await town.house.store.watches(ROOM)
    assert watch.club == "Brighton & Hove Albion"


async def test_which_one_is_a_row_of_buttons_and_the_picked_one_takes_its_place(town: Town) -> None:
    await town.house.player("Danny Ward", "Leicester City")
    await town.house.player("Danny Ward", "Huddersfield Town")
    question = await town.ada.asked("watch Danny Ward")
    assert "Which Danny Ward?" in shown(question)
    await town.ada.press(question, "Danny Ward · Huddersfield")
    await town.slack.until(lambda: "watched now" in shown(town.slack.private_to("UADA")[-1]))
    assert len(town.slack.private_to("UADA")) == 1
    assert await watched(town) == ["Danny Ward"]


async def test_what_is_watched_in_direct_messages_is_the_persons_own(town: Town) -> None:
    await town.house.player("Ada Vale")
    await town.bea.write("watch Ada Vale")
    await town.slack.until(lambda: len(town.slack.in_channel(town.bea.direct)) == 2)
    assert await watched(town, BEA) == ["Ada Vale"]
    await town.bea.command("watch Ada Vale", channel="DOTHER")
    assert await watched(town, BEA) == ["Ada Vale"]


async def test_a_mention_is_answered_in_a_thread_under_the_question(town: Town) -> None:
    player = await town.house.player("Ada Vale")
    await town.house.report(player, "Crystal Palace", Stage.BID)
    asked = await town.bea.mention("what's the latest on Ada Vale?")
    answer = (await town.slack.until(lambda: [m for m in town.slack.in_channel("C1") if m.thread]))[0]
    assert answer.thread == asked.ts
    assert "Crystal Palace" in shown(answer)


async def test_latest_carries_a_picture_with_its_words(town: Town) -> None:
    player = await town.house.player("Ada Vale")
    await town.house.report(player, "Crystal Palace", Stage.BID)
    answer = await town.bea.asked("latest ada vale")
    image = next(block for block in answer.blocks if block["type"] == "image")
    file = town.slack.files[image["slack_file"]["id"]]
    assert (file["done"], file["channel"]) == (True, None)
    assert "Crystal Palace: bid" in image["alt_text"]
    assert file["alt"] == image["alt_text"]


async def test_a_picture_that_cannot_be_uploaded_keeps_no_answer_back(town: Town) -> None:
    from tests.bot.slack.nouns import Fault

    player = await town.house.player("Ada Vale")
    await town.house.report(player, "Crystal Palace", Stage.BID)
    town.slack.faults["files.getUploadURLExternal"].append(Fault(error="file_uploads_disabled"))
    answer = await town.bea.asked("latest ada vale")
    assert "Crystal Palace" in shown(answer)
    assert [block for block in answer.blocks if block["type"] == "image"] == []


@pytest.mark.parametrize(("looks_for", "pictures"), [(0.05, 1), (60, 0)])
async def test_a_picture_that_slack_looks_through_is_waited_for_a_little(
    town: Town, looks_for: float, pictures: int
) -> None:
    town.bot._hearer._answerer._looking = 0.1
    player = await town.house.player("Ada Vale")
    await town.house.report(player, "Crystal Palace", Stage.BID)
    town.slack.looks_for = looks_for
    asked = await town.bea.mention("latest on Ada Vale")
    for answer in (
        await town.bea.asked("latest ada vale"),
        (await town.slack.until(lambda: [m for m in town.slack.messages if m.thread == asked.ts]))[0],
    ):
        assert "Crystal Palace" in shown(answer)
        assert [block["type"] for block in answer.blocks].count("image") == pictures


async def test_a_question_back_is_no_warning(town: Town) -> None:
    for club in ("Leicester City", "Huddersfield Town"):
        await town.house.player("Danny Ward", club)
    assert shown(await town.ada.asked("watch Danny Ward")).startswith("Which Danny Ward?")
    assert shown(await town.ada.asked("watch")).startswith("⚠️")


async def test_hints_are_written_as_one_types_them_there(town: Town) -> None:
    assert "/deadline feeds import" in shown(await town.bea.asked("help"))
    assert "/deadline watch Joe Gomez" in shown(await town.bea.asked("watches"))
    assert "/deadline watch Joe Gomez to Crystal" in shown(await town.bea.asked("help watch"))
    await town.bea.write("help")
    said = await town.slack.until(lambda: [m for m in town.slack.in_channel(town.bea.direct) if m.blocks])
    assert "/deadline" not in shown(said[0])


async def test_an_admin_marks_what_was_misread_and_a_member_says_so(town: Town) -> None:
    alert = await town.house.report(await town.house.player("Ada Vale"), "Everton", Stage.BID)
    assert alert is not None
    assert "is noted" in shown(await town.bea.asked(f"wrong {alert.id} what=club"))
    assert "1 person says" in shown(await town.ada.asked("wrong"))
    assert "is marked as misread" in shown(await town.ada.asked(f"wrong {alert.id} what=club"))
    assert (await town.house.store.alerts([alert.id]))[alert.id].misread == "club"


async def test_pages_turn_in_place(town: Town) -> None:
    player = await town.house.player("Ada Vale")
    for number, club in enumerate(
        ["Leeds United", "Fulham", "Burnley", "Everton", "Watford", "Chelsea", "Arsenal"]
    ):
        await town.house.report(player, club, Stage.TALKS, hours_ago=20 - number)
    first = await town.bea.asked("history Ada Vale")
    await town.bea.press(first, "Older")
    await town.slack.until(lambda: "Leeds United" in shown(town.slack.private_to("UBEA")[-1]))
    assert len(town.slack.private_to("UBEA")) == 1


async def test_a_bare_command_opens_a_modal_whose_search_knows_the_players(town: Town) -> None:
    await town.house.player("Ada Vale", "Everton")
    await town.bea.command("")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    (found, typed) = await town.bea.search(view, "player", "vale")
    assert (found["text"]["text"], found["description"]["text"]) == ("Ada Vale", "Everton")
    assert typed["text"]["text"] == "vale"
    clubs = await town.bea.search(view, "club", "crystal")
    assert clubs[0]["text"]["text"] == "Crystal Palace"
    await town.bea.submit(view, {"player": found, "club": clubs[0], "from": "talks"})
    said = shown(town.slack.views[view["id"]])
    assert "Ada Vale to Crystal Palace is watched now from talks on" in said
    assert await watched(town) == ["Ada Vale"]


async def test_a_modal_without_a_channel_watches_for_the_person_and_takes_unknown_names(town: Town) -> None:
    await town.bea.command("")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    (typed,) = await town.bea.search(view, "player", "Zed Quill")
    await town.bea.submit(view, {"player": typed, "channel": None})
    assert await watched(town, BEA) == ["Zed Quill"]
    assert await watched(town) == []


async def test_a_modal_sent_off_twice_counts_once(town: Town) -> None:
    await town.house.player("Ada Vale")
    await town.bea.command("")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    (found, *_) = await town.bea.search(view, "player", "vale")
    first = await town.bea.submit(view, {"player": found})
    assert await town.bea.submit(view, {"player": found}) is None
    assert "is watched now" in shown(first["view"] if first else {})


async def test_nobody_watches_for_a_channel_that_he_is_not_in(town: Town) -> None:
    secret = town.slack.channel("CSECRET", private=True)
    secret.members.discard("UBEA")
    await town.house.player("Ada Vale")
    await town.bea.command("")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    (found, *_) = await town.bea.search(view, "player", "vale")
    answer = await town.bea.submit(view, {"player": found, "channel": "CSECRET"})
    assert answer is not None
    assert answer["errors"]["channel"].endswith(
        "is for its members. To be told privately, leave the channel empty."
    )
    assert await watched(town, Channel("slack", "CSECRET", "T1")) == []


async def test_settings_that_mean_nothing_on_slack_are_not_offered(town: Town) -> None:
    answers = [shown(await town.bea.asked("settings lowest=talks"))]
    await town.bea.write("settings")
    answers.append(shown((await town.slack.until(lambda: town.slack.in_channel(town.bea.direct)[1:]))[-1]))
    for words in answers:
        assert "broadcast" in words
        assert "publish" not in words
        assert "anyone" not in words
    assert "means nothing on this platform" in shown(await town.bea.asked("settings publish=on"))


async def test_a_settings_window_says_for_whom_it_is(town: Town) -> None:
    for channel, whom in (("C1", "Alerts for #C1"), (town.bea.direct, "Alerts for you alone")):
        town.slack.views.clear()
        await town.bea.command("settings", channel)
        (view,) = await town.slack.until(lambda: list(town.slack.views.values()))
        assert shown(view).startswith(whom)


async def test_settings_are_a_modal_and_only_what_was_changed_is_saved(town: Town) -> None:
    await town.bea.command("settings")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    await town.bea.submit(view, {"lowest": "talks", "quiet": "23:00-07:00", "threads": "off"})
    settings = await town.house.store.channel_settings(ROOM)
    assert (settings.lowest, settings.threads, settings.tier) == (Stage.TALKS, False, 4)
    assert "quiet=23:00-07:00" in shown(town.slack.views[view["id"]])
    await town.bea.command("settings")
    again = (await town.slack.until(lambda: [v for v in town.slack.views.values() if v["id"] != view["id"]]))[
        0
    ]
    await town.bea.submit(again, {"quiet": ""})
    assert (await town.house.store.channel_settings(ROOM)).quiet_from is None
    await town.bea.asked("settings lowest=interest threads=auto")
    assert await town.house.store.channel_settings(ROOM) == ChannelSettings()


async def test_a_private_channel_without_the_bot_asks_for_an_invitation_in_the_window(town: Town) -> None:
    town.slack.channel("CSECRET", private=True, inside=False)
    await town.house.player("Ada Vale")
    await town.bea.command("")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    (found, *_) = await town.bea.search(view, "player", "vale")
    answer = await town.bea.submit(view, {"player": found, "channel": "CSECRET"})
    assert answer is not None
    assert "/invite @deadlineday" in answer["errors"]["channel"]
    assert await town.bea.submit(view, {"player": found, "channel": "CSECRET"}) == answer
    town.slack.conversations["CSECRET"].members.add("UBOT")
    await town.bea.submit(view, {"player": found, "channel": ROOM.id})
    assert await watched(town) == ["Ada Vale"]


async def test_nobody_has_the_bot_join_a_public_channel_that_he_is_not_in(town: Town) -> None:
    town.slack.channel("C5", inside=False).members.discard("UBEA")
    await town.bea.command("")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    (found,) = await town.bea.search(view, "player", "Ada Vale")
    answer = await town.bea.submit(view, {"player": found, "channel": "C5"})
    assert answer is not None
    assert answer["errors"]["channel"].endswith(
        "is for its members. To be told privately, leave the channel empty."
    )
    assert town.slack.called("conversations.join") == []


async def test_a_setting_that_cannot_be_is_told_at_its_field_and_put_right_there(town: Town) -> None:
    await town.bea.command("settings")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    for field, value, words in (
        ("quiet", "noon", "two times"),
        ("timezone", "Londn", "Europe/London"),
        ("digest", "later", "no time"),
    ):
        wrong = {"lowest": "talks", field: value}
        answer = await town.bea.submit(view, wrong)
        assert answer is not None
        assert words in answer["errors"][field]
        assert await town.bea.submit(view, wrong) == answer
    assert await town.house.store.channel_settings(ROOM) == ChannelSettings()
    await town.bea.submit(view, {"lowest": "talks", "quiet": "23:00-07:00", "timezone": "Europe/London"})
    settings = await town.house.store.channel_settings(ROOM)
    assert (settings.lowest, settings.timezone) == (Stage.TALKS, "Europe/London")


async def test_a_modal_with_nothing_changed_changes_nothing(town: Town) -> None:
    await town.bea.command("settings")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    await town.bea.submit(view, {})
    assert "Nothing changed" in shown(town.slack.views[view["id"]])


async def test_who_is_this_about_reads_the_message_and_offers_a_watch(town: Town) -> None:
    await town.bea.shortcut("Leeds United have submitted an £18m bid for Everton midfielder Owen Tregarth.")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    await town.slack.until(lambda: "Owen Tregarth → Leeds United, bid" in shown(town.slack.views[view["id"]]))
    await town.bea.press_in_view(town.slack.views[view["id"]], "Watch Owen Tregarth")
    await town.slack.until(lambda: "is watched now" in shown(town.slack.views[view["id"]]))
    assert await watched(town) == ["Owen Tregarth"]


async def test_a_message_about_nobody_says_so(town: Town) -> None:
    await town.bea.shortcut("Lunch at one?")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    await town.slack.until(lambda: "No player is linked" in shown(town.slack.views[view["id"]]))


async def test_a_message_that_names_a_player_and_no_club_offers_a_watch_too(town: Town) -> None:
    await town.house.player("Owen Tregarth")
    await town.bea.shortcut("Owen Tregarth again …")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    await town.slack.until(lambda: "It names Owen Tregarth." in shown(town.slack.views[view["id"]]))
    await town.bea.press_in_view(town.slack.views[view["id"]], "Watch Owen Tregarth")
    await town.slack.until(lambda: "is watched now" in shown(town.slack.views[view["id"]]))


async def test_a_message_that_takes_long_to_read_has_its_window_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = asyncio.Event()

    async def slowly(text: str, desk: object, now: object) -> Answer:
        await read.wait()
        return Answer("That message says: much.")

    monkeypatch.setattr("bot.slack.hear.about", slowly)
    await town.bea.shortcut("A long story")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    assert "One moment" in shown(view)
    read.set()
    await town.slack.until(lambda: "says: much" in shown(town.slack.views[view["id"]]))
    assert town.slack.private_to("UBEA") == []


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (DatabaseUnusable("a.db", "the disk is full"), "the disk is full"),
        (ValueError("x"), "a fault of ours"),
    ],
)
@pytest.mark.parametrize("late", [False, True])
async def test_a_message_that_cannot_be_looked_up_says_why_in_its_window(
    town: Town, monkeypatch: pytest.MonkeyPatch, fault: Exception, said: str, late: bool
) -> None:
    read = asyncio.Event()

    async def failing(text: str, desk: object, now: object) -> Answer:
        if late:
            await read.wait()
        raise fault

    monkeypatch.setattr("bot.slack.hear.about", failing)
    await town.bea.shortcut("Owen Tregarth again …")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[0]
    read.set()
    await town.slack.until(lambda: said in shown(town.slack.views[view["id"]]))


async def test_feeds_are_for_admins_of_the_workspace(town: Town) -> None:
    assert "for those who manage this workspace" in shown(
        await town.bea.asked("feeds add https://a.example/rss")
    )
    assert "for those who manage" not in shown(await town.ada.asked("feeds add https://a.example/rss"))
    await town.bea.write("feeds remove 1")
    await town.slack.until(
        lambda: "for those who manage" in shown(town.slack.in_channel(town.bea.direct)[-1])
    )


async def test_an_exported_file_comes_as_a_direct_message(town: Town) -> None:
    await town.house.store.add_feed("https://a.example/rss", title="A")
    answer = await town.ada.asked("feeds export")
    assert "sent to you in a direct message" in shown(answer)
    (file,) = town.slack.files.values()
    assert b"https://a.example/rss" in file["content"]
    assert file["channel"] == town.ada.direct


async def test_a_private_channel_without_the_bot_is_refused_with_what_to_type(town: Town) -> None:
    town.slack.channel("CPRIV", private=True, inside=False)
    await town.house.player("Ada Vale")
    answer = await town.bea.asked("watch Ada Vale", channel="CPRIV")
    assert "/invite @deadlineday" in shown(answer)
    assert await watched(town, Channel("slack", "CPRIV", "T1")) == []


async def test_the_bot_goes_into_a_public_channel_by_itself(town: Town) -> None:
    room = town.slack.channel("COPEN", inside=False)
    await town.house.player("Ada Vale")
    assert "is watched now" in shown(await town.bea.asked("watch Ada Vale", channel="COPEN"))
    assert "UBOT" in room.members


async def test_a_button_of_another_version_says_so(town: Town) -> None:
    await town.house.player("Ada Vale")
    question = await town.ada.asked("latest ada vale")
    for block in question.blocks:
        for element in block.get("elements", []):
            if element.get("action_id", "").startswith("call:"):
                element["value"] = "0:gone:"
    await town.ada.press(question, "Watch")
    await town.slack.until(lambda: "another version" in shown(town.slack.private_to("UADA")[-1]))


async def test_an_action_that_nobody_knows_is_acknowledged_and_answered(town: Town) -> None:
    answer = await town.ada.asked("help")
    answer.content["blocks"] = [
        {"type": "actions", "elements": [{"type": "button", "action_id": "older", "text": {"text": "Old"}}]}
    ]
    await town.ada.press(answer, "Old")
    await town.slack.until(lambda: "another version" in shown(town.slack.private_to("UADA")[-1]))


async def test_a_command_changed_by_hand_does_what_typing_would(town: Town) -> None:
    answer = await town.bea.asked("help")
    value = Call.of("feeds remove", feed="#1").encode()
    answer.content["blocks"] = [
        {"type": "actions",
         "elements": [{"type": "button", "action_id": "call:1", "value": value, "text": {"text": "Help"}}]}
    ]  # fmt: skip
    await town.bea.press(answer, "Help")
    await town.slack.until(lambda: "for those who manage" in shown(town.slack.private_to("UBEA")[-1]))


async def test_an_event_or_a_press_that_is_delivered_again_is_handled_once(town: Town) -> None:
    await town.house.player("Ada Vale")
    await town.bea.mention("latest on Ada Vale", id="Ev42")
    await town.slack.until(lambda: [m for m in town.slack.in_channel("C1") if m.thread])
    for attempt in (1, 2, 3):
        await town.bea.mention("latest on Ada Vale", id="Ev42", attempt=attempt)
    question = await town.ada.asked("latest ada vale")
    trigger = town.ada.trigger()
    for _ in range(2):
        await town.ada.press(question, "Watch", trigger=trigger)
    await town.slack.until(lambda: any("watched now" in shown(m) for m in town.slack.private_to("UADA")))
    await town.ada.asked("watches")
    assert len([m for m in town.slack.in_channel("C1") if m.thread]) == 1
    assert len([m for m in town.slack.private_to("UADA") if "watched now" in shown(m)]) == 1


async def test_what_is_delivered_again_is_handled_once_while_the_database_is_away(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*asked: object) -> None:
        raise DatabaseUnusable("a.db", "the disk is full")

    monkeypatch.setattr(town.house.store, "first_times", away)
    for attempt in range(3):
        await town.bea.mention("help", id="Ev1", attempt=attempt)
    last = await town.ada.mention("help", id="Ev2")
    await town.slack.until(lambda: any(m.thread == last.ts for m in town.slack.messages))
    assert len([m for m in town.slack.messages if m.thread]) == 2


async def test_two_people_who_press_at_once_both_get_their_answer(town: Town) -> None:
    await town.house.player("Ada Vale")
    question = await town.ada.asked("latest ada vale")
    await town.ada.press(question, "Watch")
    await town.bea.press(question, "Watch")
    await town.slack.until(lambda: town.slack.private_to("UBEA") and len(town.slack.private_to("UADA")) == 2)
    assert await watched(town) == ["Ada Vale"]


async def test_what_bots_say_and_what_is_edited_is_passed_over(town: Town) -> None:
    await town.bea.write("latest on Ada Vale", bot_id="B9")
    await town.bea.write("latest on Ada Vale", subtype="message_changed")
    await town.bea.event(
        {"type": "message", "channel_type": "channel", "user": "UBEA", "channel": "C1", "text": "x"}
    )
    await town.bea.event({"type": "reaction_added", "user": "UBEA"})
    await town.ada.asked("help")
    assert len(town.slack.called("chat.postMessage")) == 0


async def test_an_answer_whose_address_is_used_up_comes_as_a_direct_message(town: Town) -> None:
    from tests.bot.slack.nouns import Fault

    town.slack.faults["response_url"].append(Fault(status=404))
    await town.bea.command("help")
    (message,) = await town.slack.until(lambda: town.slack.in_channel(town.bea.direct))
    assert "What you can ask" in shown(message)


async def test_feed_text_in_an_answer_calls_nobody(town: Town) -> None:
    player = await town.house.player("Ada Vale")
    await town.house.report(player, "Fulham", Stage.BID, outlet="<!channel> *x* <https://evil.example|click>")
    answer = await town.bea.asked("history ada vale")
    assert calls(answer) == []
    assert "<!channel> *x* <https://evil.example|click>" in shown(answer)
    assert "<!" not in answer.content["text"]
