"""Payloads that no Slack of today sends: each is acknowledged, nothing falls over, nothing changes."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.slack.mrkdwn import escape, mentions, typed
from tests.bot.slack.shown import rendered, shown
from tests.bot.slack.town import Town

BASE = {"team": {"id": "T1"}, "user": {"id": "UBEA"}, "api_app_id": "A1", "trigger_id": "1.2.3"}
ACTION = {"type": "button", "action_id": "call:1", "block_id": "b"}
IN_VIEW = {"container": {"type": "view"}, "actions": [ACTION]}
SEARCH = {"action_id": "search", "value": "%" * 500}
VIEW = {"id": "V1", "type": "modal", "callback_id": "watch", "state": {"values": {}}}


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("interactive", {"type": "block_actions", **BASE, "actions": [ACTION]}),
        ("interactive", {"type": "block_actions", **BASE, "actions": [{**ACTION, "value": "1:watch"}]}),
        ("interactive", {"type": "block_actions", **BASE, "actions": [{**ACTION, "value": "\x00" * 3000}]}),
        ("interactive", {"type": "block_actions", **BASE, "actions": [{**ACTION, "action_id": "menu:1"}]}),
        ("interactive", {"type": "block_actions", **BASE, "actions": [{**ACTION, "action_id": "home:gone"}]}),
        (
            "interactive",
            {"type": "block_actions", **BASE, **IN_VIEW},
        ),
        ("interactive", {"type": "view_submission", **BASE, "view": VIEW}),
        ("interactive", {"type": "view_submission", **BASE, "view": {**VIEW, "callback_id": "settings"}}),
        ("interactive", {"type": "view_submission", **BASE, "view": {**VIEW, "callback_id": "gone"}}),
        ("interactive", {"type": "view_submission", **BASE, "view": {**VIEW, "private_metadata": "{]"}}),
        ("interactive", {"type": "message_action", **BASE, "callback_id": "who_is_this"}),
        (
            "interactive",
            {"type": "block_suggestion", **BASE, **SEARCH, "view": VIEW},
        ),
        ("events_api", {"type": "event_callback", "team_id": "T1", "event": {"type": "app_mention"}}),
        ("events_api", {"type": "event_callback", "team_id": "T1", "event": {"type": "message"}}),
        ("events_api", {"type": "event_callback", "team_id": "T1", "event": {"type": "app_home_opened"}}),
        ("events_api", {"type": "event_callback", "team_id": "T1", "event": {"type": "tokens_revoked"}}),
        ("events_api", {"type": "event_callback", "team_id": "T1", "event": {"type": "from_tomorrow"}}),
        ("slash_commands", {"command": "/deadline", "team_id": "T1", "user_id": "UBEA", "text": "x" * 9000}),
    ],
)
async def test_an_odd_payload_is_acknowledged_and_harms_nobody(
    town: Town, kind: str, payload: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    await town.slack.deliver(kind, payload)
    answer = await town.ada.asked("help")
    assert "What you can ask" in shown(answer)
    assert await town.house.store.all_watches() == []
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("watch Brighton &amp; Hove", "watch Brighton & Hove"),
        ("feeds add <http://example.org|example.org>", "feeds add example.org"),
        ("feeds add <https://example.org/rss>", "feeds add https://example.org/rss"),
        ("watch Joe mention=<@U12|joe>", "watch Joe mention=<@U12|joe>"),
        ("what of <#C12|transfers>", "what of transfers"),
        ("&lt;b&gt; &amp;amp;", "<b> &amp;"),
        ("<!here> watch Joe", " watch Joe"),
    ],
)
def test_what_is_typed_comes_out_of_what_slack_makes_of_it(sent: str, meant: str) -> None:
    assert typed(sent) == meant


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ ~c~ `d`",
        "<!channel>",
        "<https://evil.example|bank>",
        "&lt;!channel&gt;",
        "> quote",
        "```x```",
        "*",
    ],
)
def test_escaped_text_reads_as_it_was_and_does_nothing(text: str) -> None:
    assert rendered(escape(text)) == text
    assert not set(escape(text)) & {"<", ">"}


def test_only_people_and_groups_can_be_called() -> None:
    asked = "<@U123|x> <@W99> <!subteam^S1X2|@fans> <!channel> <!here> @everyone <@evil> <@U123>"
    assert mentions(asked) == ["<@U123>", "<@W99>", "<!subteam^S1X2>"]
    assert mentions(None) == []
