"""What the fake Slack keeps: workspaces, conversations, messages; and the faults that it is told to have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Team:
    id: str
    token: str
    bot_user: str = "UBOT"
    bot: str = "BBOT"
    name: str = "deadlineday"
    installed: bool = True
    scopes: set[str] = field(default_factory=set)


@dataclass
class Conversation:
    id: str
    team: str
    name: str = ""
    private: bool = False
    archived: bool = False
    members: set[str] = field(default_factory=set)
    person: str | None = None


@dataclass
class Message:
    channel: str
    ts: str
    content: dict[str, Any]
    thread: str | None = None
    broadcast: bool = False
    by: str = "UBOT"
    edits: int = 0
    ephemeral_for: str | None = None

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return list(self.content.get("blocks") or [])


@dataclass
class Fault:
    """What happens to one call. `cut` is "before" or "after" the call was carried out."""

    error: str = ""
    status: int = 200
    retry_after: int | None = None
    cut: str = ""
    slow: float = 0.0
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass
class Call:
    method: str
    values: dict[str, Any]
    team: str | None
    at: float
