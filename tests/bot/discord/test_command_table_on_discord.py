"""The command table as Discord's commands."""

from __future__ import annotations

from typing import Any

from bot.commands.table import COMMANDS
from bot.discord.commands import fingerprint, given, payload
from tests.bot.discord import rules


def by_name(**more: Any) -> dict[str, dict[str, Any]]:
    return {command["name"]: command for command in payload(COMMANDS, **more)}


def test_the_whole_table_keeps_discords_rules() -> None:
    rules.commands(payload(COMMANDS))


def test_commands_are_given_everywhere_and_managers_commands_by_managers() -> None:
    commands = by_name()
    assert commands["latest"]["contexts"] == [0, 1, 2]
    assert commands["latest"]["integration_types"] == [0, 1]
    assert commands["latest"]["default_member_permissions"] is None
    assert commands["feeds"]["default_member_permissions"] == 16
    assert [sub["name"] for sub in commands["feeds"]["options"]][:2] == ["list", "add"]


def test_options_are_typed() -> None:
    options = {option["name"]: option for option in by_name()["watch"]["options"]}
    assert options["player"]["required"]
    assert options["player"]["autocomplete"]
    assert [choice["value"] for choice in options["from"]["choices"]][:2] == ["interest", "approach"]
    assert options["mention"]["type"] == 9
    assert "new" not in options
    tier = next(option for option in by_name()["settings"]["options"] if option["name"] == "tier")
    assert (tier["type"], tier["min_value"], tier["max_value"]) == (4, 1, 4)


def test_an_option_that_means_nothing_on_discord_is_not_offered() -> None:
    assert "broadcast" not in {option["name"] for option in by_name()["settings"]["options"]}


def test_a_language_that_the_bot_speaks_names_its_commands() -> None:
    words = {"de": {"watch": "beobachten", "only his move to this club": "nur sein Wechsel zu diesem Verein"}}
    watch = by_name(words=words)["watch"]
    assert watch["name_localizations"] == {"de": "beobachten"}
    club = next(option for option in watch["options"] if option["name"] == "club")
    assert club["description_localizations"] == {"de": "nur sein Wechsel zu diesem Verein"}
    rules.commands(payload(COMMANDS, words))


def test_what_changed_is_seen_by_the_fingerprint() -> None:
    before = payload(COMMANDS)
    assert fingerprint(before) == fingerprint(payload(COMMANDS))
    assert fingerprint(before) != fingerprint(before[1:])


def test_an_interaction_is_read_back_into_a_call() -> None:
    data = {
        "name": "feeds",
        "options": [
            {"type": 1, "name": "add", "options": [{"name": "address", "type": 3, "value": "a.example"}]}
        ],
    }
    asked = given(data, COMMANDS)
    assert asked is not None
    assert (asked.command.name, asked.call.by_name) == ("feeds add", {"address": "a.example"})
    assert given({"name": "hologram"}, COMMANDS) is None
