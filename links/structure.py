"""The parts of an article before any word of it is understood: what is a title, a bullet, a caption."""

from __future__ import annotations

import enum
import functools
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from links.document import Document
from links.fold import fold


class Part(enum.Enum):
    """What a block of an article is. Captions, credits, links to other articles and line-ups tell nothing."""

    TITLE = "title"
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    ENTRY = "entry"
    ASIDE = "aside"


class Shape(enum.Enum):
    """How names carry: through a story, within an item of a round-up, within an entry of a live blog."""

    STORY = "story"
    ROUNDUP = "roundup"
    LIVE = "live"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the document. Blocks of one `item` are read together; `order` is the order in time.

    In a live blog whose newest entry stands first, the last entry has the lowest order.
    """

    part: Part
    start: int
    end: int
    item: int
    order: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The blocks of an article, and its shape."""

    shape: Shape
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Furniture:
    """Words that give a part away, from the language file, folded. See [structure] in links/lang."""

    caption: tuple[str, ...]
    aside: tuple[str, ...]
    more: tuple[str, ...]
    roundup: tuple[str, ...]
    label: tuple[str, ...] = ()
    pointer: tuple[str, ...] = ()
    """Words before a colon that lead to something else: "READ: Vale speaks out"."""


_TIME = re.compile(
    r"\s*(?:live:?\s*)?(?:(?P<hour>[01]?\d|2[0-3])[.:h](?P<minute>[0-5]\d)\s?(?P<half>[aApP]\.?[mM]\.?)?"
    r"|(?P<hour12>1[0-2]|[1-9])\s?(?P<half12>[aApP][mM]))(?:\s?(?:GMT|BST|CET|CEST|ET|UTC))?\s*(?:$|[-–—:|]|\s)"
)
_BULLET = re.compile(r"\s*(?:[-–—*•▪◦●■‣>·]|\(?\d{1,2}[.)])\s+")
_DATELINE = re.compile(
    r"[A-Z][A-Z .'-]{2,40}, [A-Z][A-Za-z .]{2,30} ?[-–—] ?[A-Z][a-z]*[A-Z]*[a-z]* \d{1,2}\s?[:,]"
)
_LINEUP = re.compile(r"\(\d-\d(?:-\d){1,3}\)|(?:[^;]{3,60};){3}")
_SLUG = re.compile(r"[A-Z][A-Z0-9 ,'&’.-]{5,60} [-–—] ")
_PROFILE = re.compile(r"[A-Z][^().,:]{3,40} \([A-Z][^()]{2,30}\) ?[-–—:] ")
_POINTER = re.compile(r"\W{0,4}([^\W\d_]{3,9}) ?: ?\w")
_CREDIT_END = re.compile(r"\([^()]{2,60}\)\s*$")
_SENTENCE_END = (".", "!", "?", "…", '"', "”", "’", ")", ":", ";", ",")
_TAIL = re.compile(r"(?:\s*(?:https?://\S+|pic\.twitter\.com/\S+|[^\w\s.,;:!?'\"()…”’]))+$")
_SHORT = 14
_LONG_HEADING = 110


def lay_out(document: Document, furniture: Furniture, *, led: bool = False) -> Layout:
    """Part the document into blocks and say how names carry between them.

    `led`: the title begins with a club. Then a round-up of its news is read as a story about it.
    """
    plain = document.plain
    raw = [*_lines(plain, document.body)]
    parts = [_part(plain, line, furniture) for line in raw]
    parts = _after_more(plain, raw, parts, furniture)
    title_end = len(plain[: document.body].rstrip())
    title = Block(Part.TITLE, _untimed(plain, 0, title_end), title_end, 0, 0)
    shape = _shape(plain, title, raw, parts, furniture, led=led)
    blocks = [title] if title.end > title.start else []
    item = 0
    for number, (line, part) in enumerate(zip(raw, parts, strict=True)):
        if _opens(shape, part, number, parts):
            item += 1
        blocks.append(_block(plain, line, part, item, number + 1))
    if shape is Shape.LIVE:
        blocks = _newest_last(plain, blocks, raw)
    return Layout(shape, tuple(blocks))


def _lines(plain: str, at: int) -> list[tuple[int, int]]:
    """Lines that are not blank; a line broken in mid-sentence is joined with the next."""
    lines: list[tuple[int, int]] = []
    joined = False
    while at < len(plain):
        end = plain.find("\n", at)
        end = len(plain) if end < 0 else end
        start, stop = _trim(plain, at, end)
        if stop > start:
            if (
                joined
                and lines
                and plain[start].islower()
                and not plain[: lines[-1][1]].endswith(_SENTENCE_END)
            ):
                lines[-1] = (lines[-1][0], stop)
            else:
                lines.append((start, stop))
        joined = stop > start
        at = end + 1
    return lines


def _trim(plain: str, start: int, end: int) -> tuple[int, int]:
    piece = plain[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _part(plain: str, line: tuple[int, int], furniture: Furniture) -> Part:
    start, end = line
    head = plain[start : min(end, start + 400)]
    folded = f" {fold(head)} "
    if any(words in folded for words in _padded(furniture.caption)) or _DATELINE.match(head):
        return Part.ASIDE
    if folded.startswith((*_padded(furniture.aside), *_padded(furniture.more))):
        return Part.ASIDE
    if (pointed := _POINTER.match(head)) and fold(pointed[1]) in furniture.pointer:
        return Part.ASIDE
    if _LINEUP.search(head) and _is_lineup(head):
        return Part.ASIDE
    if _BULLET.match(head) and not head.lstrip()[0].isdigit():
        return Part.BULLET
    if _TIME.match(head):
        return Part.ENTRY
    return Part.HEADING if _is_heading(head, end - start) else Part.PARAGRAPH


@functools.lru_cache(maxsize=64)
def _padded(words: tuple[str, ...]) -> tuple[str, ...]:
    """With a space at either end, to be found as whole words of a folded text."""
    return tuple(f" {one} " for one in words)


def _is_heading(line: str, length: int) -> bool:
    line = _TAIL.sub("", line).rstrip()
    if not line or length > _LONG_HEADING or len(line.split()) > _SHORT:
        return False
    if line.isupper() or re.match(r"\d{1,2}[.)] ", line):
        return True
    return not line.endswith((".", "!", "…", "...", ",", ";", '."', ".”", '"', "”"))


def _is_lineup(line: str) -> bool:
    words: list[str] = re.findall(r"[^\W\d_]+", line)
    capitals = sum(word[0].isupper() for word in words)
    return capitals >= 6 and capitals >= 0.7 * len(words)


def _after_more(
    plain: str, lines: Sequence[tuple[int, int]], parts: Sequence[Part], furniture: Furniture
) -> list[Part]:
    """Bullets and headings under "read more" are other articles."""
    out: list[Part] = []
    under = False
    for (start, end), part in zip(lines, parts, strict=True):
        folded = f" {fold(plain[start : min(end, start + 80)])} "
        opens = folded.startswith(_padded(furniture.more))
        under = (opens and len(folded.split()) <= 5) or (under and part in (Part.BULLET, Part.ASIDE))
        out.append(Part.ASIDE if under and part is Part.BULLET else part)
    return out


def _shape(
    plain: str,
    title: Block,
    lines: Sequence[tuple[int, int]],
    parts: Sequence[Part],
    furniture: Furniture,
    *,
    led: bool,
) -> Shape:
    if sum(part is Part.ENTRY for part in parts) >= 2:
        return Shape.LIVE
    read = [line for line, part in zip(lines, parts, strict=True) if part is not Part.ASIDE]
    credited = sum(bool(_CREDIT_END.search(plain[max(a, b - 70) : b])) for a, b in read)
    slugs = sum(bool(_SLUG.match(plain[a : a + 70]) or _PROFILE.match(plain[a : a + 90])) for a, b in read)
    bullets = sum(part is Part.BULLET for part in parts)
    head = f" {fold(plain[title.start : title.end])} "
    named = not led and any(f" {words} " in head for words in furniture.roundup)
    if credited >= 3 or slugs >= 3 or bullets >= 3 or (named and len(read) >= 3):
        return Shape.ROUNDUP
    return Shape.STORY


def _opens(shape: Shape, part: Part, number: int, parts: Sequence[Part]) -> bool:
    """Does this line begin a new item?"""
    if number == 0 or part is Part.ASIDE:
        return number == 0
    if shape is Shape.LIVE:
        return part is Part.ENTRY
    if part in (Part.HEADING, Part.BULLET):
        return True
    return shape is Shape.ROUNDUP and parts[number - 1] is not Part.HEADING


def _untimed(plain: str, start: int, end: int) -> int:
    """Where the words begin after a time of day."""
    found = _TIME.match(plain[start : min(end, start + 40)])
    return start + found.end() if found else start


def _block(plain: str, line: tuple[int, int], part: Part, item: int, order: int) -> Block:
    start, end = line
    if found := _BULLET.match(plain[start : min(end, start + 12)]):
        start += found.end()
    if part is Part.ENTRY:
        start = _untimed(plain, start, end)
    return Block(part, min(start, end), end, item, order)


def _newest_last(plain: str, blocks: Sequence[Block], lines: Sequence[tuple[int, int]]) -> list[Block]:
    """Order the entries of a live blog by their time of day where those fall from top to bottom."""
    times = [
        minutes
        for start, end in lines
        if (minutes := _minutes(plain[start : min(end, start + 40)])) is not None
    ]
    falling = sum(a > b for a, b in itertools.pairwise(times))
    if falling * 2 < len(times) - 1:
        return list(blocks)
    last = max(block.item for block in blocks) + 1
    size = len(blocks) + 1
    return [
        block if block.part is Part.TITLE else replace(block, order=(last - block.item) * size + block.order)
        for block in blocks
    ]


def _minutes(line: str) -> int | None:
    found = _TIME.match(line)
    if not found:
        return None
    hour = int(found["hour"] or found["hour12"])
    half = (found["half"] or found["half12"] or "").replace(".", "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 60 + int(found["minute"] or 0)
