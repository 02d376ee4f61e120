"""What the doctor finds out about Discord."""

from __future__ import annotations

import pytest

from bot.commands.table import COMMANDS
from bot.discord.checkup import examine
from bot.discord.places import channel as place_of
from bot.finding import Finding
from tests.bot.discord.fake import TOKEN
from tests.bot.discord.stage import Lobby, a_lobby
from tests.bot.discord.town import USUAL


async def findings(lobby: Lobby, token: str = TOKEN) -> list[Finding]:
    return [finding async for finding in examine(token, lobby.house.store, COMMANDS)]


async def test_a_good_account_is_told_with_the_address_of_the_least_invite(lobby: Lobby) -> None:
    await lobby.boss.command("watch", lobby.room, player="Ada Vale")
    found = await findings(lobby)
    assert [finding.line for finding in found if not finding.ok] == []
    told = "\n".join(finding.line for finding in found)
    assert "the token is that of" in told
    assert "commands are synced" in told
    assert "1 of 1 watched channels can be posted to" in told
    application = lobby.fake.town.application["id"]
    assert f"client_id={application}&scope=bot+applications.commands&permissions=309237746688" in told


async def test_channels_that_cannot_be_posted_to_are_faults_with_the_permission(lobby: Lobby) -> None:
    player = await lobby.house.player("Ada Vale")
    town = lobby.fake.town
    thread = town.thread(lobby.room, "old", lobby.boss.user)
    strange = town.guild("Elsewhere", lobby.boss.user, member=False, permissions=USUAL)
    for number, guild in ((lobby.room["id"], lobby.guild), (thread["id"], lobby.guild), ("77", strange)):
        await lobby.house.store.add_watch(place_of(int(number), int(guild["id"])), player.id)
    await lobby.fake.forbid(lobby.room, town.bot, "send_messages", "send_messages_in_threads")
    faults = "\n".join(finding.line for finding in await findings(lobby) if not finding.ok)
    assert "needs the permission Send Messages\n" in faults
    assert "needs the permission Send Messages in Threads" in faults
    assert "no member of that server" in faults


@pytest.mark.parametrize(("public", "told"), [(True, "no more than one"), (False, "(private bot)")])
async def test_it_is_told_who_may_change_feeds(lobby: Lobby, public: bool, told: str) -> None:
    lobby.fake.town.application["bot_public"] = public
    (line,) = [finding.line for finding in await findings(lobby) if "feeds are for" in finding.line]
    assert told in line


async def test_a_wrong_token_is_a_fault_that_does_not_show_it(lobby: Lobby) -> None:
    (finding,) = await findings(lobby, "a.secret.token")
    assert not finding.ok
    assert "secret" not in finding.line


async def test_commands_that_were_never_synced_and_a_foreign_endpoint_are_told() -> None:
    async with a_lobby(start=False) as lobby:
        lobby.fake.town.application["interactions_endpoint_url"] = "https://elsewhere.example/"
        told = "\n".join(finding.line for finding in await findings(lobby))
        assert "not synced yet: " in told
        assert "clear it in the developer portal" in told


async def test_a_discord_that_does_not_answer_is_a_fault_and_no_traceback(lobby: Lobby) -> None:
    lobby.fake.trouble("cut before", method="GET", holds="/users/@me", times=3)
    (finding,) = await findings(lobby)
    assert "Discord did not answer" in finding.line
