"""Parsing a well-formed page: feedparser, fastfeedparser where it is installed, and the bot's fast way.

usage: python bench/parse.py [FOLDER] [--pages 30] [--repeats 5]

The pages are those of bench/feed_server.py, or the .xml files of FOLDER. feedparser, being slow, is asked for
a few of them only. CPU milliseconds for a page, medians, and how many times the bot's that is. "one new"
is the bot's way through a page that was polled before and has a new entry.
"""

from __future__ import annotations

import argparse
import io
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import feedparser

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from feed_server import page

from feeds.feed import Feed
from feeds.page import Page
from feeds.parse import parse as read
from feeds.parse import parse_quickly
from feeds.seen import SeenPages

NOW = datetime.now(UTC)


def ours(body: bytes) -> object:
    """The entries, text out of the markup, keys and hashes included."""
    return parse_quickly(answer(body))


def one_new(pages: int) -> Callable[[bytes], object]:
    """The same where these pages were polled before their newest entry came."""
    seen, polled = SeenPages(), {}
    for number in range(pages):
        before = answer(page(number, 29, 30))
        seen.kept(Feed(number, before.url), before, read(before))
        polled[page(number, 30, 30)] = Feed(number, before.url, body_hash=before.body_hash)
    return lambda body: seen.parse(polled[body], answer(body))


def answer(body: bytes) -> Page:
    return Page("https://paper.example/", body, "application/xml", received=NOW)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("folder", nargs="?", type=Path)
    options.add_argument("--pages", type=int, default=30)
    options.add_argument("--repeats", type=int, default=5)
    given = options.parse_args()
    if given.folder:
        pages = [path.read_bytes() for path in sorted(given.folder.glob("*.xml"))[: given.pages]]
    else:
        pages = [page(number, 30, 30) for number in range(given.pages)]
    ways: dict[str, tuple[Callable[[bytes], object], int]] = {
        "ours": (ours, len(pages)),
        "feedparser": (lambda body: feedparser.parse(io.BytesIO(body)), max(3, len(pages) // 6)),
    }
    if not given.folder:
        ways["one new"] = (one_new(len(pages)), len(pages))
    try:
        import fastfeedparser

        ways["fastfeedparser"] = (fastfeedparser.parse, len(pages))
    except ImportError:
        pass
    declined = sum(ours(body) is None for body in pages)
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(given.repeats):
        for name, (parse, most) in ways.items():
            begun = time.process_time()
            for body in pages[:most]:
                parse(body)
            found[name].append(1000 * (time.process_time() - begun) / most)
    print(f"{len(pages)} pages of {sum(map(len, pages)) // len(pages)} bytes, {declined} declined")
    base = statistics.median(found["ours"])
    for name, times in found.items():
        median = statistics.median(times)
        print(f"{name}: {median:.2f} ms a page, {median / base:.1f} times ours (n={given.repeats})")


if __name__ == "__main__":
    main()
