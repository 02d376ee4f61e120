"""Whom a sentence credits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from links.fold import fold
from links.language import Language
from links.reach import Pair, Passage
from links.sentences import SOURCE, Token

_BRACKET = re.compile(r"[(\[]([^()\[\]]{2,60})[)\]]\.?\s*$")
_NAME = r"(?:[A-Z][\w’'.-]*|de|di|del|della|dello|la|le|the|La|El)"
_HANDLE = re.compile(r"@\w{3,30}")


@dataclass(frozen=True, slots=True)
class SourceWords:
    """How a language credits, from its [sources] table, folded."""

    before: tuple[str, ...]
    after: frozenset[str]
    named: re.Pattern[str]

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> SourceWords:
        """Compile the table."""
        before = tuple(sorted((fold(w) for w in table.get("before", ())), key=len, reverse=True))
        strong = "|".join(re.escape(w) for w in table.get("strong", ())) or "(?!)"
        named = re.compile(rf"\b(?i:{strong}) (?i:the )?({_NAME}(?: {_NAME}){{0,3}})")
        return cls(before, frozenset(table.get("after", ())), named)


def credited(
    plain: str, start: int, end: int, tokens: Sequence[Token], words: SourceWords, *, title: bool
) -> list[str]:
    """Those whom a sentence credits, in its spelling and order."""
    found: list[str] = []
    for at, token in enumerate(tokens):
        if token.key == SOURCE and _is_credit(plain, tokens, at, words, title=title):
            found.append(plain[token.start : token.end])
    if bracket := _BRACKET.search(plain, max(start, end - 64), end):
        inside = [t for t in tokens if t.key == SOURCE and t.start >= bracket.start()]
        found = [f for f in found if f not in [plain[t.start : t.end] for t in inside]]
        found += _bracketed(bracket[1], [plain[t.start : t.end] for t in inside])
    for name in words.named.finditer(plain, start, end):
        if (
            not any(fold(name[1]) in fold(f) or fold(f) in fold(name[1]) for f in found)
            and name[1][0].isupper()
        ):
            found.append(name[1])
    return list(dict.fromkeys(found))


def _bracketed(credit: str, known: Sequence[str]) -> list[str]:
    """A credit in brackets at the end of a sentence: names with capitals, parted by commas or "via"."""
    credit = re.split(r" [-–—] ", credit.strip())[0]
    parts = [part for part in re.split(r"\s*(?:,|/|;|\bvia\b)\s*", credit) if part]
    names = [re.sub(r"^(?:via|per|source:?)\s+", "", part) for part in parts]
    good = [
        n for n in names if n and n[0].isupper() and not any(c.isdigit() for c in n) and len(n.split()) <= 4
    ]
    return good if len(good) == len(names) and (known or all(len(n) > 2 for n in good)) else list(known)


def _is_credit(plain: str, tokens: Sequence[Token], at: int, words: SourceWords, *, title: bool) -> bool:
    keys = [token.key for token in tokens]
    if title and at + 1 < len(keys) and (keys[at + 1] == ":" or (at == 0 and keys[at + 1] in ("'s", "-"))):
        return True
    if at + 1 < len(keys) and (
        keys[at + 1] in words.after or keys[at + 1] == ")" and keys[at - 1 : at] == ["("]
    ):
        return True
    if at + 2 < len(keys) and keys[at + 1] == "'s" and keys[at + 2] == SOURCE:
        return True
    if (
        at + 2 < len(keys)
        and keys[at + 1] in ("(", ",", "and")
        and any(k in words.after for k in keys[at + 2 : at + 6])
    ):
        return True
    before = " ".join(keys[max(0, at - 6) : at])
    before = re.sub(
        r" (?:the|a|of|today s|today|'s|morning 's edition|edition|journalist|italian|expert|outlet|newspaper|daily)$",
        "",
        before,
    )
    return any(before == cue or before.endswith(" " + cue) for cue in words.before) or before.endswith(
        ("via", SOURCE + " and", SOURCE + " ,")
    )


def credits(
    passages: Sequence[Passage], pairs: Sequence[Pair], words: Language, plain: str, outlet: str | None
) -> Mapping[Pair, tuple[str, ...]]:
    """Those whom the article credits for each link, in its spelling; its own outlet is none of them."""
    cues = SourceWords.of(words.tables["sources"])
    own = fold(outlet or "")
    out: dict[Pair, dict[str, None]] = {pair: {} for pair in pairs}
    for passage in passages:
        line = passage.line
        found = credited(plain, line.start, line.end, line.tokens, cues, title=line.title)
        for name in found:
            if own and fold(name) == own:
                continue
            for pair in passage.all():
                out[pair].setdefault(name)
    return {pair: _distinct(names) for pair, names in out.items()}


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Each source once, in its fullest spelling: "Romano" and "Fabrizio Romano" are one."""
    out: list[str] = []
    for name in names:
        key = set(fold(name).split())
        same = next((i for i, other in enumerate(out) if key <= set(fold(other).split())), None)
        if same is None:
            out = [other for other in out if not set(fold(other).split()) <= key]
            out.append(name)
    return tuple(out)
