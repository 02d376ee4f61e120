"""A page taken apart into its leaves, the elements that hold text and no others, by one expression.

expat looks at every escaped sign, ElementTree makes an object of every element. Where entries are written as
nearly all feeds write them, the same is had for less. What is not sure to be what expat would
make of it is left to expat: single entries, or the whole page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, fromstring

_NAME = r"[A-Za-z_][A-Za-z0-9_.-]{0,40}+(?::[A-Za-z_][A-Za-z0-9_.-]{0,40}+)?+"
_SPACE = r"[ \t\r\n]"
_ATTRIBUTES = rf"""(?:{_SPACE}++{_NAME}{_SPACE}*+={_SPACE}*+(?:"[^"<]*+"|'[^'<]*+'))*+"""
# 1: its name, 2: its attributes, 3: its text as written, 4: what its CDATA section holds.
_LEAF = re.compile(
    rf"<({_NAME})({_ATTRIBUTES}){_SPACE}*+(?:/>|>"
    rf"(?:([^<]*+)|{_SPACE}*+<!\[CDATA\[([^\]]*+(?:\](?!\]>)[^\]]*+)*+)\]\]>{_SPACE}*+)</\1>){_SPACE}*+"
)
_TAG = re.compile(rf"<(/?)({_NAME})({_ATTRIBUTES}){_SPACE}*+>{_SPACE}*+")
_FIRST = re.compile(r"<(item|entry)[ \t\r\n>]")
_TAIL = re.compile(rf"{_SPACE}*+(?:</channel>{_SPACE}*+</rss>|</feed>|</rdf:RDF>){_SPACE}*+")
_ATTRIBUTE = re.compile(rf"""({_NAME}){_SPACE}*+={_SPACE}*+(?:"([^"]*+)"|'([^']*+)')""")
_ALONE = re.compile(r' ([A-Za-z]++)="([^"&\t\n]*+)"')
_NUMBER = re.compile(r"&#(?:(\d{1,7})|x([0-9A-Fa-f]{1,6}));", re.ASCII)
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONGEST_ROOT = 8192
_SECTION = "<![CDATA["
_LITTLE = 8_000_000  # characters to be looked at, some milliseconds
_SEAM = "\x1c"  # no XML holds one


class Uncertain(Exception):
    """What was written may mean something else to expat, or be no XML."""


@dataclass(frozen=True, slots=True)
class Leaves:
    """The entries of a page by their leaves, and `frame`, the page without them; `root` is its first tag.

    `tags` are as written; in those of an author's own elements a slash stands before the name, in the first
    of them the author's tag besides ("/author/name"). `attributes` are as written, too, and `told` says what
    each of them tells by its names. `texts` are without references. An entry is the places of its first leaf
    and of the one behind its last, and whether it holds nothing but leaves and an author.
    `numbered` says that there were characters written by their numbers.
    """

    frame: str
    root: re.Match[str]
    tags: Sequence[str]
    attributes: Sequence[str]
    told: dict[str, dict[str, str]]
    texts: Sequence[str]
    entries: Sequence[tuple[int, int, bool]]
    numbered: bool
    inner: str

    def elements(self, places: Sequence[tuple[int, int]]) -> Iterator[Element]:
        """The elements of the entries with these leaves. Raises Uncertain or ParseError."""
        ends = [match.end() for match in _LEAF.finditer(self.inner)] if places else []
        if places and len(ends) != len(self.tags):
            raise Uncertain  # the expression is looked for anew, and the places are those of the first time
        for start, stop in places:
            begin = _FIRST.search(self.inner, ends[start - 1] if start else 0)
            if begin is None:
                raise Uncertain
            end = f"</{begin[1]}>"
            text = self.inner[begin.start() : self.inner.index(end, ends[stop - 1])]
            yield fromstring(f"{self.root[0]}{text}{end}</{self.root[2]}>")[0]


def leaves_of(text: str) -> Leaves | None:
    """The leaves of a page whose characters are all XML's; None for a page that is built otherwise."""
    root, start = _TAG.match(text), _FIRST.search(text)
    if root is None or start is None or len(root[0]) > _LONGEST_ROOT:
        return None
    end = f"</{start[1]}>"
    first, last = start.start(), text.rfind(end) + len(end)
    if last <= first or not _TAIL.fullmatch(text, last):
        return None
    inner = text[first:last]
    if "\r" in inner:
        inner = inner.replace("\r\n", "\n").replace("\r", "\n")
    if not _sections_end(inner):
        return None
    parts = _LEAF.split(inner)
    tags, attributes = parts[1::5], parts[2::5]
    try:
        told = {written: attributes_of(written) for written in set(attributes)}
        entries = _Entries(start[1], tags, parts[0::5])
        texts, numbered = _texts(parts[3::5], parts[4::5])
    except Uncertain:
        return None
    frame = f"{text[:first]}{text[last:]}"
    return Leaves(frame, root, tags, attributes, told, texts, entries.found, numbered, inner)


def _sections_end(text: str) -> bool:
    """Whether each CDATA section ends before the next begins, where that matters: the expression looks from
    the beginning of each for its end, and of many without one all to the end of the page."""
    if text.count(_SECTION) * len(text) < _LITTLE:
        return True
    return all("]]>" in section for section in text.split(_SECTION)[1:])


def attributes_of(written: str) -> dict[str, str]:
    """The attributes without references, by their names as written. Raises Uncertain."""
    found: dict[str, str] = {}
    if not written:
        return found
    if "xmlns" in written or "base" in written.lower():
        raise Uncertain  # they reach beyond the element that they stand in
    if alone := _ALONE.fullmatch(written):
        return {alone[1]: alone[2]}
    for name, double, single in _ATTRIBUTE.findall(written):
        value = double or single
        if name in found or "\n" in value or "\t" in value:
            raise Uncertain
        found[name] = unescaped(value) if "&" in value else value
    return found


def unescaped(text: str) -> str:
    """The text without XML's references. Raises Uncertain where a sign is no part of one."""
    text = text.replace("&lt;", "<").replace("&gt;", ">")
    if "&" in text:
        text = text.replace("&quot;", '"').replace("&apos;", "'")
        signs, numbers = text.count("&") - text.count("&amp;"), 0
        if "&#" in text:
            text, numbers = _NUMBER.subn(_numbered, text)
        if signs != numbers:
            raise Uncertain
        text = text.replace("&amp;", "&")
    return text


def _numbered(match: re.Match[str]) -> str:
    number = int(match[1]) if match[1] else int(match[2], 16)
    if number > 0x10FFFF or _NO_XML.match(chr(number)):
        raise Uncertain
    return "&amp;" if number == 0x26 else chr(number)


def _texts(written: Sequence[str | None], sections: Sequence[str | None]) -> tuple[list[str], bool]:
    """What each leaf holds, and whether any of it was written by its number."""
    texts = [text or "" for text in written]
    joined = _SEAM.join(texts)
    if "]" in joined and "]]>" in joined:
        raise Uncertain
    numbered = "#" in joined and "&#" in joined
    if "&" in joined:
        texts = unescaped(joined).split(_SEAM)
    return [text or section or "" for text, section in zip(texts, sections, strict=True)], numbered


class _Entries:
    """Where entries begin and end, told from what stands between the leaves."""

    def __init__(self, name: str, tags: list[str], between: Sequence[str]) -> None:
        self.found: list[tuple[int, int, bool]] = []
        self._name = name
        self._tags = tags
        self._moves: dict[str, list[tuple[str, str, str]]] = {}
        self._open: list[str] = []
        self._begun = self._author = -1
        self._plain = True
        if not between[0]:
            raise Uncertain
        for place, written in enumerate(between):
            if not written:
                continue
            for closing, tag, attributes in self._read(written):
                if closing:
                    self._close(tag, place)
                else:
                    self._enter(tag, attributes, place)
            if self._begun < 0 and place < len(tags):
                raise Uncertain  # a leaf that stands in no entry
        if self._begun >= 0 or self._open:
            raise Uncertain

    def _read(self, written: str) -> list[tuple[str, str, str]]:
        """The tags in what stands between two leaves."""
        moves = self._moves.get(written)
        if moves is None:
            moves = self._moves[written] = _TAG.findall(written)
            if _TAG.sub("", written):
                raise Uncertain
            for closing, _, attributes in moves:
                if attributes and (closing or "xmlns" in attributes or "base" in attributes.lower()):
                    raise Uncertain
        return moves

    def _enter(self, tag: str, attributes: str, place: int) -> None:
        if self._begun < 0:
            if tag != self._name:
                raise Uncertain
            self._begun, self._plain = place, not attributes
            return
        self._open.append(tag)
        if len(self._open) == 1 and not attributes and tag.rpartition(":")[2].lower() == "author":
            self._author = place
        else:
            self._plain = False

    def _close(self, tag: str, place: int) -> None:
        if self._open:
            if self._open.pop() != tag:
                raise Uncertain
            if not self._open and self._author >= 0:
                self._name_author(tag, place)
            return
        if self._begun < 0 or tag != self._name:
            raise Uncertain
        self.found.append((self._begun, place, self._plain))
        self._begun = -1

    def _name_author(self, tag: str, place: int) -> None:
        """An author's leaves are told from the entry's own by their tags."""
        if self._author == place:
            self._plain = False
        for inner in range(self._author, place):
            around = f"/{tag}" if inner == self._author else ""
            self._tags[inner] = f"{around}/{self._tags[inner]}"
        self._author = -1
