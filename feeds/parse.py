"""A page to entries. Pure and picklable in and out, so that a worker process can do it.

There are two ways, and they end in the same entries: the fast one for pages that are in order, and
feedparser for all that the fast one declines.
"""

from __future__ import annotations

from dataclasses import replace

from feeds.date import moment
from feeds.errors import NotAFeed
from feeds.fast import read_fast
from feeds.habits import NO_WISHES, head_of, wishes_of
from feeds.hub import hub_of
from feeds.jsonfeed import read as read_json
from feeds.markup import one_line
from feeds.page import Page
from feeds.raw import Parsed as Parsed
from feeds.raw import Written, parsed_of
from feeds.whole import MAX_ENTRIES as MAX_ENTRIES
from feeds.whole import MAX_PARSED as MAX_PARSED
from feeds.whole import Whole, whole
from feeds.whole import linked_feeds as linked_feeds

QUICK_BYTES = 256 * 1024
"""A page larger than this is left to the worker process, in order or not: 50 KB take a millisecond."""


QUICK_TAGS = 10_000
"""Nor one with more tags than this: 30,000 within each other, in 200 KB, would hold the loop for 45 ms."""


def parse(page: Page) -> Parsed:
    """The entries of a page: RSS, RDF, Atom or JSON Feed, as whole as they came.

    Raises NotAFeed where the page is something else; the reason says what it looks like, and `found`
    holds the feeds that a web page names.
    """
    found = whole(page)
    quick = _quickly(page, found)
    if quick is not None:
        return _with_wishes(quick, page, found)
    # Loaded by the process that needs it: the bot's own never does while pages are in order.
    from feeds.thorough import read_thoroughly

    return _with_wishes(read_thoroughly(page, found), page, found)


def parse_quickly(page: Page) -> Parsed | None:
    """What `parse` gives, or None where that would take long: ask `parse`, in a worker process."""
    if len(page.body) > QUICK_BYTES or page.body.count(b"<") > QUICK_TAGS:
        return None
    found = whole(page)
    quick = _quickly(page, found)
    return None if quick is None else _with_wishes(quick, page, found)


def _with_wishes(parsed: Parsed, page: Page, found: Whole) -> Parsed:
    wishes, hub = wishes_of(found.text), hub_of(page, head_of(found.text))
    return parsed if wishes is NO_WISHES and hub is None else replace(parsed, wishes=wishes, hub=hub)


def _quickly(page: Page, found: Whole) -> Parsed | None:
    if not found.root:
        return _parse_json(page, found.text)
    quick = read_fast(page, found)
    return None if quick is None else replace(quick, in_order=True)


def _parse_json(page: Page, text: str) -> Parsed:
    read = read_json(text)
    if read is None:
        raise NotAFeed(page.url, "JSON, but no JSON Feed")
    feed, items = read
    title = one_line(feed["title"], 200)
    entries = []
    for item in items[:MAX_ENTRIES]:
        updated = moment(item["updated"])
        entries.append(
            Written(
                title=item["title"].replace("<", "&lt;"),
                texts=[
                    *((words, False) for words in item["html"]),
                    *((words, True) for words in item["plain"]),
                ],
                published=moment(item["published"]) or updated,
                updated=updated,
                id=item["id"],
                link=item["link"],
                author=item["author"],
                langs=(item["language"],),
            )
        )
    return parsed_of(page, title, feed["language"], feed["link"], entries)
