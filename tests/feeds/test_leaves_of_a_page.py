"""Entries read from the leaves of a page are those that its tree gives, and most pages have them read so."""

from __future__ import annotations

import time
from dataclasses import replace
from random import Random
from xml.etree.ElementTree import ParseError

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.errors import NotAFeed
from feeds.fast import _by_leaves, _by_tree
from feeds.leaf import Declined
from feeds.leaves import Uncertain, leaves_of
from feeds.markup import plain, unmarked
from feeds.parse import parse
from feeds.raw import Parsed, _may_be_longer, parsed_of
from feeds.whole import MAX_ENTRIES, whole
from tests.feeds.edited_feeds import an_edited_feed
from tests.feeds.made_feeds import ATOM, a_feed
from tests.feeds.pages import a_page, an_item, rss
from tests.feeds.test_two_ways_of_reading import MARKUP

ENTRY = (
    '<entry><title type="html">A &amp;amp; B</title><link href="https://rovers.example/1"/>'
    "<id>tag:x,2026:1</id>"
    "<updated>2026-11-21T10:30:00Z</updated>"
    "<author>\n<name>Ann Orr</name><email>a@rovers.example</email></author>"
    "<content type='html'>&lt;p&gt;Vale &#8217;joins&lt;/p&gt;</content></entry>"
)
ITEM = (
    "<item><title>R&amp;D</title><link>https://rovers.example/2</link><guid isPermaLink='false'>2</guid>"
    "<dc:creator>\n<![CDATA[José Orr]]>\n</dc:creator>"
    "<category/><pubDate>Sat, 21 Nov 2026 10:30:00 +0100</pubDate>"
    "<description><![CDATA[<p>One</p> ]] <i>two</i>]]></description></item>"
)
DC = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>R</title>'


def as_rss(*items: str) -> str:
    return f"{DC}{''.join(items)}</channel></rss>"


def as_atom(*entries: str) -> str:
    return f'<feed xmlns="{ATOM}" xml:lang="de"><title>R</title>{"".join(entries)}\n</feed>'


def by_leaves(body: str | bytes) -> Parsed | None:
    page = a_page(body)
    try:
        feed = _by_leaves(whole(page))
    except (Declined, ValueError):
        return None
    return feed and parsed_of(page, feed.title, feed.language, feed.link, feed.written)


def by_tree(body: str | bytes) -> Parsed:
    page = a_page(body)
    feed = _by_tree(whole(page).text)
    return parsed_of(page, feed.title, feed.language, feed.link, feed.written)


@pytest.mark.parametrize(
    "body",
    [
        as_rss(ITEM),
        as_rss(ITEM, ITEM.replace("<category/>", "")).replace("\n", "\r\n"),
        as_atom(ENTRY),
        as_atom(ENTRY, ENTRY.replace("2026:1", "2026:2")),
        as_rss(ITEM, ITEM.replace("<item>", "<item dc:x='y'>"), ITEM),
        as_rss(ITEM, ITEM.replace("<category/>", "<rovers><score>2</score></rovers>")),
    ],
)
def test_ordinary_pages_are_read_by_their_leaves(body: str) -> None:
    read = by_leaves(body)
    assert read is not None
    assert read.entries
    assert read == by_tree(body) == parse(a_page(body))


@pytest.mark.parametrize(
    "odd",
    [
        "<item></item>", "<!-- <item> -->", "<a b='1' b='2'/>", "<a b='&'/>", "<a>R&D</a>", "<a>]]></a>",
        "<nobody:a/>", "<a nobody:b=''/>", "<a xml:base='/x'/>", "<a xmlns:b='c'/>", "<a>&#0;</a>", "</a >",
        "<item>", "</item>", "<a><b></a></b>", "<author><name>x</author></name>", "<a>x<![CDATA[y]]></a>",
        "<author></author a='1'>", "<![CDATA[</item>]]>", "<a b='\n'/>", "<a>&a&#109;p;</a>",
    ],
)  # fmt: skip
def test_what_is_not_sure_to_be_in_order_is_left_to_the_tree(odd: str) -> None:
    for item in (ITEM.replace("<category/>", odd), ITEM + odd, odd + ITEM):
        assert by_leaves(as_rss(item)) is None or by_leaves(as_rss(item)) == by_tree(as_rss(item))


@given(st.integers(0, 2**32), st.booleans())
@settings(max_examples=400, deadline=None)
@example(14512, True)
def test_however_a_page_was_edited_its_leaves_give_what_its_tree_gives(seed: int, edited: bool) -> None:
    body = (an_edited_feed if edited else a_feed)(Random(seed))
    try:
        read = by_leaves(body)
    except NotAFeed:
        return
    if read is not None:
        try:
            assert read == by_tree(body)
        except (Declined, ParseError) as error:
            pytest.fail(f"the tree declines it: {error!r}")


def test_what_ends_entries_inside_of_an_article_does_not_end_the_page() -> None:
    text = f"<![CDATA[{'</item>' * (MAX_ENTRIES + 1)}]]>"
    body = rss(
        an_item("One", "https://rovers.example/1", "x"), f"<item><title>Two</title><x>{text}</x></item>"
    )
    assert [entry.title for entry in parse(a_page(body)).entries] == ["One", "Two"]


@pytest.mark.parametrize(
    "piece",
    [
        "<a><![CDATA[", "<a><![CDATA[]]", "<a>", "<", "<a b='", "<a b='c' ", "<b><a/>",
        "<author><name>x</name>", "&#38;", "<item><a/>", "<a/></item>", " ", "<a", "<a b='\n'/>",
    ],
)  # fmt: skip
def test_hostile_pages_hold_nothing_up(piece: str) -> None:
    begun = time.process_time()
    for end in ("", "]]>" * 9000):
        leaves_of(f"<rss><channel><item>{piece * 9000}{end}</item></channel></rss>")
    assert time.process_time() - begun < 1


@given(MARKUP | st.text(max_size=20))
@settings(max_examples=500)
@example("a\n- b")
@example("•a<br>•b")
def test_a_teaser_passed_over_would_not_have_been_longer(markup: str) -> None:
    longest = max(len(plain(markup)), len(unmarked(markup)))
    assert not longest or _may_be_longer(markup, longest - 1)


def test_leaves_that_do_not_stand_in_the_text_are_not_believed() -> None:
    leaves = leaves_of("<rss><channel><item><title>a</title><guid>1</guid></item></channel></rss>")
    assert leaves is not None
    assert len(list(leaves.elements([(0, 2)]))) == 1
    with pytest.raises(Uncertain):
        list(replace(leaves, inner="<item><title>a</title></item>").elements([(0, 2)]))
