"""What people ask on Discord, from suggestions to pages, and what they ask wrongly."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.call import Call
from bot.discord.places import home
from bot.discord.platform import Discord
from feeds.entry import Entry
from feeds.parse import Parsed
from links.claim import Stage
from storage.errors import DatabaseUnusable
from storage.watch import Channel, ChannelSettings
from tests.bot.discord.fake import TOKEN
from tests.bot.discord.people import Hidden, read
from tests.bot.discord.stage import Lobby, no_picture
from tests.bot.discord.town import FORUM, NEWS, USUAL, VOICE

CROWD = [f"Player {letter}{other}" for letter in "abcdefghijkl" for other in "mnopq"]


async def restarted(lobby: Lobby) -> None:
    """Another process with the same storage."""
    await lobby.stop()
    lobby.platform = Discord(TOKEN, lobby.house.desk, no_picture, lobby.clock)
    lobby.fake.gateway.joined.clear()
    await lobby.start()


# Suggestions


async def test_players_are_suggested_those_who_move_now_first(lobby: Lobby) -> None:
    for name in ("Ada Vale", "Adam Quill", "Ada Stone"):
        await lobby.house.player(name, "Liverpool")
    await lobby.news("Ada Stone")
    suggested = await lobby.fan.complete("latest", "player", "ada", lobby.room)
    assert suggested[0][0].startswith("Ada Stone")
    assert {shown.split(" (")[0] for shown, _ in suggested} == {"Ada Vale", "Adam Quill", "Ada Stone"}
    answer = await lobby.fan.command("latest", lobby.room, player=suggested[0][1])
    assert "Ada Stone" in answer.text


async def test_a_name_that_was_not_suggested_is_taken_as_typed(lobby: Lobby) -> None:
    assert await lobby.boss.complete("watch", "player", "Zed Newcomer", lobby.room) == []
    answer = await lobby.boss.command("watch", lobby.room, player="Zed Newcomer")
    assert "Zed Newcomer is watched now" in answer.text


async def test_clubs_and_the_channels_own_watches_are_suggested(lobby: Lobby) -> None:
    clubs = await lobby.boss.complete("watch", "club", "crystal", lobby.room, player="x")
    assert clubs[0][0] == "Crystal Palace"
    await lobby.boss.command("watch", lobby.room, player="Ada Vale", club="Crystal Palace")
    watches = await lobby.boss.complete("unwatch", "player", "", lobby.room)
    assert watches[0][0] == "Ada Vale to Crystal Palace"
    answer = await lobby.boss.command("unwatch", lobby.room, player=watches[0][1])
    assert "not watched any more" in answer.text


async def test_suggestions_of_any_length_fit(lobby: Lobby) -> None:
    await lobby.house.player("Ada " + "😀" * 58, "C" * 200)
    suggested = await lobby.fan.complete("latest", "player", "ada", lobby.room)
    assert len(suggested) == 1


# Questions back, pages


async def test_which_one_is_asked_as_a_select_and_answered_in_its_place(lobby: Lobby) -> None:
    await lobby.house.player("Sam Gomez", "Liverpool")
    await lobby.house.player("Leo Gomez", "Everton")
    asked = await lobby.fan.command("latest", lobby.room, player="Gomez")
    assert "Which Gomez?" in asked.text
    answer = await lobby.fan.choose(asked.messages[0], "Leo Gomez")
    assert "### Leo Gomez" in answer.text
    assert answer.messages[0] is asked.messages[0]


async def test_a_long_name_asked_back_still_fits_its_select(lobby: Lobby) -> None:
    await lobby.house.player("Ada Vale")
    asked = await lobby.boss.command(
        "watch", lobby.room, player="Ada Vail " + "é" * 50, club="Crystal Palace"
    )
    assert asked.private


async def test_pages_turn_in_place_and_after_a_restart(lobby: Lobby) -> None:
    for name in CROWD:
        player = await lobby.house.player(name)
        await lobby.house.store.add_watch(lobby.here, player.id)
    first = await lobby.boss.command("watches", lobby.room)
    assert "Page 1 of 4" in first.text
    await restarted(lobby)
    second = await lobby.boss.press(first.messages[0], "More")
    assert "Page 2 of 4" in second.text
    assert second.messages[0] is first.messages[0]


async def test_a_page_of_a_message_that_all_see_turns_for_the_one_who_pressed(lobby: Lobby) -> None:
    player = await lobby.house.player("Ada Vale")
    for stage in Stage:
        for club in ("Leeds United", "Everton"):
            await lobby.house.report(player, club, stage)
    me = lobby.fake.town.bot["id"]
    public = await lobby.fan.say(f"<@{me}> history of Ada Vale", lobby.room)
    before = read(public)
    turned = await lobby.boss.press(public, "Older")
    assert turned.private
    assert read(public) == before


# Time


async def test_what_takes_longer_than_a_second_is_deferred(lobby: Lobby) -> None:
    lobby.slow = 1.3
    answer = await lobby.fan.command("help", lobby.room)
    assert answer.private
    assert "What you can ask" in answer.text
    assert lobby.fake.count("PATCH", "/messages/@original") == 1


async def test_an_answer_that_comes_after_fifteen_minutes_is_let_go(lobby: Lobby) -> None:
    lobby.slow = 1.5
    asking = asyncio.create_task(lobby.fan.command("help", lobby.room))
    await lobby.until(lambda: lobby.fake.count("POST", "/callback"))
    lobby.fake.town.ahead = 1000
    await lobby.until(lambda: lobby.fake.count("PATCH", "/messages/@original"))
    asking.cancel()
    lobby.slow, lobby.fake.town.ahead = 0, 0
    assert "What you can ask" in (await lobby.fan.command("help", lobby.room)).text


@pytest.mark.parametrize("how", ["cut before", "cut after", "500"])
async def test_a_first_answer_whose_line_is_cut_is_given_again(lobby: Lobby, how: str) -> None:
    lobby.fake.trouble(how, holds="/callback")
    assert "What you can ask" in (await lobby.fan.command("help", lobby.room)).text


@pytest.mark.parametrize("how", ["cut before", "cut after"])
async def test_an_answer_that_discord_waits_for_is_given_again_where_its_line_is_cut(
    lobby: Lobby, how: str
) -> None:
    lobby.slow = 1.1
    lobby.fake.trouble(how, method="PATCH", holds="/webhooks/")
    assert "What you can ask" in (await lobby.fan.command("help", lobby.room)).text


async def test_two_people_who_press_at_once_are_answered_each(lobby: Lobby) -> None:
    await lobby.told(await lobby.news())
    (message,) = lobby.shown()
    answers = await asyncio.gather(*(who.press(message, "Latest") for who in (lobby.boss, lobby.fan)))
    assert all("### Ada Vale" in answer.text and answer.private for answer in answers)


# Words


@pytest.mark.parametrize("words", ["latest on Ada Vale?", "what's the latest on Ada Vale?", "Ada Vale"])
async def test_words_to_the_bot_by_its_name_and_directly_are_answered(lobby: Lobby, words: str) -> None:
    await lobby.news()
    me = lobby.fake.town.bot["id"]
    assert "### Ada Vale" in read(await lobby.fan.say(f"<@{me}> {words}", lobby.room))
    assert "### Ada Vale" in read(await lobby.fan.say(words, lobby.fake.town.direct(lobby.fan.user)))


async def test_words_to_others_are_not_answered(lobby: Lobby) -> None:
    with pytest.raises(TimeoutError):
        await lobby.fan.say("latest on Ada Vale", lobby.room, within=0.3)


async def test_a_reply_to_an_alert_is_no_question(lobby: Lobby) -> None:
    await lobby.told(await lobby.news())
    (alert,) = lobby.shown()
    reply = lobby.fan.write("about time", lobby.room)
    reply |= {"type": 19, "mentions": [lobby.fake.town.bot], "referenced_message": alert}
    await lobby.fan._tell(reply, lobby.room)
    await asyncio.sleep(0.2)
    assert len(lobby.shown()) == 1


async def test_words_of_a_manager_make_a_watch_and_of_others_do_not(lobby: Lobby) -> None:
    me = lobby.fake.town.bot["id"]
    assert "for those who manage it" in read(await lobby.fan.say(f"<@{me}> watch Ada Vale", lobby.room))
    assert "is watched now" in read(await lobby.boss.say(f"<@{me}> watch Ada Vale", lobby.room))


async def test_words_make_no_watch_where_the_bot_may_not_post(lobby: Lobby) -> None:
    await lobby.fake.forbid(lobby.room, lobby.fake.town.bot, "send_messages")
    asked = len(lobby.asked)
    message = lobby.boss.write(f"<@{lobby.fake.town.bot['id']}> watch Ada Vale", lobby.room)
    await lobby.boss._tell(message, lobby.room)
    await lobby.until(lambda: lobby.fake.count("POST", "/messages"))
    assert len(lobby.asked) == asked + 1
    assert "Send Messages" in lobby.asked[-1].silenced
    assert await lobby.house.store.watches(lobby.here) == []


# Who and where


async def test_others_watch_for_themselves_and_are_told_directly(lobby: Lobby) -> None:
    refused = await lobby.fan.command("watch", lobby.room, player="Ada Vale")
    assert "for those who manage it" in refused.text
    made = await lobby.fan.command("watch", lobby.room, player="Ada Vale", tell="me")
    assert "told privately" in made.text
    place = home(int(lobby.fan.id))
    await lobby.told(await lobby.news(), place)
    assert len(lobby.shown(lobby.fake.town.direct(lobby.fan.user))) == 1


async def test_others_are_called_by_name_with_the_channels_alerts(lobby: Lobby) -> None:
    none = await lobby.fan.command("watch", lobby.room, player="Ada Vale", tell="mention")
    assert "not watched in this channel" in none.text
    await lobby.boss.command("watch", lobby.room, player="Ada Vale")
    await lobby.fan.command("watch", lobby.room, player="Ada Vale", tell="mention")
    (watch,) = await lobby.house.store.watches(lobby.here)
    assert (watch.mention, watch.by) == (f"<@{lobby.fan.id}>", lobby.boss.id)
    await lobby.fan.command("watch", lobby.room, player="Ada Vale", tell="no mention")
    (watch,) = await lobby.house.store.watches(lobby.here)
    assert watch.mention is None


async def test_a_channel_may_be_opened_to_all(lobby: Lobby) -> None:
    await lobby.boss.command("settings", lobby.room, anyone=True)
    assert "is watched now" in (await lobby.fan.command("watch", lobby.room, player="Ada Vale")).text


async def test_others_cannot_change_how_the_channel_is_told(lobby: Lobby) -> None:
    refused = await lobby.fan.command("settings", lobby.room, lowest="bid")
    assert "for those who manage it" in refused.text


async def test_whoever_an_owner_lets_see_a_managers_command_may_use_it(lobby: Lobby) -> None:
    lobby.fake.commands = [{**each, "default_member_permissions": None} for each in lobby.fake.commands]
    assert "feeds" in (await lobby.fan.command("feeds list", lobby.room)).text.lower()
    for command in lobby.fake.commands:
        if command["name"] == "feeds":
            command["default_member_permissions"] = "16"
    with pytest.raises(Hidden):
        await lobby.fan.command("feeds list", lobby.room)


@pytest.mark.parametrize("missing", ["send_messages", "view_channel"])
async def test_a_watch_where_the_bot_may_not_post_is_refused_with_the_permissions_name(
    lobby: Lobby, missing: str
) -> None:
    await lobby.fake.forbid(lobby.room, lobby.fake.town.bot, missing)
    refused = await lobby.boss.command("watch", lobby.room, player="Ada Vale")
    assert "needs the permission " + missing.replace("_", " ").title() in refused.text
    assert await lobby.house.store.watches(lobby.here) == []


async def test_a_role_that_one_may_not_mention_cannot_be_called_by_a_watch(lobby: Lobby) -> None:
    town = lobby.fake.town
    closed, opened = town.role(lobby.guild, "staff"), town.role(lobby.guild, "scouts", mentionable=True)
    refused = await lobby.boss.command("watch", lobby.room, player="Ada Vale", mention=closed)
    assert "may not mention that role" in refused.text
    everyone = lobby.guild["roles"][0]
    refused = await lobby.boss.command("watch", lobby.room, player="Ada Vale", mention=everyone)
    assert "cannot call everyone" in refused.text
    made = await lobby.boss.command("watch", lobby.room, player="Ada Vale", mention=opened)
    assert "is watched now" in made.text


async def test_nor_by_words_to_the_bot_or_by_the_choice_that_it_offers_for_them(lobby: Lobby) -> None:
    town, me = lobby.fake.town, lobby.fake.town.bot["id"]
    closed, opened = town.role(lobby.guild, "staff"), town.role(lobby.guild, "scouts", mentionable=True)
    for role in (closed, opened):
        told = {"guild_id": lobby.guild["id"], "role": role}
        await lobby.fake.gateway.tell("GUILD_ROLE_CREATE", told, guild=lobby.guild["id"])
    called = f"Ada Vale mention=<@&{closed['id']}>"
    assert "may not mention that role" in read(await lobby.boss.say(f"<@{me}> watch {called}", lobby.room))
    everyone = f"<@{me}> watch Ada Vale mention=<@&{lobby.guild['id']}>"
    assert "cannot call everyone" in read(await lobby.boss.say(everyone, lobby.room))
    misspelt = await lobby.boss.say(f"<@{me}> wattch {called}", lobby.room)
    chosen = await lobby.boss.choose(misspelt, f"watch Ada Vale <@&{closed['id']}>")
    assert "may not mention that role" in chosen.text
    assert await lobby.house.store.watches(lobby.here) == []
    allowed = f"<@{me}> watch Ada Vale mention=<@&{opened['id']}>"
    assert "is watched now" in read(await lobby.boss.say(allowed, lobby.room))


async def test_a_thread_a_forum_post_and_a_voice_chat_are_channels_like_others(lobby: Lobby) -> None:
    town = lobby.fake.town
    forum = town.channel(lobby.guild, "stories", FORUM)
    places = [
        town.thread(lobby.room, "a thread", lobby.boss.user),
        town.thread(forum, "a post", lobby.boss.user),
        town.channel(lobby.guild, "Lounge", VOICE),
    ]
    for number, place in enumerate(places):
        name = ("Ada Vale", "Ben Moss", "Cleo Stern")[number]
        assert "is watched now" in (await lobby.boss.command("watch", place, player=name)).text
        await lobby.told(await lobby.news(name), Channel("discord", place["id"], lobby.guild["id"]))
        assert len(lobby.shown(place)) == 1


async def test_a_locked_thread_is_lost_in_words(lobby: Lobby) -> None:
    thread = lobby.fake.town.thread(lobby.room, "old", lobby.boss.user)
    await lobby.boss.command("watch", thread, player="Ada Vale")
    thread["thread_metadata"]["locked"] = True
    place = Channel("discord", thread["id"], lobby.guild["id"])
    await lobby.told(await lobby.news(), place)
    assert (await lobby.house.store.watches(place))[0].paused == "the thread is locked"


async def test_in_a_group_the_bot_answers_and_watches_only_for_the_person(lobby: Lobby) -> None:
    group = lobby.fake.town.group(lobby.fan.user, lobby.boss.user)
    assert "What you can ask" in (await lobby.fan.command("help", group)).text
    refused = await lobby.fan.command("watch", group, player="Ada Vale")
    assert "no part of this conversation" in refused.text
    made = await lobby.fan.command("watch", group, player="Ada Vale", tell="me")
    assert "told privately" in made.text


async def test_installed_for_a_person_alone_it_answers_in_a_strange_server(lobby: Lobby) -> None:
    strange = lobby.fake.town.guild("Elsewhere", lobby.fan.user, member=False, permissions=USUAL)
    room = lobby.fake.town.channel(strange, "far")
    # Who has the bot for himself is told of by the session of direct messages.
    lobby.fake.gateway._is_of = lambda session, guild: True  # type: ignore[method-assign, assignment]
    await lobby.news()
    assert "### Ada Vale" in (await lobby.fan.command("latest", room, player="Ada Vale")).text
    refused = await lobby.fan.command("watch", room, player="Ada Vale")
    assert "no member of this server" in refused.text


async def test_a_direct_message_is_managed_by_its_person(lobby: Lobby) -> None:
    direct = lobby.fake.town.direct(lobby.fan.user)
    made = await lobby.fan.command("watch", direct, player="Ada Vale")
    assert "is watched now" in made.text
    listed = await lobby.fan.command("watches", direct)
    assert "Ada Vale" in listed.text
    assert await lobby.house.store.watches(home(int(lobby.fan.id)))


# Files


async def test_feeds_go_out_and_come_in_as_a_file(lobby: Lobby) -> None:
    await lobby.house.store.add_feed("https://herald.example/rss", title="Herald")
    out = await lobby.boss.command("feeds export", lobby.room)
    assert "1 feed." in out.text
    file = lobby.fake.file("feeds.opml", b'<opml version="2.0"><body><outline type="rss" text="Echo"'
                           b' xmlUrl="https://echo.example/rss"/></body></opml>')  # fmt: skip
    back = await lobby.boss.command("feeds import", lobby.room, file=file)
    assert "New feeds: 1" in back.text


async def test_a_file_that_cannot_be_fetched_or_is_too_large_is_refused(lobby: Lobby) -> None:
    gone = {**lobby.fake.file("a.opml", b"x"), "url": f"{lobby.fake.api}/cdn/nowhere"}
    assert "could not be fetched" in (await lobby.boss.command("feeds import", lobby.room, file=gone)).text
    large = {**lobby.fake.file("a.opml", b"x"), "size": 50_000_000}
    assert "too large" in (await lobby.boss.command("feeds import", lobby.room, file=large)).text


async def test_a_feed_is_tested_while_discord_shows_that_the_bot_thinks(lobby: Lobby) -> None:
    lobby.house.checks.pages["https://herald.example/rss"] = Parsed(
        "Herald",
        "en",
        (Entry("k", "[Deal](https://evil.example) @everyone", "", "https://herald.example/1"),),
        None,
    )
    answer = await lobby.boss.command("feeds test", lobby.room, address="herald.example/rss")
    assert "[Deal](https://evil.example) @everyone" in answer.text
    assert lobby.fake.count("PATCH", "/messages/@original") == 1


# Bad input


@pytest.mark.parametrize(
    "name", ["😀" * 100, "a" * 100, "**Ada** @everyone", "<@1> [x](https://e.example)", "\u202e"]
)
async def test_strange_names_are_answered_in_words(lobby: Lobby, name: str) -> None:
    for command, more in (("latest", {}), ("watch", {}), ("why", {}), ("history", {"club": name})):
        answer = await lobby.boss.command(command, lobby.room, player=name, **more)
        assert answer.text
        assert answer.messages[0]["mentions"] == []
        assert not answer.messages[0]["mention_everyone"]


async def test_options_changed_by_hand_are_refused_in_words(lobby: Lobby) -> None:
    answers = [
        await lobby.boss.command("watch", lobby.room, player="Ada Vale", hologram="x"),
        await lobby.boss.command("watch", lobby.room, player="Ada Vale", from_="sideways"),
        await lobby.boss.command("settings", lobby.room, tier=9),
        await lobby.boss.command("watches", lobby.room, page=10**12),
        await lobby.boss.command("latest", lobby.room, player="#999999"),
    ]
    assert [answer.text for answer in answers[:4] if "is watched now" in answer.text] == []
    assert "no option called “hologram”" in answers[0].text
    assert "tier goes from 1 to 4" in answers[2].text


OLD = [
    "0:why:12",
    "c:0:why:alert=1",
    "whatever",
    "c:1:hologram:x=1",
    "c:@nothing",
    "p:",
    "s:",
    "c:1:why:alert=abc",
    "x" * 100,
]


@pytest.mark.parametrize("id", OLD)
async def test_a_button_of_another_version_is_answered_in_words(lobby: Lobby, id: str) -> None:
    await lobby.told(await lobby.news())
    answer = await lobby.fan.press_id(lobby.shown()[0], id)
    assert answer.private
    assert answer.text


async def test_a_command_that_is_no_more_is_answered_in_words(lobby: Lobby) -> None:
    lobby.fake.commands.append({**lobby.fake.commands[0], "name": "hologram", "options": []})
    assert "no such command any more" in (await lobby.boss.command("hologram", lobby.room)).text


async def test_a_button_shown_to_a_manager_is_no_key_for_others(lobby: Lobby) -> None:
    await lobby.told(await lobby.news())
    answer = await lobby.fan.press_id(lobby.shown()[0], "c:" + Call.of("feeds list").encode())
    assert "for those who manage this bot" in answer.text


async def test_a_stranger_cannot_watch_for_the_channel_by_a_button_shown_to_him_alone(lobby: Lobby) -> None:
    await lobby.news()
    latest = await lobby.fan.command("latest", lobby.room, player="Ada Vale")
    pressed = await lobby.fan.press(latest.messages[0], "Watch")
    assert "for those who manage it" in pressed.text


async def test_a_fault_of_ours_is_told_and_the_next_command_answered(lobby: Lobby) -> None:
    whole = lobby.house.desk
    broken = replace(whole, commands=())
    lobby.house.desk = broken
    assert "no command here" in (await lobby.fan.command("help", lobby.room)).text
    lobby.house.desk = whole
    assert "What you can ask" in (await lobby.fan.command("help", lobby.room)).text


async def test_a_database_that_is_away_while_an_answer_is_made_is_told(
    lobby: Lobby, monkeypatch: pytest.MonkeyPatch
) -> None:
    await lobby.told(await lobby.news())
    (message,) = lobby.shown()

    async def away(*asked: object) -> None:
        raise DatabaseUnusable("test.db", "the disk is full")

    monkeypatch.setattr(lobby.house.store, "fact", away)
    monkeypatch.setattr(lobby.house.store, "set_fact", away)
    pressed = await lobby.fan.press_id(message, "c:@" + "4f" * 16)
    assert "a fault of ours" in pressed.text
    # What is offered instead of this watch is too long for an id.
    long = "Wolfeschlegelsteinhausenbergerdorff Maximilian Alexandros"
    asked = await lobby.fan.command("watch", lobby.room, player=long, club="Crystal Palace", from_="approach")
    assert "a fault of ours" in asked.text


async def test_settings_are_shown_and_changed(lobby: Lobby) -> None:
    changed = await lobby.boss.command(
        "settings", lobby.room, lowest="talks", quiet="23:00-07:00", threads="on", publish=True
    )
    assert "Changed." in changed.text
    kept = await lobby.house.store.channel_settings(lobby.here)
    assert kept.threads
    assert kept.publish
    assert kept != ChannelSettings()


async def test_a_setting_that_does_nothing_here_is_told_so(lobby: Lobby) -> None:
    plain = await lobby.boss.command("settings", lobby.room, threads="on", publish=True)
    assert "no announcement channel" in plain.text
    assert "For threads" not in plain.text
    await lobby.fake.forbid(lobby.room, lobby.fake.town.bot, "create_public_threads")
    lobby.room["type"] = NEWS
    await lobby.fake.gateway.tell("CHANNEL_UPDATE", lobby.room, guild=lobby.guild["id"])
    closed = await lobby.boss.command("settings", lobby.room, threads="on", publish=True)
    assert "For threads the bot needs the permission Create Public Threads" in closed.text
    assert "announcement channel, so" not in closed.text
    voice = lobby.fake.town.channel(lobby.guild, "Lounge", VOICE)
    assert "no threads here" in (await lobby.boss.command("settings", voice, threads="on")).text
    me = lobby.fake.town.bot["id"]
    typed = await lobby.boss.say(f"<@{me}> settings broadcast=talks", lobby.room)
    assert "means nothing on this platform" in read(typed)
    for asked in ("settings", "help settings"):
        assert "broadcast" not in read(await lobby.boss.say(f"<@{me}> {asked}", lobby.room))
