"""Entries as nearly all feeds write them: each element once, by the same plan as the entry before.

What `feeds.fast` does for any entry, element by element, is done here in one go for those in which the order
of elements has no effect, from the leaves of a page. All others are left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from xml.etree.ElementTree import Element

from feeds.leaf import (
    SEMICOLON,
    Declined,
    attribute,
    check_bare,
    fixed,
    href_of,
    identifier,
    slashed,
    text_in,
    when,
)
from feeds.leaves import Leaves, Uncertain
from feeds.plan import Plan, Prefixes, plan_of
from feeds.raw import Written

_MOST_LEAVES = 60  # plans are kept
_HREF = re.compile(r' href="([^"&\t\n]+)"(?: rel="alternate")?')


class _Elements(dict[str, Element]):
    """Elements without text by their attributes as written. Raises Uncertain."""

    def __init__(self, leaves: Leaves, prefixes: Prefixes) -> None:
        self._told = leaves.told
        self._prefixes = prefixes
        for written, told in leaves.told.items():
            if any(":" in name for name in told):
                self[written] = self._made(written)  # prefixes must be known, whatever comes of them

    def __missing__(self, written: str) -> Element:
        return self.setdefault(written, self._made(written))

    def _made(self, written: str) -> Element:
        told = self._told[written]
        attributes = {self._prefixes.qualified(name, attribute=True): told[name] for name in told}
        if len(attributes) != len(told):
            raise Uncertain
        return Element("", attributes)


class _Kinds(dict[tuple[str, str], tuple[bool, str | None]]):
    """Whether a text is called plain, and the language that it is said to be in, by its attributes and the
    kind of text that it is without."""

    def __init__(self, elements: _Elements, lang: str | None, *, atom: bool) -> None:
        self._elements = elements
        self._lang = lang
        self._atom = atom

    def __missing__(self, key: tuple[str, str]) -> tuple[bool, str | None]:
        attributes, usual = key
        found: tuple[bool, str | None] = (False, None)
        if usual:
            _, literal, spoken = text_in(self._elements[attributes], usual, self._lang)
            found = literal and self._atom, spoken
        return self.setdefault(key, found)


class _Permanent(dict[str, bool]):
    """Whether an id says that it is an address, by its attributes."""

    def __init__(self, elements: _Elements) -> None:
        super().__init__({"": True})
        self._elements = elements

    def __missing__(self, attributes: str) -> bool:
        return self.setdefault(attributes, identifier(self._elements[attributes], based=False)[1])


class Usual:
    """Reads the entries of one page from its leaves. `declared` are the namespaces of its root."""

    def __init__(
        self,
        leaves: Leaves,
        declared: tuple[tuple[str, str], ...],
        lang: str | None,
        *,
        atom: bool,
        based: bool,
        mend: bool,
    ) -> None:
        """Raises Uncertain. `mend` says that the page holds characters that may have to be mended."""
        self._leaves = leaves
        self._declared = declared
        self._based = based
        self._mended: Callable[[str], str] = _mended if mend else str.strip
        self._date = ""
        self._moment: datetime | None = None
        self._elements = _Elements(leaves, Prefixes(declared))
        self._kinds = _Kinds(self._elements, lang, atom=atom)
        self._permanent = _Permanent(self._elements)

    def read(self) -> list[Written | None]:
        """All entries, None for an unusual one. Raises Declined or Uncertain."""
        leaves = self._leaves
        texts, attributes, tags = leaves.texts, leaves.attributes, leaves.tags
        found: list[Written | None] = []
        for start, stop, plain in leaves.entries:
            plain = plain and stop - start <= _MOST_LEAVES
            plan = plan_of(tuple(tags[start:stop]), self._declared) if plain else None
            if plan is None:
                found.append(None)
                continue
            # With nothing behind them, for the fields that it does not have.
            values, told = (*texts[start:stop], ""), (*attributes[start:stop], "")
            found.append(self._written(plan, values, told))
        return found

    def _written(self, plan: Plan, values: Sequence[str], attributes: Sequence[str]) -> Written | None:
        mended, kinds = self._mended, self._kinds
        title, content, summary, guid, published, created, updated, *rest = plan.pick(values)
        author, source, original, name, email = rest
        title_told, content_told, summary_told, guid_told, original_told = plan.pick_told(attributes)
        if original_told:
            raise Declined
        for place in plan.wrappers:
            attribute(self._elements[attributes[place]], "lang")
        if plan.person:
            author, email = name.strip(), email.strip()
            if not author:
                return None
            author = f"{author} ({email})" if email else author
        else:
            author = mended(author)
        texts: list[tuple[str, bool]] = []
        langs: list[str | None] = []
        if plan.content:
            literal, spoken = kinds[content_told, plan.content]
            texts.append((mended(content), literal))
            langs.append(spoken)
        if plan.summary:
            texts.append((mended(summary), kinds[summary_told, plan.summary][0]))
        literal, spoken = kinds[title_told, plan.title]
        langs.append(spoken)
        moment = self._when(published) if published else None
        if created and moment is None:
            moment = self._when(created)
        links = [(values[place], attributes[place]) for place in plan.links]
        id, link = self._addresses(links, guid, guid_told)
        return Written(
            mended(title), literal, texts, moment, self._when(updated) if updated else None,
            id, link, mended(original), author, mended(source), langs,
        )  # fmt: skip

    def _when(self, written: str) -> datetime | None:
        if written != self._date:  # an entry says the same twice more often than not
            self._moment, self._date = when(self._mended(written)), written
        return self._moment

    def _addresses(
        self, links: Sequence[tuple[str, str]], id: str, id_told: str
    ) -> tuple[str | None, str | None]:
        """Its id, and where it leads: the last link to a page, or an id that calls itself an address."""
        link: str | None = None
        for written, told in links:
            href = self._href(told) if told else None
            if href is None:
                link = self._address(written).replace("&amp;", "&")
                link = SEMICOLON.sub(r"&\1", link) if "&" in link else link
            elif href:
                link = href
        permanent = self._permanent[id_told]
        id = self._address(id) if permanent else self._mended(id.strip())
        return id, id if permanent and link is None else link

    def _address(self, written: str) -> str:
        written = written.strip()
        return fixed(slashed(written, based=self._based)) if written else written

    def _href(self, told: str) -> str | None:
        """What `feeds.leaf.href_of` gives, for a link that may be one."""
        if usual := _HREF.fullmatch(told):
            return slashed(usual[1], based=self._based)
        element = self._elements[told]
        href = href_of(element, based=self._based)
        if href is None:
            check_bare(element)
        return href


def _mended(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else fixed(text)
