"""Entries as nearly all feeds write them: each element once, by the same plan as the entry before.

What `feeds.fast` does for any entry, element by element, is done here in one go for those in which the order
of elements has no effect. All others are left to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from xml.etree.ElementTree import Element

from feeds.leaf import (
    SEMICOLON,
    Declined,
    Names,
    attribute,
    check_bare,
    fixed,
    href_of,
    identifier,
    person,
    slashed,
    text_in,
    when,
)
from feeds.raw import Written
from feeds.vocabulary import HANDLED, KEPT, SILENT, SILENT_TEXT

_ONCE = frozenset(
    ("title", "id", "published", "updated", "created", "author", "source", "feedburner_origlink")
)
_USUAL_TYPES = {
    "description": "text/html",
    "summary": "text/plain",
    "content": "text/plain",
    "content_encoded": "text/html",
}
_HTML = {"type": "html"}
_WRAPPERS = ("media_content", "media_group")
_WITHOUT_EFFECT = SILENT | SILENT_TEXT | {"language"}


@dataclass(slots=True)
class _Plan:
    """At which places of an entry the elements stand that tell something."""

    places: dict[str, int] = field(default_factory=dict)
    links: list[int] = field(default_factory=list)
    wrappers: list[int] = field(default_factory=list)
    author: int = -1
    summary: tuple[int, str] | None = None
    content: tuple[int, str] | None = None


class Usual:
    """Reads the entries of one page."""

    def __init__(self, names: Names, data: bytes, *, atom: bool, based: bool) -> None:
        self._names = names
        # Without U+0080 to U+00BF, written with this byte or as numbers, nothing is to be mended.
        self._fixed = _fixed if b"\xc2" in data or (b"#" in data and b"&#" in data) else _stripped
        self._atom = atom
        self._based = based
        self._date = ""
        self._moment: datetime | None = None
        self._plans: dict[tuple[str, ...], _Plan | None] = {}

    def read(self, element: Element, lang: str | None) -> Written | None:
        """The entry in an element without attributes, None for an unusual one. Raises Declined."""
        children = list(element)
        tags = tuple([child.tag for child in children])
        try:
            plan = self._plans[tags]
        except KeyError:
            plan = self._plans[tags] = self._planned(tags)
        if plan is None:
            return None
        nested = sum(map(len, children))
        if nested and (plan.author < 0 or len(children[plan.author]) != nested):
            return None  # only an author may hold elements
        return self._written(children, plan, lang)

    def _planned(self, tags: Sequence[str]) -> _Plan | None:
        plan = _Plan()
        for place, tag in enumerate(tags):
            name = self._names[tag]
            if name == "link":
                plan.links.append(place)
            elif name in _ONCE:
                if name in plan.places:
                    return None
                plan.places[name] = place
            elif name in _USUAL_TYPES:
                told = (place, _USUAL_TYPES[name])
                if name in ("description", "summary"):
                    if plan.summary:
                        return None
                    plan.summary = told
                elif plan.content:
                    return None
                else:
                    plan.content = told
            elif name in _WRAPPERS:
                plan.wrappers.append(place)
            elif name not in _WITHOUT_EFFECT and (name in HANDLED or name in KEPT):
                return None
        plan.author = plan.places.get("author", -1)
        return plan

    def _written(self, children: Sequence[Element], plan: _Plan, lang: str | None) -> Written:
        atom, places = self._atom, plan.places
        for place in plan.wrappers:
            attribute(children[place], "lang")
        texts = []
        langs: list[str | None] = []
        title, literal, title_lang = "", False, None
        if plan.content:
            value, plain, spoken = self._text(children[plan.content[0]], plan.content[1], lang)
            texts.append((value, plain and atom))
            langs.append(spoken)
        if plan.summary:
            value, plain, _ = self._text(children[plan.summary[0]], plan.summary[1], lang)
            texts.append((value, plain and atom))
        if "title" in places:
            title, literal, title_lang = self._text(children[places["title"]], "text/plain", lang)
        langs.append(title_lang)
        id, link = self._addresses(children, plan)
        original = None
        if "feedburner_origlink" in places:
            if children[places["feedburner_origlink"]].attrib:
                raise Declined
            original = self._leaf(children, places, "feedburner_origlink")
        author = ""
        if plan.author >= 0:
            one = children[plan.author]
            author = person(self._names, one) if len(one) else self._fixed(one.text)
        published = self._when(children, places, "published")
        created = self._when(children, places, "created")
        return Written(
            title,
            literal and atom,
            texts,
            published or created,
            self._when(children, places, "updated"),
            id,
            link,
            original,
            author,
            self._leaf(children, places, "source"),
            langs,
        )

    def _when(self, children: Sequence[Element], places: dict[str, int], name: str) -> datetime | None:
        place = places.get(name)
        if place is None:
            return None
        written = self._fixed(children[place].text)
        if written != self._date:  # an entry says the same twice more often than not
            self._moment, self._date = when(written), written
        return self._moment

    def _href(self, link: Element) -> str | None:
        """What `feeds.leaf.href_of` gives."""
        attributes = link.attrib
        href = attributes.get("href")
        if href and (len(attributes) == 1 or (len(attributes) == 2 and attributes.get("rel") == "alternate")):
            return slashed(href, based=self._based)
        return href_of(link, based=self._based)

    def _text(self, element: Element, usual: str, lang: str | None) -> tuple[str, bool, str | None]:
        """What `feeds.leaf.text_in` gives."""
        if element.attrib == _HTML:
            return self._fixed(element.text), False, lang
        if element.attrib:
            return text_in(element, usual, lang)
        return self._fixed(element.text), usual == "text/plain", lang

    def _leaf(self, children: Sequence[Element], places: dict[str, int], name: str) -> str:
        place = places.get(name)
        return "" if place is None else self._fixed(children[place].text)

    def _addresses(self, children: Sequence[Element], plan: _Plan) -> tuple[str | None, str | None]:
        """Its id, and where it leads: the last link to a page, or an id that calls itself an address."""
        id = link = None
        linked = permanent = False
        for place in plan.links:
            child = children[place]
            if child.attrib:
                href = self._href(child)
                if href:
                    link, linked = href, True
                if href is not None:
                    continue
                check_bare(child)
            value = (child.text or "").strip()
            value = fixed(slashed(value, based=self._based)).replace("&amp;", "&") if value else value
            link, linked = SEMICOLON.sub(r"&\1", value) if "&" in value else value, True
        if (place := plan.places.get("id", -1)) >= 0:
            child = children[place]
            if child.attrib:
                id, permanent = identifier(child, based=self._based)
            else:
                id, permanent = (child.text or "").strip(), True
                id = fixed(slashed(id, based=self._based)) if id else id
        return id, id if permanent and not linked else link


def _fixed(text: str | None) -> str:
    if text is None:
        return ""
    text = text.strip()
    return text if text.isascii() else fixed(text)


def _stripped(text: str | None) -> str:
    return text.strip() if text else ""
