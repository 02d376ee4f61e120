"""Who asks, where, and what he may: a payload of Slack becomes a Request."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import Any

from bot.call import Call
from bot.clock import Clock
from bot.commands.command import Who
from bot.commands.desk import Desk
from bot.commands.wording import Wording
from bot.commands.words import read_words
from bot.request import Request
from bot.slack.rights import Rights
from bot.slack.workspaces import Workspace, Workspaces
from storage.watch import Channel

log = logging.getLogger(__name__)

NAME = "slack"
WITHOUT = frozenset({"publish", "anyone"})
"""Settings that mean nothing here: there are no announcement channels, and members decide in any case."""

SLASHED = Wording(before="/deadline ", without=WITHOUT, deciders="its members")
"""How a command is written in a channel."""

SAID = replace(SLASHED, before="")
"""The same to the bot alone, where it is typed as it stands."""

FILLED = replace(SLASHED, alone="leave the channel empty")
"""The same where the command was filled in, in a window."""

_THE_BOT = "the bot: whom DEADLINEDAY_SLACK_ADMINS names"

_MORE_BY_KEEPERS = frozenset({"wrong"})
"""Commands that anybody may give, and that do more for those who may decide for all."""

_ANYBODY = frozenset({"latest", "history", "why", "wrong", "watches", "help", "feeds list"})


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, where: `channel` as Slack names the conversation."""

    workspace: Workspace
    person: str
    channel: str

    @property
    def home(self) -> Channel:
        """The person's own direct messages, under the person's name: their id is not known to all calls."""
        return Channel(NAME, self.person, self.workspace.team)

    @property
    def place(self) -> Channel:
        """The conversation as the storage knows it; every direct one is the person's own."""
        own = self.channel.startswith(("D", "U", "W")) or not self.channel
        return self.home if own else Channel(NAME, self.channel, self.workspace.team)


class Askers:
    """Knows who asks, and makes requests of what is asked."""

    def __init__(self, workspaces: Workspaces, desk: Desk, rights: Rights, clock: Clock) -> None:
        self._workspaces = workspaces
        self._desk = desk
        self._rights = rights
        self._clock = clock

    async def find(self, person: Any, team: Any, channel: Any) -> Asker | None:
        """Who asks; None where the workspace is not ours (any more)."""
        workspace = await self._workspaces.of(str(team or "")) if person else None
        if workspace is None:
            log.info("somebody asked from a workspace that is not ours: %s", team)
            return None
        return Asker(workspace, str(person), str(channel or ""))

    async def may_run(self, asker: Asker) -> bool:
        """May this person decide for all whom the bot serves, what feeds it reads for one?"""
        return await self._rights.keeper(asker.workspace, asker.person)

    async def request(
        self, asker: Asker, *, call: Call | None = None, text: str = "", named: bool = False
    ) -> Request:
        """The request with what the person may, which is looked up only where the command depends on it.

        Who types in a channel is in it. Who presses a button there may only be looking in, and who `named`
        the channel himself may be anywhere.
        """
        meant = call or read_words(text, self._desk.commands)
        command = self._desk.command(meant.command) if isinstance(meant, Call) else None
        own = asker.place == asker.home
        may_manage, may_run, silenced = True, False, ""
        if command is not None and command.name not in _ANYBODY and not own and (call is not None or named):
            may_manage = await self._rights.member(asker.workspace, asker.channel, asker.person)
        if command is not None and (command.who is Who.MANAGER or command.name in _MORE_BY_KEEPERS):
            may_run = await self.may_run(asker)
        if command is not None and command.name == "watch" and not own:
            # Who is in a private channel Slack does not say before the bot is in it too.
            silenced = await self._rights.silenced(asker.workspace, asker.channel, join=may_manage)
        return Request(
            asker.place,
            asker.person,
            may_manage,
            self._clock(),
            call=call,
            text=text,
            home=asker.home,
            silenced=silenced,
            mention=f"<@{asker.person}>",
            may_run=may_run,
            runs=_THE_BOT if self._workspaces.several else "this workspace",
            wording=SAID if own else FILLED if named else SLASHED,
        )
