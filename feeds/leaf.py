"""Single elements read as feedparser reads them, or declined."""

from __future__ import annotations

import contextlib
import re
from datetime import datetime
from xml.etree.ElementTree import Element

from feeds.date import moment
from feeds.vocabulary import ALIKE, HANDLED, KEPT, NAMESPACES, PREFIXES, SILENT, SILENT_TEXT

_EXTRA_SLASHES = re.compile(r"^([A-Za-z][A-Za-z0-9+-.]*://)/+")
_SURE_ADDRESS = re.compile(
    r"https?://[a-z0-9.-]+(?::\d+)?(?:/[\w/.~%+@=:,-]*)?(?:\?[\w/.~%+@=:,&-]+)?(?:#[\w/.-]+)?", re.ASCII
)
_SURE_NAME = re.compile(r"(?:tag|urn):[\w:.,/@-]+", re.ASCII)
SEMICOLON = re.compile(r"&([A-Za-z0-9_]+);")
_C1 = re.compile("[\x80-\x9f]")
_PLAIN = ("text/plain", "text", "plain")
_TYPES = (*_PLAIN, "text/html", "html")
_PAGES = ("text/html", "html", "application/xhtml+xml", "xhtml")
_XML = "{http://www.w3.org/XML/1998/namespace}"
# Attributes that change what feedparser makes of an element; under a prefix of their own they do too.
_TELLING = frozenset(("base", "lang", "type", "mode", "rel", "href", "url", "uri"))
PERSON = frozenset(("name", "email", "uri", "url", "homepage"))
_OWNER = frozenset(("itunes_name", "itunes_email"))


class Declined(Exception):
    """The page holds something that is left to the thorough way."""


class Names(dict[str, str]):
    """From a tag as ElementTree writes it to the name that feedparser's handlers go by ("dc_creator")."""

    def __init__(self, declared: list[tuple[str, str]]) -> None:
        super().__init__()
        self.formats = [uri.lower() for _, uri in declared]
        self._prefixes: dict[str, str] = {}
        uris: dict[str, str] = {}
        for prefix, uri in declared:
            if "".join(uri.split()) != uri:
                raise Declined  # feedparser parts it from the name at its first space
            if prefix and uris.setdefault(prefix, uri) != uri:
                raise Declined
            known = _known(uri)
            low = (prefix or "").lower()
            if known is None:
                if low in PREFIXES or self._prefixes.setdefault(uri, low) != low:
                    raise Declined
            elif low in PREFIXES and low != known.lower():
                raise Declined

    def __missing__(self, tag: str) -> str:
        uri, _, local = tag[1:].partition("}") if tag[:1] == "{" else ("", "", tag)
        if not uri:
            prefix: str | None = ""
        else:
            prefix = _known(uri)
            prefix = self._prefixes.get(uri, "xml") if prefix is None else prefix.lower()
        name = f"{prefix}_{local.lower()}" if prefix else local.lower()
        name = ALIKE.get(name, name)
        self[tag] = name
        return name


def _known(uri: str) -> str | None:
    low = uri.lower()
    return "" if "backend.userland.com/rss" in low else NAMESPACES.get(low)


def check_silent(names: Names, element: Element, name: str) -> None:
    """Decline what could leave something in the entry (or the feed) around it."""
    if name == "contributor":
        check_people(names, element)
    elif name == "itunes_owner":
        for child in element:
            if names[child.tag] not in _OWNER or len(child):
                raise Declined
    elif name in SILENT_TEXT:
        leaf(element)
    elif name not in SILENT and (name in HANDLED or name in KEPT):
        raise Declined
    else:
        for child in element:
            check_silent(names, child, names[child.tag])


def check_people(names: Names, element: Element) -> None:
    for child in element:
        if names[child.tag] not in PERSON or len(child):
            raise Declined


def person(names: Names, element: Element) -> str:
    """An author with a name, and an address perhaps, in elements of their own."""
    found: dict[str, str] = {}
    for child in element:
        name = names[child.tag]
        if name not in PERSON or name in found:
            raise Declined
        found[name] = leaf(child)
    who, email = found.get("name"), found.get("email")
    if not who or loose_text(element):
        raise Declined
    return f"{who} ({email})" if email else who


def loose_text(element: Element) -> bool:
    return bool((element.text or "").strip() or any((child.tail or "").strip() for child in element))


def leaf(element: Element) -> str:
    if len(element):
        raise Declined
    return (element.text or "").strip()


def fixed(text: str) -> str:
    """As feedparser mends it: UTF-8 that was taken for Latin-1, and Windows characters at C1's places."""
    if text.isascii():
        return text
    with contextlib.suppress(UnicodeError):
        text = text.encode("iso-8859-1").decode("utf-8")
    if _C1.search(text):
        raise Declined
    return text


def slashed(address: str, *, based: bool) -> str:
    """The address without slashes too many. `based`: it must be one that no xml:base would change."""
    if based and not (_SURE_ADDRESS.fullmatch(address) or _SURE_NAME.fullmatch(address)):
        raise Declined
    return _EXTRA_SLASHES.sub(r"\1", address) if ":///" in address else address


def is_based(root: Element) -> bool:
    """Whether an xml:base is anywhere in the page: feedparser forgets to leave the outermost one again."""
    found = False
    for attributes in [element.attrib for element in root.iter() if element.attrib]:
        for key, value in attributes.items():
            if key[-4:].lower() == "base" and key.rpartition("}")[2].lower() == "base":
                found = True
                if not _SURE_ADDRESS.fullmatch(value):
                    raise Declined
    return found


def attribute(element: Element, name: str) -> str | None:
    """The attribute with or without the prefix xml; declines what could pass for it in other spellings."""
    found = None
    for key, value in element.attrib.items():
        bare = key.removeprefix(_XML)
        if bare == name:
            if found is not None:
                raise Declined
            found = value
        elif bare.rpartition("}")[2].lower() == name:
            raise Declined
    return found


def _attributes(element: Element) -> dict[str, str]:
    """The attributes that tell something, by name; declines spellings that feedparser reads as the same."""
    found: dict[str, str] = {}
    for key, value in element.attrib.items():
        bare = key.removeprefix(_XML)
        local = bare.rpartition("}")[2].lower()
        if local not in _TELLING:
            continue
        if "}" in bare or local in found or (bare != key and local not in ("base", "lang")):
            raise Declined
        found[local] = value
    return found


def text_in(element: Element, usual: str, lang: str | None) -> tuple[str, bool, str | None]:
    """The value, whether it is called plain text, and the language that it is said to be in."""
    kind = usual
    if element.attrib:
        told = _attributes(element)
        kind = told.get("type", usual).lower()
        if kind not in _TYPES or told.get("mode") == "base64":
            raise Declined
        lang = told.get("lang", lang) or None
    return fixed(leaf(element)), kind in _PLAIN, lang


def check_bare(element: Element) -> None:
    """Decline a link with an address in its attributes under another name."""
    if element.attrib and not _attributes(element).keys() <= {"rel", "type", "base"}:
        raise Declined


def href_of(element: Element, *, based: bool) -> str | None:
    """Where a link with an address in its attributes leads, "" where it is not the article, None for none."""
    found = _attributes(element) if element.attrib else {}
    href = found.get("href")
    if href is None:
        return None
    if not href or "url" in found or "uri" in found or len(element):
        raise Declined
    kind = found.get("type", "text/html").lower()
    if found.get("rel", "alternate").lower() == "alternate" and kind in _PAGES:
        return slashed(href, based=based)
    return ""


def identifier(element: Element, *, based: bool) -> tuple[str, bool]:
    """A guid or id, and whether it says that it is an address."""
    permanent = True
    for key, value in element.attrib.items():
        name = key.rpartition("}")[2].lower()
        if name == "ispermalink":
            if "}" in key:
                raise Declined
            permanent = value == "true"
    value = leaf(element)
    return fixed(slashed(value, based=based) if permanent and value else value), permanent


def when(written: str) -> datetime | None:
    if not written:
        return None
    found = moment(written)
    if found is None and len(written) <= 100:
        raise Declined  # feedparser knows habits that have died out
    return found
