"""The form of a move, out of the clauses that speak of it: a loan, a purchase, for nothing, an exchange."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from links.claim import Deal
from links.language import Language, Rule
from links.phrases import Hit
from links.reach import Pair, Passage
from links.sentences import CLUB
from links.structure import Part

_NEAR, _FAR, _SOON = 2, 10, 2
"""So many words before a form of a move may a negation stand: "not on loan"."""


def deals(passages: Sequence[Passage], pairs: Sequence[Pair], words: Language) -> Mapping[Pair, Deal]:
    """The form of each link that the article gives one. A fee alone is not looked at here."""
    counts: dict[Pair, Counter[str]] = defaultdict(Counter)
    titled: list[str] = []
    leaving: list[tuple[str, str, int]] = []
    met: dict[Pair, int] = {}
    for number, passage in enumerate(passages):
        for pair in passage.all():
            if pair[1] in passage.clubs():
                met.setdefault(pair, number)
        if not passage.people() and not passage.clubs() and passage.gap > 1:
            continue
        for hit in _spoken(passage, words):
            for pair in passage.about(hit.start, words):
                counts[pair][hit.meaning.name] += 1
                if passage.guessed(pair):
                    leaving.append((pair[0], hit.meaning.name, number))
            if passage.line.title and not passage.all() and not _of_an_item(passage):
                titled.append(hit.meaning.name)
    for pair in pairs:
        if not counts[pair]:
            counts[pair].update(
                name for who, name, at in leaving if who == pair[0] and 0 < met.get(pair, 0) - at <= _SOON
            )
        if not counts[pair]:
            counts[pair].update(name for name in titled if name != "permanent")
    return {pair: form for pair in pairs if (form := _form(counts[pair])) is not None}


def _of_an_item(passage: Passage) -> bool:
    """Is it the heading of one item of many?"""
    return passage.fresh and passage.line.block.part is not Part.TITLE


def _form(counts: Counter[str]) -> Deal | None:
    """An exchange, a loan that ends in a purchase, else what is said most often, a loan first."""
    if counts["swap"]:
        return Deal.SWAP
    if counts["bought"]:
        return Deal.PERMANENT
    best = max(("loan", "free", "permanent"), key=lambda name: counts[name])
    return Deal(best) if counts[best] else None


def _spoken(passage: Passage, words: Language) -> Iterator[Hit[Rule]]:
    """The forms that a sentence speaks of now: the longest words where they overlap, none that is denied.

    After a loan its sentence may go on to the purchase that could follow: that is still a loan.
    """
    hits = [
        hit for hit in passage.line.hits if hit.meaning.sort == "deal" and not _his_new_club(hit, passage)
    ]
    lent: set[int] = set()
    for hit in sorted(hits, key=lambda hit: hit.start):
        if any(_inside(hit, other) for other in hits) or hit.meaning.name == "idle":
            continue
        if passage.is_past(hit.start) or _denied(hit, passage, words):
            continue
        if hit.meaning.name == "bought" and _only_may(hit, passage, words):
            continue
        if hit.meaning.name == "loan":
            lent.add(hit.start)
        elif hit.meaning.name == "permanent" and lent:
            continue
        yield hit


def _his_new_club(hit: Hit[Rule], passage: Passage) -> bool:
    """ "on loan at Rovers" tells nothing of a move, unless Rovers are those who may get him."""
    tokens = passage.line.tokens[hit.start : hit.end]
    clubs = {token.mention.ref for token in tokens if token.key == CLUB and token.mention is not None}
    return hit.meaning.name == "idle" and any(club in clubs for _, club in passage.at(hit.start))


def _only_may(hit: Hit[Rule], passage: Passage, words: Language) -> bool:
    """Is a purchase no more than an option, or a duty to come?"""
    clause = str(words.tables["money"].get("clause", "")).split()
    return any(token.key in clause for token in passage.line.tokens[max(0, hit.start - _FAR) : hit.start])


def _inside(hit: Hit[Rule], other: Hit[Rule]) -> bool:
    return other.start <= hit.start and hit.end <= other.end and other.end - other.start > hit.end - hit.start


def _denied(hit: Hit[Rule], passage: Passage, words: Language) -> bool:
    span = passage.line.tokens[max(0, hit.start - _NEAR) : hit.start]
    return any(words.is_(token.key, "no") for token in span)
