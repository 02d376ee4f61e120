"""What `feeds.markup` and `feeds.identity` do for one entry, for all entries of a page in one go.

A call for each field of each entry costs more than the work in it: strings are joined, treated once and taken
apart again. Whatever does not come apart as it was put together is treated piece by piece.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Sequence

import xxhash

from feeds.identity import hashed
from feeds.markup import (
    BREAK,
    ITEM,
    MARKS,
    MAX_TEXT,
    PARAGRAPH,
    QUICK_TAG,
    TAME_WITH_MARKS,
    TYPED_BULLETS,
    is_tame,
    laid_out,
    one_line,
    plain,
)

_SEAM = "\x1c"  # no quick tag and no entity reaches across it
_MARKED = (BREAK, PARAGRAPH, ITEM)
_FEW = 4


def plain_all(markups: Sequence[str]) -> list[str]:
    """`plain` of each."""
    return _halved(markups, _plain_together, plain)


def one_lines(markups: Sequence[str], limit: int = 1000) -> list[str]:
    """`one_line` of each."""
    if not any(markups):
        return [""] * len(markups)
    return _halved(markups, lambda some: _lines_together(some, limit), lambda one: one_line(one, limit))


def content_hashes(titles: Sequence[str], texts: Sequence[str]) -> list[str]:
    """`feeds.identity.content_hash` of each title with its text."""
    if not titles:
        return []
    written = (*titles, *texts)
    if any(_SEAM in part for part in written):
        written = tuple(part.replace(_SEAM, " ") for part in written)
    parts = hashed(_SEAM.join(written))
    return [
        xxhash.xxh3_64_hexdigest(b"%b\n%b\n%b\n%b" % (*title, *text))
        for title, text in zip(parts[: len(titles)], parts[len(titles) :], strict=True)
    ]


def _halved(
    pieces: Sequence[str],
    together: Callable[[Sequence[str]], list[str] | None],
    alone: Callable[[str], str],
) -> list[str]:
    """Together, or else in halves, so that an odd one does not make all others slow."""
    if len(pieces) < _FEW:
        return [alone(piece) for piece in pieces]
    done = together(pieces)
    if done is None:
        half = len(pieces) // 2
        done = [*_halved(pieces[:half], together, alone), *_halved(pieces[half:], together, alone)]
    return done


def _lines_together(markups: Sequence[str], limit: int) -> list[str] | None:
    joined = "\n".join(markups)
    if "<" in joined or max(map(len, markups)) > limit:
        return None
    text = html.unescape(joined) if "&" in joined else joined
    if text.count("\n") != len(markups) - 1 or not is_tame(text.replace("\n", "")):
        return None
    while "  " in text:
        text = text.replace("  ", " ")
    return [line.strip(" ") for line in text.split("\n")]


def _plain_together(markups: Sequence[str]) -> list[str] | None:
    joined = _SEAM.join(markups)
    if any(_SEAM in markup for markup in markups) or any(mark in joined for mark in _MARKED):
        return None
    if len(joined) > MAX_TEXT and max(map(len, markups)) > MAX_TEXT:
        return None
    text = _without_tags(joined)
    if text is None:
        return None
    if "&" in text:
        text = html.unescape(text)
    lined = [piece for piece in text.split(_SEAM) if "\n" in piece] if "\n" in text else []
    if any(PARAGRAPH not in piece and BREAK not in piece for piece in lined):
        return None  # its layout is in its lines
    text = text.replace("\n", " ").replace("\t", " ").replace("\xa0", " ")
    if not is_tame(text, TAME_WITH_MARKS):
        return None
    while "  " in text:
        text = text.replace("  ", " ")
    if paragraphs := _paragraphs(text):
        return paragraphs
    done = [_laid_out(piece) for piece in text.split(_SEAM)]
    return [plain(markup) if one is None else one for markup, one in zip(markups, done, strict=True)]


def _without_tags(markup: str) -> str | None:
    """Marks in place of tags; None where one is not in order."""
    # Most tags of an article stand there; quick tags hold no mark, so that none of them changes by it.
    pieces = QUICK_TAG.split(markup.replace("</p>\n<p>", PARAGRAPH))
    pieces[1::2] = [MARKS[tag] for tag in pieces[1::2]]
    text = "".join(pieces)
    return None if "<" in text or ">" in text else text


def _paragraphs(text: str) -> list[str] | None:
    """All of them laid out, None where there is more to it than paragraphs."""
    if BREAK in text or ITEM in text or "|" in text:
        return None
    pieces = text.replace(_SEAM, f"{PARAGRAPH}{_SEAM}{PARAGRAPH}").split(PARAGRAPH)
    lines = [line for piece in pieces if (line := piece.strip(" "))]
    if not TYPED_BULLETS.isdisjoint([line[0] for line in lines]):
        return None
    return [part.strip("\n") for part in "\n\n".join(lines).split(_SEAM)]


def _laid_out(text: str) -> str | None:
    if BREAK in text or ITEM in text:
        return laid_out(text)
    around = " |" if PARAGRAPH in text else " "
    lines = [line for piece in text.split(PARAGRAPH) if (line := piece.strip(around))]
    if not TYPED_BULLETS.isdisjoint([line[0] for line in lines]):
        return None
    return "\n\n".join(lines)
