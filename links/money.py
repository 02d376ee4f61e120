"""Sums of money in a text, and which of them is the principal one of a move."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_NUMBER = r"\d{1,3}(?:[., ]\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?(?:[-/–]\d+(?:[.,]\d{1,2})?)?"


@dataclass(frozen=True, slots=True)
class Sum:
    """A sum as the text writes it: its place, and its size for comparing (in its own currency)."""

    start: int
    end: int
    amount: float


@dataclass(frozen=True, slots=True)
class MoneyWords:
    """How a language writes sums, from its [money] table."""

    pattern: re.Pattern[str]
    scales: Mapping[str, float]
    number_words: Mapping[str, float]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> MoneyWords:
        """Compile the table: `currency` words, `scale` words with their size, `word_number`s."""
        scales = {str(k).lower(): float(v) for k, v in table.get("scale", {}).items()}
        numbers = {str(k).lower(): float(v) for k, v in table.get("number", {}).items()}
        scale = "|".join(sorted(map(re.escape, scales), key=len, reverse=True)) or "(?!)"
        names = "|".join(sorted(map(re.escape, table.get("currency", ())), key=len, reverse=True)) or "(?!)"
        worded = "|".join(sorted(map(re.escape, numbers), key=len, reverse=True)) or "(?!)"
        pattern = (
            rf"(?:[£€$¥]|US\$)\s?(?P<a>{_NUMBER})(?:[ -]?(?P<as>{scale})\b)?"
            rf"|(?<![\w.,£€$])(?P<b>{_NUMBER})[ -]?(?:(?P<bs>{scale})\.?)?[ -]?(?:[£€$](?!\d)|(?:{names})\b)"
            rf"|(?<![\w.,£€$])(?P<d>{_NUMBER})[ -]?(?P<ds>m|mn|mln|million|mil)\b(?! (?:people|followers|fans))"
            rf"|\b(?P<c>{worded}) (?P<cs>{scale})(?: (?:{names}))?\b"
        )
        return cls(re.compile(pattern, re.IGNORECASE), scales, numbers)

    def find(self, plain: str, start: int, end: int) -> Iterator[Sum]:
        """The sums between two offsets, in order."""
        for found in self.pattern.finditer(plain, start, end):
            yield Sum(found.start(), found.end(), self._amount(found))

    def _amount(self, found: re.Match[str]) -> float:
        for number, scale in (("a", "as"), ("b", "bs"), ("c", "cs"), ("d", "ds")):
            if (digits := found[number]) is None:
                continue
            size = self.scales.get((found[scale] or "").lower(), 1.0)
            if digits.lower() in self.number_words:
                return self.number_words[digits.lower()] * size
            return _value(digits) * size
        return 0.0


def _value(digits: str) -> float:
    digits = re.split(r"[-/–]", digits)[0].replace(" ", "")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        digits = re.sub(r"[.,]", "", digits)
    return float(digits.replace(",", "."))


def principal(plain: str, sums: Sequence[Sum], before: Sequence[str]) -> Sum | None:
    """The first sum that is no add-on, bonus, wage or valuation, None if there is none.

    `before` and the words after each sum are looked at by the caller; here only the order decides.
    """
    return sums[0] if sums else None
