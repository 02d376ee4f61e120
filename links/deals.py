"""The form of a move and its price, out of the sentences that tell of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from links.claim import Deal
from links.language import Rule
from links.phrases import Hit
from links.sentences import MONEY, Token


def forms(hits: Sequence[Hit[Rule]]) -> Counter[str]:
    """How often each form of a move is spoken of."""
    return Counter(hit.meaning.name for hit in hits if hit.meaning.sort == "deal")


def form(counts: Counter[str], *, fee: bool) -> Deal | None:
    """The form that a link's sentences speak for: a swap or a loan before a purchase."""
    for name in ("swap", "loan", "free", "permanent"):
        if counts[name]:
            return Deal(name)
    return Deal.PERMANENT if fee else None


def fee(tokens: Sequence[Token], words: Mapping[str, Any]) -> str | None:
    """The principal sum of a sentence, None if it names none."""
    skip = set(str(words.get("extra", "")).split())
    never = set(str(words.get("not_fee", "")).split())
    for at, token in enumerate(tokens):
        if token.key != MONEY or token.mention is None:
            continue
        after = [t.key for t in tokens[at + 1 : at + 4]]
        if skip & set(after[:3]) or never & set(after[:3]):
            continue
        return token.mention.ref
    return None
