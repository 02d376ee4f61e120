"""Feeds are the same for all servers: who may change them, on a bot of one's own and on a public one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.call import Call
from bot.discord.platform import Discord
from feeds.parse import Parsed
from tests.bot.discord.fake import TOKEN
from tests.bot.discord.people import Outcome, Person, read
from tests.bot.discord.stage import Lobby, a_lobby, no_picture
from tests.bot.discord.town import MANAGER, Json

ADDRESS = "https://herald.example/rss"
REFUSED = "is for those who manage this bot"


@pytest_asyncio.fixture
async def quiet() -> AsyncIterator[Lobby]:
    """A lobby in which the bot does not listen yet."""
    async with a_lobby(start=False) as opened:
        opened.house.checks.pages[ADDRESS] = Parsed("Herald", "en", (), None)
        yield opened
        assert "\n".join(opened.fake.objections) == ""


def second_server(lobby: Lobby) -> tuple[Person, Json]:
    """Another server with the bot, somebody who manages it, and a room of it."""
    stranger = Person(lobby.fake, lobby.fake.town.person("Sid Stranger"))
    guild = lobby.fake.town.guild("Elsewhere", lobby.fake.town.person("Otto Other"))
    lobby.fake.town.join(guild, stranger.user, lobby.fake.town.role(guild, "managers", MANAGER))
    return stranger, lobby.fake.town.channel(guild, "far")


async def add(who: Person, room: Json) -> Outcome:
    return await who.command("feeds add", room, address=ADDRESS)


async def test_the_managers_of_the_only_server_may(quiet: Lobby) -> None:
    await quiet.start()
    assert "is polled from now on" in (await add(quiet.boss, quiet.room)).text


async def test_on_a_public_bot_in_two_servers_no_manager_may_and_nothing_changes(quiet: Lobby) -> None:
    stranger, far = second_server(quiet)
    await quiet.start()
    for who, room in ((stranger, far), (quiet.boss, quiet.room)):
        assert REFUSED in (await add(who, room)).text
        assert REFUSED in (await who.command("feeds list", room)).text
    assert await quiet.house.store.feeds() == []


async def test_who_adds_it_to_a_second_server_gets_no_hold_of_its_feeds(quiet: Lobby) -> None:
    await quiet.start()
    stranger, far = second_server(quiet)
    await quiet.fake.add_bot(quiet.fake.town.guilds[far["guild_id"]])
    assert REFUSED in (await add(stranger, far)).text


async def test_the_managers_of_each_server_of_a_private_bot_may(quiet: Lobby) -> None:
    quiet.fake.town.application["bot_public"] = False
    stranger, far = second_server(quiet)
    await quiet.start()
    assert "is polled from now on" in (await add(stranger, far)).text
    assert "is polled already" in (await add(quiet.boss, quiet.room)).text


@pytest.mark.parametrize(
    ("role", "state", "may"), [("admin", 2, True), ("read_only", 2, False), ("admin", 1, False)]
)
async def test_the_applications_team_may_everywhere_those_who_only_read_may_not(
    quiet: Lobby, role: str, state: int, may: bool
) -> None:
    stranger, far = second_server(quiet)
    member = {
        "user": stranger.user,
        "team_id": "1",
        "membership_state": state,
        "role": role,
        "permissions": ["*"],
    }
    quiet.fake.town.application["team"] = {
        "id": "1", "name": "The Desk", "icon": None, "owner_user_id": quiet.boss.id, "members": [member],
    }  # fmt: skip
    await quiet.start()
    assert (REFUSED not in (await add(stranger, far)).text) is may
    assert REFUSED in (await add(quiet.boss, quiet.room)).text


async def test_the_owner_may_in_direct_messages_and_nobody_else_there(quiet: Lobby) -> None:
    quiet.fake.town.application["owner"] = quiet.fan.user
    await quiet.start()
    town = quiet.fake.town
    for who, may in ((quiet.fan, True), (quiet.boss, False)):
        direct = town.direct(who.user)
        assert (REFUSED not in (await add(who, direct)).text) is may
        assert (REFUSED not in read(await who.say(f"feeds add {ADDRESS}", direct))) is may


async def test_those_whom_the_setting_names_may(quiet: Lobby) -> None:
    stranger, far = second_server(quiet)
    quiet.platform = Discord(
        TOKEN, quiet.house.desk, no_picture, quiet.clock, admins=frozenset({int(stranger.id)})
    )
    await quiet.start()
    assert "is polled from now on" in (await add(stranger, far)).text


async def test_words_and_buttons_open_no_other_way(quiet: Lobby) -> None:
    second_server(quiet)
    feed = await quiet.house.store.add_feed(ADDRESS, title="Herald")
    await quiet.start()
    me = quiet.fake.town.bot["id"]
    said: list[Any] = [read(await quiet.boss.say(f"<@{me}> feeds remove #{feed.id}", quiet.room))]
    shown = await quiet.boss.command("help", quiet.room)
    remove = "c:" + Call.of("feeds remove", feed=f"#{feed.id}").encode()
    said.append((await quiet.boss.press_id(shown.messages[0], remove)).text)
    assert [REFUSED in each for each in said] == [True, True]
    assert len(await quiet.house.store.feeds()) == 1
