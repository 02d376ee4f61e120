"""Rules of Slack's payloads: slack_sdk's models, the JSON schemas where they are at hand, and our own.

Own rules, each with where it is written:
- 50 blocks a message, 100 a view: docs.slack.dev/reference/block-kit/blocks
- `text` beside blocks, for notifications: docs.slack.dev/reference/methods/chat.postMessage
- text truncated above 40,000: docs.slack.dev/changelog/2018-truncating-really-long-messages
- block_id and action_id unique: docs.slack.dev/reference/block-kit/blocks
- all blocks together below some 13,000 characters: slackapi/bolt-js issue 2509
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

MESSAGE, VIEW = 50, 100
TOO_LONG = 13_000


def shared() -> Path:
    """The reference folder: beside the checkout, or where DEADLINEDAY_SHARED says."""
    return Path(os.environ.get("DEADLINEDAY_SHARED") or Path(__file__).parents[4] / "shared")


def rest() -> None:
    """Judge no more: for measurements, in which the judging would be what is measured."""
    global _resting
    _resting = True


_resting = False


def message_faults(payload: dict[str, Any]) -> list[str]:
    """What is wrong with a message, in words."""
    if _resting:
        return []
    blocks = payload.get("blocks") or []
    faults = [
        f"unfurl: {name} is not false" for name in ("unfurl_links", "unfurl_media") if payload.get(name)
    ]
    if not str(payload.get("text") or "").strip():
        faults.append("no text for notifications and screen readers")
    if len(str(payload.get("text") or "")) > 40_000:
        faults.append("text is longer than 40,000")
    if len(json.dumps(blocks, ensure_ascii=False)) > TOO_LONG:
        faults.append("msg_blocks_too_long")
    metadata = payload.get("metadata")
    if metadata is not None and set(metadata) != {"event_type", "event_payload"}:
        faults.append("metadata needs event_type and event_payload")
    return [*faults, *block_faults(blocks, MESSAGE)]


def view_faults(view: dict[str, Any]) -> list[str]:
    """What is wrong with a modal or a Home tab."""
    if _resting:
        return []
    faults = block_faults(view.get("blocks") or [], VIEW)
    if len(str(view.get("private_metadata") or "")) > 3000:
        faults.append("private_metadata is longer than 3000")
    if view.get("type") == "modal":
        for name, most in (("title", 24), ("submit", 24), ("close", 24)):
            text = (view.get(name) or {}).get("text", "x")
            if not 1 <= len(text) <= most:
                faults.append(f"{name} has {len(text)} characters")
        if any(b["type"] == "input" for b in view["blocks"]) and "submit" not in view:
            faults.append("a modal with inputs needs submit")
    elif any(name in view for name in ("title", "submit", "close")):
        faults.append("a Home tab has no title, submit or close")
    try:
        View(**{k: v for k, v in view.items() if k != "blocks"}, blocks=view["blocks"]).to_dict()
    except (SlackObjectFormationError, TypeError) as error:
        faults.append(f"models: {error}")
    return faults


def block_faults(blocks: list[dict[str, Any]], most: int) -> list[str]:
    """What is wrong with a list of blocks."""
    faults = [f"{len(blocks)} blocks"] if len(blocks) > most else []
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    actions = [
        (block.get("block_id", number), element["action_id"])
        for number, block in enumerate(blocks)
        for element in _elements(block)
    ]
    if len(set(ids)) < len(ids):
        faults.append(f"block_id twice in {ids}")
    if len(set(actions)) < len(actions):
        faults.append(f"action_id twice in {actions}")
    for number, block in enumerate(blocks):
        faults += [f"block {number} ({block.get('type')}): {fault}" for fault in _block(block)]
    return faults


def _elements(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for value in (block.get("accessory"), block.get("element"), *(block.get("elements") or [])):
        if isinstance(value, dict) and "action_id" in value:
            yield value


def _block(block: dict[str, Any]) -> Iterator[str]:
    try:
        parsed = Block.parse(block)
        if parsed is None:
            yield "models: unknown"
        else:
            parsed.to_dict()
    except SlackObjectFormationError as error:
        yield f"models: {error}"
    validator = _schema()
    if validator is not None:
        for error in validator.iter_errors(block):
            yield f"schema: {_deepest(error)}"
    yield from _own(block)


def _own(value: Any, path: str = "") -> Iterator[str]:
    """Empty texts, and mrkdwn that links or calls what nobody meant to."""
    if isinstance(value, dict):
        kind = value.get("type")
        if kind in ("plain_text", "mrkdwn", "text") and not value.get("text"):
            yield f"{path}: empty text"
        if kind == "mrkdwn" and not value.get("verbatim"):
            yield f"{path}: mrkdwn that is not verbatim links and calls by itself"
        if kind in ("button", "overflow") and len(str(value.get("value", ""))) > 2000:
            yield f"{path}: value longer than 2000"
        if kind == "link" and not str(value.get("url", "")).startswith(("http://", "https://")):
            yield f"{path}: link to {value.get('url')!r}"
        if kind == "image" and not 1 <= len(value.get("alt_text", "")) <= 2000:
            yield f"{path}: alt text"
        if kind == "overflow" and not 1 <= len(value["options"]) <= 5:
            yield f"{path}: {len(value['options'])} options"
        for name, inner in value.items():
            yield from _own(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _own(inner, f"{path}[{number}]")


@cache
def _schema() -> Draft7Validator | None:
    path = shared() / "slack" / "blocks.schema.json"
    if not path.is_file():
        return None
    document = json.loads(path.read_text(encoding="utf-8"))
    return Draft7Validator({**document, "$ref": "#/definitions/KnownBlock"})


def _deepest(error: Any) -> str:
    """The fault in the branch of a union that came furthest."""
    while error.context:
        error = max(error.context, key=lambda each: len(each.absolute_path))
    return f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
