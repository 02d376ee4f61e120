"""Entries as nearly all feeds write them: each element once, by the same plan as the entry before.

What `feeds.fast` does for any entry, element by element, is done here in one go for those in which the order
of elements has no effect, from the leaves of a page. All others are left to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import repeat
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
        self._moments: dict[str, datetime | None] = {}
        self._elements = _Elements(leaves, Prefixes(declared))
        self._kinds = _Kinds(self._elements, lang, atom=atom)
        self._permanent = _Permanent(self._elements)

    def read(self) -> list[Written | None]:
        """All entries, None for an unusual one. Raises Declined or Uncertain."""
        leaves = self._leaves
        found: list[Written | None] = [None] * len(leaves.entries)
        alike: dict[tuple[str, ...], list[tuple[int, int, int]]] = {}
        for number, (start, stop, plain) in enumerate(leaves.entries):
            if plain and stop - start <= _MOST_LEAVES:
                alike.setdefault(tuple(leaves.tags[start:stop]), []).append((number, start, stop))
        for tags, places in alike.items():
            plan = plan_of(tags, self._declared)
            if plan is None:
                continue
            # With nothing behind them, for the fields that they do not have.
            nothing = ("",) * len(places)
            texts = [*zip(*[leaves.texts[start:stop] for _, start, stop in places], strict=True), nothing]
            told = [*zip(*[leaves.attributes[start:stop] for _, start, stop in places], strict=True), nothing]
            for (number, _, _), written in zip(places, self._written(plan, texts, told), strict=True):
                # Without a name, an author is something else.
                found[number] = written if written.author or not plan.person else None
        return found

    def _written(
        self, plan: Plan, texts: Sequence[Sequence[str]], told: Sequence[Sequence[str]]
    ) -> Iterator[Written]:
        """Entries of one plan, from the texts at each of their places, and from what is told there."""
        mended = self._mended
        title, content, summary, guid, published, created, updated, *rest = plan.pick(texts)
        author, source, original, name, email = rest
        title_told, content_told, summary_told, guid_told, original_told = plan.pick_told(told)
        if any(original_told):
            raise Declined
        for place in plan.wrappers:
            for attributes in told[place]:
                attribute(self._elements[attributes], "lang")
        titles_literal, titles_spoken = self._kinds_of(title_told, plan.title)
        articles, spoken = [], [titles_spoken]
        if plan.content:
            literal, langs = self._kinds_of(content_told, plan.content)
            articles.append(zip(map(mended, content), literal, strict=True))
            spoken.insert(0, langs)
        if plan.summary:
            literal, _ = self._kinds_of(summary_told, plan.summary)
            articles.append(zip(map(mended, summary), literal, strict=True))
        moments = [
            self._when(first) or self._when(second) for first, second in zip(published, created, strict=True)
        ]
        ids, links = self._addresses([(texts[place], told[place]) for place in plan.links], guid, guid_told)
        return map(
            Written, map(mended, title), titles_literal,
            zip(*articles, strict=True) if articles else repeat(()),
            moments, map(self._when, updated), ids, links, map(mended, original),
            map(_person, name, email) if plan.person else map(mended, author),
            map(mended, source), zip(*spoken, strict=True),
        )  # fmt: skip

    def _kinds_of(self, told: Sequence[str], usual: str) -> tuple[Sequence[bool], Sequence[str | None]]:
        """Of each text whether it is called plain, and the language that it is said to be in."""
        literal, spoken = zip(*[self._kinds[attributes, usual] for attributes in told], strict=True)
        return literal, spoken

    def _when(self, written: str) -> datetime | None:
        if not written:
            return None
        if written not in self._moments:  # an entry says the same twice more often than not
            self._moments[written] = when(self._mended(written))
        return self._moments[written]

    def _addresses(
        self, links: Sequence[tuple[Sequence[str], Sequence[str]]], guid: Sequence[str], told: Sequence[str]
    ) -> tuple[list[str], list[str | None]]:
        """The id of each, and where it leads: the last link to a page, or an id that says it is one."""
        permanent = [self._permanent[attributes] for attributes in told]
        if not any(permanent):
            ids = [self._mended(id.strip()) for id in guid]
        else:
            ids = [
                self._address(id) if address else self._mended(id.strip())
                for id, address in zip(guid, permanent, strict=True)
            ]
        found: list[str | None] = [None] * len(ids)
        for texts, attributes in links:
            for n, (written, about) in enumerate(zip(texts, attributes, strict=True)):
                href = self._href(about) if about else None
                if href is None:
                    link = self._address(written)
                    found[n] = SEMICOLON.sub(r"&\1", link.replace("&amp;", "&")) if "&" in link else link
                elif href:
                    found[n] = href
        for n, address in enumerate(permanent):
            if address and found[n] is None:
                found[n] = ids[n]
        return ids, found

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


def _person(name: str, email: str) -> str:
    name, email = name.strip(), email.strip()
    return f"{name} ({email})" if name and email else name


def _mended(text: str) -> str:
    text = text.strip()
    return text if text.isascii() else fixed(text)
