"""Whom an article credits for a link: outlets, journalists, handles, in its own spelling."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from links.fold import fold
from links.language import Language
from links.reach import Pair, Passage
from links.sentences import CLUB, PERSON, SOURCE, Token
from links.structure import Part

_SHORT, _FIRST, _FEW = 6, 2, 2
"""One paragraph of so few sentences, title included, credits for all of it what its first ones credit."""
_CLOSES = 5
"""A credit closes a paragraph so many tokens from its end: "(Daily News, in Italian)"."""
_Credit = tuple[str, str]
"""A source as it is usually called, and as the article spells it."""
_OTHER = "X"
"""The kind of a person who is neither a player nor acts for a club."""


@dataclass(frozen=True, slots=True)
class _Words:
    """How a language credits, from its [sources] table."""

    says: frozenset[str]
    """Verbs of a journalist whom nobody listed: "reports", "claims"."""
    trade: frozenset[str]
    """What a journalist is called: "reporter", "expert"."""
    tells: frozenset[str]
    """Verbs that do once his trade is said: "says", "explained"."""
    echo: frozenset[str]
    """Those who were credited, taken up again: "the report", "the newspaper"."""
    same: frozenset[str]
    cue: frozenset[str]
    """Words before a handle that credit it: "via"."""
    both: frozenset[str]
    """Words before a credit that say that it is for the item before, too: "(both Daily News)"."""

    @classmethod
    def of(cls, table: Mapping[str, Any]) -> _Words:
        def words(key: str) -> frozenset[str]:
            return frozenset(str(table.get(key, "")).split())

        return cls(
            words("says"),
            words("trade"),
            words("tells"),
            words("echo"),
            words("same"),
            words("cue"),
            words("both"),
        )


def credits(
    passages: Sequence[Passage],
    pairs: Sequence[Pair],
    words: Language,
    plain: str,
    outlet: str | None,
    *,
    apart: bool = False,
) -> Mapping[Pair, tuple[str, ...]]:
    """Those whom the article credits for each link; its own outlet is none of them. `apart`: its items are
    read each on its own, and who is credited at the end of one stands for all of it."""
    cues = _Words.of(words.tables["sources"])
    linked = {player for player, _ in pairs}
    out: dict[Pair, dict[_Credit, None]] = {pair: {} for pair in pairs}
    heading: list[_Credit] = []
    last: list[_Credit] = []
    blocks = {passage.line.block.order for passage in passages} - {0}
    short = len(passages) <= _SHORT and len(blocks) == 1
    for number, passage in enumerate(passages):
        found = [
            (token.mention.ref, name)
            for token in _credited(passage, cues, linked)
            if token.mention and not _is_own(name := plain[token.start : token.end], outlet)
        ]
        if passage.line.tokens and all(t.key == SOURCE for t in passage.line.tokens):
            heading = found
            continue
        if found:
            last = found
        elif last and _echoes(passage, cues):
            found = last
        ends = apart and found and _ends_item(passages, number)
        reached = (
            _item(passages, number, cues) if ends else _reach(passages, number, pairs, found, short=short)
        )
        for pair in reached:
            out[pair].update(dict.fromkeys(found))
        for pair in passage.all() if heading else ():
            out[pair].update(dict.fromkeys(heading))
    return {pair: _distinct(names) for pair, names in out.items()}


def _reach(
    passages: Sequence[Passage], number: int, pairs: Sequence[Pair], found: Sequence[_Credit], *, short: bool
) -> tuple[Pair, ...]:
    """The links that a credit in a sentence stands for: its own, else those of the next sentence of the
    paragraph or of the one before; in a few lines the first credit is for all."""
    passage = passages[number]
    if not found:
        return ()
    if short and number <= _FIRST:
        return tuple(pairs)
    if passage.all():
        return passage.all()
    order = passage.line.block.order
    for near in (number + 1, number - 1):
        if 0 <= near < len(passages) and passages[near].line.block.order == order and passages[near].all():
            return passages[near].all()
    if passage.line.block.part is Part.TITLE and number + 1 < len(passages):
        return passages[number + 1].all()
    return ()


def _ends_item(passages: Sequence[Passage], number: int) -> bool:
    """Does a credit in brackets, or in a line of its own, close the paragraph: "... (Daily News)"?"""
    line = passages[number].line
    after = passages[number + 1].line.block.order if number + 1 < len(passages) else -1
    if after == line.block.order:
        return False
    keys = [token.key for token in line.tokens]
    last = max((at for at, key in enumerate(keys) if key == SOURCE), default=-1)
    return last >= len(keys) - _CLOSES and ("(" in keys[max(0, last - _CLOSES) : last] or not line.groups)


def _item(passages: Sequence[Passage], number: int, cues: _Words) -> tuple[Pair, ...]:
    """The links of the paragraph that a credit closes, with those of the one before where it says "both"."""
    order = passages[number].line.block.order
    both = any(token.key in cues.both for token in passages[number].line.tokens[-_CLOSES - 1 :])
    pairs: list[Pair] = []
    for passage in reversed(passages[: number + 1]):
        if passage.line.block.order < order - both:
            break
        pairs += passage.all()
    return tuple(dict.fromkeys(pairs))


def _credited(passage: Passage, cues: _Words, linked: set[str]) -> Iterator[Token]:
    """The sources of a sentence. The names room marks an outlet only where it is credited; a person whom
    nobody listed has to report or to be called a journalist."""
    tokens = passage.line.tokens
    for at, token in enumerate(tokens):
        if token.mention is None:
            continue
        if token.key == SOURCE:
            if not (_dateline(tokens, at) or _aside(tokens, at) or _signature(tokens, at, cues)):
                yield token
            continue
        stranger = token.key == _OTHER or (token.key == PERSON and token.mention.ref not in linked)
        if stranger and _reports(tokens, at, cues):
            yield token


def _dateline(tokens: Sequence[Token], at: int) -> bool:
    """ "(ANSA) - ROME": an agency before the first word."""
    return at == 1 and tokens[0].key == "(" and [t.key for t in tokens[2:4]] == [")", "-"]


def _aside(tokens: Sequence[Token], at: int) -> bool:
    """ "Rovers (Northern Sports Group) have": a bracket that explains a club."""
    if at < 2 or tokens[at - 1].key != "(" or tokens[at - 2].key != CLUB:
        return False
    return any(token.is_word for token in tokens[at + 2 : at + 4])


def _signature(tokens: Sequence[Token], at: int, cues: _Words) -> bool:
    """ "More @RoversDesk": a handle in a line of its own is whoever posts it, unless a word credits him."""
    if tokens[at].key != SOURCE or not (mention := tokens[at].mention) or not mention.ref.startswith("@"):
        return False
    few = sum(token.is_word for token in tokens) <= _FEW
    return few and not (at and tokens[at - 1].key in cues.cue)


def _reports(tokens: Sequence[Token], at: int, cues: _Words) -> bool:
    after = [t.key for t in tokens[at + 1 : at + 4]]
    before = [t.key for t in tokens[max(0, at - 2) : at]]
    if after[:1] and after[0] in cues.says:
        return True
    called = bool(cues.trade & set(before))
    return (called and bool(cues.tells & set(after))) or (called and bool(cues.echo & set(before)))


def _echoes(passage: Passage, cues: _Words) -> bool:
    """ "the report adds", "the newspaper says"."""
    keys = [t.key for t in passage.line.tokens]
    return any(
        key in cues.same and (keys[at + 1] in cues.says or keys[at + 1] in cues.tells)
        for at, key in enumerate(keys[:-1])
    )


def _is_own(name: str, outlet: str | None) -> bool:
    """Is it the outlet that publishes the article, by any word of its name?"""
    own = set(fold(outlet or "").split())
    said = set(fold(name).split()) - {"the", "la", "le", "el", "il"}
    whole = fold(outlet or "").replace(" ", "")
    return bool(said) and (said <= own or (len(fold(name)) > 3 and fold(name).replace(" ", "") == whole))


def _distinct(names: Iterable[_Credit]) -> tuple[str, ...]:
    """Each source once, in its fullest spelling: "Romano" and "Fabrizio Romano" are one."""
    out: list[_Credit] = []
    for ref, name in names:
        words = set(fold(name).split())
        for at, (known, other) in enumerate(out):
            theirs = set(fold(other).split())
            if known == ref or words <= theirs or theirs <= words:
                if len(name) > len(other):
                    out[at] = (ref, name)
                break
        else:
            out.append((ref, name))
    return tuple(name for _, name in out)
