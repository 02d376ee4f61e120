"""Files that people give to the bot: fetched from Slack with the bot's token, and from nowhere else.

https://docs.slack.dev/reference/objects/file-object
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.slack.web import Refused, Web, WebError
from bot.slack.workspaces import Workspace

LARGEST = 5 * 1024 * 1024
"""Bytes that are read of a file."""

_SCOPE = "the app may not read files; whoever runs it should give it files:read and install it again"


class FileUnread(Exception):
    """The file could not be read; the line says why, for the one who sent it."""


async def download(workspace: Workspace, file: Mapping[str, Any]) -> bytes:
    """What a file holds that somebody gave to the bot. Raises FileUnread."""
    web = workspace.web
    if file.get("file_access") == "check_file_info" or not _address(file):
        # Files of shared channels come without anything but their id.
        file = await _facts(web, str(file.get("id") or ""))
    if int(file.get("size") or 0) > LARGEST:
        raise FileUnread(f"That file is too large: {LARGEST // (1024 * 1024)} MiB are read.")
    address = _address(file)
    if file.get("is_external") or not web.trusts(address):
        # Our token goes with the request.
        raise FileUnread("That file does not lie at Slack. Upload it to Slack itself.")
    try:
        content = await web.fetch(address, LARGEST)
    except Refused as error:
        raise FileUnread(f"That file could not be fetched from Slack: {_SCOPE}.") from error
    except WebError as error:
        raise FileUnread("That file could not be fetched from Slack. Try again.") from error
    if content is None:
        raise FileUnread(f"That file is too large: {LARGEST // (1024 * 1024)} MiB are read.")
    return content


async def _facts(web: Web, id: str) -> Mapping[str, Any]:
    try:
        answer = await web.call("files.info", file=id)
    except Refused as error:
        reason = _SCOPE if error.error == "missing_scope" else error.error
        raise FileUnread(f"That file could not be fetched from Slack: {reason}.") from error
    except WebError as error:
        raise FileUnread("That file could not be fetched from Slack. Try again.") from error
    found = answer.get("file")
    return found if isinstance(found, dict) else {}


def _address(file: Mapping[str, Any]) -> str:
    address = str(file.get("url_private_download") or file.get("url_private") or "")
    return address if urlsplit(address).scheme in ("http", "https") else ""
