"""The neighbourhood of a name: the words beside it, and what its capital is worth there."""

from __future__ import annotations

import re
from bisect import bisect_left

from links.fold import fold

_BREAK = re.compile(r"\n")
_STOP = re.compile(r"[.!?…]\s|\n|[.!?…]$")
_CLAUSE = re.compile(r"[,;:)\n–—]|\.\s|\.$| - ")
OPENERS = "([«“\"'‘"
_SENTENCE_END = ".!?:;…•\n-–—|*>"
_NEAR = 48
"""So many characters before and after a name are looked at for words that say what it is."""


class Around:
    """The folded words right before and right after a slice of a text, in the same sentence."""

    __slots__ = ("_after", "_before", "_end", "_start", "_text")

    def __init__(self, text: str, start: int, end: int) -> None:
        self._text, self._start, self._end = text, start, end
        self._before: list[str] | None = None
        self._after: list[str] | None = None

    @property
    def before(self) -> list[str]:
        """The words before."""
        if self._before is None:
            self._before = fold(
                _STOP.split(self._text[max(0, self._start - _NEAR) : self._start])[-1]
            ).split()
        return self._before

    @property
    def after(self) -> list[str]:
        """The words after; a possessive's "s" is the first of them."""
        if self._after is None:
            tail = _STOP.split(self._text[self._end : self._end + _NEAR], maxsplit=1)[0]
            self._after = fold(tail).split()
        return self._after

    @property
    def next(self) -> str:
        """The character right after, "" at the end of the text."""
        return self._text[self._end : self._end + 1]

    @property
    def owns(self) -> bool:
        """Whether a possessive stands right after."""
        return self._text[self._end : self._end + 2] in {"'s", "’s"}

    def names_next(self, words: int) -> bool:
        """Whether a capital follows on so many words after a comma: "Vale, coach Orme said"."""
        tail = self._text[self._end + 1 : self._end + _NEAR].split()[words : words + 1]
        return bool(tail) and tail[0][0].isupper()

    @property
    def apposition(self) -> list[str]:
        """The words between the comma after the name and the next mark: "the Rovers manager"."""
        if self.next not in {",", "("}:
            return []
        tail = self._text[self._end + 1 : self._end + 90]
        close = _CLAUSE.search(tail)
        return fold(tail[: close.start()]).split() if close is not None else []


def begins_sentence(text: str, start: int) -> bool:
    """Whether the word at `start` is capital for its place alone."""
    before = text[max(0, start - 12) : start].rstrip(" \t\u00a0" + OPENERS)
    return (
        not before or before[-1] in _SENTENCE_END or (not before[-1].isascii() and not before[-1].isalpha())
    )


class Lines:
    """The lines of a text, and which of them give no evidence by case.

    A line in capitals, or A Title In Capitals, says nothing by the capital of a word.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._breaks = [match.start() for match in _BREAK.finditer(text)]
        self._loud: dict[int, bool] = {}

    def shout(self, at: int) -> bool:
        """Whether the line around this offset has (nearly) all its words in capitals."""
        number = bisect_left(self._breaks, at)
        if number not in self._loud:
            left = self._breaks[number - 1] + 1 if number else 0
            right = self._breaks[number] if number < len(self._breaks) else len(self._text)
            line = self._text[left : min(right, left + 300)]
            words = [word for word in line.split() if len(word) > 3 and word[0].isalpha()]
            capital = sum(word[0].isupper() for word in words)
            self._loud[number] = len(words) > 3 and capital >= 0.85 * len(words)
        return self._loud[number]
