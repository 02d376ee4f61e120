"""What a reader sees of an entry's HTML."""

from __future__ import annotations

import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.markup import MAX_TEXT, one_line, plain, tags, unmarked


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("<p>One.<p>Two.", "One.\n\nTwo."),
        ("One.<br>Two.", "One.\nTwo."),
        ("One.<br/> <br />Two.", "One.\n\nTwo."),
        ("<h2>Head</h2>Text<blockquote>Said</blockquote>so", "Head\n\nText\n\nSaid\n\nso"),
        ("A <b>bold</b>er\n   <i>move</i>", "A bolder move"),
        ("a&nbsp;b &eacute; &#8217; &amp;amp;", "a b é ’ &amp;"),
        ("<p>in <q>talks</q></p>", "in “talks”"),
        ("<p title='a > b' data-x=\"<p>\">Text</p>", "Text"),
        ("<p don't>it's here</p>", "it's here"),
        ("3 < 5 and 7 > 2", "3 < 5 and 7 > 2"),
        ("<![CDATA[<p>Wrapped twice</p>]]>", "Wrapped twice"),
        ("a<!-- hidden <p> -->b", "ab"),
        ("Teaser that was cut … <a href=\"https://x.exa", "Teaser that was cut …"),
        ("", ""),
    ],
)  # fmt: skip
def test_markup_becomes_paragraphs(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ul><li>a<li>b</ul>after", "- a\n- b\n\nafter"),
        ("<p>Done:</p><ol><li><p>a</p></li><li>b<br>c</li></ol>", "Done:\n\n- a\n- b c"),
        ("<ul><li>a<ul><li>b</li></ul></li><li></li></ul>", "- a\n- b"),
        ("• first<br>• second", "- first\n- second"),
        ("<li>• once</li>", "- once"),
        ("<p>Vale - the striker<br>- City</p>", "Vale - the striker\n\n- City"),
    ],
)
def test_lists_become_bullets(markup: str, text: str) -> None:
    assert plain(markup) == text


@pytest.mark.parametrize(
    "markup",
    [
        "<script>if (a < b) document.write('<p>no</p>')</script>",
        "<style>p > a { color: red }</style>",
        "<iframe src='x'><p>no</p></iframe>",
        "<svg><text>no</text></svg>",
        "<noscript><img src=pixel>no</noscript>",
        "<video controls>no</video>",
        "<button>Share</button>",
        "<SCRIPT type='x'>no</SCRIPT >",
        "<img src='https://x.example/pixel.gif' alt='no'>",
    ],
)
def test_what_is_not_for_reading_is_dropped(markup: str) -> None:
    assert plain(f"<p>Before{markup} after</p>") == "Before after"


def test_a_script_that_never_ends_hides_the_rest() -> None:
    assert plain("<p>Before</p><script>alert('x') <p>no</p>") == "Before"


def test_a_dropped_element_that_never_ends_hides_nothing() -> None:
    assert plain("<noscript>Still <object>here") == "Still here"


def test_a_caption_is_a_paragraph_of_its_own() -> None:
    markup = "<p>Text.</p><figure><img src='x'><figcaption>Ada Vale in May.</figcaption></figure><p>More.</p>"
    assert plain(markup) == "Text.\n\nAda Vale in May.\n\nMore."


def test_rows_of_a_table_stay_together() -> None:
    markup = "<table><tr><th>Player<th>To</tr><tr><td>Vale</td><td>City</td></tr></table>"
    assert plain(markup) == "Player | To\n\nVale | City"


def test_text_without_markup_keeps_its_paragraphs() -> None:
    text = "One line\nthat goes on.\r\n\r\nTwo.\n* a\n* b"
    assert unmarked(text) == plain(text) == "One line that goes on.\n\nTwo.\n\n- a\n- b"
    assert unmarked("5 <b> & &amp;") == "5 <b> & &amp;"


@pytest.mark.parametrize(
    ("markup", "line"),
    [
        ("  Vale\n to <b>Rovers</b> ", "Vale to Rovers"),
        ("Brighton &amp; Hove&#8217;s", "Brighton & Hove’s"),
        ("One<br>Two", "One Two"),
        ("<script>x</script>Title", "Title"),
        ("I <3 Rovers", "I <3 Rovers"),
    ],
)
def test_a_title_is_one_line(markup: str, line: str) -> None:
    assert one_line(markup) == line


def test_a_long_title_is_cut_with_a_mark() -> None:
    assert one_line("a" * 50, 10) == "a" * 9 + "…"


def test_the_attributes_of_a_tag_are_read() -> None:
    markup = "<A HREF='/x?a=1&amp;b=2' Title=\"a > b\" download><link href=y rel = alternate></a>"
    assert list(tags(markup, "a")) == [{"href": "/x?a=1&b=2", "title": "a > b", "download": ""}]
    assert list(tags(markup, "link")) == [{"href": "y", "rel": "alternate"}]


TAGS = [
    "<p>",
    "</p>",
    "<br>",
    "<li>",
    "</li>",
    "<ul>",
    "<td>",
    "<script>",
    "</script>",
    "<!--",
    "-->",
    "<svg>",
]
BITS = [
    "<a b='",
    "&",
    "&lt;p&gt;",
    "&#30;",
    "<",
    ">",
    "'",
    '"',
    "- ",
    "•",
    "word",
    " ",
    "\n",
    "\x1e",
    "\x1f",
    "\u202e",
]
PIECES = st.lists(st.sampled_from(TAGS + BITS)).map("".join)


@given(st.one_of(st.text(), PIECES))
def test_law_text_is_well_laid_out(markup: str) -> None:
    for text in (plain(markup), unmarked(markup)):
        assert text == text.strip()
        assert "\n\n\n" not in text
        assert "  " not in text
        assert all(line == line.strip() for line in text.split("\n"))
        assert not [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cs")]
        assert not set(text) & set("\u200b\u202e\u2066\ufeff")


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_law_words_are_kept(words: str) -> None:
    assert plain(f"<p>{words}</p>") == unmarked(words)


@pytest.mark.parametrize(
    "piece", ["<div>", "<a ", '<a b="', "<!--", "<svg>", "<li>", "&a", "<svg><object><video>", "\x1d "]
)
def test_hostile_markup_is_read_in_linear_time(piece: str) -> None:
    began = process_time()
    assert len(plain(piece * (1_000_000 // len(piece)))) <= MAX_TEXT
    assert process_time() - began < 3
