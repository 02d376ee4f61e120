"""Pages and entries made for a test."""

from __future__ import annotations

from datetime import UTC, datetime

from feeds.entry import Entry
from feeds.page import Page
from feeds.parse import parse

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def rss(
    *items: str, title: str = "Rovers Daily", home: str = "https://rovers.example/", extra: str = ""
) -> str:
    """An RSS page around items that stand as they are."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
        f"<title>{title}</title><link>{home}</link>{extra}{''.join(items)}</channel></rss>"
    )


def an_item(title: str = "Vale to Rovers", link: str | None = None, text: str = "", **more: str) -> str:
    """One <item>; other elements by name."""
    parts = [f"<title>{title}</title>"]
    parts += [f"<link>{link}</link>"] if link else []
    parts += [f"<description>{text}</description>"] if text else []
    parts += [f"<{name}>{value}</{name}>" for name, value in more.items()]
    return f"<item>{''.join(parts)}</item>"


def a_page(
    body: str | bytes, type: str = "application/rss+xml", url: str = "https://rovers.example/rss"
) -> Page:
    data = body.encode() if isinstance(body, str) else body
    return Page(url=url, body=data, content_type=type, received=NOW)


def entries(body: str | bytes, type: str = "application/rss+xml") -> tuple[Entry, ...]:
    return parse(a_page(body, type)).entries


def only(item: str, extra: str = "") -> Entry:
    """The entry of a page with this one item."""
    (entry,) = entries(rss(item, extra=extra))
    return entry
