"""OPML in from anybody, and out so that anybody can read it."""

from __future__ import annotations

import contextlib
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.feed import Feed
from feeds.identity import address
from feeds.markup import clean
from feeds.opml import BadOpml, FeedAddress, read_opml, write_opml

A = "https://a.example/rss"
B = "https://b.example/rss?x=1&y=2"


def an_opml(body: str, head: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return f'{head}<opml version="2.0"><head><title>T</title></head><body>{body}</body></opml>'.encode()


def test_feeds_come_in_order_with_their_folders() -> None:
    data = an_opml(
        '<outline text="England"><outline text="Papers &amp; more">'
        f'<outline type="rss" text="A" xmlUrl="{A}"/></outline>'
        f'<outline title="Bee" text="b" xmlUrl="{B.replace("&", "&amp;")}"/></outline>'
        '<outline text="c" XMLURL="feed://c.example/rss"/>'
        '<outline text="d" type="rss" url="feed:https://d.example/x"/>'
    )
    assert read_opml(data) == [
        FeedAddress(A, "A", "England/Papers & more"),
        FeedAddress(B, "Bee", "England"),
        FeedAddress("http://c.example/rss", "c"),
        FeedAddress("https://d.example/x", "d"),
    ]


def test_an_address_listed_twice_comes_once() -> None:
    data = an_opml(f'<outline text="1" xmlUrl="{A}"/><outline text="2" xmlUrl="{A}"/>')
    assert read_opml(data) == [FeedAddress(A, "1")]


def test_rubbish_among_feeds_is_left_out() -> None:
    data = an_opml(
        '<outline text="js" xmlUrl="javascript:alert(1)"/><outline xmlUrl=""/>'
        f'<outline xmlUrl="{A}" text="A&#8203;\u202e\n  x"/>'
    )
    assert read_opml(data) == [FeedAddress(A, "A x")]


def test_habits_of_other_readers_are_forgiven() -> None:
    bare = f'\ufeff<OPML><body><outline text="Tom & Ann" xmlUrl="{B}"/></body></OPML>'
    assert read_opml(bare.encode()) == [FeedAddress(B, "Tom & Ann")]
    western = an_opml(f'<outline text="Café" xmlUrl="{A}"/>', '<?xml version="1.0" encoding="UTF-8"?>')
    assert read_opml(western.decode().encode("cp1252")) == [FeedAddress(A, "Café")]


MANY = an_opml("".join(f'<outline xmlUrl="https://a.example/{n}"/>' for n in range(10_001)))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"hello", "not well-formed in line 1"),
        (b"<opml><body>\n<outline></body></opml>", "not well-formed in line 2"),
        (b"<html><body>x</body></html>", "begins with <html>"),
        (b"<rss/>", "begins with <rss>"),
        (an_opml('<outline text="only a folder"/>'), "no feed address"),
        (b'<!DOCTYPE opml [<!ENTITY a "b">]><opml/>', "entities"),
        (b" " * (5 * 2**20 + 1), "larger than 5 MiB"),
        (MANY, "more than 10000"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_a_bad_list_is_refused_in_one_clear_line(data: bytes, words: str) -> None:
    with pytest.raises(BadOpml) as caught:
        read_opml(data)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_list_nested_beyond_sense_is_read_all_the_same() -> None:
    deep = '<outline text="x">' * 50_000 + f'<outline xmlUrl="{A}"/>' + "</outline>" * 50_000
    began = process_time()
    (feed,) = read_opml(an_opml(deep))
    assert feed.url == A
    assert feed.folder == "/".join("x" * 8)
    assert process_time() - began < 3


def test_feeds_are_written_so_that_strict_readers_take_them() -> None:
    text = write_opml([Feed(id=1, url=B, title="Tom & <Ann>"), Feed(id=2, url=A)])
    assert '<outline type="rss" text="Tom &amp; &lt;Ann&gt;"' in text
    assert f'text="{A}"' in text
    assert read_opml(text.encode())[0] == FeedAddress(B, "Tom & <Ann>")


WORDS = st.text(st.characters(codec="utf-8"), max_size=20).map(lambda text: " ".join(clean(text).split()))
FEEDS = st.lists(
    st.builds(
        FeedAddress,
        st.text(st.characters(codec="utf-8"), max_size=20)
        .map(lambda rest: address(f"https://a.example/{rest}"))
        .filter(lambda url: url is not None),
        WORDS.map(lambda title: title or "x"),
        st.none()
        | st.lists(WORDS.map(lambda name: name.replace("/", "∕") or "y"), min_size=1, max_size=3).map(
            "/".join
        ),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda feed: feed.url,
)


@given(FEEDS)
def test_law_what_is_written_is_read_again(feeds: list[FeedAddress]) -> None:
    assert set(read_opml(write_opml(feeds).encode())) == set(feeds)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: an_opml(text))))
def test_law_any_file_is_a_list_or_a_bad_one(data: bytes) -> None:
    with contextlib.suppress(BadOpml):
        assert read_opml(data)
