"""The command table as Discord's application commands, and an interaction's options as a call.

Limits: https://docs.discord.com/developers/interactions/application-commands
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import discord

from bot.call import Call
from bot.commands.command import Command, Option, Takes, Who
from bot.discord.markup import cut
from bot.discord.words import Words

_DESCRIPTION = 100
_LONGEST_TEXT = 6000
_SUBCOMMAND = 1

_TYPES = {
    Takes.TEXT: discord.AppCommandOptionType.string,
    Takes.NUMBER: discord.AppCommandOptionType.integer,
    Takes.CHOICE: discord.AppCommandOptionType.string,
    Takes.SWITCH: discord.AppCommandOptionType.boolean,
    Takes.MENTION: discord.AppCommandOptionType.mentionable,
    Takes.FILE: discord.AppCommandOptionType.attachment,
}
WITHOUT = frozenset({"broadcast"})
"""Options that mean nothing on Discord: a message stands in a thread or in its channel."""

_EVERYWHERE = [0, 1, 2]  # a server, direct messages with the bot, other private channels
_INSTALLS = [0, 1]  # for a server, for a person


def payload(commands: Sequence[Command], words: Words | None = None) -> list[dict[str, Any]]:
    """All commands as Discord takes them; commands of one group become one command with subcommands."""
    groups: dict[str, list[Command]] = {}
    for command in commands:
        groups.setdefault(command.group, []).append(command)
    return [_top(name, members, words or {}) for name, members in groups.items()]


def fingerprint(commands: Sequence[dict[str, Any]]) -> str:
    """A short text that differs where anything in the commands does."""
    return hashlib.sha256(json.dumps(commands, sort_keys=True).encode()).hexdigest()[:16]


def _top(name: str, members: Sequence[Command], words: Words) -> dict[str, Any]:
    single = members[0] if len(members) == 1 and members[0].name == name else None
    summary = (
        single.summary
        if single
        else f"{name.capitalize()}: "
        + ", ".join(member.name.removeprefix(name).strip() for member in members)
    )
    manager = all(member.who is Who.MANAGER for member in members)
    return {
        "type": 1,
        **_named(name, summary, words),
        "options": _options(single, words) if single else [_sub(name, each, words) for each in members],
        # Owners can let others in under Server Settings, Integrations; Discord then asks them, not us.
        "default_member_permissions": discord.Permissions(manage_channels=True).value if manager else None,
        "contexts": [0, 1] if manager else _EVERYWHERE,
        "integration_types": _INSTALLS,
        "nsfw": False,
    }


def _sub(group: str, command: Command, words: Words) -> dict[str, Any]:
    name = command.name.removeprefix(group).strip() or group
    return {"type": _SUBCOMMAND, **_named(name, command.summary, words), "options": _options(command, words)}


def _named(name: str, summary: str, words: Words) -> dict[str, Any]:
    named: dict[str, Any] = {"name": name.replace(" ", "-"), "description": cut(summary, _DESCRIPTION)}
    for key, text in (("name", name), ("description", summary)):
        said = {locale: of[text] for locale, of in words.items() if text in of}
        if said:
            named[f"{key}_localizations"] = {
                locale: cut(each, _DESCRIPTION if key == "description" else 32)
                for locale, each in said.items()
            }
    return named


def _options(command: Command, words: Words) -> list[dict[str, Any]]:
    # Discord wants what is required first.
    shown = (option for option in command.shown if option.name not in WITHOUT)
    ordered = sorted(shown, key=lambda option: not option.required)
    return [_option(option, words) for option in ordered]


def _option(option: Option, words: Words) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": _TYPES[option.takes].value,
        **_named(option.name, option.summary, words),
        "required": option.required,
    }
    if option.takes is Takes.CHOICE:
        made["choices"] = [_choice(choice, words) for choice in option.choices[:25]]
    elif option.takes is Takes.NUMBER:
        made |= {k: v for k, v in (("min_value", option.low), ("max_value", option.high)) if v is not None}
    elif option.takes is Takes.TEXT:
        # A suggestion that was picked comes as "#12", which is shorter than any name.
        made["max_length"] = min(option.longest, _LONGEST_TEXT)
        if option.completes is not None:
            made["autocomplete"] = True
    return made


def _choice(choice: str, words: Words) -> dict[str, Any]:
    said = {locale: cut(of[choice], 100) for locale, of in words.items() if choice in of}
    made: dict[str, Any] = {"name": choice, "value": choice}
    return {**made, "name_localizations": said} if said else made


@dataclass(frozen=True, slots=True)
class Given:
    """What a slash command gave: the command, its values, an attached file's id, the option in focus."""

    command: Command
    call: Call
    attachment: int | None = None
    focused: Option | None = None
    typed: str = ""


def given(data: Mapping[str, Any], commands: Iterable[Command]) -> Given | None:
    """An interaction's data as a call; None for a command that is not in the table (any more).

    Values are as the person sent them: whoever checks calls checks these too.
    """
    name, options = str(data.get("name", "")), list(data.get("options") or ())
    if options and options[0].get("type") == _SUBCOMMAND:
        name, options = f"{name} {options[0]['name']}", list(options[0].get("options") or ())
    command = next((each for each in commands if each.name.replace(" ", "-") == name.replace(" ", "-")), None)
    if command is None:
        return None
    values: list[tuple[str, str]] = []
    attachment = focused = None
    typed = ""
    for each in options:
        option = command.option(str(each["name"]))
        if each.get("focused"):
            focused, typed = option, str(each.get("value", ""))
        elif option is not None and option.takes is Takes.FILE:
            attachment = int(each["value"])
        else:
            values.append((str(each["name"]), _text(option, each.get("value"), data)))
    return Given(command, Call(command.name, tuple(values)), attachment, focused, typed)


def _text(option: Option | None, value: Any, data: Mapping[str, Any]) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if option is not None and option.takes is Takes.MENTION:
        roles = (data.get("resolved") or {}).get("roles") or {}
        return f"<@&{value}>" if str(value) in roles else f"<@{value}>"
    return str(value)
