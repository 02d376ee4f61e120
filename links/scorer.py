"""A second opinion on what the rules read: every player and club of an article weighed by learned weights.

The rules' word is evidence among other evidence (`links.evidence`). Two linear models stand in
links/data/scorer_<code>.json, made by scripts/train_scorer.py from the project's own articles: the first
weighs each sentence that brings a player and a club together, the second the whole article, with those
sentences and with the rival clubs and players in it. What the rules read and the weights find empty is
dropped; what they missed and the weights find strong is added, at the stage that the words around it carry.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources

from links.claim import Claim, Stage, Status
from links.evidence import Evidence, Sight
from links.reach import Pair

Weights = Mapping[str, float]
_NOTHING = -4.0
"""The score of what no sentence brings together."""
_FLOOR, _CEILING = -30.0, 30.0


@dataclass(frozen=True)
class Scorer:
    """The weights of one language. `keep` and `add` are probabilities: a link that the rules read is kept
    from `keep` on, one that they did not read is added from `add` on."""

    sentence: Weights
    article: Weights
    keep: float
    add: float

    def scores(self, found: Mapping[Pair, Evidence]) -> dict[Pair, float]:
        """How likely each link is, 0 to 1."""
        sights = {pair: [total(self.sentence, s.marks) for s in seen.sights] for pair, seen in found.items()}
        return {
            pair: likely(total(self.article, found[pair].marks) + weighted(self.article, values))
            for pair, values in numbers(sights).items()
        }

    def best(self, seen: Evidence) -> Sight:
        """The sentence that speaks most for a link; the first of equals."""
        return max(seen.sights, key=lambda sight: total(self.sentence, sight.marks))

    def stands(self, seen: Evidence) -> tuple[Stage, Status]:
        """The stage and the status that the words nearest to a link carry, as the rules judge them."""
        told = self.best(seen).near or max((sight.near for sight in seen.sights), default=())
        turns = [status for _, status in told if status is not Status.LIVE]
        return max((stage for stage, _ in told), default=Stage.INTEREST), turns[-1] if turns else Status.LIVE


@functools.cache
def scorer(code: str) -> Scorer | None:
    """The scorer of a language, None where the package has none."""
    file = resources.files("links").joinpath("data", f"scorer_{code}.json")
    if not file.is_file():
        return None
    data = json.loads(file.read_text(encoding="utf-8"))
    return Scorer(data["sentence"], data["article"], data["keep"], data["add"])


def weigh(
    claims: Sequence[Claim],
    found: Mapping[Pair, Evidence],
    chosen: Scorer,
    words: Callable[[int, int], str],
) -> tuple[list[Claim], list[tuple[Claim, float]]]:
    """The claims that stand, with those that the rules missed, and those that fell with their probability.

    `words` gives a stretch of the document as the entry has it, for the quote of an added claim.
    """
    scores = chosen.scores(found)
    stand: list[Claim] = []
    fell: list[tuple[Claim, float]] = []
    for claim in claims:
        score = scores[claim.player, claim.club]
        if score >= chosen.keep:
            stand.append(replace(claim, why=(*claim.why, _opinion(chosen, found, claim, score))))
        else:
            fell.append((claim, score))
    read = {(claim.player, claim.club) for claim in claims}
    signed = {c.player for c in claims if c.stage is Stage.DONE and c.status is Status.LIVE}
    for pair, seen in found.items():
        if pair not in read and seen.sights and scores[pair] >= chosen.add:
            best = chosen.best(seen)
            stage, status = chosen.stands(seen)
            if (
                pair[0] in signed and stage >= Stage.AGREED
            ):  # the words beside a rival tell of the signing: "beat off Rovers to land Vale"
                stage, status = Stage.INTEREST, Status.OFF
            claim = Claim(*pair, stage, status, quote=words(best.start, best.end))
            stand.append(
                replace(claim, why=("no rule reads it", _opinion(chosen, found, claim, scores[pair])))
            )
    return stand, fell


def _opinion(chosen: Scorer, found: Mapping[Pair, Evidence], claim: Claim, score: float) -> str:
    """How likely the whole article makes the link, and what weighs most for it and against it, in words."""
    seen = found[claim.player, claim.club]
    weights = {mark: chosen.article.get(mark, 0.0) for mark in seen.marks}
    if seen.sights:
        weights |= {mark: chosen.sentence.get(mark, 0.0) for mark in chosen.best(seen).marks}
    # Marks that count something ("clubs in all ≤5") say little to a person: for him, those in words.
    plain = [mark for mark in weights if mark.isascii() and ">" not in mark]
    told = [mark for mark in plain if _in_words(mark)] or plain
    told.sort(key=lambda m: (-abs(weights[m]), m))
    sides = [
        (side, list(dict.fromkeys(_in_words(mark) or mark for mark in told if sign * weights[mark] > 0))[:2])
        for side, sign in (("for it", 1), ("against it", -1))
    ]
    reasons = [f"{side}: {', '.join(marks)}" for side, marks in sides if marks]
    return "; ".join((f"weighed over the whole article: {score:.2f} of 1", *reasons))


def _in_words(mark: str) -> str | None:
    """A mark as a person would say it, None for one that says nothing to him."""
    way, _, rest = mark.rpartition(": ")
    return _WAYS.get(way) if way else _MARKS.get(rest)


_WAYS = {
    "the club before": "the club is not in the sentence, it was named before",
    "the club of the article": "the club is not in the sentence, the article is about it",
    "the player before": "the player is not in the sentence, he was named before",
    "the player before another": "the sentence names another player with the club",
}
_MARKS = {
    "read by a rule": "a rule reads it",
    "a single name": "he has one name only",
    "a full name": "his full name is told",
    "rather another's, plainly": "the article plainly makes him another club's player",
    "rather another's": "the article makes him another club's player",
    "of another club": "the article makes him another club's player",
    "rather this club's, plainly": "the article plainly makes him this club's own player",
    "rather this club's": "the article makes him this club's own player",
    "his own club": "the article makes him this club's own player",
    "of no known club": "the article tells of no club of his",
    "no club's": "the article tells of no club of his",
    "another club": "the article is about another club",
    "the main club": "the article is about the club",
    "the club of the title": "the title names the club",
    "another player": "the article is about another player",
    "a coach, or retired": "he is called a coach, or retired",
    "beside his own club": "his own club stands in the sentence",
    "idle": "the words are used of other things, too",
    "scope.match": "the sentence speaks of a match",
    "scope.background": "the sentence tells what was before",
    "no word of a move": "the sentence has no word of a move",
    "in a title": "a title says it",
    "in two clauses": "they stand in two clauses",
    "in one clause": "they stand in one clause",
    "one of several clubs": "the club is one of several",
    "one of several players": "he is one of several",
    "described by the club": "he is described as the club's",
    "of the past": "the sentence is about the past",
    "a question": "it is a question",
}


def total(weights: Weights, marks: Iterable[str]) -> float:
    """The sum of the weights of these marks; exact, so that their order does not tell."""
    return math.fsum(map(weights.get, marks, itertools.repeat(0.0)))


def weighted(weights: Weights, values: Mapping[str, float]) -> float:
    """The sum of numbers, each times its weight."""
    return math.fsum(weights.get(name, 0.0) * value for name, value in values.items())


def likely(score: float) -> float:
    """A score as a probability."""
    return 1 / (1 + math.exp(-min(max(score, _FLOOR), _CEILING)))


def numbers(sights: Mapping[Pair, Sequence[float]]) -> dict[Pair, dict[str, float]]:
    """What the second model knows of the scores of the first: of the link's own sentences, and of its rivals,
    which are the player's other clubs and the club's other players."""
    peak = {pair: max(scores, default=_NOTHING) for pair, scores in sights.items()}
    clubs: dict[str, list[float]] = defaultdict(list)
    players: dict[str, list[float]] = defaultdict(list)
    for (player, club), score in peak.items():
        clubs[player].append(score)
        players[club].append(score)
    ranked = tuple({k: sorted(v, reverse=True) for k, v in side.items()} for side in (clubs, players))
    out: dict[Pair, dict[str, float]] = {}
    for pair, scores in sights.items():
        own, high = sorted(scores, reverse=True), peak[pair]
        other = [_rival(ranked[side][name], high) for side, name in enumerate(pair)]
        values = {
            "n max": high,
            "n second": own[1] if len(own) > 1 else _NOTHING,
            "n mean": sum(own) / len(own) if own else _NOTHING,
            "n min": own[-1] if own else _NOTHING,
            "n all": math.log(sum(math.exp(min(score, _CEILING)) for score in own)) if own else _NOTHING - 2,
            "n rival club": other[0],
            "n rival player": other[1],
            "n over rival club": min(max(high - other[0], -4.0), 4.0),
            "n over rival player": min(max(high - other[1], -4.0), 4.0),
            "n better clubs": min(sum(score > high for score in ranked[0][pair[0]][:8]), 8),
            "n clubs": min(len(ranked[0][pair[0]]) - 1, 6),
            "n players": min(len(ranked[1][pair[1]]) - 1, 6),
        }
        out[pair] = {name: value / 2 for name, value in values.items()}
    return out


def _rival(ranked: Sequence[float], own: float) -> float:
    """The best of the other scores; `own` is among them."""
    if len(ranked) < 2:
        return _NOTHING - 1
    return ranked[1] if ranked[0] == own else ranked[0]
