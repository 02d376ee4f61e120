"""What an article tells of a link beside its stage: whom he leaves, in what form, for how much, says who."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from links.claim import Claim, Deal
from links.dealings import Dealings
from links.deals import deals
from links.focus import linked
from links.language import Language
from links.money import fees
from links.owners import Owners, owners
from links.reach import Line, Pair, Passage, passages
from links.scene import Scene
from links.sources import credits
from links.story import Article, Story


@dataclass(frozen=True)
class Told:
    """An article as far as its terms need it. `year` is that of the entry, None where it has none;
    `apart` tells that its items are read each on its own. What is known of whose players are must stand
    before its sentences are asked for: they are made once."""

    plain: str
    lines: Sequence[Line]
    article: Article
    words: Language
    year: int | None
    apart: bool
    outlet: str | None = None
    dealt: dict[int, Dealings] = field(default_factory=dict)
    """What was worked out of sentences before, by where they begin."""

    @functools.cached_property
    def passages(self) -> list[Passage]:
        """Its sentences, whatever links are asked for."""
        return passages(
            self.lines, self.article, self.words, plain=self.plain, year=self.year, apart=self.apart
        )

    @functools.cached_property
    def scenes(self) -> list[Scene]:
        """Its sentences as the rules see them, each without the story before it."""
        story = Story(self.article)
        return [
            Scene(line.tokens, line.groups, line.clauses, story, self.words, line.title, known=line.known)
            for line in self.lines
        ]

    @functools.cached_property
    def dealings(self) -> list[Dealings]:
        """What its sentences tell of clubs and their players, whatever links are asked for."""
        out: list[Dealings] = []
        for passage, scene in zip(self.passages, self.scenes, strict=True):
            known = self.dealt.get(passage.line.start)
            if known is None or known.passage.whom != passage.whom:
                known = self.dealt[passage.line.start] = Dealings(passage, scene, self.words)
            out.append(known)
        return out


@dataclass(frozen=True, slots=True)
class Terms:
    """The club that a player would leave, the form, the sum as written, those credited; None for untold."""

    seller: str | None
    deal: Deal | None
    fee: str | None
    sources: tuple[str, ...]


def _owners(told: Told, pairs: Sequence[Pair]) -> tuple[list[Passage], Owners]:
    pages = linked(told.passages, pairs)
    return pages, owners(pages, told.dealings, pairs, told.words, apart=told.article.apart)


def whose_of(told: Told, pairs: Sequence[Pair]) -> Owners:
    """Whose each of the linked players is, by all that the article says."""
    return _owners(told, pairs)[1]


def terms(told: Told, pairs: Sequence[Pair]) -> Mapping[Pair, Terms]:
    """The terms of each of these links; those with the player's own club are no links and left out."""
    pages, whose = _owners(told, pairs)
    sellers = {pair: whose.of(*pair) for pair in pairs}
    forms = dict(deals(pages, pairs, told.words))
    _exchange(pairs, sellers, forms)
    buyers = {club for _, club in pairs}
    for pair in pairs:
        if forms.get(pair) is Deal.FREE and sellers[pair] in buyers:
            sellers[pair] = None  # a free agent, near a club that buys in this article: nobody's yet
    prices = fees(pages, pairs, told.words, forms, sellers)
    said = credits(pages, pairs, told.words, told.plain, told.outlet, apart=told.apart)
    return {
        pair: Terms(
            sellers[pair],
            forms.get(pair) or (Deal.PERMANENT if pair in prices else None),
            prices.get(pair),
            said[pair],
        )
        for pair in pairs
        if whose.own(pair[0]) != pair[1] or pair in forms
    }


def _exchange(pairs: Sequence[Pair], sellers: dict[Pair, str | None], forms: dict[Pair, Deal]) -> None:
    """The two halves of an exchange: each leaves for the club that the other comes from."""
    for one in pairs:
        if forms.get(one) is not Deal.SWAP:
            continue
        for other in pairs:
            if other[0] == one[0] or other[1] == one[1]:
                continue
            if sellers[one] in (other[1], None) and sellers[other] in (one[1], None):
                sellers[one], sellers[other] = other[1], one[1]
                forms[other] = Deal.SWAP


def with_terms(claims: Sequence[Claim], told: Told) -> list[Claim]:
    """The claims with their terms filled in."""
    if not claims:
        return []
    found = terms(told, [(claim.player, claim.club) for claim in claims])
    return [
        replace(claim, from_club=one.seller, deal=one.deal, fee=one.fee, sources=one.sources)
        for claim in claims
        if (one := found.get((claim.player, claim.club)))
    ]
