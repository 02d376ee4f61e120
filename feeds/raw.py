"""Entries as a page wrote them, and the way from there to ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

from feeds.date import settled
from feeds.entry import Entry
from feeds.habits import NO_WISHES, Wishes
from feeds.identity import Marks, address, content_hash, is_tidy, keys_of
from feeds.markup import one_line, plain, unmarked
from feeds.page import Page

_SURELY_HTML = re.compile(r"(?i)</(?:p|div|a|b|i|em|strong|ul|li|span|h\d)>|<(?:br|img|p)\b[^<>]*>")
_LANG3 = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "ita": "it", "spa": "es",
    "por": "pt", "nld": "nl", "dut": "nl", "tur": "tr", "cat": "ca", "pol": "pl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a page holds. `lang` is an ISO 639-1 code or None, `home` the site's own address.

    `entries` are in the order of the page, the first `MAX_ENTRIES` and what lies within `MAX_PARSED`.
    `partial` says that the page broke off, and that what follows the last whole entry was left out.
    `wishes` are what the feed asks of those who poll it.
    """

    title: str
    lang: str | None
    entries: tuple[Entry, ...]
    home: str | None = None
    partial: bool = False
    wishes: Wishes = NO_WISHES


@dataclass(slots=True)
class Written:
    """An entry as the page wrote it; each way of reading a page ends in these.

    `texts` are the article's texts as written, the article's own before its summary; one whose flag is set
    says that it is plain text, and so does `title_literal`. `langs` are the tags that speak for the entry,
    the first usable one counts. `original` is the address behind a redirector's `link`.
    """

    title: str = ""
    title_literal: bool = False
    texts: Sequence[tuple[str, bool]] = ()
    published: datetime | None = None
    updated: datetime | None = None
    id: Any = None
    link: Any = None
    original: Any = None
    author: str = ""
    outlet: str = ""
    langs: Sequence[Any] = ()


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


def parsed_of(
    page: Page,
    title: str,
    language: Any,
    home: Any,
    entries: Iterable[Written],
    *,
    partial: bool = False,
) -> Parsed:
    """All of the page, with keys for its entries."""
    lang = lang_of(language)
    site = absolute(home, page.url)
    raws = [_raw(entry, page, title[:200] or None, lang) for entry in entries]
    return Parsed(title[:200], lang, _keyed(raws, site or page.url, page), site, partial)


def title_of(value: str, *, literal: bool) -> str:
    """A title on one line; `literal` where it says that it is plain text, which it may not be."""
    if literal and "<" in value and "&" not in value and not _SURELY_HTML.search(value):
        value = value.replace("<", "&lt;")
    return one_line(value)


def _raw(entry: Written, page: Page, feed_title: str | None, feed_lang: str | None) -> _Raw:
    title = title_of(entry.title, literal=entry.title_literal)
    text = _fullest(entry.texts)
    published = entry.published or entry.updated
    written = entry.link
    if written == entry.id and "://" not in str(written):
        written = None  # a guid that calls itself a permalink, as it does by default, and is none
    link = absolute(entry.original, page.url) or absolute(written, page.url)
    return _Raw(
        Marks(link, _guid_of(entry.id), title, text, published),
        title,
        text,
        published,
        entry.updated,
        one_line(entry.author, 200) or None,
        next((lang for tag in entry.langs if tag and (lang := lang_of(tag))), feed_lang),
        one_line(entry.outlet, 200) or feed_title,
    )


def _fullest(texts: Sequence[tuple[str, bool]]) -> str:
    """The longest of the texts that the entry carries: feeds put a teaser beside the article."""
    best = ""
    for value, literal in sorted(texts, key=lambda text: len(text[0]), reverse=True):
        # Text taken out of markup grows by its bullets at most: a short teaser need not be looked at.
        if len(best) > 3 * len(value) + 8:
            break
        literal = literal and not _SURELY_HTML.search(value)
        text = unmarked(value) if literal else plain(value)
        best = max(best, text, key=len)
    return best


def _keyed(raws: Sequence[_Raw], scope: str, page: Page) -> tuple[Entry, ...]:
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


def absolute(link: Any, base: str) -> str | None:
    if not isinstance(link, str) or not link.strip():
        return None
    if is_tidy(link):
        return link
    try:
        return address(urljoin(base, link.strip()))
    except ValueError:
        return None


def _guid_of(guid: Any) -> str | None:
    """A guid as it may be kept."""
    return (
        one_line(guid.replace("&", "&amp;").replace("<", "&lt;"), 500) or None
        if isinstance(guid, str)
        else None
    )


def lang_of(tag: Any) -> str | None:
    """ISO 639-1 of "en-GB", "EN_us", "eng"; None for what is none."""
    if not isinstance(tag, str):
        return None
    code = re.split(r"[-_]", tag.strip().lower())[0]
    code = _LANG3.get(code, code)
    return code if re.fullmatch(r"[a-z]{2}", code) else None
