"""Commands given on Discord, from logging in to the answer."""

from __future__ import annotations

import pytest

from links.claim import Stage
from tests.bot.discord.people import Hidden
from tests.bot.discord.stage import Lobby


async def test_the_bot_logs_in_and_syncs_its_commands(lobby: Lobby) -> None:
    assert {"watch", "unwatch", "watches", "latest", "history", "why", "settings", "feeds", "help"} <= {
        command["name"] for command in lobby.fake.commands
    }


async def test_a_watch_is_made_and_listed(lobby: Lobby) -> None:
    made = await lobby.boss.command("watch", lobby.room, player="Ada Vale")
    assert "Ada Vale is watched now" in made.text
    assert made.private
    listed = await lobby.boss.command("watches", lobby.room)
    assert "Ada Vale" in listed.text


async def test_an_alert_is_posted_and_its_button_answers(lobby: Lobby) -> None:
    player = await lobby.house.player("Ada Vale")
    await lobby.told(await lobby.house.report(player, "Crystal Palace", Stage.TALKS))
    (message,) = lobby.shown()
    answered = await lobby.fan.press(message, "Why")
    assert answered.private
    assert "“talks” was read" in answered.text


async def test_managers_commands_are_hidden_from_others(lobby: Lobby) -> None:
    with pytest.raises(Hidden):
        await lobby.fan.command("feeds list", lobby.room)
