"""What `feeds.markup` and `feeds.identity` do for one entry, for all entries of a page in one go.

A call for each field of each entry costs more than the work in it: strings are joined, treated once and taken
apart again. Whatever does not come apart as it was put together is treated piece by piece.
"""

from __future__ import annotations

import html
import re
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
_MOST_RUNS, _LONG_RUN = 1000, 40
# Tags, and the space between them.
_RUN = re.compile(r"(<[^<>]*>(?:[ \n\x1c]*<[^<>]*>)*)")
_SPACED_PARAGRAPH = re.compile(f"[ \n]*{PARAGRAPH}[ \n{PARAGRAPH}]*")


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
    joined = _SEAM.join((*titles, *texts))
    if joined.count(_SEAM) != len(titles) + len(texts) - 1:
        joined = _SEAM.join(part.replace(_SEAM, " ") for part in (*titles, *texts))
    parts = [b"%b\n%b" % part for part in hashed(joined)]
    return [
        xxhash.xxh3_64_hexdigest(b"%b\n%b" % both)
        for both in zip(parts[: len(titles)], parts[len(titles) :], strict=True)
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
    seams = len(markups) - 1
    if joined.count(_SEAM) != seams or any(mark in joined for mark in _MARKED):
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


class _Runs(dict[str, str]):
    """What stands for a run of tags and the space between them; a > for one that are not all quick ones."""

    def __missing__(self, run: str) -> str:
        marked = MARKS[alone[1]] if (alone := QUICK_TAG.fullmatch(run)) else self._together(run)
        if len(self) < _MOST_RUNS and len(run) < _LONG_RUN:
            self[run] = marked
        return marked

    def _together(self, run: str) -> str:
        pieces = QUICK_TAG.split(run)
        names = pieces[1::2]
        if len(names) != run.count("<"):
            return ">"
        pieces[1::2] = [MARKS[name] for name in names]
        return _SPACED_PARAGRAPH.sub(PARAGRAPH, "".join(pieces))


_RUNS = _Runs()


def _without_tags(markup: str) -> str | None:
    """Marks in place of tags; None where one is not in order."""
    parts = _RUN.split(markup)
    parts[1::2] = [_RUNS[run] for run in parts[1::2]]
    text = "".join(parts)
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
