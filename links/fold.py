"""Folding: the form in which names are compared, whatever the case, the accents or the apostrophes.

`fold` gives keys ("Ødegaard's" -> "odegaard s"), `flatten` gives a text that can be scanned and keeps its
offsets. Both know the letters that Unicode does not decompose (ø ł đ ß ı æ œ þ ð) and turn all punctuation,
marks, symbols and emoji into spaces; letters of other scripts stay, in lower case.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_right
from dataclasses import dataclass

_SPECIAL = {
    "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
    "ŋ": "n", "ħ": "h", "ŧ": "t", "ə": "e", "ĸ": "k", "ſ": "s", "ƒ": "f", "ǝ": "e", "ẞ": "ss",
}  # fmt: skip

_SILENT = {"Mn", "Mc", "Me", "Cf"}
"""Marks that combine, and joiners and variation selectors: they stand inside words and leave no gap."""

_ASCII = {code: " " for code in range(128) if not chr(code).isalnum()} | {
    code: chr(code).lower() for code in range(128) if chr(code).isalnum()
}
_FOREIGN = re.compile(r"[^\x00-\x7f]")

_FEW = 48
"""Up to so many different letters outside ASCII, replacing each over the whole text is the quickest way."""


def _letter(char: str) -> str:
    """What one character outside ASCII folds to: nothing for a mark that combines, a space for a symbol."""
    out = []
    for part in unicodedata.normalize("NFKD", char.lower()):
        if unicodedata.category(part) in _SILENT:
            continue
        part = _SPECIAL.get(part, part)
        out.append(part.lower() if part.isalnum() else " ")
    return "".join(out).translate(_ASCII)


class _Table(dict[int, str]):
    """Answers for characters are worked out once. Bounded by the size of Unicode."""

    def __missing__(self, code: int) -> str:
        answer = self[code] = _letter(chr(code))
        return answer


_LETTERS = _Table()


def _replaced(text: str, foreign: set[str]) -> str:
    if len(foreign) > _FEW:
        return text.translate(_LETTERS)
    for char in foreign:
        text = text.replace(char, _LETTERS[ord(char)])
    return text


def fold(text: str) -> str:
    """The key of a name: lower case, no accents, no punctuation, single spaces, none at the ends."""
    if not text.isascii():
        text = _replaced(text, set(_FOREIGN.findall(text)))
    return " ".join(text.translate(_ASCII).split())


@dataclass(frozen=True, slots=True)
class Flat:
    """A text folded for scanning. `folded` has a space before and after, so that every word has one.

    Runs of spaces are kept. `_steps` are places where folding changed the length, as (folded offset,
    original offset) pairs in two arrays; empty where offsets differ by the leading space alone.
    """

    folded: str
    original: str
    _steps: tuple[array[int], array[int]] | None = None

    def back(self, at: int) -> int:
        """The offset in the original text for an offset in `folded`."""
        if self._steps is None:
            return min(max(at - 1, 0), len(self.original))
        folded, original = self._steps
        step = bisect_right(folded, at) - 1
        if step < 0:
            return 0
        return min(original[step] + (at - folded[step]), len(self.original))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The original slice for a folded slice that begins and ends at a word's edge."""
        first = self.back(start)
        return first, max(first, self.back(end))


def flatten(text: str) -> Flat:
    """Fold a text for scanning, with a way back to its offsets. Linear in the length of the text."""
    if text.isascii():
        return Flat(f" {text.translate(_ASCII)} ", text)
    foreign = set(_FOREIGN.findall(text))
    if all(len(_LETTERS[ord(char)]) == 1 for char in foreign):
        return Flat(f" {_replaced(text, foreign).translate(_ASCII)} ", text)
    return _mapped(text)


def _mapped(text: str) -> Flat:
    """The slow way, for a text with ß, æ, decomposed accents or joiners: notes every step."""
    out, at, last = [" "], 1, 0
    folded, original = array("q", [1]), array("q", [0])
    for found in _FOREIGN.finditer(text):
        start, piece = found.start(), _LETTERS[ord(found.group())]
        out += (text[last:start], piece)
        at += start - last + len(piece)
        last = start + 1
        if len(piece) != 1:
            folded.append(at)
            original.append(last)
    out.append(text[last:])
    return Flat("".join(out).translate(_ASCII) + " ", text, (folded, original))
