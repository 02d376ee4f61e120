"""The fast way through a page gives what the thorough way gives, or nothing at all."""

from __future__ import annotations

import re
import unicodedata
from random import Random

import feedparser.api
import pytest
from feedparser.mixin import _FeedParserMixin
from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.date import moment
from feeds.errors import NotAFeed
from feeds.fast import read_fast
from feeds.identity import address, canonical, content_hash
from feeds.markup import _quickly, _thoroughly, one_line, plain
from feeds.page import Page
from feeds.parse import QUICK_BYTES, parse, parse_quickly
from feeds.raw import Parsed
from feeds.thorough import read_thoroughly
from feeds.vocabulary import ALIKE, HANDLED, NAMESPACES, SILENT, SILENT_TEXT
from feeds.whole import whole
from tests.feeds.made_feeds import ATOM, a_feed
from tests.feeds.pages import a_page, an_item, rss

ATOM_PAGE = f"""<feed xmlns="{ATOM}" xml:lang="en"><title type="text">Rovers &amp; co</title>
<id>tag:x,2026:f</id><link href="https://rovers.example/"/><entry xml:base="https://rovers.example/a">
<title type="html">A &amp;amp; B</title>
<link href="https://rovers.example/1"/><id>tag:x,2026:1</id><updated>2026-11-21T10:30:00Z</updated>
<author><name>Ann Orr</name><email>ann@rovers.example</email></author><summary>short</summary>
<content type="html" xml:base="https://rovers.example/1">
&lt;p&gt;Vale joins.&lt;/p&gt;&lt;p&gt;On loan.&lt;/p&gt;</content>
</entry></feed>"""
RSS_PAGE = rss(
    "<item><title><![CDATA[Vale & Orr]]></title>"
    '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">José</dc:creator>'
    "<link>https://rovers.example/2</link><guid>https://rovers.example/2</guid><category>x</category>"
    "<pubDate>Sat, 21 Nov 2026 10:30:00 +0100</pubDate>"
    "<description>&lt;p&gt;One&lt;br/&gt;two&lt;/p&gt;</description></item>",
    extra="<language>en-gb</language><ttl>15</ttl><image><url>/i</url><title>i</title><link>/</link></image>",
)
_PIECES = (
    "<p>", "</p>", "<br>", "<br/>", '<a href="x">', "</a>", "<li>", "</li>", "<b>",
    "<div class='y'>", "<P>", "<", ">", "&amp;", "&nbsp;", "&shy;", "&lt;", "&#8217;", "\n", "\n\n",
    "\t", " ", "\xa0", "• ", "- ", "-", "* ", "word", "Vale’s", "é", "\u200b", "\x1e", "\x1d", "|",
    "<script>", "<!--", "-->", '<img alt="a>b">', "<q>", "\u034f", "\U000e0101", "&am", "p;", "<ul>",
    "<h2>", "\r", "\x0b", "\u3000", "<td>", "<p", '<p title="', "'>",
)  # fmt: skip
MARKUP = st.lists(st.sampled_from(_PIECES), max_size=14).map("".join)


def both(page: Page) -> tuple[Parsed | None, Parsed | str]:
    found = whole(page)
    try:
        thorough: Parsed | str = read_thoroughly(page, found)
    except NotAFeed as error:
        thorough = str(error)
    return read_fast(page, found), thorough


@pytest.mark.parametrize("body", [ATOM_PAGE, RSS_PAGE])
def test_an_ordinary_page_goes_the_fast_way(body: str) -> None:
    fast, thorough = both(a_page(body))
    assert fast is not None
    assert fast == thorough
    assert fast.entries


@given(st.integers(0, 2**32))
@settings(max_examples=300)
def test_whatever_a_feed_looks_like_the_fast_way_is_never_wrong(seed: int) -> None:
    page = a_page(a_feed(Random(seed)))
    try:
        fast, thorough = both(page)
    except NotAFeed:
        return
    assert fast is None or fast == thorough


def test_many_made_feeds_do_go_the_fast_way() -> None:
    taken = 0
    for seed in range(150):
        try:
            taken += parse_quickly(a_page(a_feed(Random(seed)))) is not None
        except NotAFeed:
            continue
    assert taken > 30


@pytest.mark.parametrize(
    "odd",
    [
        "<media:title xmlns:media='http://search.yahoo.com/mrss/'>Three</media:title>",
        "<description>A</description><description>B <b>bold</b></description>",
        "<date>2026-11-21</date>",
        "<content type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'><p>x</p></div></content>",
        "<description mode='base64'>VmFsZQ==</description>",
        "<pubDate>Σαβ, 21 Νοέ 2026 10:30:00 EST</pubDate>",
        "<dc:title xmlns:dc='http://search.yahoo.com/mrss/'>x</dc:title>",
        "<image><title>x</title></image>",
        "<author><name>A</name></author><author><name>B</name></author>",
        "<rovers:x xmlns:rovers='https://rovers.example/'><title>inner</title></rovers:x>",
        "<rovers:x xmlns:rovers='https://rovers.example/ a'>x</rovers:x>",
    ],
)
def test_what_feedparser_has_an_own_mind_about_goes_the_thorough_way(odd: str) -> None:
    page = a_page(rss(f"<item>{odd}<link>https://rovers.example/1</link></item>"))
    fast, _ = both(page)
    assert fast is None
    assert parse_quickly(page) is None
    parse(page)


def test_a_large_page_is_left_to_the_worker_however_orderly() -> None:
    item = an_item("T", "https://rovers.example/1", "x" * QUICK_BYTES)
    assert parse_quickly(a_page(rss(item))) is None
    assert parse(a_page(rss(item))).entries


def test_a_page_of_very_many_tags_is_left_to_the_worker_though_it_is_small() -> None:
    nested = rss(an_item("T", "https://rovers.example/1", f"{'<a>' * 20_000}x{'</a>' * 20_000}"))
    assert len(nested) < QUICK_BYTES
    assert parse_quickly(a_page(nested)) is None
    assert [entry.title for entry in parse(a_page(nested)).entries] == ["T"]


def test_the_vocabulary_is_that_of_the_feedparser_that_is_installed() -> None:
    parts = [name.partition("_")[2].partition("_") for name in dir(feedparser.api.StrictFeedParser)]
    known = {name.lower() for kind, _, name in parts if kind in ("start", "end")}
    assert known == HANDLED
    assert {uri.lower(): prefix for uri, prefix in _FeedParserMixin.namespaces.items() if uri} == NAMESPACES
    assert HANDLED > SILENT | SILENT_TEXT
    assert ALIKE.keys() <= HANDLED


@given(MARKUP)
@settings(max_examples=500)
@example("<p>a</p> <b>b</b>&am<i>p;</i>lt;")
@example("| a |")
@example("<p>| a |</p>")
def test_the_quick_way_through_markup_gives_the_same_text(markup: str) -> None:
    quick = _quickly(markup)
    assert quick is None or quick == _thoroughly(markup)


@given(MARKUP)
def test_one_line_is_the_same_with_and_without_a_tag_in_it(markup: str) -> None:
    if "<" not in markup and markup[-1:] not in "&;pm":
        assert one_line(markup) == one_line(markup + "<b>") or "…" in one_line(markup)


@given(st.text(max_size=60), st.text(max_size=60))
@example("İstanbul ŉ ß ǅ", "½ ² Ⅷ ㎏ ﷺ ´x")
def test_a_content_hash_knows_words_only(title: str, text: str) -> None:
    def words(value: str) -> list[str]:
        bare = "".join(c for c in unicodedata.normalize("NFKD", value) if not unicodedata.combining(c))
        return re.findall(r"\w+", bare.casefold())

    again = content_hash(" ".join(words(title)), "  ".join(words(text)))
    assert content_hash(title, text) == again


@pytest.mark.parametrize(
    "url",
    [
        "https://www.rovers.example/news/1", "http://m.rovers.example/amp/news/1/", "https://rovers.example/index.html",
        "https://rovers.example", "https://rovers.example/", "https://bbc.com/sport/1", "http://a.b/amp", "http://a.b/c.amp",
        "https://x-y.cdn.ampproject.org/c/s/rovers.example/1", "https://www.google.com/url",
    ],
)  # fmt: skip
def test_a_tidy_address_is_brought_to_the_same_form_as_any_other(url: str) -> None:
    assert canonical(url) == canonical(url + "#top")
    assert address(url) == url


@pytest.mark.parametrize(
    "written",
    [
        "Sat, 21 Nov 2026 10:30:00 GMT", "Sat, 21 Nov 2026 10:30:00 -0430", "Sat, 31 Feb 2026 10:30:00 GMT",
        "2026-11-21T10:30:00Z", "2026-11-21T10:30:00.123+05:30", "2026-11-21T24:30:00Z",
        "Sat, 21 Nov 2026 24:00:00 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT", "Sat, 21 Nov 2026 10:30:60 +0000", "2026-11-21T10:30:00-99:00",
    ],
)  # fmt: skip
def test_a_usual_date_is_the_moment_that_the_long_way_finds(written: str) -> None:
    assert moment(written) == moment(f" {written}")


def test_plain_text_stays_bounded() -> None:
    assert plain("") == ""
    assert plain(" \n ") == ""
