"""Reading, in one run: the gate against a bare scan, articles, a hundred thousand names.

    python bench/read.py [--people 10000] [--texts 400]

(a) texts that name nobody who is watched: the reader's gate, folding included, against a bare
ahocorasick_rs scan of text folded beforehand; (b) articles with links: microseconds an article, and the
ratio to a blank spaCy PhraseMatcher with the same names where spaCy is installed; (c) 100,000 people:
time and memory to build the automaton, and how soon a new watch is read. Names and texts are made up
from a fixed seed.
"""

from __future__ import annotations

import argparse
import gc
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random

import ahocorasick_rs

from feeds.entry import Entry
from links.fold import flatten, fold
from links.names import Names
from links.player import Player
from links.read import read

ARTICLES = Path(__file__).resolve().parent.parent / "tests" / "links" / "articles" / "en"
SYLLABLES = "ba be bi bo bra cla da de do dra fe fo ga gre ha he ja jo ka ko la le li lo ma me mi mo na ne no ola pe ra re ri ro sa se so ste ta te to va ve vi za".split()  # noqa: E501, SIM905


def people(count: int, random: Random) -> list[Player]:
    """Made-up people of two names."""

    def name(low: int, high: int) -> str:
        return "".join(random.choice(SYLLABLES) for _ in range(random.randint(low, high))).capitalize()

    first = [name(2, 3) for _ in range(3000)]
    last = [name(3, 4) for _ in range(30000)]
    return [Player(n, f"{random.choice(first)} {random.choice(last)}") for n in range(1, count + 1)]


def texts(count: int, random: Random) -> list[str]:
    """Made-up texts of about 300 words in which nobody of those people stands."""
    words = ["".join(random.choice(SYLLABLES) for _ in range(random.randint(1, 4))) for _ in range(8000)]
    out = []
    for _ in range(count):
        chosen = random.choices(words, k=300)
        for at in range(0, 300, 17):
            chosen[at] = chosen[at].capitalize()
        out.append(" ".join(chosen))
    return out


def articles() -> list[Entry]:
    """The project's own articles that hold links."""
    out = []
    for file in sorted(ARTICLES.glob("*.toml")):
        for number, one in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["article"]):
            if one.get("links"):
                key = f"{file.stem}-{number}"
                out.append(
                    Entry(key, one.get("title", ""), one.get("text", ""), lang="en", outlet=one.get("outlet"))
                )
    return out


def best(run: Callable[[], object], rounds: int = 5) -> float:
    """The shortest of some runs, in seconds."""
    run()
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        run()
        times.append(time.perf_counter() - begun)
    return min(times)


def gate(count: int, size: int) -> None:
    """(a) Texts without a watched name."""
    random = Random(1)
    roster, pool = people(size, random), texts(count, random)
    names = Names.load(roster)
    pool = [text for text in pool if not names.mentions_watched(text)]
    bare = ahocorasick_rs.AhoCorasick([f" {fold(p.name).split()[-1]} " for p in roster])
    folded = [flatten(text).folded for text in pool]
    scan = best(lambda: [bare.find_matches_as_indexes(text, overlapping=True) for text in folded])
    ours = best(lambda: [names.mentions_watched(text) for text in pool])
    print(f"a  {len(pool)} texts, {size} people: bare scan {scan / len(pool) * 1e6:.0f} us, "
          f"gate with folding {ours / len(pool) * 1e6:.0f} us, ratio {ours / scan:.2f}")  # fmt: skip


def reading() -> None:
    """(b) Articles with links."""
    pool, names = articles(), Names.load()
    words = sum(len(e.text.split()) for e in pool) / len(pool)
    ours = best(lambda: [read(entry, names) for entry in pool], 3) / len(pool)
    print(f"b  {len(pool)} articles of {words:.0f} words: {ours * 1e6:.0f} us an article", end="")
    try:
        import spacy
        from spacy.matcher import PhraseMatcher
    except ImportError:
        print("; spaCy is not installed, no ratio")
        return
    blank = spacy.blank("en")
    matcher = PhraseMatcher(blank.vocab, attr="LOWER")
    matcher.add("club", [blank.make_doc(club) for club in names.clubs])
    theirs = best(lambda: [matcher(blank(f"{e.title}. {e.text}")) for e in pool], 3) / len(pool)
    print(f"; spaCy blank with PhraseMatcher {theirs * 1e6:.0f} us, {theirs / ours:.2f} times ours")


def many() -> None:
    """(c) A hundred thousand people, and one more."""
    roster = people(100_000, Random(2))
    shipped = Names.load()
    gc.collect()
    before = _resident()
    begun = time.perf_counter()
    names = shipped.with_players(roster)
    built = time.perf_counter() - begun
    size = _resident() - before
    begun = time.perf_counter()
    names = names.with_players([*roster, Player(0, "Ada Valedale")])
    found = read(Entry("x", "", "Leeds want Lens striker Ada Valedale.", lang="en"), names).claims
    soon = time.perf_counter() - begun
    print(f"c  100000 people: built in {built:.2f} s, {size:.0f} MiB; a new watch is read after {soon:.2f} s "
          f"({len(found)} claim)")  # fmt: skip


def _resident() -> float:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main() -> int:
    """Run all three."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--people", type=int, default=10_000)
    parser.add_argument("--texts", type=int, default=400)
    args = parser.parse_args()
    gate(args.texts, args.people)
    reading()
    many()
    return 0


if __name__ == "__main__":
    sys.exit(main())
