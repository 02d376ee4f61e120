"""Lists of feeds as other readers write and read them (OPML 2.0, http://opml.org/spec2.opml)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from xml.parsers.expat import ExpatError, ParserCreate
from xml.sax.saxutils import quoteattr

from feeds.charset import decode
from feeds.feed import Feed
from feeds.identity import address
from feeds.markup import clean, one_line

MAX_BYTES = 5 * 2**20
MAX_FEEDS = 10_000
_MAX_DEPTH = 8  # folders below that are read, their names are not kept
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>")
_BARE_AMPERSAND = re.compile(r"&(?!#?\w{1,31};)")
_FEED_SCHEME = re.compile(r"(?i)^feed:(?://)?(?=https?:)|^feed:")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class BadOpml(Exception):
    """The file is no list of feeds; the message says in one line why."""


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """A feed in a list. `folder` holds nested folders parted by "/", None for the top."""

    url: str
    title: str = ""
    folder: str | None = None


def read_opml(data: bytes) -> list[FeedAddress]:
    """The feeds of the list in order, each address once. Raises BadOpml.

    Outlines without a usable address (http, https) are folders or rubbish; in a list where no outline
    has one, that is an error.
    """
    if len(data) > MAX_BYTES:
        raise BadOpml(f"the file is larger than {MAX_BYTES // 2**20} MiB")
    text = _DECLARATION.sub("", _NOT_XML.sub("", decode(data)))
    if not text.strip():
        raise BadOpml("the file is empty")
    if "<!ENTITY" in text:
        raise BadOpml("the file declares entities of its own, which are not read")
    found = _Reader().read(_BARE_AMPERSAND.sub("&amp;", text))
    if not found:
        raise BadOpml("there is no feed address in the file")
    return found


def write_opml(feeds: Iterable[Feed | FeedAddress], title: str = "Feeds of Deadline Day") -> str:
    """The feeds as OPML 2.0, in order, those of a folder together. `read_opml` gives them back."""
    rows = [f if isinstance(f, FeedAddress) else FeedAddress(f.url, f.title, f.folder) for f in feeds]
    order = {folder: n for n, folder in reversed(list(enumerate(row.folder for row in rows)))}
    rows.sort(key=lambda row: order[row.folder])
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    lines += ["  <head>", f"    <title>{_attribute(title)[1:-1]}</title>", "  </head>", "  <body>"]
    for folder, members in groupby(rows, key=lambda row: row.folder):
        names = folder.split("/") if folder else []
        for depth, name in enumerate(names):
            lines.append(f"{'  ' * (depth + 2)}<outline text={_attribute(name)}>")
        lines += [f"{'  ' * (len(names) + 2)}{_outline(row)}" for row in members]
        lines += [f"{'  ' * (depth + 2)}</outline>" for depth in reversed(range(len(names)))]
    lines += ["  </body>", "</opml>", ""]
    return "\n".join(lines)


class _Reader:
    """Collects the outlines as they go by; how deep they are nested costs nothing."""

    def __init__(self) -> None:
        self.feeds: dict[str, FeedAddress] = {}
        self._folders: list[str] = []
        self._rooted = False

    def read(self, text: str) -> list[FeedAddress]:
        parser = ParserCreate("utf-8")
        parser.StartElementHandler = self._open
        parser.EndElementHandler = self._close
        try:
            parser.Parse(text.encode("utf-8"), True)
        except ExpatError as error:
            where = f"line {error.lineno}, column {error.offset + 1}"
            raise BadOpml(f"not well-formed in {where}") from error
        return list(self.feeds.values())

    def _open(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.lower()
        if not self._rooted and tag != "opml":
            raise BadOpml(f"not OPML: the file begins with <{one_line(tag, 40)}>")
        self._rooted = True
        if tag != "outline":
            return
        attributes = {name.lower(): value for name, value in attributes.items()}
        feed = _feed(attributes, self._folders)
        # "/" parts folders in `FeedAddress.folder`.
        self._folders.append("" if feed else _name(attributes).replace("/", "∕"))
        if feed:
            self.feeds.setdefault(feed.url, feed)
        if len(self.feeds) > MAX_FEEDS:
            raise BadOpml(f"the file lists more than {MAX_FEEDS} feeds")

    def _close(self, tag: str) -> None:
        if tag.lower() == "outline":
            self._folders.pop()


def _feed(attributes: dict[str, str], folders: list[str]) -> FeedAddress | None:
    written = attributes.get("xmlurl") or (attributes.get("url") if attributes.get("type") == "rss" else None)
    if not written:
        return None
    url = _FEED_SCHEME.sub("", written.strip())
    usable = address(url if "://" in url else f"http://{url.lstrip('/')}" if written != url else url)
    if usable is None:
        return None
    folder = "/".join(name for name in folders[:_MAX_DEPTH] if name) or None
    return FeedAddress(usable, _name(attributes), folder)


def _name(attributes: dict[str, str]) -> str:
    name = attributes.get("title") or attributes.get("text") or ""
    return " ".join(clean(name).split())[:200]


def _outline(row: FeedAddress) -> str:
    # Some readers refuse an outline without type="rss" (Rongronggg9/RSS-to-Telegram-Bot#270).
    title = _attribute(row.title or row.url)
    return f'<outline type="rss" text={title} title={title} xmlUrl={_attribute(row.url)}/>'


def _attribute(value: str) -> str:
    return quoteattr(_NOT_XML.sub("", value))
