"""Entries as a page wrote them, and the way from there to ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urljoin

from feeds.at_once import content_hashes, one_lines, plain_all
from feeds.date import settled
from feeds.entry import Entry
from feeds.habits import NO_WISHES, Wishes
from feeds.hub import Hub
from feeds.identity import Marks, address, is_tidy, keys_of
from feeds.markup import one_line, unmarked
from feeds.page import Page

_SURELY_HTML = re.compile(r"(?i)</(?:p|div|a|b|i|em|strong|ul|li|span|h\d)>|<(?:br|img|p)\b[^<>]*>")
_GROWING = re.compile(r"[•▪●‣◦∙■\u2029]|[-*]\s|&")
_LANG3 = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "ita": "it", "spa": "es",
    "por": "pt", "nld": "nl", "dut": "nl", "tur": "tr", "cat": "ca", "pol": "pl",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a page holds. `lang` is an ISO 639-1 code or None, `home` the site's own address.

    `entries` are in the order of the page, the first `MAX_ENTRIES` and what lies within `MAX_PARSED`.
    `partial` says that the page broke off, and that what follows the last whole entry was left out.
    `wishes` are what the feed asks of those who poll it, `hub` is who tells of its changes. `in_order` says
    that the fast way read it. `older` is None, or tells of entries that are left out, because they were seen
    before (`feeds.seen`), when they were published.
    """

    title: str
    lang: str | None
    entries: tuple[Entry, ...]
    home: str | None = None
    partial: bool = False
    wishes: Wishes = NO_WISHES
    hub: Hub | None = None
    in_order: bool = field(default=False, compare=False)
    older: tuple[datetime, ...] | None = None


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
    return Parsed(
        title[:200], lang, _entries(list(entries), page, title[:200] or None, lang, site), site, partial
    )


def _entries(
    written: Sequence[Written], page: Page, feed_title: str | None, feed_lang: str | None, site: str | None
) -> tuple[Entry, ...]:
    """All entries, a field at a time; those with nothing to know them by are none."""
    titles = one_lines([_escaped(entry.title, literal=entry.title_literal) for entry in written])
    texts = _fullest([entry.texts for entry in written])
    guids = _guids([entry.id for entry in written])
    authors = one_lines([entry.author for entry in written], 200)
    outlets = one_lines([entry.outlet for entry in written], 200)
    dates = [entry.published or entry.updated for entry in written]
    links = [_link(entry, page.url) for entry in written]
    keys = keys_of(list(map(Marks, links, guids, titles, texts, dates)), scope=site or page.url)
    entries = map(
        Entry, keys, titles, texts, links, guids,
        [settled(when, page.received) for when in dates],
        [settled(entry.updated, page.received) for entry in written],
        [author or None for author in authors],
        [_spoken(entry.langs, feed_lang) for entry in written],
        [outlet or feed_title for outlet in outlets],
        content_hashes(titles, texts),
    )  # fmt: skip
    return tuple([entry for entry in entries if entry.key and (entry.title or entry.text)])


def _spoken(tags: Sequence[Any], feed_lang: str | None) -> str | None:
    """The language of an entry, the feed's where it names none."""
    if not any(tags):
        return feed_lang
    return next((lang for tag in tags if tag and (lang := lang_of(tag))), feed_lang)


def title_of(value: str, *, literal: bool) -> str:
    """A title on one line; `literal` where it says that it is plain text, which it may not be."""
    return one_line(_escaped(value, literal=literal))


def _escaped(value: str, *, literal: bool) -> str:
    if literal and "<" in value and "&" not in value and not _SURELY_HTML.search(value):
        return value.replace("<", "&lt;")
    return value


def _link(entry: Written, base: str) -> str | None:
    written = entry.link
    if written == entry.id and "://" not in str(written):
        written = None  # a guid that calls itself a permalink, as it does by default, and is none
    return absolute(entry.original, base) or absolute(written, base)


def _fullest(entries: Sequence[Sequence[tuple[str, bool]]]) -> list[str]:
    """The longest of the texts that each entry carries: feeds put a teaser beside the article."""
    best = [""] * len(entries)
    left = [sorted(texts, key=_length, reverse=True) for texts in entries]
    while True:
        # A teaser that cannot be longer need not be looked at.
        turn = [n for n, texts in enumerate(left) if texts and _may_be_longer(texts[0][0], len(best[n]))]
        if not turn:
            return best
        chosen = [left[n].pop(0) for n in turn]
        for n, text in zip(turn, _texts(chosen), strict=True):
            if len(text) > len(best[n]):
                best[n] = text


def _may_be_longer(markup: str, length: int) -> bool:
    """Whether the text in it may be longer than that; taken out of markup it grows by bullets at most."""
    if length < len(markup):
        return True
    if length >= 3 * len(markup) + 8:
        return False
    # Most hold no sign that one looks for, and that is quicker to see.
    if markup.isascii() and "-" not in markup and "&" not in markup and "*" not in markup:
        return False
    return _GROWING.search(markup) is not None


def _length(text: tuple[str, bool]) -> int:
    return len(text[0])


def _texts(chosen: Sequence[tuple[str, bool]]) -> list[str]:
    """The text of each, of plain text and of markup."""
    literal = [told and not _SURELY_HTML.search(value) for value, told in chosen]
    if not any(literal):
        return plain_all([value for value, _ in chosen])
    markup = iter(plain_all([value for (value, _), bare in zip(chosen, literal, strict=True) if not bare]))
    return [
        unmarked(value) if bare else next(markup) for (value, _), bare in zip(chosen, literal, strict=True)
    ]


def absolute(link: Any, base: str) -> str | None:
    if not isinstance(link, str) or not link.strip():
        return None
    if is_tidy(link):
        return link
    try:
        return address(urljoin(base, link.strip()))
    except ValueError:
        return None


def _guids(ids: Sequence[Any]) -> list[str | None]:
    """Guids as they may be kept."""
    written = [
        guid.replace("&", "&amp;").replace("<", "&lt;") if isinstance(guid, str) else "" for guid in ids
    ]
    return [line or None for line in one_lines(written, 500)]


def lang_of(tag: Any) -> str | None:
    """ISO 639-1 of "en-GB", "EN_us", "eng"; None for what is none."""
    return _lang_of(tag[:40]) if isinstance(tag, str) else None


@lru_cache(maxsize=1024)
def _lang_of(tag: str) -> str | None:
    code = re.split(r"[-_]", tag.strip().lower())[0]
    code = _LANG3.get(code, code)
    return code if re.fullmatch(r"[a-z]{2}", code) else None
