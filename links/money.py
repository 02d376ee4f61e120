"""Sums of money in a text, and which of them is the principal one of a move."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from links.claim import Deal
from links.language import Language
from links.reach import Pair, Passage
from links.sentences import MONEY, PERSON

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


_ROLES = ("clause", "agreed", "offered", "asked")
"""What a sum may be; [money] in a language file has the words of each."""
_BACK, _AHEAD = 7, 5


def fees(
    passages: Sequence[Passage],
    pairs: Sequence[Pair],
    words: Language,
    plain: str,
    forms: Mapping[Pair, Deal],
) -> Mapping[Pair, str]:
    """The sum of each link, word for word: what is agreed or offered before what is asked, without extras;
    for a loan what the purchase after it would cost."""
    role_words = _Roles(words.tables["money"])
    found: dict[Pair, list[tuple[str, str]]] = {pair: [] for pair in pairs}
    for passage in passages:
        tokens = passage.line.tokens
        for at, token in enumerate(tokens):
            if token.key != MONEY or token.mention is None or passage.is_past(at):
                continue
            role = role_words.of([t.key for t in tokens], at)
            if role is None:
                continue
            for pair in _meant(passage, at, words):
                found[pair].append((role, token.mention.ref))
    return {
        pair: best
        for pair in pairs
        if (best := _principal(found[pair], loan=forms.get(pair) is Deal.LOAN)) is not None
    }


def _meant(passage: Passage, at: int, words: Language) -> tuple[Pair, ...]:
    """The links that a sum is about: of the player right after "£20m for", else of its clause."""
    tokens = passage.line.tokens
    pairs = passage.at(at)
    if at + 1 < len(tokens) and words.is_(tokens[at + 1].key, "for"):
        for group, refs in passage.whom:
            if group.kind == PERSON and at + 1 < group.end and group.start <= at + 4:
                return tuple(pair for pair in passage.all() if pair[0] in refs) or pairs
    return pairs


def _principal(sums: Sequence[tuple[str, str]], *, loan: bool) -> str | None:
    order = (
        ("clause", "agreed", "offered", "asked", "") if loan else ("agreed", "offered", "", "asked", "clause")
    )
    for role in order:
        fit = [text for said, text in sums if said == role]
        if fit:
            return fit[-1] if role == "offered" else fit[0]
    return None


class _Roles:
    """What the words around a sum make of it."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._words = {role: frozenset(str(table.get(role, "")).split()) for role in _ROLES}
        self._extra = frozenset(str(table.get("extra", "")).split())
        self._not = frozenset(str(table.get("not_fee", "")).split())
        self._not_after = frozenset(str(table.get("not_fee_after", "")).split())

    def of(self, keys: Sequence[str], at: int) -> str | None:
        """The role of the sum at a token, "" where no word tells, None where it is no fee."""
        before = _to_mark(keys[max(0, at - _BACK) : at][::-1])
        after = _to_mark(keys[at + 1 : at + 1 + _AHEAD])
        if self._not & set(before[:4]) or self._not_after & set(after[:2]):
            return None
        if self._extra & set(after[:3]) or self._extra & set(before[:2]):
            return None
        for reach in (2, 4, 7):
            for role in _ROLES:
                if self._words[role] & {*before[:reach], *after[: reach - 1]}:
                    return role
        return ""


def _to_mark(keys: Sequence[str]) -> list[str]:
    """The words up to the next mark; another sum ends them too."""
    out: list[str] = []
    for key in keys:
        if key in (".", ";", ":", "(", ")", MONEY):
            break
        out.append(key)
    return out
