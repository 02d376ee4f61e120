"""The referees see what they are there for."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.discord import rules
from tests.bot.discord.referee import DOCUMENT, a_referee
from tests.bot.discord.rules import V2, Broken

TEXT = {"type": rules.TEXT, "content": "a"}


def row(*buttons: dict[str, Any]) -> dict[str, Any]:
    return {"type": rules.ROW, "components": list(buttons)}


def button(id: str | None = "a", **more: Any) -> dict[str, Any]:
    return {"type": rules.BUTTON, "style": 2, "label": "a", "custom_id": id, **more}


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"content": "a" * 2001},
        {"flags": V2, "content": "a", "components": [TEXT]},
        {"components": [TEXT]},
        {"flags": V2, "components": [TEXT] * 41},
        {"flags": V2, "components": [{**TEXT, "content": "a" * 4001}]},
        {"flags": V2, "components": [{**TEXT, "content": " "}]},
        {"flags": V2, "components": [row(button(), button())]},
        {"flags": V2, "components": [row(button("a" * 101))]},
        {"flags": V2, "components": [row(button(style=5, url="https://a.example"))]},
        {"flags": V2, "components": [row(button(label="a" * 81))]},
        {"components": [row(button(str(n))) for n in range(6)]},
        {"content": "a", "enforce_nonce": True},
        {"content": "a", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
        {"embeds": [{"description": "a" * 3001}] * 2},
    ],
)
def test_a_message_that_discord_would_not_take_is_not_taken(sent: dict[str, Any]) -> None:
    with pytest.raises(Broken):
        rules.message(sent)


OPTION = {"type": 3, "name": "b", "description": "c" * 100}


@pytest.mark.parametrize(
    "command",
    [
        {"name": "Loud", "description": "a"},
        {"name": "two words", "description": "a"},
        {"name": "bare"},
        {"name": "a", "description": "a", "description_localizations": {"en": "a"}},
        {"name": "a", "description": "a", "options": [OPTION, {**OPTION, "name": "d", "required": True}]},
        {"name": "a", "description": "a", "options": [OPTION] * 26},
    ],
)
def test_a_command_that_discord_would_not_take_is_not_taken(command: dict[str, Any]) -> None:
    with pytest.raises(Broken):
        rules.commands([command])


@pytest.mark.skipif(
    not DOCUMENT.is_file(), reason="Discord's OpenAPI document is not in the reference folder"
)
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/channels/1/messages", {"content": "a", "componets": []}),
        ("POST", "/channels/1/messages", {"flags": V2, "components": [row(button(lable="a"))]}),
        ("POST", "/channels/1/messages", {"nonce": "a" * 26}),
        ("POST", "/channels/1/mesages", {"content": "a"}),
        ("PUT", "/applications/1/commands", [{"name": "a", "description": "a" * 101}]),
        ("POST", "/interactions/1/a/callback", {"type": 8, "data": {"choices": [{"name": "a"}]}}),
    ],
)
def test_what_the_document_forbids_or_does_not_know_is_a_complaint(method: str, path: str, body: Any) -> None:
    referee = a_referee()
    assert referee is not None
    referee.request(method, path, body)
    assert referee.complaints != []
