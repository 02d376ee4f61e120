"""The text of a page from its root element on, cut to what is whole in it, or clear words for what it is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import html5
from itertools import islice

from feeds.charset import decode, decoded
from feeds.errors import NotAFeed
from feeds.leaves import Leaves, leaves_of
from feeds.markup import one_line, tags, text_of
from feeds.page import Page
from feeds.raw import absolute

MAX_ENTRIES = 500
MAX_PARSED = 4 * 2**20  # characters

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PROLOG = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>)*+", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<((?:[\w.-]+:)?([A-Za-z][\w.-]*))[\s/>]")
_FEED_START = re.compile(r"<\?xml\s|<rss[\s>]|<feed[\s>]|<rdf:RDF[\s>]")
_ITEM_END = re.compile(r"</((?:[\w.-]+:)?)(?:item|entry)\s*>", re.IGNORECASE)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31};)")
_CONTROLS = bytes(code for code in range(32) if code not in (9, 10, 13))
_ORDINARY = bytes((9, 10, 13, *range(32, 127)))
_NO_CHARACTER = re.compile("[\ud800-\udfff\ufffe\uffff]")
_FEED_ROOTS = frozenset(("rss", "feed", "rdf", "channel"))
_KNOWN_ROOTS = {
    "opml": "a list of feeds (OPML), import it instead",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "svg": "a picture",
    "error": "an error message",
}
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


@dataclass(frozen=True, slots=True)
class Whole:
    """The text of a feed. `root` is the name of its root element with its prefix, "" for JSON.

    Names that HTML knows and XML does not are characters already. `partial` says that the page broke off.
    `beyond` are its characters beyond ASCII, or some more; None where nobody has looked. `leaves` are those
    of a page that is built as most are.
    """

    text: str
    root: str
    partial: bool = False
    beyond: str | None = None
    leaves: Leaves | None = None


def whole(page: Page) -> Whole:
    """The page's text without its declaration, its broken end and what lies beyond the limits.

    Raises NotAFeed where the page is something else.
    """
    text, in_utf8 = decoded(page.body, page.content_type)
    if not text.strip("\ufeff \t\r\n\x00"):
        raise NotAFeed(page.url, "the answer is empty")
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return Whole(text.lstrip("\ufeff"), "")
    text, beyond = _clean(text.lstrip("\ufeff"), page.body if in_utf8 else None)
    text, root = _feed_text(page, text)
    partial = False
    if len(text) <= MAX_PARSED and text.endswith((f"</{root}>", f"</{root}>\n")):
        bare, beyond = _without_names(text.rstrip("\n"), beyond)
        leaves = leaves_of(bare)
        if leaves is not None and len(leaves.entries) <= MAX_ENTRIES:
            return Whole(bare, root, beyond=beyond, leaves=leaves)
        if _is_short(text):
            return Whole(bare, root, beyond=beyond)
    text, partial = _cut(page, text, root)
    text, beyond = _without_names(text, beyond)
    return Whole(text, root, partial, beyond)


def _without_names(text: str, beyond: str | None) -> tuple[str, str | None]:
    if "&" in text and _NAMED.search(text):
        return _NAMED.sub(_character, text), None
    return text, beyond


def _is_short(text: str) -> bool:
    """Whether the page surely holds no more entries than are read."""
    low = text.encode("utf-8", "replace").lower()
    return low.count(b"item") + low.count(b"entry") <= MAX_ENTRIES


def linked_feeds(markup: str, url: str) -> tuple[str, ...]:
    """The feeds that a web page names in its head, absolute, in order, without comments' feeds first."""
    base = next((tag.get("href", "") for tag in tags(markup, "base")), "")
    found: dict[str, bool] = {}
    for tag in tags(markup, "link"):
        kind = tag.get("type", "").split(";")[0].strip().lower()
        if "alternate" in tag.get("rel", "").lower().split() and kind in _FEED_TYPES:
            link = absolute(tag.get("href"), absolute(base, url) or url)
            if link:
                found.setdefault(link, "comment" in (link + tag.get("title", "")).lower())
    return tuple(sorted(found, key=lambda link: found[link]))[:20]


def _feed_text(page: Page, text: str) -> tuple[str, str]:
    """The text from the root element on, and the root's name with its prefix; NotAFeed if it is none."""
    start = _PROLOG.match(text)
    root = _ROOT.match(text, start.end() if start else 0)
    if root is None or root[2].lower() not in (*_FEED_ROOTS, *_KNOWN_ROOTS, "html"):
        # Warnings of a broken site's software before the feed.
        begin = _FEED_START.search(text, 0, 8192)
        if begin and "<html" not in text[: begin.start()].lower():
            start = _PROLOG.match(text, begin.start())
            root = _ROOT.match(text, start.end() if start else 0) or root
    if root is not None and root[2].lower() in _FEED_ROOTS:
        # Left behind: the declaration, whose encoding is past, and a DOCTYPE, whose entities may be a bomb.
        return text[root.start() :], root[1]
    raise NotAFeed(page.url, *_likeness(page, text, root[2].lower() if root else ""))


def _clean(text: str, data: bytes | None) -> tuple[str, str | None]:
    """The text without what XML does not allow, and its characters beyond ASCII.

    `data` is the text in UTF-8, in which both are quicker to see; None where it came in something else.
    """
    data = text.encode("utf-8", "surrogatepass") if data is None else data
    rest = data.translate(None, _ORDINARY)
    beyond = rest.decode("utf-8", "surrogatepass")
    # Nothing else in ASCII; what is no character, and surrogates, whose first byte some of Korean shares.
    if len(rest.translate(None, _CONTROLS)) != len(rest) or _NO_CHARACTER.search(beyond):
        return _NOT_XML.sub("", text), None
    return text, beyond


def _likeness(page: Page, text: str, root: str) -> tuple[str, tuple[str, ...]]:
    """What the page looks like, in words, and the feeds that it names."""
    head = text[:65536]
    kind = page.content_type.split(";")[0].strip().lower()
    if root == "html" or "<html" in head[:2048].lower() or "<!doctype html" in head[:2048].lower():
        title = text_of(head, "title")[:100]
        found = linked_feeds(head, page.url)
        return f"a web page{f' (“{title}”)' if title else ''}, not a feed", found
    if root in _KNOWN_ROOTS:
        return f"not a feed but {_KNOWN_ROOTS[root]}", ()
    if root:
        return f"XML, but no feed: it begins with <{root[:40]}>", ()
    if kind.startswith(("image/", "audio/", "video/")) or kind == "application/pdf":
        return f"not a feed but {one_line(kind, 60)}", ()
    if text.count("\ufffd") > len(text) // 10 or "\x00" in decode(page.body[:512], ""):
        return "not a feed but binary data", ()
    return "plain text, not a feed", ()


def _cut(page: Page, text: str, root: str) -> tuple[str, bool]:
    """The page without its broken end, and without the entries beyond the limits; and whether it was broken.

    The limit of size is one of time: feedparser takes two seconds for a megabyte that is made to annoy.
    """
    closed = [match.end() for match in re.finditer(rf"</{re.escape(root)}\s*>", text[-65536:], re.IGNORECASE)]
    if closed:
        text = text[: max(len(text) - 65536, 0) + closed[-1]]  # hosts hang counters behind the feed
    ends = list(islice(_ITEM_END.finditer(text, 0, MAX_PARSED), MAX_ENTRIES + 1))
    too_much = len(ends) > MAX_ENTRIES or len(text) > MAX_PARSED
    if closed and not too_much:
        return text, False
    if ends:
        keep = ends[:MAX_ENTRIES][-1]
        channel = f"</{keep[1]}channel>" if root.lower() == "rss" else ""
        return f"{text[: keep.end()]}{channel}</{root}>", not closed and not too_much
    if len(text) > MAX_PARSED:
        raise NotAFeed(page.url, f"no whole entry in the first {MAX_PARSED // 2**20} MiB")
    first = re.search(r"<(?:[\w.-]+:)?(?:item|entry)[\s>]", text, re.IGNORECASE)
    return text[: first.start()] if first else text, True


def _character(match: re.Match[str]) -> str:
    return html5.get(match[1], match[0])
