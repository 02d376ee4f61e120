"""Hold the fast way through a page against the thorough one, over feeds made by dice, for as long as wanted.

A third of them are edited besides: signs put in, tags moved, letters lost.

usage: python scripts/fuzz_feeds.py SECONDS [--seed N] [--keep FOLDER]

Prints each page on which the two differ (and keeps it in FOLDER), then how many pages were made, how many the
fast way took, and how many differed. Ends with 1 where one differed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from feeds.errors import NotAFeed
from feeds.fast import read_fast
from feeds.page import Page
from feeds.raw import Parsed
from feeds.thorough import read_thoroughly
from feeds.whole import whole
from tests.feeds.edited_feeds import an_edited_feed
from tests.feeds.made_feeds import a_feed
from tests.feeds.pages import NOW


def differ(body: bytes) -> tuple[str, Parsed | None, Parsed | str | None]:
    """What became of the page ("same", "declined", "no feed" or "differs"), and both readings."""
    page = Page(url="https://rovers.example/rss", body=body, content_type="application/xml", received=NOW)
    try:
        found = whole(page)
    except NotAFeed:
        return "no feed", None, None
    fast = read_fast(page, found) if found.root else None
    if fast is None:
        return "declined", None, None
    try:
        thorough: Parsed | str = read_thoroughly(page, found)
    except NotAFeed as error:
        thorough = str(error)
    return ("same" if fast == thorough else "differs"), fast, thorough


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("seconds", type=float)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    end, seed, counts = time.monotonic() + given.seconds, given.seed, Counter[str]()
    while time.monotonic() < end and counts["differs"] < 20:
        body = (an_edited_feed if seed % 3 == 0 else a_feed)(Random(seed))
        verdict, fast, thorough = differ(body)
        counts[verdict] += 1
        if verdict == "differs":
            print(f"seed {seed}:\n{body!r}\nfast:     {fast}\nthorough: {thorough}\n")
            if given.keep:
                given.keep.mkdir(parents=True, exist_ok=True)
                (given.keep / f"{seed}.xml").write_bytes(body)
        seed += 1
    print(
        f"seeds {given.seed} to {seed - 1}: " + ", ".join(f"{n} {what}" for what, n in counts.most_common())
    )
    return 1 if counts["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())
