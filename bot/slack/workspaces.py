"""The workspaces that the bot is in, and what it knows of itself in each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.slack.web import Web


class Notes(Protocol):
    """What outlives the process: the store's facts."""

    async def fact(self, key: str) -> str | None:
        """The note under this key, None if there is none."""
        ...

    async def set_fact(self, key: str, value: str | None) -> None:
        """Keep the note; None drops it."""
        ...

    async def forget_space(self, platform: str, space: str) -> int:
        """Drop every channel of a workspace with its watches; gives how many there were."""
        ...

    async def first_times(self, what: Sequence[str], at: datetime) -> list[bool]:
        """Of each: is it the first time that any process says so, after a restart too?"""
        ...

    async def forget_times(self, before: datetime) -> int:
        """Forget what was said the first time before then."""
        ...

    async def settle_fact(self, key: str, value: str) -> str:
        """The note under this key; this value where there was none."""
        ...


@dataclass(frozen=True, slots=True)
class Workspace:
    """A workspace with our access to it. `bot_user` and `bot` are the ids that the bot has there."""

    team: str
    web: Web
    token: str
    bot_user: str
    bot: str
    name: str = "deadlineday"

    def __repr__(self) -> str:
        return f"Workspace({self.team!r})"


class Workspaces(Protocol):
    """Where workspaces are looked up."""

    @property
    def several(self) -> bool:
        """Whether each workspace has a token of its own, which it can take back."""
        ...

    async def of(self, team: str) -> Workspace | None:
        """The workspace with this id, None where the app is not installed (any more)."""
        ...

    async def forget(self, team: str, token: str = "") -> None:
        """The workspace has taken this token back ("": whatever we have); one that it gave since stays."""
        ...


class OneWorkspace:
    """The one workspace of a bot whose token is a setting; known once `auth.test` was answered."""

    several = False

    def __init__(self) -> None:
        self.known: Workspace | None = None

    async def of(self, team: str) -> Workspace | None:
        """The workspace; None before the first answer, and for another one's id."""
        return self.known if self.known and team in ("", self.known.team) else None

    async def forget(self, team: str, token: str = "") -> None:
        """Nothing to forget: the token stands in the settings."""
