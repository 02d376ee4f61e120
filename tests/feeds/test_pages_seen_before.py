"""Of a page that was seen before only the new entries are parsed, and what comes of it is the same."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.errors import NotAFeed
from feeds.feed import Feed
from feeds.habits import NEW, learned
from feeds.news import news
from feeds.page import Page
from feeds.parse import Parsed, parse
from feeds.seen import SeenPages, parse_rest, seen_of
from tests.feeds.made_feeds import a_feed
from tests.feeds.pages import NOW, a_page, an_item, rss

_STARTS = re.compile(rb"(?=<(?:item|entry)[\s>])")
_NOISE = (
    b"<!--",
    b"-->",
    b"]]>",
    b"<![CDATA[",
    b"</item>",
    b"<item>",
    b"<?x ?>",
    b" xml:base='/a'",
    b"\xff",
    b"&",
)


def numbered(*numbers: int, text: str = "Vale has signed.", **more: str) -> list[str]:
    """Items of that many hours ago, each with an address of its own."""
    return [
        an_item(
            f"News {n}",
            f"https://rovers.example/{n}",
            text,
            guid=f"g{n}",
            pubDate=f"{NOW - timedelta(hours=n + 1):%a, %d %b %Y %H:%M:%S} GMT",
            **more,
        )
        for n in numbers
    ]


def after(first: str | bytes, second: str | bytes) -> Parsed | None:
    """What is parsed of the second page, the first one being kept."""
    page = a_page(first)
    seen = seen_of(page, parse(page))
    return None if seen is None else parse_rest(a_page(second), seen)


def check_alike(first: Page, second: Page) -> bool:
    """Whether less was parsed; fails where something else came of it."""
    before, whole = parse(first), parse(second)
    seen = seen_of(first, before)
    rest = None if seen is None else parse_rest(second, seen)
    if rest is None:
        return False
    assert (rest.title, rest.lang, rest.home, rest.wishes, rest.hub, rest.partial) == (
        (whole.title, whole.lang, whole.home, whole.wishes, whole.hub, whole.partial)
    )
    kept = {entry.key: entry.content_hash for entry in before.entries}
    assert news(rest.entries, kept) == news(whole.entries, kept)
    told = news(whole.entries, kept)
    habits = [
        learned(NEW, page.entries, [item.entry for item in told], NOW, primed=True, older=page.older or ())
        for page in (rest, whole)
    ]
    assert habits[0] == habits[1]
    again, full = seen_of(second, rest, seen), seen_of(second, whole)
    assert (again is None) == (full is None)
    if again and full:
        assert again.scope == full.scope
        assert sorted(again.records) == sorted(full.records)
    return True


def edited(body: bytes, other: bytes, dice: Random) -> bytes:
    """The page with entries gone, doubled, moved, changed, or come from another page."""
    head, *entries = _STARTS.split(body)
    if not entries:
        return body
    strange = _STARTS.split(other)[1:-1]
    *entries, last = entries
    for _ in range(dice.randrange(4)):
        match dice.randrange(4):
            case 0 if entries:
                entries.pop(dice.randrange(len(entries)))
            case 1 if entries:
                entries.insert(0, dice.choice(entries))
            case 2 if strange:
                entries.insert(dice.randrange(len(entries) + 1), dice.choice(strange))
            case 3 if entries:
                at = dice.randrange(len(entries))
                entries[at] = entries[at].replace(b"Vale", b"Orr").replace(b"rovers", b"city", 1)
    text = b"".join((head, *entries, last))
    if dice.random() < 0.2:
        at = dice.randrange(len(text))
        text = text[:at] + dice.choice(_NOISE) + text[at:]
    return text


@given(st.integers(0, 2**32))
@settings(max_examples=300, deadline=None)
def test_whatever_two_pages_hold_the_rest_of_the_second_tells_what_all_of_it_tells(seed: int) -> None:
    dice = Random(seed)
    first = a_feed(dice)
    if dice.random() < 0.3:
        first = edited(first, first, dice)
    try:
        check_alike(a_page(first), a_page(edited(first, a_feed(dice), dice)))
    except NotAFeed:
        return


@given(st.lists(st.integers(0, 6), max_size=6), st.lists(st.integers(0, 6), max_size=6), st.booleans())
@settings(max_examples=200, deadline=None)
@example([1, 2, 3], [0, 1, 2], True)
@example([1, 1, 2], [1, 2, 3], True)
def test_entries_that_come_go_or_stand_twice_are_told_alike(
    first: Sequence[int], second: Sequence[int], shared: bool
) -> None:
    """`shared`: all lead to one of two pages, as live tickers do."""

    def items(numbers: Sequence[int]) -> list[str]:
        written = numbered(*numbers)
        return [
            re.sub(r"example/(\d)<", lambda n: f"example/{int(n[1]) % 2}<", one) if shared else one
            for one in written
        ]

    check_alike(a_page(rss(*items(first))), a_page(rss(*items(second))))


def test_of_an_ordinary_page_only_what_is_new_is_parsed() -> None:
    rest = after(rss(*numbered(1, 2, 3)), rss(*numbered(0, 1, 2), extra="<ttl>9</ttl>"))
    assert rest is not None
    assert [entry.title for entry in rest.entries] == ["News 0"]
    assert rest.older == (NOW - timedelta(hours=2), NOW - timedelta(hours=3))
    assert rest.wishes.ttl == timedelta(minutes=9)


def test_an_entry_with_other_words_or_another_date_is_parsed_again() -> None:
    items = numbered(1, 2, 3)
    rest = after(
        rss(*items), rss(items[0], items[1].replace("signed", "left"), items[2].replace("Nov", "Oct"))
    )
    assert rest is not None
    assert [entry.title for entry in rest.entries] == ["News 2", "News 3"]


def test_a_page_in_which_only_the_head_has_changed_has_no_new_entry() -> None:
    rest = after(rss(*numbered(1, 2)), rss(*numbered(1, 2), title="Rovers Weekly"))
    assert rest is not None
    assert rest.title == "Rovers Weekly"
    assert rest.entries == ()


@pytest.mark.parametrize(
    "second",
    [
        rss(*numbered(1, 2), *numbered(5, 6)[:1], home="https://city.example/"),
        rss(*numbered(1, 2), an_item("No date", "https://rovers.example/9")),
        rss(*numbered(1, 2), *(item.replace("/5<", "/1<") for item in numbered(5))),
        rss(*numbered(1, 2), *numbered(5, comments="<!-- x -->")),
        rss(*numbered(1, 2), "<image><title>x</title></image>", *numbered(5)),
        rss(*numbered(1, 2), *numbered(5)) + "<!-- behind -->",
        rss(*numbered(1, 2), *numbered(5)).replace("</item></channel>", "</channel>"),
        rss(*numbered(1, 2), *numbered(5, text="\xff")).encode("latin-1"),
        rss(*numbered(7, 8)),
        "<html><body>Back soon</item></body></html>",
        "",
    ],
)
def test_where_doubts_are_possible_all_of_the_page_is_parsed(second: str | bytes) -> None:
    assert after(rss(*numbered(1, 2)), second) is None


@pytest.mark.parametrize(
    "first",
    [
        rss(
            *numbered(1, 2),
            an_item("Tomorrow", "https://rovers.example/9", pubDate="Sun, 22 Nov 2026 10:30:00 GMT"),
        ),
        rss(*numbered(1, 1)),
        rss(*numbered(1, 2)).replace("<item>", '<item xmlns:x="https://x.example/">'),
        rss(*numbered(1, 2)).replace("</rss>", ""),
        rss(*numbered(1, 2), extra="<x/>" * 20_000),
        '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1"}]}',
    ],
)
def test_a_page_whose_entries_may_depend_on_each_other_is_not_remembered(first: str) -> None:
    page = a_page(first)
    assert seen_of(page, parse(page)) is None


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ('xmlns:c="http://purl.org/rss/1.0/modules/content/"', 'xmlns:c="https://rovers.example/ns"'),
        ('xmlns:c="http://purl.org/rss/1.0/modules/content/"', ""),
        ("<title>Rovers Daily", "<title xml:base='https://city.example/'>Rovers Daily"),
        ("<channel>", "<channel xml:base='https://city.example/'>"),
    ],
)
def test_where_the_tags_around_the_entries_change_all_of_the_page_is_parsed(was: str, now: str) -> None:
    text = "<c:encoded>Vale has signed for three years.</c:encoded>"
    first, second = (
        rss(*(item.replace("</item>", f"{text}</item>") for item in numbered(*numbers))).replace(
            "<rss ", '<rss xmlns:c="http://purl.org/rss/1.0/modules/content/" '
        )
        for numbers in ((1, 2), (0, 1, 2))
    )
    assert after(first, second) is not None
    assert was in second
    assert after(first, second.replace(was, now)) is None


def test_where_the_page_has_another_address_all_of_it_is_parsed() -> None:
    """Links may be relative to it."""
    first = a_page(rss(*numbered(1, 2)))
    seen = seen_of(first, parse(first))
    moved = a_page(rss(*numbered(0, 1, 2)), url="https://www.rovers.example/feed")
    assert seen is not None
    assert parse_rest(moved, seen) is None


def test_guids_that_are_alike_but_for_a_space_are_compared_in_full() -> None:
    first, second = numbered(1, 2), numbered(0, 1, 2)
    second[0] = second[0].replace("<guid>g0", "<guid>g 1")
    pages = [rss(*(re.sub("<link>.*</link>", "", one) for one in items)) for items in (first, second)]
    assert not check_alike(a_page(pages[0]), a_page(pages[1]))


def test_marks_of_cdata_in_comments_cost_no_time() -> None:
    """A host may send them by the hundred thousand."""
    marks = "]]>" * 100_000, "<![CDATA[" * 100_000
    odd = f"<x><![CDATA[x]]></x><!--{marks[0]}--><!--{marks[1]}-->"
    page = a_page(rss(*(item.replace("</item>", f"{odd}</item>") for item in numbered(1))))
    parsed = parse(page)
    assert parsed.in_order
    began = time.process_time()
    assert seen_of(page, parsed) is None
    assert time.process_time() - began < 1


def test_comments_inside_of_cdata_are_text() -> None:
    text = "<![CDATA[<p>Vale</p><!-- more --><p>joins <item></p>]]>"
    rest = after(rss(*numbered(1, 2, text=text)), rss(*numbered(0, 1, 2, text=text)))
    assert rest is not None
    assert len(rest.entries) == 1


def a_feed_at(number: int, page: Page) -> Feed:
    """A feed of which this page was kept last."""
    return Feed(number, page.url, body_hash=page.body_hash)


def test_only_the_feeds_that_changed_last_are_remembered() -> None:
    pages = SeenPages(most=2)
    page = a_page(rss(*numbered(1, 2)))
    for feed in (1, 2, 1, 3):
        pages.kept(a_feed_at(feed, page), page, parse(page))
    found = [pages.parse(a_feed_at(feed, page), page) is not None for feed in (1, 2, 3)]
    assert found == [True, False, True]


def test_where_another_process_kept_a_page_since_all_of_the_next_is_parsed() -> None:
    """It may have kept other words of an entry that is now as it was before."""
    pages = SeenPages()
    page = replace(a_page(rss(*numbered(1, 2))), body_hash="one")
    pages.kept(a_feed_at(1, page), page, parse(page))
    assert pages.parse(a_feed_at(1, page), page) is not None
    for since in ("two", None):
        assert pages.parse(replace(a_feed_at(1, page), body_hash=since), page) is None
