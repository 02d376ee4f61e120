"""The manifests in `slack/` hold what the code needs and nothing more."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.slack.hear import COMMAND, SHORTCUT
from bot.slack.http import EVENTS
from bot.slack.install import REDIRECT
from bot.slack.web import LISTENS, SCOPES, bot_scopes

ROOT = Path(__file__).parents[3]
FILES = ("manifest.json", "manifest-http.json")
# What each event asks for: docs.slack.dev/reference/events
EVENT_SCOPES = {
    "app_home_opened": set(), "app_mention": {"app_mentions:read"}, "app_uninstalled": set(),
    "channel_unarchive": {"channels:read"}, "group_unarchive": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"}, "message.im": {"im:history"},
    "tokens_revoked": set(),
}  # fmt: skip


@pytest.fixture(params=FILES)
def manifest(request: pytest.FixtureRequest) -> Any:
    return json.loads((ROOT / "slack" / request.param).read_text(encoding="utf-8"))


def source() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "bot" / "slack").glob("*.py"))


def test_it_asks_for_the_scopes_of_what_is_called_and_no_others(manifest: Any) -> None:
    scopes = manifest["oauth_config"]["scopes"]
    assert scopes == {"bot": list(bot_scopes())}


def test_every_method_that_is_called_has_its_scopes_and_none_is_listed_in_vain() -> None:
    called = set(re.findall(r"\.(?:call|patiently)\(\s*\"([\w.]+)\"", source()))
    called |= set(re.findall(r"\(\"(conversations\.\w+)\", \{", source()))
    assert called == set(SCOPES)


def test_every_event_is_listened_to_and_its_scopes_are_asked_for(manifest: Any) -> None:
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert events == set(EVENT_SCOPES)
    heard = source()
    for event in events:
        names = re.split(r"[._]", event)
        assert event.split(".")[0] in heard or (names[-1] == "unarchive" and "_unarchive$" in heard), event
        assert EVENT_SCOPES[event] <= set(bot_scopes()), event
    assert set(LISTENS) == {"commands", "app_mentions:read"}


def test_the_command_the_shortcut_and_the_home_tab_are_those_of_the_code(manifest: Any) -> None:
    features = manifest["features"]
    (command,) = features["slash_commands"]
    assert (command["command"], command["should_escape"]) == (COMMAND, True)
    assert [(s["callback_id"], s["type"]) for s in features["shortcuts"]] == [(SHORTCUT, "message")]
    assert features["app_home"] == {
        "home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False,
    }  # fmt: skip
    assert manifest["settings"]["interactivity"]["is_enabled"]


def test_the_texts_are_within_slacks_limits(manifest: Any) -> None:
    shown = manifest["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert len(manifest["features"]["shortcuts"][0]["name"]) <= 24


def test_one_is_for_the_socket_and_one_for_http() -> None:
    by_socket, by_http = (json.loads((ROOT / "slack" / name).read_text(encoding="utf-8")) for name in FILES)
    assert by_socket["settings"]["socket_mode_enabled"]
    assert "http" not in json.dumps(by_socket)
    assert not by_http["settings"]["socket_mode_enabled"]
    addresses = re.findall(r'"https://[^"/]+(/[^"]*)"', json.dumps(by_http))
    assert set(addresses) == {EVENTS, REDIRECT}
