"""People on the loopback Discord: they give commands, press, choose, write, and wait as Discord does."""

from __future__ import annotations

import asyncio
import re
import secrets
from dataclasses import dataclass
from typing import Any

import discord

from tests.bot.discord import rules
from tests.bot.discord.fake import Called, Fake
from tests.bot.discord.town import DM, GROUP, THREADS, Json

PATIENCE = 10.0  # seconds a test waits for what must come

_KINDS = {"text": 3, "number": 4, "switch": 5, "mention": 9, "file": 11}


class Hidden(Exception):
    """Discord does not show this command to this person here."""


@dataclass
class Outcome:
    """What came back to the person who asked."""

    fake: Fake
    called: Called

    @property
    def messages(self) -> list[Json]:
        """The messages that answer, the changed one where the answer took its place."""
        first = [self.called.original] if self.called.original is not None else []
        return first + [each for each in self.called.messages if each is not self.called.original]

    @property
    def text(self) -> str:
        """All that was said, as it reads."""
        return "\n".join(map(read, self.messages))

    @property
    def private(self) -> bool:
        return all(each["flags"] & rules.EPHEMERAL for each in self.messages)

    def control(self, label: str) -> str:
        """The custom id of the button so labelled, or the value of a select's option."""
        for message in self.messages:
            found = control(message, label)
            if found:
                return found
        raise AssertionError(f"nothing is labelled {label!r} in: {self.text}")


@dataclass
class Person:
    """Somebody with a client of his own."""

    fake: Fake
    user: Json
    locale: str = "en-GB"

    @property
    def id(self) -> str:
        return str(self.user["id"])

    async def command(self, name: str, channel: Json, **given: Any) -> Outcome:
        """Give "/name" with options; values are as Discord sends them. Waits for the whole answer."""
        return await self._answered(await self.ask(name, channel, **given))

    async def ask(self, name: str, channel: Json, **given: Any) -> Called:
        """Give "/name" and wait for nothing."""
        return await self._call(2, channel, data=self._data(name, channel, given))

    async def complete(
        self, name: str, option: str, typed: str, channel: Json, **given: Any
    ) -> list[tuple[str, str]]:
        """What is suggested while that is typed: (shown, sent)."""
        data = self._data(name, channel, {**given, option: typed}, focused=option)
        called = await self._call(4, channel, data=data)
        await self._until(called, lambda: called.choices is not None)
        return [(choice["name"], choice["value"]) for choice in called.choices or ()]

    async def press(self, message: Json, label: str, channel: Json | None = None) -> Outcome:
        """Press a button by its label."""
        id = control(message, label)
        assert id is not None, f"no button {label!r} in: {read(message)}"
        return await self.press_id(message, id, channel)

    async def press_id(self, message: Json, id: str, channel: Json | None = None) -> Outcome:
        data = {"custom_id": id, "component_type": rules.BUTTON}
        return await self._on(message, data, channel)

    async def choose(self, message: Json, label: str, channel: Json | None = None) -> Outcome:
        """Choose an option of a select by its label."""
        for part in rules.walk(message["components"]):
            for option in part.get("options") or ():
                if option["label"] == label or option.get("description") == label:
                    data = {"custom_id": part["custom_id"], "component_type": rules.SELECT,
                            "values": [option["value"]]}  # fmt: skip
                    return await self._on(message, data, channel)
        raise AssertionError(f"no option {label!r} in: {read(message)}")

    async def say(self, text: str, channel: Json, within: float = PATIENCE) -> Json:
        """Write a message; gives the bot's next one in the channel."""
        before = {each["id"] for each in self.fake.town.in_(channel)}
        message = self.write(text, channel)
        await self._tell(message, channel)
        async with asyncio.timeout(within):
            while True:
                for each in self.fake.town.in_(channel):
                    if each["id"] not in before and each["author"] is self.fake.town.bot:
                        return each
                await asyncio.sleep(0.01)

    def write(self, text: str, channel: Json) -> Json:
        """The message in the channel; nobody is told of it."""
        id = self.fake.town.ids()
        message = {
            "id": id, "channel_id": channel["id"], "author": self.user, "content": text,
            "timestamp": self.fake.town.stamp(), "edited_timestamp": None, "tts": False,
            "mention_everyone": False, "mentions": [], "mention_roles": [], "attachments": [], "embeds": [],
            "pinned": False, "type": 0, "flags": 0, "components": [],
        }  # fmt: skip
        if f"<@{self.fake.town.bot['id']}>" in text:
            message["mentions"] = [self.fake.town.bot]
        self.fake.town.messages.setdefault(channel["id"], {})[id] = message
        return message

    async def _tell(self, message: Json, channel: Json) -> None:
        told = dict(message)
        guild = channel.get("guild_id")
        if guild:
            told |= {"guild_id": guild, "member": {**self.fake.town.members[guild, self.id]}}
            told["member"].pop("user", None)
        # Without the message content intent only words to the bot itself are shown.
        if guild and self.fake.town.bot not in told["mentions"]:
            told |= {"content": "", "components": []}
        await self.fake.gateway.tell("MESSAGE_CREATE", told, guild=guild)

    async def _on(self, message: Json, data: Json, channel: Json | None) -> Outcome:
        place = channel or self.fake.town.channels[message["channel_id"]]
        called = await self._call(3, place, data=data, message=message)
        return await self._answered(called)

    async def _call(self, kind: int, channel: Json, *, data: Json, message: Json | None = None) -> Called:
        fake, town = self.fake, self.fake.town
        token, guild = secrets.token_urlsafe(24), channel.get("guild_id")
        installed = guild is not None and (guild, town.bot["id"]) in town.members
        context = 0 if guild else 1 if channel["type"] == DM else 2
        owners = {"0": guild} if installed else {"0": "0"} if context == 1 else {}
        told: Json = {
            "id": town.ids(), "application_id": town.application["id"], "type": kind, "token": token,
            "version": 1, "data": data, "channel_id": channel["id"], "locale": self.locale,
            "channel": _partial(fake, channel), "app_permissions": self._app(channel, installed),
            "entitlements": [], "attachment_size_limit": 10 * 1024 * 1024, "context": context,
            "authorizing_integration_owners": owners or {"1": self.id},
        }  # fmt: skip
        if guild:
            member = town.members[guild, self.id]
            may = town.allowed(self.user, channel).value
            told |= {
                "guild_id": guild,
                "guild_locale": "en-US",
                "member": {**member, "permissions": str(may)},
                "guild": {"id": guild, "locale": "en-US", "features": []},
            }
        else:
            told["user"] = self.user
        if message is not None:
            told["message"] = message
        called = Called(told["id"], token, told, town.now(), target=message)
        fake.called[token] = called
        await fake.gateway.tell("INTERACTION_CREATE", told, guild=guild)
        return called

    def _app(self, channel: Json, installed: bool) -> str:
        town = self.fake.town
        if installed or channel["type"] == DM:
            return str(town.allowed(town.bot, channel).value)
        return str(discord.Permissions(embed_links=True, attach_files=True, mention_everyone=True).value)

    async def _answered(self, called: Called) -> Outcome:
        await self._until(called, lambda: called.acknowledged is not None and not called.deferred)
        await asyncio.sleep(0.02)  # follow-ups come right behind
        return Outcome(self.fake, called)

    async def _until(self, called: Called, true: Any) -> None:
        async with asyncio.timeout(PATIENCE):
            while not true():
                called.changed.clear()
                await called.changed.wait()
        assert called.acknowledged is not None
        assert called.acknowledged - called.made < 3, "Discord would have stopped waiting"

    def _data(self, name: str, channel: Json, given: Json, focused: str = "") -> Json:
        first, _, second = name.partition(" ")
        command = next((each for each in self.fake.commands if each["name"] == first), None)
        if command is None:
            raise Hidden(f"there is no command /{name}")
        self._check_visible(command, channel)
        described = command.get("options", [])
        data: Json = {"id": command["id"], "name": first, "type": 1}
        if second:
            sub = next(option for option in described if option["name"] == second)
            described = sub.get("options", [])
        options, resolved = self._options(described, given, focused)
        data["options"] = [{"type": 1, "name": second, "options": options}] if second else options
        if resolved:
            data["resolved"] = resolved
        return data

    def _check_visible(self, command: Json, channel: Json) -> None:
        needed = command.get("default_member_permissions")
        if needed is not None and channel.get("guild_id"):
            may = self.fake.town.allowed(self.user, channel).value
            if may & int(needed) != int(needed):
                raise Hidden(f"/{command['name']} is not shown to {self.user['username']}")
        context = 0 if channel.get("guild_id") else 1 if channel["type"] == DM else 2
        if context not in command["contexts"]:
            raise Hidden(f"/{command['name']} is not shown here")

    def _options(self, described: list[Json], given: Json, focused: str) -> tuple[list[Json], Json]:
        options: list[Json] = []
        resolved: Json = {}
        for name, value in given.items():
            option = next((each for each in described if each["name"] == name.rstrip("_")), None)
            kind = option["type"] if option else 3
            if kind == 9:
                resolved |= self._resolved(value)
                value = value["id"]
            elif kind == 11:
                resolved["attachments"] = {value["id"]: value}
                value = value["id"]
            made = {"name": name.rstrip("_"), "type": kind, "value": value}
            if name == focused:
                made["focused"] = True
            options.append(made)
        missing = [each["name"] for each in described if each.get("required") and each["name"] not in given]
        assert focused or not missing, f"Discord would not send it without {missing}"
        return options, resolved

    @staticmethod
    def _resolved(value: Json) -> Json:
        return {"users": {value["id"]: value}} if "username" in value else {"roles": {value["id"]: value}}


def _partial(fake: Fake, channel: Json) -> Json:
    kept = dict(channel)
    if channel["type"] not in (DM, GROUP):
        kept["permissions"] = "0"
    if channel["type"] in THREADS:
        kept.pop("owner_id", None)
        kept["owner_id"] = channel["owner_id"]
    return kept


def control(message: Json, label: str) -> str | None:
    """The custom id of the button so labelled, None if there is none."""
    for part in rules.walk(message["components"]):
        if part["type"] == rules.BUTTON and part.get("label") == label:
            return str(part["custom_id"])
    return None


def read(message: Json) -> str:
    """A message as it reads: markup kept, escapes taken off, controls in brackets."""
    lines = [message["content"]] if message["content"] else []
    for part in rules.walk(message["components"]):
        if part["type"] == rules.TEXT:
            lines.append(part["content"])
        elif part["type"] == rules.BUTTON:
            lines.append(f"[{part['label']}]")
        elif part["type"] == rules.SELECT:
            options = " | ".join(f"{o['label']} ({o.get('description', '')})" for o in part["options"])
            lines.append(f"[{part.get('placeholder', '')}: {options}]")
        elif part["type"] == rules.GALLERY:
            lines += [f"[picture: {item.get('description', '')}]" for item in part["items"]]
    return _unescaped("\n".join(lines))


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
