"""Train links/data/scorer_en.json from the project's own labelled articles: make train

Two ridge logistic models, each fitted by L-BFGS from zero, so that the same articles give the same weights.
The second learns from the first's scores of articles that the first has not seen (eight folds by the
article's id). With --check nothing is written. Needs numpy, which comes with the extra "pictures".
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from links.claim import Claim
from links.evidence import Evidence
from links.fold import fold
from links.language import language
from links.names import Names
from links.players import same_player
from links.reach import Pair
from links.read import evidence_of
from links.scorer import Scorer, numbers, total
from scripts.score import ROOT, entry_of, own

FOLDS = 8
RARE = 3
"""A mark in fewer sentences than this is not learned."""
SPELLED = 0.5
"""Single words count for half: there are many, and few are seen often."""
RULE = "read by a rule"
HALF = 0.5
"""The rules were made on these very articles and are surer on them than elsewhere: so each link is learned
twice, once with the rules' word for it and once without."""


DENSE = 0.4
"""Articles of scorer_*.toml and examples hold more links than feeds bring; whole they would add too many."""


@dataclass(frozen=True)
class Case:
    """One player and one club of a labelled article. `gold` is the link that it is, None for none."""

    article: str
    pair: Pair
    seen: Evidence
    claim: Claim | None
    gold: Mapping[str, Any] | None
    weight: float


def cases(articles: Iterable[Mapping[str, Any]], names: Names) -> list[Case]:
    """Every candidate of the articles with its label."""
    out = []
    for article in articles:
        claims, found = evidence_of(entry_of(dict(article)), names)
        read = {(c.player, c.club): c for c in claims}
        for pair, seen in found.items():
            gold = next((link for link in article["links"] if _means(link, pair, names)), None)
            doubtful = gold is not None and gold.get("ambiguous", False)
            dense = "-scorer-" in article["id"] or article["id"].startswith("example-")
            weight = 0.0 if doubtful else DENSE if dense else 1.0
            out.append(Case(article["id"], pair, seen, read.get(pair), gold, weight))
    return out


def _means(link: Mapping[str, Any], pair: Pair, names: Names) -> bool:
    club = names.club(link["club"]) or link["club"]
    return fold(club) == fold(pair[1]) and same_player(link["player"], pair[0])


def labelled(code: str) -> list[dict[str, Any]]:
    """What is learned from: the project's articles, and the examples beside the words of the language."""
    words = language(code)
    assert words is not None
    examples = [
        {"id": f"example-{number}", "lang": code, "title": one.get("title", ""), "text": one["text"],
         "links": [{"stage": "interest", "status": "live", **link} for link in one["claims"]]}
        for number, one in enumerate(words.examples)
    ]  # fmt: skip
    return [*own(code), *examples]


def part(article: str) -> int:
    """The fold of an article."""
    return int(hashlib.sha256(article.encode()).hexdigest(), 16) % FOLDS


# -- fitting ---------------------------------------------------------------------------------------


def fit(
    rows: Sequence[Mapping[str, float]], labels: Any, weights: Any, ridge: float
) -> dict[str, dict[str, float]]:
    """Softmax regression with a ridge: the weights of each label's marks."""
    marks = sorted(mark for mark, n in Counter(m for row in rows for m in row).items() if n >= RARE)
    spot = {mark: number for number, mark in enumerate(marks)}
    table = np.zeros((len(rows), len(marks)), dtype=np.float32)
    for number, row in enumerate(rows):
        for mark, value in row.items():
            if mark in spot:
                table[number, spot[mark]] = value
    classes = sorted(set(labels))
    target = np.array([[label == one for one in classes] for label in labels], dtype=np.float64)
    weight = np.array(weights, dtype=np.float64)[:, None]

    def loss(flat: Any) -> tuple[float, Any]:
        theta = flat.reshape(len(marks), len(classes))
        score = (table @ theta.astype(np.float32)).astype(np.float64)
        score -= score.max(axis=1, keepdims=True)
        chance = np.exp(score)
        chance /= chance.sum(axis=1, keepdims=True)
        value = -(weight * target * np.log(chance + 1e-12)).sum() + ridge / 2 * (flat @ flat)
        slope = table.T @ (weight * (chance - target)).astype(np.float32)
        return float(value), slope.astype(np.float64).ravel() + ridge * flat

    theta = minimise(loss, np.zeros(len(marks) * len(classes))).reshape(len(marks), len(classes))
    return {
        one: {mark: float(theta[spot[mark], number]) for mark in marks} for number, one in enumerate(classes)
    }


def minimise(loss: Callable[[Any], tuple[float, Any]], at: Any, *, steps: int = 120, memory: int = 10) -> Any:
    """L-BFGS with a halving line search."""
    value, slope = loss(at)
    pairs: list[tuple[Any, Any, float]] = []
    for _ in range(steps):
        way = slope.copy()
        kept = []
        for moved, turned, rho in reversed(pairs):
            alpha = rho * (moved @ way)
            way -= alpha * turned
            kept.append(alpha)
        if pairs:
            moved, turned, rho = pairs[-1]
            way *= 1 / (rho * (turned @ turned))
        for (moved, turned, rho), alpha in zip(pairs, reversed(kept), strict=True):
            way += (alpha - rho * (turned @ way)) * moved
        length = 1.0 if pairs else 1 / max(1.0, float(np.abs(slope).sum()))
        for _ in range(25):
            there = at - length * way
            new, turn = loss(there)
            if new <= value - 1e-4 * length * (slope @ way):
                break
            length /= 2
        else:
            break
        moved, turned = there - at, turn - slope
        done = value - new < 1e-6 * max(1.0, abs(value))
        at, value, slope = there, new, turn
        if moved @ turned > 1e-10:
            pairs = [*pairs[1 - memory :], (moved, turned, 1 / float(moved @ turned))]
        if done:
            break
    return at


def binary(
    rows: Sequence[Mapping[str, float]], labels: Sequence[bool], weights: Sequence[float], ridge: float
) -> dict[str, float]:
    """Logistic regression: the weights for True over False."""
    found = fit(rows, list(labels), weights, ridge)
    return {mark: found[True][mark] - found[False][mark] for mark in found[True]}  # type: ignore[index]


# -- the two models --------------------------------------------------------------------------------


def first(train: Sequence[Case]) -> dict[str, float]:
    """The weights of marks of single sentences."""
    rows, labels, weights = [], [], []
    for case in train:
        for sight in case.seen.sights:
            rows.append({mark: _scale(mark) for mark in sight.marks})
            labels.append(case.gold is not None)
            weights.append(case.weight / len(case.seen.sights) ** 0.5)
    return {mark: w * _scale(mark) for mark, w in binary(rows, labels, weights, 20.0).items()}


def _scale(mark: str) -> float:
    return SPELLED if "“" in mark else 1.0


def scored(sentence: Mapping[str, float], some: Sequence[Case]) -> dict[tuple[str, Pair], dict[str, float]]:
    """The second model's numbers of each case."""
    out = {}
    for article in dict.fromkeys(case.article for case in some):
        sights = {
            c.pair: [total(sentence, s.marks) for s in c.seen.sights] for c in some if c.article == article
        }
        out |= {(article, pair): values for pair, values in numbers(sights).items()}
    return out


def second(train: Sequence[Case], values: Mapping[tuple[str, Pair], Mapping[str, float]]) -> dict[str, float]:
    """The weights of marks and numbers of whole articles."""
    rows, labels, weights = [], [], []
    for case in train:
        row = dict.fromkeys(case.seen.marks, 1.0) | values[case.article, case.pair]
        for said, share in ((row, 1 - HALF), ({k: v for k, v in row.items() if k != RULE}, HALF)):
            rows.append(said)
            labels.append(case.gold is not None)
            weights.append(case.weight * share)
    return binary(rows, labels, weights, 20.0)


def train(some: Sequence[Case], keep: float, add: float) -> Scorer:
    """A scorer out of labelled cases."""
    values: dict[tuple[str, Pair], dict[str, float]] = {}
    for number in range(FOLDS):
        inside = [c for c in some if part(c.article) != number]
        outside = [c for c in some if part(c.article) == number]
        values |= scored(first(inside), outside)
    sentence = first(some)
    return Scorer(
        _rounded(sentence),
        _rounded(second(some, values)),
        keep,
        add,
    )


def _rounded(weights: Mapping[str, float]) -> dict[str, float]:
    return {mark: round(w, 3) for mark, w in sorted(weights.items()) if abs(w) >= 0.005}


KEEP, ADD = 0.1, 0.6


def main() -> int:
    """Train and write."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    some = cases(labelled("en"), Names.load())
    made = train(some, KEEP, ADD)
    data = {name: getattr(made, name) for name in ("keep", "add", "sentence", "article")}
    text = json.dumps(data, ensure_ascii=False, indent=0, sort_keys=True) + "\n"
    print(f"{len(some)} cases, {sum(c.gold is not None for c in some)} links, {len(text) / 1024:.0f} KiB")
    if not args.check:
        (ROOT / "links" / "data" / "scorer_en.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
