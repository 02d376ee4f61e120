"""The thorough way from a page to entries: feedparser, which reads everything that calls itself a feed.

It takes 10 to 20 ms of CPU for an ordinary page, far too long for the event loop.
"""

from __future__ import annotations

import io
import re
from typing import Any

import feedparser

from feeds.date import moment
from feeds.errors import NotAFeed
from feeds.page import Page
from feeds.raw import Parsed, Written, parsed_of, title_of
from feeds.whole import MAX_ENTRIES, Whole

_UNCLOSED = re.compile(r"<[a-zA-Z/][^<>]*+(?=<)")


def read_thoroughly(page: Page, whole: Whole) -> Parsed:
    """The entries of a feed that is XML, however broken. Raises NotAFeed where nothing can be made of it."""
    text = whole.text
    if text.count("<") - text.count(">") > 1000:
        # Thousands of tags that never end make feedparser's forgiving parser quadratic.
        text = _UNCLOSED.sub("", text)
    result = _feedparsed(page, text)
    feed = result["feed"]
    atom = str(result.get("version") or "").startswith("atom")
    title = title_of(str(_get(feed, "title") or ""), literal=_literal(_get(feed, "title_detail"), atom))
    entries = [_written(entry, atom) for entry in result["entries"][:MAX_ENTRIES]]
    return parsed_of(page, title, _get(feed, "language"), _get(feed, "link"), entries, partial=whole.partial)


def _feedparsed(page: Page, text: str) -> Any:
    # A stream, because feedparser takes a string for an address or a file's name to open. And no address of
    # the page: with one, guids that are plain numbers are made into addresses below it.
    try:
        return feedparser.parse(
            io.BytesIO(text.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError) as error:
        raise NotAFeed(page.url, f"a feed too broken to be read ({type(error).__name__})") from error


def _written(entry: Any, atom: bool) -> Written:
    published = moment(_string(entry, "published"), _get(entry, "published_parsed"))
    source = _get(entry, "source")
    contents = _get(entry, "content")
    contents = contents if isinstance(contents, list) else []
    details = [detail for detail in (*contents, _get(entry, "summary_detail")) if isinstance(detail, dict)]
    return Written(
        title=str(_get(entry, "title") or ""),
        title_literal=_literal(_get(entry, "title_detail"), atom),
        texts=[(str(_get(detail, "value") or ""), _literal(detail, atom)) for detail in details],
        published=published or moment(_string(entry, "created"), _get(entry, "created_parsed")),
        updated=moment(_string(entry, "updated"), _get(entry, "updated_parsed")),
        id=_get(entry, "id"),
        link=_get(entry, "link"),
        original=_get(entry, "feedburner_origlink"),
        author=str(_get(entry, "author") or ""),
        outlet=str(_get(source, "title") or ""),
        langs=[_get(detail, "language") for detail in (*contents, _get(entry, "title_detail"))],
    )


def _string(holder: Any, name: str) -> str | None:
    """The field where it is text: an element in a wrong place with attributes makes it a dictionary."""
    value = _get(holder, name)
    return value if isinstance(value, str) else None


def _literal(detail: Any, atom: bool) -> bool:
    """Only Atom says what is plain; feedparser's guess for RSS takes stray tags for text."""
    return bool(atom and _get(detail, "type") == "text/plain")


def _get(holder: Any, name: str) -> Any:
    """The field itself: feedparser's dictionary gives another one, with a warning, where one is missing."""
    return dict.get(holder, name) if isinstance(holder, dict) else None
