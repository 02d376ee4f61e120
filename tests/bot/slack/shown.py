"""What a person reads of blocks: rich text letter by letter, mrkdwn as Slack renders it."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime
from typing import Any

from tests.bot.slack.nouns import Message

_LINK = re.compile(r"<(https?://[^|>]+)(?:\|([^>]*))?>")
_DATE = re.compile(r"<!date\^(\d+)\^[^|>]*\|([^>]*)>")
_CALL = re.compile(r"<([@#!][^>]*)>")
_BOLD = re.compile(r"(?<![\w\u2060])\*(?=[^\s*\u2060])([^*\n]+?)\*(?![\w\u2060])")


def shown(message: Message | dict[str, Any]) -> str:
    """All that a message or a view shows, links with their addresses."""
    blocks = message.blocks if isinstance(message, Message) else message["blocks"]
    if not blocks and isinstance(message, Message):
        return rendered(str(message.content.get("text", "")))
    return "\n".join(line for block in blocks for line in _block(block))


def calls(message: Message) -> list[str]:
    """Whom the message calls: "@U1", "!channel". Of rich text and mrkdwn alike."""
    return [match for block in message.blocks for match in _calls(block)]


def rendered(mrkdwn: str) -> str:
    """mrkdwn as it is read: marks gone, links with their address, calls as "[CALL @U1]"."""
    text = _DATE.sub(lambda m: datetime.fromtimestamp(int(m[1]), UTC).strftime("%d %b %H:%M"), mrkdwn)
    text = _LINK.sub(lambda m: f"{m[2] or m[1]} ({m[1]})", text)
    text = _BOLD.sub(r"\1", _CALL.sub(r"[CALL \1]", text))
    return html.unescape(text).replace("\u2060", "")


def _block(block: dict[str, Any]) -> list[str]:
    match block["type"]:
        case "rich_text":
            return ["".join(map(_rich, element["elements"])) for element in block["elements"]]
        case "section":
            return [_text(block["text"]), *_buttons([block["accessory"]] if "accessory" in block else [])]
        case "context":
            return [_text(element) for element in block["elements"]]
        case "header":
            return [block["text"]["text"]]
        case "actions":
            return _buttons(block["elements"])
        case "image":
            return [f"[image: {block['alt_text']}]"]
        case "input":
            return [block["label"]["text"]]
    return []


def _rich(element: dict[str, Any]) -> str:
    match element["type"]:
        case "text":
            return str(element["text"])
        case "link":
            return f"{element.get('text') or ''} {element['url']}"
        case "date":
            return datetime.fromtimestamp(element["timestamp"], UTC).strftime("%d %b %H:%M")
        case "channel":
            return f"#{element['channel_id']}"
    return f"[{element['type']}]"


def _text(text: dict[str, Any]) -> str:
    return rendered(text["text"]) if text["type"] == "mrkdwn" else str(text["text"])


def _buttons(elements: list[dict[str, Any]]) -> list[str]:
    labels = [
        (e.get("text") or {}).get("text") or [o["text"]["text"] for o in e.get("options", [])]
        for e in elements
    ]
    return [f"[{label}]" for label in labels]


def _calls(value: Any) -> list[str]:
    if isinstance(value, list):
        return [call for inner in value for call in _calls(inner)]
    if not isinstance(value, dict):
        return []
    if value.get("type") == "mrkdwn":
        return [c for c in _CALL.findall(value["text"]) if not c.startswith("!date")]
    own = [str(value)] if value.get("type") in ("user", "usergroup", "broadcast", "team") else []
    return [*own, *(call for inner in value.values() for call in _calls(inner))]
