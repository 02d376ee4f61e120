"""The fast way from a page to entries: expat, and a list of what is known to mean nothing else.

It gives what the thorough way gives, or it declines. feedparser's reading of a page depends on the order of
elements, on their depth and on prefixes; what is done here is done alike, and everything whose effect is not
known for certain makes the page go the thorough way: a page is never read half as well to be read fast.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from xml.etree.ElementTree import Element, ParseError, iterparse

from feeds.leaf import (
    SEMICOLON,
    Declined,
    Names,
    attribute,
    check_bare,
    check_people,
    check_silent,
    fixed,
    href_of,
    identifier,
    is_based,
    leaf,
    loose_text,
    person,
    slashed,
    text_in,
    when,
)
from feeds.leaves import Uncertain
from feeds.page import Page
from feeds.raw import Parsed, Written, parsed_of, title_of
from feeds.usual import Usual
from feeds.whole import MAX_ENTRIES, Whole

_RDF_ABOUT = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}about"
_TO_MEND = re.compile("[\x80-\xbf]")
_FEW = 2
_PICTURE = frozenset(("title", "link", "url", "width", "height", "description"))
_INPUT = frozenset(("title", "link", "description", "name"))
_ORIGIN = frozenset(("id", "title", "updated", "link", "icon", "logo", "category", "generator"))


def read_fast(page: Page, whole: Whole) -> Parsed | None:
    """The entries of a well-formed feed, None where the page should go the thorough way."""
    try:
        feed = _by_leaves(whole) or _by_tree(whole.text)
    except (Declined, ParseError, ValueError, RecursionError):
        return None
    title = title_of(feed.title, literal=feed.title_literal)
    return parsed_of(page, title, feed.language, feed.link, feed.written, partial=whole.partial)


def _by_tree(text: str) -> _Feed:
    """All of a page from its tree."""
    root, declared, _ = _tree(text)
    return _Feed(Names(declared), root, based=is_based(root))


def _by_leaves(whole: Whole) -> _Feed | None:
    """What stands around the entries from its tree, they themselves from their leaves; None if unsure."""
    leaves = whole.leaves
    if leaves is None:
        return None
    mend = whole.beyond is None or leaves.numbered or _TO_MEND.search(whole.beyond) is not None
    try:
        root, declared, outer = _tree(leaves.frame)
        if any(not prefix for prefix, _ in declared[outer:]):
            return None
        based = is_based(root)
        feed = _Feed(Names(declared), root, based=based)
        lang = feed.inner_lang
        usual = Usual(leaves, tuple(declared[:outer]), lang, atom=feed.atom, based=based, mend=mend)
        entries = list(zip(leaves.entries, usual.read(), strict=True))
        unusual = [(start, stop) for (start, stop, _), written in entries if written is None]
        if feed.written or len(unusual) > _FEW + len(entries) // 8:
            return None  # one tree is less work than so many
        elements = leaves.elements(unusual)
        for _, written in entries:
            if written is None:
                feed.take(next(elements), lang)
            else:
                feed.written.append(written)
    except (Uncertain, ParseError):
        return None
    return feed


def _tree(text: str) -> tuple[Element, list[tuple[str, str]], int]:
    """The root of a page, the namespaces that it declares by prefix, and how many of them the root does."""
    # Entities cannot be declared in it: the DOCTYPE is gone.
    parser = iterparse(io.BytesIO(text.encode("utf-8", "replace")), events=("start-ns", "start"))
    declared: list[tuple[str, str]] = []
    outer = -1
    for event, value in parser:
        if event == "start-ns":
            declared.append(value)
        elif outer < 0:
            outer = len(declared)
    return parser.root, declared, outer  # type: ignore[attr-defined]


class _Feed:
    """The root element read from top to bottom."""

    def __init__(self, names: Names, root: Element, *, based: bool) -> None:
        self.names = names
        self.based = based
        self.title = self.link = ""
        self.title_literal = self.titled = False
        self.language: str | None = None
        self.linked = self.summarised = False
        self.written: list[Written] = []
        self.started = False
        kind = names[root.tag]
        self.atom = kind == "feed"
        self.outside = kind == "rdf_rdf"  # entries stand beside the channel, not in it
        self._check_version(kind)
        self.lang = self.inner_lang = self._lang_of(root, None)
        if self.lang and kind != "rdf_rdf":
            self.language = self.lang.replace("_", "-")
        if self.atom:
            self._channel(root)
            return
        channels = 0
        for child in root:
            name = names[child.tag]
            if name == "channel":
                channels += 1
                self._enter(child)
            elif name in ("item", "entry"):
                self.take(child, self.lang)
            elif name in ("image", "textinput"):
                self._aside(child, name)
            else:
                raise Declined
        if channels != 1:
            raise Declined

    def _check_version(self, kind: str) -> None:
        """feedparser takes the format from namespaces first; only where both agree is it clear."""
        formats = self.names.formats
        rdf = any(
            uri in ("http://purl.org/rss/1.0/", "http://my.netscape.com/rdf/simple/0.9/") for uri in formats
        )
        if kind == "rss":
            return
        if kind == "feed" and not rdf:
            return
        if kind == "rdf_rdf" and "http://www.w3.org/2005/atom" not in formats:
            return
        raise Declined

    def _lang_of(self, element: Element, outer: str | None) -> str | None:
        lang = attribute(element, "lang")
        return outer if lang is None else lang or None

    def _enter(self, channel: Element) -> None:
        if any(attribute(channel, name) is not None for name in ("href", "lastmod")):
            raise Declined
        lang, self.lang = self.lang, self._lang_of(channel, self.lang)
        if not self.outside:
            self.inner_lang = self.lang
        self._channel(channel)
        self.lang = lang

    def _channel(self, channel: Element) -> None:
        names = self.names
        for child in channel:
            name = names[child.tag]
            if name in ("item", "entry"):
                self.take(child, self.lang)
            elif (take := _IN_FEED.get(name)) is not None:
                if self.started:
                    raise Declined  # what stands behind the entries is told from them by depth
                take(self, child)
            elif name in ("image", "textinput"):
                self._aside(child, name)
            elif name in ("author", "published", "updated", "created"):
                check_people(names, child)
            else:
                check_silent(names, child, name)

    def _aside(self, element: Element, name: str) -> None:
        self.titled = False  # feedparser takes the next title again
        allowed = _PICTURE if name == "image" else _INPUT
        for child in element:
            if len(child) or child.attrib or self.names[child.tag] not in allowed:
                raise Declined

    def _title(self, element: Element) -> None:
        value, literal, _ = text_in(element, "text/plain", None)
        if self.titled:
            return
        self.title, self.title_literal = value, literal and self.atom
        self.titled = bool(value)

    def _link(self, element: Element) -> None:
        href = href_of(element, based=self.based)
        if href is None:
            check_bare(element)
            self.link = SEMICOLON.sub(r"&\1", fixed(self._resolved(element)))
            self.linked = True
        elif href:
            self.link, self.linked = href, True

    def _resolved(self, element: Element) -> str:
        written = leaf(element)
        return slashed(written, based=self.based) if written else written

    def _id(self, element: Element) -> None:
        value = identifier(element, based=self.based)
        if value[1] and not self.linked:
            self.link, self.linked = value[0], True

    def _language(self, element: Element) -> None:
        self.language = fixed(leaf(element))

    def _description(self, element: Element) -> None:
        """What follows a feed's summary makes its first entry's text come out differently."""
        text_in(element, "text/plain", None)
        if self.summarised:
            raise Declined

    def _summary(self, element: Element) -> None:
        self._description(element)
        self.summarised = True

    def take(self, element: Element, lang: str | None) -> None:
        self.started = True
        if len(self.written) >= MAX_ENTRIES:
            return
        if any(attribute(element, name) is not None for name in ("href", "lastmod")):
            raise Declined
        entry = _Item(self.names, self._lang_of(element, lang), atom=self.atom, based=self.based)
        if about := element.get(_RDF_ABOUT):
            entry.id = about
        entry.read(element)
        self.written.append(entry.written())


class _Item:
    """An entry read from top to bottom."""

    def __init__(self, names: Names, lang: str | None, *, atom: bool, based: bool) -> None:
        self.names = names
        self.lang = lang
        self.atom = atom
        self.based = based
        self.title = ""
        self.title_literal = self.titled = self.media_title = False
        self.title_lang: str | None = None
        self.content: list[tuple[str, bool, str | None]] = []
        self.summary: tuple[str, bool, str | None] | None = None
        self.summarised = self.has_content = False
        self.published = self.updated = self.created = ""
        self.id: str | None = None
        self.link: str | None = None
        self.linked = False
        self.original: str | None = None
        self.author = ""
        self.people = 0
        self.source = ""

    def read(self, element: Element) -> None:
        names = self.names
        for child in element:
            name = names[child.tag]
            take = _IN_ITEM.get(name)
            if take is not None:
                take(self, child)
            elif name in ("media_content", "media_group"):
                self._wrapper(child)
            else:
                check_silent(names, child, name)
        if self.media_title and not self.titled:
            raise Declined

    def written(self) -> Written:
        texts = [(value, literal and self.atom) for value, literal, _ in self.content]
        if self.summary is not None:
            texts.append((self.summary[0], self.summary[1] and self.atom))
        return Written(
            title=self.title,
            title_literal=self.title_literal and self.atom,
            texts=texts,
            published=when(self.published) or when(self.created),
            updated=when(self.updated),
            id=self.id,
            link=self.link,
            original=self.original,
            author=self.author,
            outlet=self.source,
            langs=[*(lang for _, _, lang in self.content), self.title_lang],
        )

    def _nothing(self, element: Element) -> None:
        leaf(element)

    def _wrapper(self, element: Element) -> None:
        outer, self.lang = (
            self.lang,
            self.lang if (lang := attribute(element, "lang")) is None else lang or None,
        )
        for child in element:
            name = self.names[child.tag]
            if name in ("media_title", "media_description"):
                _IN_ITEM[name](self, child)
            elif name == "media_content":
                self._wrapper(child)
            else:
                check_silent(self.names, child, name)
        self.lang = outer

    def _title(self, element: Element) -> None:
        value, literal, lang = text_in(element, "text/plain", self.lang)
        if self.titled:
            return
        self.title, self.title_literal, self.title_lang = value, literal, lang
        self.titled = bool(value)

    def _media_title(self, element: Element) -> None:
        text_in(element, "text/plain", None)
        self.media_title = True

    def _link(self, element: Element) -> None:
        href = href_of(element, based=self.based)
        if href is None:
            check_bare(element)
            value = fixed(self._resolved(element)).replace("&amp;", "&")
            self.link, self.linked = SEMICOLON.sub(r"&\1", value), True
        elif href:
            self.link, self.linked = href, True

    def _resolved(self, element: Element) -> str:
        written = leaf(element)
        return slashed(written, based=self.based) if written else written

    def _id(self, element: Element) -> None:
        self.id, is_link = identifier(element, based=self.based)
        if is_link and not self.linked:
            self.link, self.linked = self.id, True

    def _published(self, element: Element) -> None:
        self.published = fixed(leaf(element))

    def _updated(self, element: Element) -> None:
        self.updated = fixed(leaf(element))

    def _created(self, element: Element) -> None:
        self.created = fixed(leaf(element))

    def _original(self, element: Element) -> None:
        if element.attrib:
            raise Declined
        self.original = fixed(leaf(element))

    def _author(self, element: Element) -> None:
        self.people += 1
        if not len(element):
            self.author = fixed(leaf(element))
            return
        if self.people > 1:
            raise Declined  # a second author is mixed with the first one
        self.author = person(self.names, element)

    def _origin(self, element: Element) -> None:
        """The source of an entry: a name in RSS, the head of a feed in Atom."""
        self.titled = False
        if not len(element):
            value = fixed(leaf(element))
            if not value and self.source:
                raise Declined
            self.source = value
            return
        if loose_text(element):
            raise Declined
        title = ""
        for child in element:
            name = self.names[child.tag]
            if name not in _ORIGIN or len(child) or (name == "title" and title):
                raise Declined
            if name == "title":
                title = text_in(child, "text/plain", None)[0]
        self.source = title

    def _description(self, element: Element) -> None:
        self._summarise(element, "text/html")

    def _summary(self, element: Element) -> None:
        self._summarise(element, "text/plain")

    def _summarise(self, element: Element, usual: str) -> None:
        """A second description is content, unless there has been content already."""
        if self.summarised and not self.has_content:
            self._content(element)
            return
        self.summary = text_in(element, usual, self.lang)
        self.summarised = True

    def _content(self, element: Element) -> None:
        self._add(text_in(element, "text/plain", self.lang))

    def _encoded(self, element: Element) -> None:
        self._add(text_in(element, "text/html", self.lang))

    def _add(self, text: tuple[str, bool, str | None]) -> None:
        self.content.append(text)
        self.has_content = self.summarised = True


_IN_FEED: dict[str, Callable[[_Feed, Element], None]] = {
    "title": _Feed._title,
    "link": _Feed._link,
    "id": _Feed._id,
    "language": _Feed._language,
    "summary": _Feed._summary,
    "description": _Feed._description,
}
_IN_ITEM: dict[str, Callable[[_Item, Element], None]] = {
    "title": _Item._title,
    "media_title": _Item._media_title,
    "link": _Item._link,
    "id": _Item._id,
    "published": _Item._published,
    "updated": _Item._updated,
    "created": _Item._created,
    "feedburner_origlink": _Item._original,
    "author": _Item._author,
    "source": _Item._origin,
    "description": _Item._description,
    "media_description": _Item._description,
    "summary": _Item._summary,
    "content": _Item._content,
    "content_encoded": _Item._encoded,
    "language": _Item._nothing,
}
