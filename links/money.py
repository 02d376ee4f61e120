"""Sums of money in a text, and which of them is the principal one of a move."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from links.claim import Deal
from links.language import Language
from links.reach import Pair, Passage
from links.sentences import MONEY

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
            rf"|(?<![\w.,£€$])(?P<d>{_NUMBER})[ -]?(?P<ds>m|mn|mln|million|mil)\b"
            r"(?! (?:people|followers|fans))"
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


_Price = tuple[str, str, int]
"""The role of a sum, the sum as written, the number of its sentence."""

_ROLES = ("clause", "agreed", "offered", "asked")
"""What a sum may be; [money] in a language file has the words of each."""
_BACK, _AHEAD, _FAR = 7, 5, 12


def fees(
    passages: Sequence[Passage],
    pairs: Sequence[Pair],
    words: Language,
    forms: Mapping[Pair, Deal],
    sellers: Mapping[Pair, str | None],
) -> Mapping[Pair, str]:
    """The sum of each link, word for word: what is agreed or offered before what is asked, without extras;
    for a loan what the purchase after it would cost."""
    role_words = _Roles(words.tables["money"])
    found: dict[Pair, list[_Price]] = {pair: [] for pair in pairs}
    for number, passage in enumerate(passages):
        tokens = passage.line.tokens
        for at, token in enumerate(tokens):
            if token.key != MONEY or token.mention is None or _is_past(passage, at):
                continue
            role = role_words.of([t.key for t in tokens], at, _opens(passage, at))
            if role is None:
                continue
            for pair in _asked_of_all(passage, at, pairs, words) if role in ("asked", "") else ():
                found[pair].append((role, token.mention.ref, number))
            for pair in passage.about(at, words):
                if _of_others(passage, at, pair, sellers.get(pair)):
                    continue
                found[pair].append((role, token.mention.ref, number))
    return {
        pair: best
        for pair in pairs
        if (best := _principal(found[pair], loan=forms.get(pair) is Deal.LOAN)) is not None
    }


def _opens(passage: Passage, at: int) -> int:
    """Where the clause around a token begins."""
    segment = passage.segment(at)
    while at > 0 and passage.segment(at - 1) == segment:
        at -= 1
    return at


def _is_past(passage: Passage, at: int) -> bool:
    """In a clause of the past, or in one without parties that hangs on such a clause."""
    segment = passage.segment(at)
    if passage.is_past(at):
        return True
    hangs = passage.clauses.sort[segment] != "main" and segment - 1 in passage.past
    return hangs and not passage.people(segment) and not passage.clubs(segment)


def _of_others(passage: Passage, at: int, pair: Pair, seller: str | None) -> bool:
    """Does the clause name another club that is neither who buys nor who sells, and not who buys?"""
    clubs = set(passage.clubs(passage.segment(at)))
    return seller is not None and bool(clubs - {seller}) and pair[1] not in clubs


def _asked_of_all(passage: Passage, at: int, pairs: Sequence[Pair], words: Language) -> tuple[Pair, ...]:
    """A price that the seller asks where no buyer is named is asked of everybody."""
    players = {player for player, _ in passage.about(at, words) or passage.before}
    mine = tuple(pair for pair in pairs if pair[0] in players)
    clubs = set(passage.clubs())
    return () if any(club in clubs for _, club in mine) else mine


def _principal(sums: Sequence[_Price], *, loan: bool) -> str | None:
    """The sum that counts; of several offers the last, and a sum without a role after an offer is one too."""
    order = (
        ("clause", "agreed", "offered", "", "asked") if loan else ("agreed", "offered", "", "asked", "clause")
    )
    for role in order:
        fit = [text for said, text, _ in sums if said == role]
        if role == "offered" and fit:
            return _last_offer(sums)
        if fit and loan and role in ("agreed", ""):
            return _later(sums, fit[0])
        if fit:
            return fit[0]
    return None


def _later(sums: Sequence[_Price], text: str) -> str:
    """ "€2m now and €20m in the summer": of a loan's sums in one sentence the last."""
    number = next(n for role, said, n in sums if said == text and role in ("agreed", ""))
    return [said for role, said, n in sums if n == number and role in ("agreed", "")][-1]


def _last_offer(sums: Sequence[_Price]) -> str:
    """ "A first offer of £38m, and a second of £45m"."""
    last, where = "", -1
    for role, text, number in sums:
        if role == "offered" or (not role and number == where):
            last, where = text, number
    return last


class _Roles:
    """What the words around a sum make of it."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        def words(key: str) -> frozenset[str]:
            return frozenset(str(table.get(key, "")).split())

        self._words = {role: words(role) for role in _ROLES}
        self._extra, self._plus, self._was = words("extra"), words("plus"), words("was")
        self._release, self._has = words("release"), words("has")
        self._included, self._buy = words("included"), words("clause_after")
        self._not, self._not_after, self._lend = words("not_fee"), words("not_fee_after"), words("lend")

    def of(self, keys: Sequence[str], at: int, first: int = 0) -> str | None:
        """The role of the sum at a token, "" where no word tells, None where it is no fee."""
        before = _to_mark(keys[max(0, at - _BACK) : at][::-1])
        after = _to_mark(keys[at + 1 : at + 1 + _AHEAD])
        if self._not & set(before[:4]) or self._not_after & set(after[:2]) or self._is_extra(before, after):
            return None
        if (before[:1] and before[0] in self._was) or (
            keys[at - 1 : at] == ["("] and MONEY in keys[max(0, at - 3) : at]
        ):
            return None
        if self._release & set(after[:2]) and self._has & set(before[:2]):
            return None
        if self._buy & set(after[:2]):
            return "clause"
        if self._lend & set(before[:2]):
            return "lent"
        if self._lend & {*before[:3], *after[:1]} and self._words["agreed"] & {*before[:3], *after[:2]}:
            return "lent"
        if self._words["clause"] & {*after[:3], *keys[max(first, at - _FAR) : at]}:
            return "clause"
        for reach in (2, 4, 7):
            for role in _ROLES:
                if self._words[role] & {*before[:reach], *after[: reach - 1]}:
                    return role
        return ""

    def _is_extra(self, before: Sequence[str], after: Sequence[str]) -> bool:
        """ "plus €3m in add-ons", not "€20m plus add-ons"."""
        for key in after[:3]:
            if key in self._plus or key == ",":
                break
            if key in self._extra:
                return not self._included & set(after)
        return bool(self._plus & set(before[:1]) and self._extra & set(after))


def _to_mark(keys: Sequence[str]) -> list[str]:
    """The words up to the next mark; another sum ends them too."""
    out: list[str] = []
    for key in keys:
        if key in (".", ";", ":", "(", ")", MONEY):
            break
        out.append(key)
    return out
