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
from links.items import Span, named_in, sectioned, strung


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
    credit: tuple[str, ...] = ()
    """What a line begins with that says in which paper the item above it stands."""
    moves: tuple[str, ...] = ()
    """What a list of names begins with that is no line-up: "In: Vale Rovers £4m; Orme City"."""
    picture: tuple[str, ...] = ()
    """A line of its own that says that the next one is a picture's caption."""


_TIME = re.compile(
    r"\s*(?:live:?\s*)?(?:(?P<hour>[01]?\d|2[0-3])[.:h](?P<minute>[0-5]\d)\s?(?P<half>[aApP]\.?[mM]\.?)?"
    r"|(?P<hour12>1[0-2]|[1-9])\s?(?P<half12>[aApP][mM]))(?:\s?(?:GMT|BST|CET|CEST|ET|UTC))?\s*(?:$|[-–—:|]|\s)"
)
_CLOCK = re.compile(
    r"\s*(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:\s?(?:GMT|BST|CET|CEST|ET|UTC))?\s*[-–—:|]\s"
)
"""A time of day without a mark: "2345 - Rovers have signed Vale"."""
_MARK = re.compile(r"[-–—*•▪◦●■‣>·]|\d{1,2}[.)]")
_BRACKET = re.compile(r"\([^()]{2,60}\)(?:, [a-z]{4,12})?")
_BULLET = re.compile(r"\s*(?:[-–—*•▪◦●■‣>·]|(?!1\. F(?:C|SV|FC)\b)\(?\d{1,2}[.)])\s+")
"""What opens an item; not the number that some clubs' names begin with: "1. FC Union"."""
_DATELINE = re.compile(
    r"[A-Z][A-Z .'-]{2,40}, [A-Z][A-Za-z .]{2,30} ?[-–—] ?[A-Z][a-z]*[A-Z]*[a-z]* \d{1,2}\s?[:,]"
)
_LINEUP = re.compile(r"\(\d-\d(?:-\d){1,3}\)|(?:[^;]{3,60};){3}")
_SLUG = re.compile(r"[A-Z][A-Z0-9 ,'&’.-]{5,60} [-–—] ")
_PROFILE = re.compile(r"[A-Z][^().,:]{3,40} \([A-Z][^()]{2,30}\) ?[-–—:] ")
_POINTER = re.compile(r"\W{0,4}([^\W\d_]{3,9}) ?: ?\w")
_CREDIT_END = re.compile(r"\([^()]{2,60}\)(?:, [a-z]{4,12})?\s*$")
_SENTENCE_END = (".", "!", "?", "…", '"', "”", "’", ")", ":", ";", ",")
_TAIL = re.compile(r"(?:\s*(?:https?://\S+|pic\.twitter\.com/\S+|[^\w\s.,;:!?'\"()…”’]))+$")
_LABEL = 3
"""A heading of more spaces is a headline; what is shorter labels many items: "In the Premier League"."""
_SHORT = 14
_LONG_HEADING = 110


def lay_out(
    document: Document,
    furniture: Furniture,
    *,
    led: bool = False,
    people: Sequence[Sequence[int]] = (),
    clubs: Sequence[Sequence[int]] = (),
) -> Layout:
    """Part the document into blocks and say how names carry between them.

    `led`: the title begins with a club. Then a round-up of its news is read as a story about it.
    `people`, `clubs`: for each where he or it is named; paragraphs about one after another are a round-up.
    """
    plain = document.plain
    raw = _joined(plain, [*_lines(plain, document.body)], furniture)
    parts = [_part(plain, line, furniture) for line in raw]
    parts = _captions(plain, raw, parts, furniture)
    parts = _clocked(plain, raw, parts)
    parts = _after_more(plain, raw, parts, furniture)
    title_end = len(plain[: document.body].rstrip())
    title = Block(Part.TITLE, _untimed(plain, 0, title_end), title_end, 0, 0)
    shape = _shape(plain, title, raw, parts, furniture, led=led)
    told = [line for line, part in zip(raw, parts, strict=True) if part is Part.PARAGRAPH]
    titled = sum(any(at < title.end for at in spots) for spots in clubs)
    if shape is Shape.STORY and titled != 1:
        parted = strung(told, people, clubs) or sectioned(_sections(plain, raw, parts), people)
        shape = Shape.ROUNDUP if parted else Shape.STORY
    blocks = [title] if title.end > title.start else []
    item, who = 0, named_in(raw, people)
    here: set[int] = set()
    entered = headed = False
    for number, (line, part) in enumerate(zip(raw, parts, strict=True)):
        entered |= part is Part.ENTRY
        opens = _opens(shape, part, number, parts, entered=entered)
        if opens and not _goes_on(plain, raw, parts, number, who, here):
            item += 1
            here, headed = set(), part is Part.HEADING and plain.count(" ", *line) > _LABEL
        here |= who[number] if headed else set()
        blocks.append(_block(plain, line, part, item, number + 1))
    if shape is Shape.LIVE:
        blocks = _newest_last(plain, blocks, raw)
    return Layout(shape, tuple(blocks))


def _lines(plain: str, at: int) -> list[Span]:
    """Lines that are not blank; a line broken in mid-sentence is joined with the next."""
    lines: list[Span] = []
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


def _joined(plain: str, lines: Sequence[Span], furniture: Furniture) -> list[Span]:
    """The lines with those that are part of another: a bullet's mark that stands alone belongs to the line
    below it, a credit that stands alone to the one above."""
    out: list[Span] = []
    marked = False
    for start, end in lines:
        text = plain[start : min(end, start + 80)]
        credit = _BRACKET.fullmatch(text) or f" {fold(text)} ".startswith(_padded(furniture.credit))
        if out and (marked or credit):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
        marked = _MARK.fullmatch(text) is not None
    return out


def _captions(plain: str, lines: Sequence[Span], parts: Sequence[Part], furniture: Furniture) -> list[Part]:
    """What stands below "Image caption," or behind "Image:" is one, and tells nothing."""
    out = list(parts)
    for number, (start, end) in enumerate(lines):
        head, colon, _ = plain[start : min(end, start + 40)].partition(":")
        if fold(head).strip(" ,") in furniture.picture:
            last = number + (1 if colon else 2)
            out[number:last] = [Part.ASIDE] * len(out[number:last])
    return out


def _clocked(plain: str, lines: Sequence[Span], parts: Sequence[Part]) -> list[Part]:
    """Lines that begin with a time such as "2345 -" are entries, unless all of those may be years."""
    timed = [n for n, (start, end) in enumerate(lines) if _CLOCK.match(plain[start : min(end, start + 20)])]
    if all(plain[lines[n][0] :].lstrip()[:2] in ("19", "20") for n in timed):
        return list(parts)
    return [Part.ENTRY if n in timed else part for n, part in enumerate(parts)]


def _trim(plain: str, start: int, end: int) -> Span:
    piece = plain[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _part(plain: str, line: Span, furniture: Furniture) -> Part:
    start, end = line
    head = plain[start : min(end, start + 400)]
    folded = f" {fold(head)} "
    if any(words in folded for words in _padded(furniture.caption)) or _DATELINE.match(head):
        return Part.ASIDE
    if folded.startswith((*_padded(furniture.aside), *_padded(furniture.more))):
        return Part.ASIDE
    if (pointed := _POINTER.match(head)) and fold(pointed[1]) in furniture.pointer:
        return Part.ASIDE
    moves = fold(head.partition(":")[0][:40]) in furniture.moves
    if not moves and _LINEUP.search(head) and _is_lineup(head):
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
    if line.isupper() or (_BULLET.match(line) and line[0].isdigit()):
        return True
    return not line.endswith((".", "!", "…", "...", ",", ";", '."', ".”", '"', "”"))


def _is_lineup(line: str) -> bool:
    words: list[str] = re.findall(r"[^\W\d_]+", line)
    capitals = sum(word[0].isupper() for word in words)
    return capitals >= 6 and capitals >= 0.7 * len(words)


def _after_more(plain: str, lines: Sequence[Span], parts: Sequence[Part], furniture: Furniture) -> list[Part]:
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
    lines: Sequence[Span],
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


def _sections(plain: str, lines: Sequence[Span], parts: Sequence[Part]) -> list[Span]:
    """What stands below each headline in the text, the headline included."""
    heads = [
        number for number, (line, part) in enumerate(zip(lines, parts, strict=True))
        if part is Part.HEADING and plain.count(" ", *line) > _LABEL
    ]  # fmt: skip
    return [(lines[head][0], lines[end - 1][1]) for head, end in itertools.pairwise([*heads, len(lines)])]


def _goes_on(
    plain: str,
    lines: Sequence[Span],
    parts: Sequence[Part],
    number: int,
    who: Sequence[set[int]],
    here: set[int],
) -> bool:
    """Does a paragraph go on with the item before it, which no credit has closed: names it nobody, or
    somebody who is named `here`, under the same heading?"""
    if not number or parts[number] is not Part.PARAGRAPH or parts[number - 1] is not Part.PARAGRAPH:
        return False
    if any(_CREDIT_END.search(plain[max(a, b - 70) : b]) for a, b in lines[number - 1 : number + 1]):
        return False
    return any(who) and (not who[number] or bool(who[number] & here))


def _opens(shape: Shape, part: Part, number: int, parts: Sequence[Part], *, entered: bool) -> bool:
    """Does this line begin a new item? `entered`: the first entry of a live blog has come."""
    if number == 0 or part is Part.ASIDE:
        return number == 0
    if shape is Shape.LIVE:
        return part is Part.ENTRY or not entered
    if part in (Part.HEADING, Part.BULLET):
        return True
    return shape is Shape.ROUNDUP and parts[number - 1] is not Part.HEADING


def _untimed(plain: str, start: int, end: int) -> int:
    """Where the words begin after a time of day."""
    head = plain[start : min(end, start + 40)]
    found = _TIME.match(head) or _CLOCK.match(head)
    return start + found.end() if found else start


def _block(plain: str, line: Span, part: Part, item: int, order: int) -> Block:
    start, end = line
    if found := _BULLET.match(plain[start : min(end, start + 12)]):
        start += found.end()
    if part is Part.ENTRY:
        start = _untimed(plain, start, end)
    return Block(part, min(start, end), end, item, order)


def _newest_last(plain: str, blocks: Sequence[Block], lines: Sequence[Span]) -> list[Block]:
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
    if clock := _CLOCK.match(line):
        return int(clock["hour"]) * 60 + int(clock["minute"])
    found = _TIME.match(line)
    if not found:
        return None
    hour = int(found["hour"] or found["hour12"])
    half = (found["half"] or found["half12"] or "").replace(".", "").lower()
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return hour * 60 + int(found["minute"] or 0)
