"""Measure the finding of names side by side: python bench/names.py [--people 10000] [--texts 400] [--json]

(a) texts without a watched name: `Names.mentions_watched` (folding included) against a bare ahocorasick_rs
    scan of texts folded before, over the same people; both take turns text by text, and the median of
    5 rounds counts. Every text counts that holds no full name, whatever the answer of the quick look.
(b) the same for texts that name some of them, and the full survey.
(c) the automaton over 100,000 people: seconds to build and what the process grew by.

Texts are invented words from a fixed seed: 300 words, capitals at the head of sentences, six strangers'
names in each, accents in every tenth syllable or so.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import resource
import statistics
import time
from collections.abc import Callable, Sequence

import ahocorasick_rs

from links.fold import flatten, fold
from links.names import Names
from links.player import Player

HEADS = [
    "b",
    "br",
    "c",
    "ch",
    "d",
    "dr",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "kl",
    "l",
    "m",
    "n",
    "p",
    "r",
    "s",
    "sch",
    "st",
    "t",
    "tr",
    "v",
    "w",
    "z",
]
PLAIN = tuple("aeiou")
HEARTS = tuple("aeiouaeiouaeiou" + "áéíöüøã")
TAILS = ["", "", "", "n", "r", "s", "l", "ić", "sson", "ez", "ov"]


def word(rng: random.Random, low: int, high: int, hearts: Sequence[str]) -> str:
    """One invented word."""
    body = "".join(rng.choice(HEADS) + rng.choice(hearts) for _ in range(rng.randint(low, high)))
    return body + rng.choice(TAILS[:7] if hearts is PLAIN else TAILS)


def people(count: int, seed: int) -> list[str]:
    """So many different full names, of 3,000 first names and 20,000 last names."""
    rng = random.Random(seed)
    firsts = [word(rng, 1, 3, HEARTS).capitalize() for _ in range(3000)]
    lasts = [word(rng, 2, 4, HEARTS).capitalize() for _ in range(20000)]
    names: dict[str, None] = {}
    while len(names) < count:
        names[f"{rng.choice(firsts)} {rng.choice(lasts)}"] = None
    return list(names)


def articles(count: int, strangers: Sequence[str], watched: Sequence[str], seed: int) -> list[str]:
    """Texts of 300 words, each with six strangers and two of `watched`, if there are any."""
    rng = random.Random(seed)
    vocabulary = [word(rng, 1, 3, PLAIN) for _ in range(8000)]
    weights = [1 / (rank + 3) for rank in range(len(vocabulary))]
    out = []
    for _ in range(count):
        words = rng.choices(vocabulary, weights, k=300)
        for at in range(0, 300, 17):
            words[at] = words[at].capitalize()
            words[at - 1] += "."
        for name in [*rng.sample(strangers, 6), *(rng.sample(watched, 2) if watched else [])]:
            words[rng.randrange(1, 300)] = name
        out.append(" ".join(words))
    return out


def microseconds(tasks: dict[str, Callable[[int], object]], count: int, rounds: int = 5) -> dict[str, float]:
    """The median over rounds of the mean time of each task; tasks take turns item by item."""
    totals: dict[str, list[float]] = {name: [] for name in tasks}
    for _ in range(rounds):
        spent = dict.fromkeys(tasks, 0.0)
        for item in range(count):
            for name, task in tasks.items():
                start = time.perf_counter()
                task(item)
                spent[name] += time.perf_counter() - start
        for name, total in spent.items():
            totals[name].append(total / count * 1e6)
    return {name: statistics.median(found) for name, found in totals.items()}


def bare_patterns(names: Sequence[str]) -> list[str]:
    """What a plain scan looks for: the full name, and the last name after an initial."""
    return sorted({p for name in names for p in (fold(name), fold(f"{name[0]}. {name.split()[-1]}"))})


def peak_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--texts", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    known, strangers = people(options.people, 1), people(20_000, 7)
    strangers = sorted(set(strangers) - set(known))
    names = Names.load(Player(number, name) for number, name in enumerate(known))
    bare = ahocorasick_rs.AhoCorasick(bare_patterns(known))
    silent = articles(options.texts, strangers, (), 3)
    telling = articles(options.texts, strangers, known, 4)
    answer: dict[str, object] = {"people": options.people, "texts": len(silent)}
    answer["needlessly read"] = sum(map(names.mentions_watched, silent)) / len(silent)
    for label, texts in (("without", silent), ("with", telling)):
        answer[label] = compare(texts, names, bare)
    answer["survey"] = microseconds(
        {"survey": lambda i: names.survey("", telling[i])}, min(100, len(telling)), 3
    )
    answer["build"] = build(100_000)
    print(
        json.dumps(answer) if options.json else "\n".join(f"{key}: {value}" for key, value in answer.items())
    )


def compare(texts: Sequence[str], names: Names, bare: ahocorasick_rs.AhoCorasick) -> dict[str, float]:
    """Microseconds a text: the bare scan, folding alone, the quick look; and its ratio to the bare scan."""
    folded = [fold(text) for text in texts]
    spent = microseconds(
        {
            "bare scan": lambda item: bare.find_matches_as_indexes(folded[item]),
            "fold": lambda item: flatten(texts[item]),
            "mentions_watched": lambda item: names.mentions_watched(texts[item]),
        },
        len(texts),
    )
    return spent | {"ratio": spent["mentions_watched"] / spent["bare scan"]}


def build(count: int) -> dict[str, float]:
    """Seconds and MiB for the automaton over so many people."""
    players = [Player(number, name) for number, name in enumerate(people(count, 5))]
    gc.collect()
    before, seconds = peak_mib(), []
    for _ in range(3):
        start = time.perf_counter()
        names = Names.load(players)
        seconds.append(time.perf_counter() - start)
        del names
        gc.collect()
    return {"people": count, "seconds": min(seconds), "mib": peak_mib() - before}


if __name__ == "__main__":
    main()
