"""JSON Feed (https://www.jsonfeed.org/version/1.1/), brought into the shape that feedparser gives."""

from __future__ import annotations

import json
from typing import Any


def read(text: str) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    """The feed and its items, None where the text is no JSON Feed.

    A field of a wrong type is as good as missing. Items that are no objects are left out.
    """
    try:
        page = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(page, dict) or not isinstance(page.get("items"), list):
        return None
    if "jsonfeed" not in _text(page, "version") and not _text(page, "title"):
        return None
    feed = {
        "title": _text(page, "title"),
        "language": _text(page, "language"),
        "link": _text(page, "home_page_url"),
    }
    return feed, [_item(item) for item in page["items"] if isinstance(item, dict)]


def _item(item: dict[str, Any]) -> dict[str, Any]:
    number = item.get("id")
    return {
        "id": str(number) if isinstance(number, int | float) else _text(item, "id"),
        "link": _text(item, "url") or _text(item, "external_url"),
        "title": _text(item, "title"),
        "html": [_text(item, "content_html")],
        "plain": [_text(item, "content_text"), _text(item, "summary")],
        "published": _text(item, "date_published"),
        "updated": _text(item, "date_modified"),
        "author": _author(item),
        "language": _text(item, "language"),
    }


def _author(item: dict[str, Any]) -> str:
    authors = item.get("authors")
    people = authors if isinstance(authors, list) else [item.get("author")]
    return ", ".join(filter(None, (_text(person, "name") for person in people if isinstance(person, dict))))


def _text(holder: dict[str, Any], name: str) -> str:
    value = holder.get(name)
    return value if isinstance(value, str) else ""
