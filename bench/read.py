"""Reading, in one run: the gate against a bare scan, articles, a hundred thousand names.

    python bench/read.py [--people 10000] [--texts 400]

(a) texts that name nobody who is watched: the reader's gate, folding included, against a bare
ahocorasick_rs scan of text folded beforehand; (b) the own articles, and the dev articles and made texts of
the reference folder where it is there, with the same people: microseconds a text to find those who are
watched, and to read the whole, each with its ratio to a blank spaCy PhraseMatcher, which only finds
(where spaCy is installed: bench/requirements.txt); (c) 100,000 people: time and memory to build the
automaton, and how soon a new watch is read. Names and texts are made up from fixed seeds. The three
measures of a set are taken in turns, and the median of the rounds is told.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import os
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

import ahocorasick_rs

from feeds.entry import Entry
from links.fold import flatten, fold
from links.names import Names
from links.player import Player
from links.read import read

ROOT = Path(__file__).resolve().parent.parent
ARTICLES = ROOT / "tests" / "links" / "articles" / "en"
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


def _made(count: int, folder: Path) -> tuple[list[Player], list[Entry]]:
    """People and texts of the reference folder's generator; a third of the texts hold one to five of them."""
    spec = importlib.util.spec_from_file_location("mktext", folder / "bench" / "mktext.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    pool, first, last = made.people(count)
    roster = [Player(n, forms[0], tuple(forms[1:])) for n, forms in enumerate(pool, 1)]
    found = made.articles(400, pool, first, last)
    return roster, [Entry(f"made-{n}", "", text, lang="en") for n, text in enumerate(found)]


def _dev(folder: Path) -> tuple[list[Entry], set[str]]:
    """The English dev articles that hold links, and their players."""
    out, named = [], set[str]()
    for line in (folder / "corpus" / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        one = json.loads(line)
        if one["lang"] == "en" and one["links"]:
            named |= {link["player"] for link in one["links"]}
            out.append(Entry(one["id"], one["title"], one["text"], lang="en", outlet=one.get("outlet")))
    return out, named


def reading(size: int) -> None:
    """(b) Articles, found in and read with `size` people watched."""
    folder = Path(os.environ.get("DEADLINEDAY_SHARED", ROOT.parent / "shared"))
    sets = {"own articles": articles()}
    roster = people(size, Random(1))
    if (folder / "bench" / "mktext.py").is_file():
        roster, sets["made texts"] = _made(size, folder)
        sets["dev articles"], named = _dev(folder)
        roster[: len(named)] = [Player(n, name) for n, name in enumerate(sorted(named), 1)]
    names = Names.load(roster)
    spacy = _phrase_matcher(roster)
    for label, pool in sets.items():
        _compare(label, pool, names, spacy)
    if spacy is None:
        print("b  spaCy is not installed: no ratio")


def _phrase_matcher(roster: list[Player]) -> Callable[[str], object] | None:
    """A blank English pipeline's tokenizer with a PhraseMatcher over every form of every name."""
    try:
        import spacy
        from spacy.matcher import PhraseMatcher
    except ImportError:
        return None
    blank = spacy.blank("en")
    matcher = PhraseMatcher(blank.vocab)
    forms = [form for player in roster for form in (player.name, *player.aliases)]
    matcher.add("player", list(blank.tokenizer.pipe(forms)))
    return lambda text: matcher(blank.make_doc(text))


def _compare(
    label: str, pool: list[Entry], names: Names, spacy: Callable[[str], object] | None, rounds: int = 5
) -> None:
    """Both of ours and spaCy's over one set, in turns."""
    texts = [f"{entry.title}\n\n{entry.text}" for entry in pool]
    ways: dict[str, Callable[[], object]] = {
        "found": lambda: [names.watched(text) for text in texts],
        "read": lambda: [read(entry, names) for entry in pool],
    }
    if spacy is not None:
        ways["spacy"] = lambda: [spacy(text) for text in texts]
    times: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(rounds + 1):
        for way, run in ways.items():
            begun = time.perf_counter()
            run()
            if turn:  # the first is to warm up
                times[way].append((time.perf_counter() - begun) / len(pool))
    us = {way: median(spent) * 1e6 for way, spent in times.items()}
    words = sum(len(text.split()) for text in texts) / len(texts)
    print(f"b  {len(pool)} {label} of {words:.0f} words, {len(names.players)} people: "
          f"found {us['found']:.0f} us, read {us['read']:.0f} us", end="")  # fmt: skip
    if spacy is None:
        print()
        return
    print(f"; spaCy blank with PhraseMatcher {us['spacy']:.0f} us: "
          f"{us['spacy'] / us['found']:.1f} times our finding, "
          f"{us['spacy'] / us['read']:.2f} times our reading")  # fmt: skip


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
    reading(args.people)
    many()
    return 0


if __name__ == "__main__":
    sys.exit(main())
