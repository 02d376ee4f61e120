"""A page to entries. Pure and picklable in and out, so that a worker process can do it.

feedparser takes 10 to 20 ms of CPU for an ordinary page, far too long for the event loop.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime
from html.entities import html5
from itertools import islice
from typing import Any
from urllib.parse import urljoin

import feedparser

from feeds.charset import decode
from feeds.date import moment, settled
from feeds.entry import Entry
from feeds.errors import NotAFeed
from feeds.identity import Marks, address, content_hash, keys_of
from feeds.jsonfeed import read as read_json
from feeds.markup import one_line, plain, tags, text_of, unmarked
from feeds.page import Page

MAX_ENTRIES = 500
MAX_PARSED = 4 * 2**20  # characters

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_PROLOG = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>)*+", re.DOTALL | re.IGNORECASE
)
_ROOT = re.compile(r"<((?:[\w.-]+:)?([A-Za-z][\w.-]*))[\s/>]")
_FEED_START = re.compile(r"<\?xml\s|<rss[\s>]|<feed[\s>]|<rdf:RDF[\s>]")
_ITEM_END = re.compile(r"</((?:[\w.-]+:)?)(?:item|entry)\s*>", re.IGNORECASE)
_NAMED = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31};)")
_UNCLOSED = re.compile(r"<[a-zA-Z/][^<>]*+(?=<)")
_SURELY_HTML = re.compile(r"(?i)</(?:p|div|a|b|i|em|strong|ul|li|span|h\d)>|<(?:br|img|p)\b[^<>]*>")
_FEED_ROOTS = frozenset(("rss", "feed", "rdf", "channel"))
_KNOWN_ROOTS = {
    "opml": "a list of feeds (OPML), import it instead",
    "urlset": "a sitemap",
    "sitemapindex": "a sitemap",
    "svg": "a picture",
    "error": "an error message",
}
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_LANG3 = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "ita": "it", "spa": "es",
    "por": "pt", "nld": "nl", "dut": "nl", "tur": "tr", "cat": "ca", "pol": "pl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a page holds. `lang` is an ISO 639-1 code or None, `home` the site's own address.

    `entries` are in the order of the page, the first `MAX_ENTRIES` and what lies within `MAX_PARSED`.
    `partial` says that the page broke off, and that what follows the last whole entry was left out.
    """

    title: str
    lang: str | None
    entries: tuple[Entry, ...]
    home: str | None = None
    partial: bool = False


@dataclass(frozen=True, slots=True)
class _Raw:
    """An entry before it has a key."""

    marks: Marks
    title: str
    text: str
    published: datetime | None
    updated: datetime | None
    author: str | None
    lang: str | None
    outlet: str | None


def parse(page: Page) -> Parsed:
    """The entries of a page: RSS, RDF, Atom or JSON Feed, as whole as they came.

    Raises NotAFeed where the page is something else; the reason says what it looks like, and `found`
    holds the feeds that a web page names.
    """
    text = decode(page.body, page.content_type)
    if not text.strip("\ufeff \t\r\n\x00"):
        raise NotAFeed(page.url, "the answer is empty")
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return _parse_json(page, text.lstrip("\ufeff"))
    text, root = _feed_text(page, text)
    text, partial = _whole(page, text, root)
    return _parse_xml(page, text, partial)


def linked_feeds(markup: str, url: str) -> tuple[str, ...]:
    """The feeds that a web page names in its head, absolute, in order, without comments' feeds first."""
    base = next((tag.get("href", "") for tag in tags(markup, "base")), "")
    found: dict[str, bool] = {}
    for tag in tags(markup, "link"):
        kind = tag.get("type", "").split(";")[0].strip().lower()
        if "alternate" in tag.get("rel", "").lower().split() and kind in _FEED_TYPES:
            link = _absolute(tag.get("href"), _absolute(base, url) or url)
            if link:
                found.setdefault(link, "comment" in (link + tag.get("title", "")).lower())
    return tuple(sorted(found, key=lambda link: found[link]))[:20]


def _feed_text(page: Page, text: str) -> tuple[str, str]:
    """The text from the root element on, and the root's name with its prefix; NotAFeed if it is none."""
    text = _NOT_XML.sub("", text.lstrip("\ufeff"))
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


def _whole(page: Page, text: str, root: str) -> tuple[str, bool]:
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


def _parse_xml(page: Page, text: str, partial: bool) -> Parsed:
    if text.count("<") - text.count(">") > 1000:
        # Thousands of tags that never end make feedparser's forgiving parser quadratic.
        text = _UNCLOSED.sub("", text)
    # Names that HTML knows and XML does not would send the page through the slower, forgiving parser.
    text = _NAMED.sub(_character, text)
    result = _feedparsed(page, text)
    feed = result["feed"]
    atom = str(result.get("version") or "").startswith("atom")
    title = _title(_get(feed, "title"), _get(feed, "title_detail"), atom)
    lang = _lang(_get(feed, "language"))
    home = _absolute(_get(feed, "link"), page.url)
    raws = [_raw(entry, page, title, lang, atom) for entry in result["entries"][:MAX_ENTRIES]]
    return Parsed(title[:200], lang, _keyed(raws, home or page.url, page), home, partial)


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


def _character(match: re.Match[str]) -> str:
    return match[0] if match[1] in ("amp;", "lt;", "gt;", "quot;", "apos;") else html5.get(match[1], match[0])


def _raw(entry: Any, page: Page, feed_title: str, feed_lang: str | None, atom: bool) -> _Raw:
    title = _title(_get(entry, "title"), _get(entry, "title_detail"), atom)
    text = _text(entry, atom)
    published = moment(_get(entry, "published"), _get(entry, "published_parsed"))
    published = published or moment(_get(entry, "created"), _get(entry, "created_parsed"))
    updated = moment(_get(entry, "updated"), _get(entry, "updated_parsed"))
    guid = _word(_get(entry, "id"))
    written = _get(entry, "link")
    if written == _get(entry, "id") and "://" not in str(written):
        written = None  # a guid that calls itself a permalink, as it does by default, and is none
    link = _absolute(_get(entry, "feedburner_origlink"), page.url) or _absolute(written, page.url)
    source = _get(entry, "source")
    outlet = one_line(str(_get(source, "title") or ""), 200) if isinstance(source, dict) else ""
    return _Raw(
        marks=Marks(link, guid, title, text, published or updated),
        title=title,
        text=text,
        published=published or updated,
        updated=updated,
        author=one_line(str(_get(entry, "author") or ""), 200) or None,
        lang=_entry_lang(entry) or feed_lang,
        outlet=outlet or feed_title[:200] or None,
    )


def _text(entry: Any, atom: bool) -> str:
    """The fullest of the texts that the entry carries: feeds put a teaser beside the article."""
    contents = _get(entry, "content")
    details = [*(contents if isinstance(contents, list) else ()), _get(entry, "summary_detail")]
    texts = []
    for detail in details:
        if not isinstance(detail, dict):
            continue
        value = str(_get(detail, "value") or "")
        # Only Atom says what is plain; feedparser's guess for RSS takes stray tags for text.
        literal = atom and _get(detail, "type") == "text/plain" and not _SURELY_HTML.search(value)
        texts.append(unmarked(value) if literal else plain(value))
    return max(texts, key=len, default="")


def _title(value: Any, detail: Any, atom: bool) -> str:
    value = str(value or "")
    if atom and isinstance(detail, dict) and _get(detail, "type") == "text/plain" and "&" not in value:
        value = value.replace("<", "&lt;") if not _SURELY_HTML.search(value) else value
    return one_line(value)


def _parse_json(page: Page, text: str) -> Parsed:
    read = read_json(text)
    if read is None:
        raise NotAFeed(page.url, "JSON, but no JSON Feed")
    feed, items = read
    title = one_line(feed["title"], 200)
    lang = _lang(feed["language"])
    home = _absolute(feed["link"], page.url)
    raws = []
    for item in items[:MAX_ENTRIES]:
        name = one_line(item["title"].replace("<", "&lt;"))
        texts = [*(plain(markup) for markup in item["html"]), *(unmarked(words) for words in item["plain"])]
        body = max(texts, key=len)
        updated = moment(item["updated"])
        published = moment(item["published"]) or updated
        marks = Marks(_absolute(item["link"], page.url), _word(item["id"]), name, body, published)
        author = one_line(item["author"], 200) or None
        raws.append(
            _Raw(
                marks, name, body, published, updated, author, _lang(item["language"]) or lang, title or None
            )
        )
    return Parsed(title, lang, _keyed(raws, home or page.url, page), home)


def _keyed(raws: list[_Raw], scope: str, page: Page) -> tuple[Entry, ...]:
    """The entries with their keys; those with nothing to know them by are no entries."""
    keys = keys_of([raw.marks for raw in raws], scope=scope)
    return tuple(
        Entry(
            key=key,
            title=raw.title,
            text=raw.text,
            link=raw.marks.link,
            guid=raw.marks.guid,
            published=settled(raw.published, page.received),
            updated=settled(raw.updated, page.received),
            author=raw.author,
            lang=raw.lang,
            outlet=raw.outlet,
            content_hash=content_hash(raw.title, raw.text),
        )
        for key, raw in zip(keys, raws, strict=True)
        if key and (raw.title or raw.text)
    )


def _get(holder: Any, name: str) -> Any:
    """The field itself: feedparser's dictionary gives another one, with a warning, where one is missing."""
    return dict.get(holder, name) if isinstance(holder, dict) else None


def _absolute(link: Any, base: str) -> str | None:
    if not isinstance(link, str) or not link.strip():
        return None
    try:
        return address(urljoin(base, link.strip()))
    except ValueError:
        return None


def _word(guid: Any) -> str | None:
    """A guid as it may be kept."""
    return (
        one_line(guid.replace("&", "&amp;").replace("<", "&lt;"), 500) or None
        if isinstance(guid, str)
        else None
    )


def _entry_lang(entry: Any) -> str | None:
    contents = _get(entry, "content")
    for detail in (*(contents if isinstance(contents, list) else ()), _get(entry, "title_detail")):
        if lang := _lang(_get(detail, "language")):
            return lang
    return None


def _lang(tag: Any) -> str | None:
    """ISO 639-1 of "en-GB", "EN_us", "eng"; None for what is none."""
    if not isinstance(tag, str):
        return None
    code = re.split(r"[-_]", tag.strip().lower())[0]
    code = _LANG3.get(code, code)
    return code if re.fullmatch(r"[a-z]{2}", code) else None
