"""An entry's title and text as one plain string, with the way back to the words as they were written."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

_NOISE = re.compile(
    r"<script\b[^<]{0,20000}</script>|<style\b[^<]{0,20000}</style>"
    r"|</?(?P<tag>[a-zA-Z][a-zA-Z0-9]{0,14})\b[^<>]{0,600}>|<!--[^>]{0,2000}-->"
    r"|(?P<entity>&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,24});)"
    r"|(?P<hash>(?<![\w#&/])#(?=[^\W\d_a-z][^\W\d_A-Z]+(?!\w)))"
    r"|(?P<silent>[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe0e\ufe0f\ufeff\u0000-\u0008]+)"
)
_ODD = re.compile(
    r"[<&#\r\u00a0\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe0e\ufe0f\ufeff\u0000-\u0008]"
)
"""What noise begins with, and what is written otherwise in plain text."""
_BREAKS = frozenset(
    [
        "p",
        "br",
        "div",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "tr",
        "table",
        "blockquote",
        "article",
        "section",
        "figure",
    ]
)


@dataclass(frozen=True, slots=True)
class Document:
    """`plain` is the title, a blank line and the text, without markup, entities and silent characters.

    `body` is the offset in `plain` where the text begins. Offsets in `plain` are what the engine works
    with; `words(start, end)` gives the same stretch as it stands in the title or the text.
    """

    plain: str
    body: int
    title: str
    text: str
    _steps: tuple[tuple[list[int], list[int]], tuple[list[int], list[int]]] = field(repr=False)

    def words(self, start: int, end: int) -> str:
        """The stretch word for word as the entry has it; it must not reach from the title into the text."""
        if start < self.body:
            raw, steps, base = self.title, self._steps[0], 0
        else:
            raw, steps, base = self.text, self._steps[1], self.body
        return raw[_back(steps, start - base) : _back(steps, end - base, end=True)].strip()


def document(title: str, text: str, labels: Sequence[str] = ()) -> Document:
    """Lay title and text together; markup that was left in becomes line breaks or nothing.

    `labels` are words that an agency puts before a title with a hyphen ("Soccer-"); they are blanked.
    """
    plain_title, title_steps = _clean(title)
    plain_title = _unlabelled(plain_title, labels)
    plain_text, text_steps = _clean(text)
    head = plain_title.replace("\n", " ") + "\n\n"
    return Document(head + plain_text, len(head), title, text, (title_steps, text_steps))


def _unlabelled(title: str, labels: Sequence[str]) -> str:
    at = 0
    while True:
        end = title.find("-", at, at + 16)
        if end < 0 or title[at:end].strip().lower() not in labels:
            return " " * at + title[at:]
        at = end + 1


def _clean(raw: str) -> tuple[str, tuple[list[int], list[int]]]:
    """The plain text, and where its pieces begin: offsets in the plain text and in the raw one."""
    out: list[str] = []
    plain, origin = [0], [0]
    if not _ODD.search(raw):
        return raw, (plain, origin)
    last = at = 0
    for found in _NOISE.finditer(raw):
        piece = _stands_for(found)
        if piece is None:
            continue
        kept = raw[last : found.start()]
        out += (kept, piece)
        at += len(kept) + len(piece)
        last = found.end()
        plain.append(at)
        origin.append(last)
    out.append(raw[last:])
    return "".join(out).replace("\r", "\n").replace("\u00a0", " "), (plain, origin)


def _stands_for(found: re.Match[str]) -> str | None:
    """What a piece of markup is in plain text; None where it is no markup after all."""
    if tag := found["tag"]:
        return "\n\n" if tag.lower() in _BREAKS else " "
    if entity := found["entity"]:
        char = html.unescape(entity)
        return None if char == entity else char
    return "" if found["silent"] or found["hash"] else " "


def _back(steps: tuple[list[int], list[int]], at: int, *, end: bool = False) -> int:
    plain, origin = steps
    step = max(bisect_right(plain, at - 1 if end and at else at) - 1, 0)
    back = origin[step] + at - plain[step]
    return min(back, origin[step + 1]) if step + 1 < len(origin) else back
