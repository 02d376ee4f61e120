"""What stands where in Slack's payloads.

https://docs.slack.dev/reference/interaction-payloads
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.request.internals import extract_team_id

Body = dict[str, Any]


def team_of(body: Body) -> str:
    """The workspace where the app is installed that this was sent to.

    In a channel that several workspaces share, that is neither where it happened nor who did it.
    """
    view = body.get("view")
    installed = view.get("app_installed_team_id") if isinstance(view, dict) else None
    return str(installed or extract_team_id(body) or "")


def person_of(body: Body) -> str | None:
    """Who pressed, typed or filled in."""
    user = body.get("user")
    return user.get("id") if isinstance(user, dict) else body.get("user_id")


def action_of(body: Body) -> Mapping[str, Any]:
    """What was pressed."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else {}
    return first if isinstance(first, dict) else {}


def value_of(action: Mapping[str, Any]) -> str:
    """The value of a button, or of the option that was chosen in a menu."""
    return str(action.get("value") or (action.get("selected_option") or {}).get("value") or "")


def place_of(action: Mapping[str, Any]) -> str:
    """The channel that a button of a view acts on: "at:C123:4"."""
    kind, _, rest = str(action.get("block_id") or "").partition(":")
    return rest.rpartition(":")[0] if kind == "at" else ""


def file_of(event: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The first file that came with a message."""
    files = event.get("files")
    first = files[0] if isinstance(files, list) and files else None
    return first if isinstance(first, dict) else None
