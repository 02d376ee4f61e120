"""Posting and editing under what Discord and the line do to it: nothing lost, nothing twice."""

from __future__ import annotations

import pytest

from bot.discord.places import channel as place_of
from bot.discord.places import home
from links.claim import Stage
from storage.delivery import DeliveryState
from storage.watch import ChannelSettings
from tests.bot.discord.people import read
from tests.bot.discord.routes import make_message
from tests.bot.discord.rules import V2
from tests.bot.discord.stage import Lobby, a_lobby
from tests.bot.discord.town import NEWS, USUAL


@pytest.mark.parametrize(
    ("how", "more"),
    [
        ("429", {}),
        ("429", {"via": False, "retry_after": 1}),
        ("403", {}),
        ("404", {}),
        ("500", {}),
        ("502", {}),
        ("503", {}),
        ("504", {}),
        ("cut before", {}),
        ("cut after", {}),
    ],
)
async def test_each_fault_delays_the_alert_and_makes_one_message(
    lobby: Lobby, how: str, more: dict[str, object]
) -> None:
    alert = await lobby.news()
    lobby.fake.trouble(how, **more)
    await lobby.told(alert)
    assert len(lobby.shown()) == 1
    assert (await lobby.house.store.counts())[DeliveryState.SENT] == 1


async def test_a_bot_that_was_shut_out_makes_no_further_request_until_it_may(lobby: Lobby) -> None:
    lobby.fake.trouble("429", via=False, retry_after=30)
    alert = await lobby.news()
    places = [lobby.fake.town.channel(lobby.guild, f"room-{number}") for number in range(5)]
    guild = int(lobby.guild["id"])
    told = [(place_of(int(place["id"]), guild), lobby.clock(), None) for place in places]
    await lobby.house.store.enqueue(alert.id, told[:1])
    await lobby.courier.deliver_due()
    await lobby.house.store.enqueue(alert.id, told)
    await lobby.courier.deliver_due()
    assert lobby.fake.count("POST", "/messages") == 1
    assert (await lobby.house.store.counts())[DeliveryState.WAITING] == 5


async def test_posts_that_waited_for_their_turn_are_not_sent_once_the_bot_is_shut_out(lobby: Lobby) -> None:
    lobby.fake.trouble("429", via=False, retry_after=30, times=100)
    alert = await lobby.news()
    places = [lobby.fake.town.channel(lobby.guild, f"room-{number}") for number in range(30)]
    told = [(place_of(int(place["id"]), int(lobby.guild["id"])), lobby.clock(), None) for place in places]
    await lobby.house.store.enqueue(alert.id, told)
    await lobby.courier.deliver_due()
    assert lobby.fake.count("POST", "/messages") < 10
    assert (await lobby.house.store.counts())[DeliveryState.WAITING] == 30


def chat(lobby: Lobby, count: int) -> None:
    """So many messages of somebody else in the room."""
    guest = lobby.fake.town.person("Gus Guest")
    kept = lobby.fake.town.messages.setdefault(lobby.room["id"], {})
    for number in range(count):
        message = make_message(lobby.fake, lobby.room, guest, {"content": f"Rain again, {number}"}, {})
        kept[message["id"]] = message


async def test_a_post_that_arrived_unheard_is_found_after_the_nonces_window(lobby: Lobby) -> None:
    alert = await lobby.news()
    lobby.fake.trouble("cut after")
    lobby.fake.nonce_window = 0
    await lobby.told(alert)
    assert len(lobby.shown()) == 1
    assert lobby.fake.count("GET", "/messages") == 1


async def test_a_post_that_arrived_unheard_is_found_behind_hundreds_that_followed(lobby: Lobby) -> None:
    alert = await lobby.news()
    lobby.fake.trouble("cut after")
    lobby.fake.nonce_window = 0
    await lobby.house.store.enqueue(alert.id, [(lobby.here, lobby.clock(), None)])
    await lobby.courier.deliver_due()
    chat(lobby, 250)
    await lobby.deliver()
    assert len(lobby.shown()) == 1
    assert lobby.fake.count("GET", "/messages") == 2


async def test_a_post_that_never_arrived_is_told_after_two_looks_into_a_busy_channel(lobby: Lobby) -> None:
    chat(lobby, 250)
    alert = await lobby.news()
    lobby.fake.trouble("cut before")
    await lobby.told(alert)
    assert len(lobby.shown()) == 1
    assert lobby.fake.count("GET", "/messages") == 2


async def test_where_the_history_is_closed_too_the_alert_is_told_rather_twice_than_never(
    lobby: Lobby,
) -> None:
    alert = await lobby.news()
    await lobby.fake.forbid(lobby.room, lobby.fake.town.bot, "read_message_history")
    lobby.fake.trouble("cut after")
    lobby.fake.nonce_window = 0
    await lobby.told(alert)
    assert len(lobby.shown()) == 2


async def test_another_databases_first_delivery_is_not_taken_for_ours(lobby: Lobby) -> None:
    alert = await lobby.news()
    await lobby.told(alert)
    nonces = list(lobby.fake.nonces)
    assert len(nonces) == 1
    assert nonces[0].endswith("-1")
    assert len(nonces[0]) > 6


async def test_a_repeat_grows_the_card_and_makes_no_second_message(lobby: Lobby) -> None:
    alert = await lobby.news()
    await lobby.told(alert)
    await lobby.house.store.add_report(alert.id, "The Echo")
    await lobby.deliver()
    (message,) = lobby.shown()
    assert "Also reported by The Echo" in read(message)
    assert message["flags"] & V2


async def test_an_alert_that_is_marked_as_misread_says_so_on_its_card_and_is_told_to_nobody_else(
    lobby: Lobby,
) -> None:
    alert = await lobby.news()
    later = lobby.fake.town.channel(lobby.guild, "later")
    await lobby.told(alert)
    (message,) = lobby.shown()
    said = await lobby.fan.press(message, "Wrong")
    noted = await lobby.fan.choose(said.messages[0], "club")
    assert "is noted" in noted.text
    await lobby.deliver()
    assert "Misread" not in read(message)
    asked = await lobby.boss.press(message, "Wrong")
    marked = await lobby.boss.choose(asked.messages[0], "club")
    assert "is marked as misread (club)" in marked.text
    await lobby.told(alert, place_of(int(later["id"]), int(lobby.guild["id"])))
    assert "Misread" in read(message)
    assert "Take no notice: it is another club." in read(message)
    assert lobby.shown(later) == []


@pytest.mark.parametrize("more", [{}, {"retry_after": 0.01, "global": False}])
async def test_a_card_too_old_to_be_edited_stays_as_it_is(lobby: Lobby, more: dict[str, object]) -> None:
    lobby.fake.old_edit = more
    alert = await lobby.news()
    await lobby.told(alert)
    lobby.fake.town.ahead = 2 * 3600
    await lobby.house.store.add_report(alert.id, "The Echo")
    await lobby.deliver()
    (message,) = lobby.shown()
    assert "The Echo" not in read(message)
    tried = lobby.fake.count("PATCH")
    assert tried <= 5
    await lobby.deliver()
    assert lobby.fake.count("PATCH") == tried


async def test_only_the_one_whom_the_watch_names_is_called(lobby: Lobby) -> None:
    alert = await lobby.news(name="Ada Vale @everyone")
    await lobby.told(alert, mention=f"<@{lobby.fan.id}>")
    (message,) = lobby.shown()
    assert [user["id"] for user in message["mentions"]] == [lobby.fan.id]
    assert message["mention_everyone"] is False


async def test_whoever_was_called_goes_on_seeing_so_on_the_card_that_grew(lobby: Lobby) -> None:
    role = lobby.fake.town.role(lobby.guild, "scouts")
    alert = await lobby.news()
    called = f"<@{lobby.fan.id}> <@&{role['id']}>"
    await lobby.told(alert, mention=called)
    await lobby.house.store.add_report(alert.id, "The Echo @everyone")
    await lobby.deliver()
    (message,) = lobby.shown()
    assert message["edited_timestamp"]
    assert called in read(message)
    assert ([user["id"] for user in message["mentions"]], message["mention_roles"]) == (
        [lobby.fan.id],
        [role["id"]],
    )
    assert message["mention_everyone"] is False


async def test_a_role_is_called_where_the_watch_names_one(lobby: Lobby) -> None:
    role = lobby.fake.town.role(lobby.guild, "scouts")
    await lobby.told(await lobby.news(), mention=f"<@&{role['id']}>")
    assert lobby.shown()[0]["mention_roles"] == [role["id"]]


async def test_a_person_is_told_by_direct_message(lobby: Lobby) -> None:
    first, second = await lobby.news(), await lobby.news("Ben Moss")
    await lobby.told(first, home(int(lobby.fan.id)))
    await lobby.told(second, home(int(lobby.fan.id)))
    assert len(lobby.shown(lobby.fake.town.direct(lobby.fan.user))) == 2
    assert lobby.fake.count("POST", "/users/@me/channels") == 1


async def test_each_player_gets_a_thread_of_his_own_where_the_channel_wants_that(lobby: Lobby) -> None:
    await lobby.house.store.save_channel_settings(lobby.here, ChannelSettings(threads=True))
    for name, stage in (("Ada Vale", Stage.TALKS), ("Ben Moss", Stage.TALKS), ("Ada Vale", Stage.BID)):
        await lobby.told(await lobby.news(name, stage=stage))
    threads = {thread["name"]: len(lobby.shown(thread)) for thread in lobby.fake.town.threads_of(lobby.room)}
    assert threads == {"Ada Vale": 2, "Ben Moss": 1}
    assert lobby.shown() == []


async def test_a_thread_that_was_deleted_is_made_anew(lobby: Lobby) -> None:
    await lobby.house.store.save_channel_settings(lobby.here, ChannelSettings(threads=True))
    await lobby.told(await lobby.news())
    (thread,) = lobby.fake.town.threads_of(lobby.room)
    await lobby.fake.delete(thread)
    await lobby.told(await lobby.news(stage=Stage.BID))
    (again,) = lobby.fake.town.threads_of(lobby.room)
    assert len(lobby.shown(again)) == 1


async def test_a_thread_whose_making_was_not_answered_is_made_once(lobby: Lobby) -> None:
    await lobby.house.store.save_channel_settings(lobby.here, ChannelSettings(threads=True))
    lobby.fake.trouble("cut after", holds="/threads")
    await lobby.told(await lobby.news())
    (thread,) = lobby.fake.town.threads_of(lobby.room)
    assert len(lobby.shown(thread)) == 1


async def test_a_players_thread_that_is_locked_costs_the_channel_nothing(lobby: Lobby) -> None:
    await lobby.house.store.save_channel_settings(lobby.here, ChannelSettings(threads=True))
    await lobby.boss.command("watch", lobby.room, player="Ada Vale")
    await lobby.told(await lobby.news())
    (thread,) = lobby.fake.town.threads_of(lobby.room)
    thread["thread_metadata"]["locked"] = True
    await lobby.told(await lobby.news(stage=Stage.BID))
    assert (len(lobby.shown(thread)), len(lobby.shown())) == (1, 1)
    assert [watch.paused for watch in await lobby.house.store.watches(lobby.here)] == [None]


@pytest.mark.parametrize("known", [True, False])
async def test_where_the_bot_may_not_write_in_threads_the_alert_goes_into_the_channel(
    lobby: Lobby, known: bool
) -> None:
    await lobby.house.store.save_channel_settings(lobby.here, ChannelSettings(threads=True))
    await lobby.boss.command("watch", lobby.room, player="Ada Vale")
    if not known:
        await lobby.told(await lobby.news())
        lobby.fake.gateway.refuse = 1000
        await lobby.fake.gateway.drop()
    await lobby.fake.forbid(lobby.room, lobby.fake.town.bot, "send_messages_in_threads")
    if known:
        await lobby.until(lambda: lobby.told_of_threads() is False)
    await lobby.told(await lobby.news(stage=Stage.BID))
    lobby.fake.gateway.refuse = 0
    assert len(lobby.shown()) == 1
    assert len(list(lobby.fake.town.threads_of(lobby.room))) == (0 if known else 1)
    assert [watch.paused for watch in await lobby.house.store.watches(lobby.here)] == [None]


async def test_where_no_thread_may_be_made_the_alert_goes_into_the_channel(lobby: Lobby) -> None:
    await lobby.house.store.save_channel_settings(lobby.here, ChannelSettings(threads=True))
    await lobby.fake.forbid(lobby.room, lobby.fake.town.bot, "create_public_threads")
    await lobby.told(await lobby.news())
    assert len(lobby.shown()) == 1


async def test_an_announcement_is_published_where_the_channel_wants_that(lobby: Lobby) -> None:
    lobby.room["type"] = NEWS
    await lobby.fake.gateway.tell("CHANNEL_UPDATE", lobby.room, guild=lobby.guild["id"])
    await lobby.house.store.save_channel_settings(lobby.here, ChannelSettings(publish=True))
    await lobby.told(await lobby.news())
    assert lobby.fake.crossposted == [lobby.shown()[0]["id"]]


async def test_a_process_that_does_not_listen_publishes_too_and_asks_once_what_the_channel_is() -> None:
    async with a_lobby(start=False) as lobby:
        lobby.room["type"] = NEWS
        await lobby.house.store.save_channel_settings(lobby.here, ChannelSettings(publish=True))
        await lobby.told(await lobby.news())
        await lobby.told(await lobby.news("Ben Oakes"))
        assert lobby.fake.crossposted == [each["id"] for each in lobby.shown()]
        assert len(lobby.shown()) == 2
        assert lobby.fake.count("GET", f"/channels/{lobby.room['id']}") == 1


async def test_alerts_go_out_while_the_gateway_is_down(lobby: Lobby) -> None:
    lobby.fake.gateway.refuse = 1000
    await lobby.fake.gateway.drop()
    await lobby.told(await lobby.news())
    assert len(lobby.shown()) == 1
    lobby.fake.gateway.refuse = 0


async def test_a_channel_of_a_server_that_the_bot_does_not_know_is_lost(lobby: Lobby) -> None:
    strange = lobby.fake.town.guild("Elsewhere", lobby.boss.user, member=False, permissions=USUAL)
    room = lobby.fake.town.channel(strange, "far")
    player = await lobby.house.player("Ada Vale")
    place = type(lobby.here)("discord", room["id"], strange["id"])
    await lobby.house.store.add_watch(place, player.id, by=lobby.boss.id)
    await lobby.told(await lobby.news(), place)
    (watch,) = await lobby.house.store.watches(place)
    assert watch.paused == "the bot cannot see the channel: it needs the permission View Channel"
