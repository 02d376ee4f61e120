"""What is done for all entries of a page in one go is what is done for each alone."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from feeds.at_once import content_hashes, one_lines, plain_all
from feeds.identity import content_hash
from feeds.markup import one_line, plain
from tests.feeds.test_two_ways_of_reading import MARKUP

PIECES = st.lists(MARKUP | st.text(max_size=20), max_size=9)


@given(PIECES)
@settings(max_examples=500)
@example(["<p>a</p><p>b</p>", "c", "<p>d|</p>", "e", ""])
@example(["a<", "b>", "<a href='", "'>c", "d"])
@example(["&am", "p;", "&#6", "5;", "&lt", "x\x1cy"])
@example(["<p>a</p>\n<p>b</p>", "<img alt='</p>\n<p>'>c", "<!--</p>\n<p>-->d", "<a </p>\n<p>>e", "\x1ef"])
@example(["<p>- a</p>", "<li>b", "c<br>d", "e\n\nf", "<p>g\nh</p>"])
def test_texts_are_those_of_each_alone(markups: list[str]) -> None:
    assert plain_all(markups) == [plain(markup) for markup in markups]


@given(PIECES, st.integers(1, 30))
@settings(max_examples=300)
def test_lines_are_those_of_each_alone(markups: list[str], limit: int) -> None:
    assert one_lines(markups, limit) == [one_line(markup, limit) for markup in markups]


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=6))
@example([("a\x1cb", "c"), ("d", "1.5m")])
def test_content_hashes_are_those_of_each_alone(entries: list[tuple[str, str]]) -> None:
    titles, texts = [title for title, _ in entries], [text for _, text in entries]
    assert content_hashes(titles, texts) == [content_hash(*entry) for entry in entries]


def test_a_fee_that_lost_its_point_is_a_change() -> None:
    assert content_hash("Vale", "for £1.5m") != content_hash("Vale", "for £15m")
    assert content_hash("Vale, 24", "for 1.5 m") == content_hash("vale 24", "For: 1.5m")


def test_hundreds_of_odd_ones_among_others_are_read_in_time() -> None:
    markups = [f"<p>Vale {n}</p>" if n % 3 else f"<p>Va\u00adle {n}<script>x</script>" for n in range(400)]
    assert plain_all(markups) == [plain(markup) for markup in markups]
