"""What people say and press on Discord, turned into requests, and the answers back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

import discord

from bot.call import Call
from bot.commands.command import Who
from bot.commands.desk import Desk
from bot.commands.wording import Wording
from bot.commands.words import Misread, read_words
from bot.discord import places
from bot.discord.answers import FAULT, Draw, Said, messages, respond
from bot.discord.commands import WITHOUT, Given, given
from bot.discord.departed import Departed
from bot.discord.faults import EXPECTED
from bot.discord.handle import Pressed, pressed
from bot.discord.keepers import Keepers
from bot.discord.markup import cut, mentioned
from bot.platform import Dispatch
from bot.request import Answer, Request
from storage.errors import DatabaseError
from storage.watch import Channel

log = logging.getLogger(__name__)

SUGGEST_WITHIN = 2.0
"""Seconds after which no suggestion is better than one that comes too late."""

_LARGEST_FILE = 5 * 1024 * 1024
_THE_BOT = "this bot"
WRITTEN = Wording(before="/", sets=":", named=True, without=WITHOUT)
_OLDER = "This button is from an older version of the bot. Ask again and use the new one."
_GONE = "There is no such command any more. Discord may show old ones for a while; /help lists what there is."

Interaction = discord.Interaction[Any]


class Conversation:
    """Answers interactions and messages; `dispatch` is set while the bot listens."""

    def __init__(
        self, desk: Desk, draw: Draw, now: Callable[[], datetime], departed: Departed, keepers: Keepers
    ) -> None:
        self.dispatch: Dispatch | None = None
        self.on_change: Callable[[], None] = lambda: None
        self._desk = desk
        self._draw = draw
        self._now = now
        self._departed = departed
        self._keepers = keepers

    async def interacted(self, interaction: Interaction) -> None:
        """Answer a command, a suggestion's question, or a press."""
        match interaction.type:
            case discord.InteractionType.application_command:
                await self._commanded(interaction)
            case discord.InteractionType.autocomplete:
                await self._suggest(interaction)
            case discord.InteractionType.component:
                await self._pressed(interaction)
            case _:
                log.info("an interaction of type %s is not ours", interaction.type)

    async def spoken_to(self, message: discord.Message) -> None:
        """Answer a direct message, or words to the bot by its name."""
        request = self._heard(message)
        if request is None:
            return
        refused = self._said_mention_refused(message, request.text)
        answer = Answer.refused(refused) if refused else await self._answer(request)
        try:
            for said in await messages(answer, self._draw, self._desk.store):
                await message.reply(view=said.view, files=said.attached(), mention_author=False)
        except EXPECTED as error:
            log.info("words in channel %d could not be answered: %s", message.channel.id, error)

    async def joined(self, guild: int) -> None:
        """The bot is in this server."""
        await self._departed.back(guild)
        self.on_change()

    async def left(self, guild: int) -> None:
        """The bot was removed from this server."""
        await self._departed.left(guild)

    async def ready(self, guilds: set[int], shard: int, shards: int) -> None:
        """The bot knows where it is; who removed it while it was away is found out now."""
        await self._departed.compare(guilds, shard, shards)
        self.on_change()

    async def changed(self) -> None:
        """Something may be possible again that was not."""
        self.on_change()

    # What was asked

    async def _commanded(self, interaction: Interaction) -> None:
        asked = given(dict(interaction.data or {}), self._desk.commands)
        if asked is None:
            await self._tell(interaction, _GONE)
            return
        if refused := self._asked_mention_refused(interaction, asked.call):
            await self._tell(interaction, refused)
            return
        # Whoever sees a manager's command was let in by Discord, as the server's owner set it.
        let_in = asked.command.who is Who.MANAGER and interaction.is_guild_integration()
        request = self._request(interaction, asked.call, let_in=let_in)
        await respond(
            interaction,
            self._worked_out(request, interaction, asked),
            private=asked.command.private,
            slow=asked.command.slow,
            in_place=False,
        )

    async def _pressed(self, interaction: Interaction) -> None:
        data: dict[str, Any] = dict(interaction.data or {})
        chosen = data.get("values") or [data.get("custom_id", "")]
        try:
            meant = await pressed(str(chosen[0]), self._desk.store)
        except DatabaseError as error:
            log.error("what was pressed could not be looked up: %s", error)
            await self._tell(interaction, FAULT)
            return
        command = self._desk.command(meant.call.command) if meant else None
        if meant is None or command is None:
            await self._tell(interaction, _OLDER)
            return
        # A choice may go back to words that somebody typed.
        if refused := self._asked_mention_refused(interaction, meant.call):
            await self._tell(interaction, refused)
            return
        ours_alone = interaction.message is not None and interaction.message.flags.ephemeral
        picked = bool(data.get("values"))
        # What only the asker sees was shown to somebody whom Discord had let in.
        let_in = ours_alone and command.who is Who.MANAGER
        await respond(
            interaction,
            self._worked_out(self._request(interaction, meant.call, let_in=let_in), interaction),
            private=command.private,
            slow=command.slow,
            in_place=ours_alone and self._in_place(meant, picked=picked),
        )

    @staticmethod
    def _in_place(meant: Pressed, *, picked: bool) -> bool:
        """A turned page, and the answer to "which one?", take the place of what was pressed on."""
        return meant.turns or (picked and meant.call.command not in ("mute", "unmute", "unwatch"))

    async def _suggest(self, interaction: Interaction) -> None:
        asked = given(dict(interaction.data or {}), self._desk.commands)
        choices: list[discord.app_commands.Choice[str]] = []
        if asked is not None and asked.focused is not None:
            try:
                async with asyncio.timeout(SUGGEST_WITHIN):
                    found = await self._desk.suggest(
                        self._request(interaction, asked.call), asked.command, asked.focused, asked.typed
                    )
            except Exception:  # nothing to suggest is an answer too
                log.exception("no suggestions for %s could be made", asked.command.name)
            else:
                choices = [
                    discord.app_commands.Choice(
                        name=cut(f"{one.text} ({one.detail})" if one.detail else one.text, 100) or "?",
                        value=cut(one.value, min(100, asked.focused.longest)),
                    )
                    for one in found[:25]
                ]
        try:
            await interaction.response.autocomplete(choices)
        except EXPECTED as error:
            log.info("suggestions came too late: %s", error)

    def _heard(self, message: discord.Message) -> Request | None:
        """What was said to the bot; None for what was not, like a reply to one of its alerts."""
        text, me = _without_name(message)
        if message.guild is not None and not me:
            return None
        home = places.home(message.author.id)
        if message.guild is None:
            return Request(
                home,
                str(message.author.id),
                True,
                self._now(),
                text=text.strip() or "help",
                home=home,
                may_run=self._keepers.may(message.author.id, manages=False),
                runs=_THE_BOT,
                wording=WRITTEN,
            )
        author, channel = message.author, message.channel
        manages = _allowed(author, channel).manage_channels
        thread = isinstance(channel, discord.Thread)
        return Request(
            places.channel(channel.id, message.guild.id),
            str(author.id),
            manages,
            self._now(),
            text=text.strip() or "help",
            home=home,
            silenced=places.silenced(_allowed(message.guild.me, channel), thread=thread),
            mention=author.mention,
            may_run=self._keepers.may(author.id, manages=manages),
            runs=_THE_BOT,
            wording=WRITTEN,
        )

    def _request(self, interaction: Interaction, call: Call, *, let_in: bool = False) -> Request:
        person, home = interaction.user, places.home(interaction.user.id)
        channel, manages, silenced = self._where(interaction, home)
        return Request(
            channel,
            str(person.id),
            manages or let_in,
            self._now(),
            call=call,
            home=home,
            silenced=silenced,
            mention=person.mention,
            may_run=self._keepers.may(
                person.id, manages=let_in or (manages and interaction.guild_id is not None)
            ),
            runs=_THE_BOT,
            wording=WRITTEN,
        )

    def _where(self, interaction: Interaction, home: Channel) -> tuple[Channel, bool, str]:
        """The channel of an interaction, may the person decide for it, and why the bot may not post there."""
        if interaction.guild_id is None:
            if interaction.context.dm_channel or not interaction.context.private_channel:
                return home, True, ""
            channel = places.channel(interaction.channel_id or 0, None)
            return channel, False, "the bot is no part of this conversation"
        channel = places.channel(interaction.channel_id or 0, interaction.guild_id)
        if interaction.channel_id is None:
            return channel, False, "the bot does not know this kind of channel"
        if not interaction.is_guild_integration():
            return channel, False, "the bot itself is no member of this server"
        thread = isinstance(interaction.channel, discord.Thread)
        silenced = places.silenced(interaction.app_permissions, thread=thread)
        return channel, interaction.permissions.manage_channels, silenced

    @staticmethod
    def _asked_mention_refused(interaction: Interaction, call: Call) -> str:
        """Why this person may not have those roles called; "" where nothing speaks against it."""
        told, guild = _resolved(interaction, "roles"), interaction.guild
        open_ones = {int(number) for number, role in told.items() if role.get("mentionable")}
        return _mention_refused(call, guild, open_ones, any_role=interaction.permissions.mention_everyone)

    def _said_mention_refused(self, message: discord.Message, text: str) -> str:
        """The same for words to the bot."""
        call = read_words(text, self._desk.commands)
        if isinstance(call, Misread):
            return ""
        any_role = _allowed(message.author, message.channel).mention_everyone
        return _mention_refused(call, message.guild, (), any_role=any_role)

    # What is answered

    async def _answer(self, request: Request) -> Answer:
        if self.dispatch is None:
            return Answer.refused("The bot is just starting. Try again in a moment.")
        return await self.dispatch(request)

    async def _worked_out(
        self, request: Request, interaction: Interaction, asked: Given | None = None
    ) -> list[Said]:
        if asked is not None and asked.attachment is not None:
            read = await self._attached(interaction, asked.attachment)
            if isinstance(read, str):
                return await messages(Answer.refused(read), self._draw, self._desk.store)
            request = _with_file(request, read)
        answer = await self._answer(request)
        if asked is not None and answer.ok:
            idle = places.without_effect(asked.call, interaction.channel, interaction.app_permissions)
            answer = replace(answer, text=" ".join(filter(None, (answer.text, idle))))
        return await messages(answer, self._draw, self._desk.store)

    async def _attached(self, interaction: Interaction, number: int) -> bytes | str:
        """The attached file, or why it cannot be read."""
        described = _resolved(interaction, "attachments").get(str(number))
        if described is None:
            return "Discord did not say where the file is. Try again."
        if int(described.get("size", 0)) > _LARGEST_FILE:
            return f"That file is too large: {_LARGEST_FILE // (1024 * 1024)} MiB are read."
        try:
            content: bytes = await interaction.client.http.get_from_cdn(described["url"])
        except EXPECTED as error:
            log.info("an attached file could not be read: %s", error)
            return "The file could not be fetched from Discord. Try again."
        return content

    async def _tell(self, interaction: Interaction, text: str) -> None:
        async def said() -> list[Said]:
            return await messages(Answer.refused(text), self._draw, self._desk.store)

        await respond(interaction, said(), private=True, slow=False, in_place=False)


def _allowed(person: object, channel: object) -> discord.Permissions:
    """What somebody may do in a channel of a server, as far as the gateway has told; else nothing."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread) or not isinstance(
        person, discord.Member
    ):
        return discord.Permissions.none()
    try:
        return channel.permissions_for(person)
    except discord.ClientException:  # a thread of a channel that is hidden from the bot
        return discord.Permissions.none()


def _mention_refused(
    call: Call, guild: discord.Guild | None, open_ones: Collection[int], *, any_role: bool
) -> str:
    """Why a person may not have roles called; `open_ones` are some that anybody may mention."""
    _, roles = mentioned(call.by_name.get("mention"))
    if guild is None or not roles:
        return ""
    if guild.id in roles:
        return "A watch cannot call everyone. Choose a role or a person."
    known = {role.id for role in guild.roles if role.mentionable}
    if any_role or all(number in open_ones or number in known for number in roles):
        return ""
    return (
        "You may not mention that role here, so a watch of yours cannot call it either."
        " Its owner can allow anyone to mention it."
    )


def _without_name(message: discord.Message) -> tuple[str, bool]:
    """The words without the bot's own name, and whether it was called by it."""
    me = message.guild.me if message.guild else message._state.user
    names = [] if me is None else [f"<@{me.id}>", f"<@!{me.id}>"]
    if isinstance(me, discord.Member):
        names += [role.mention for role in me.roles if role.is_bot_managed()]
    text = message.content
    for name in names:
        text = text.replace(name, " ")
    return text, text != message.content


def _resolved(interaction: Interaction, kind: str) -> dict[str, Any]:
    """What Discord tells of the roles, people or files that a command's options name."""
    data: dict[str, Any] = dict(interaction.data or {})
    return dict((data.get("resolved") or {}).get(kind) or {})


def _with_file(request: Request, content: bytes) -> Request:
    return replace(request, file=content)
