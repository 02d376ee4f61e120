"""Half pages, giant pages, hostile pages: what is whole in them is read, at a bounded cost."""

from __future__ import annotations

import contextlib
import json
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import NotAFeed
from feeds.parse import MAX_ENTRIES, QUICK_BYTES, parse, parse_quickly
from tests.feeds.pages import a_page, an_item, entries, only, rss


def test_control_and_invisible_characters_never_come_through() -> None:
    body = rss(
        an_item("Va\u200ble\u202e \x07joins", "https://rovers.example/1", "A\x00b\u2066c &amp;#8238;d")
    )
    (entry,) = entries(body)
    assert (entry.title, entry.text) == ("Vale joins", "Abc d")


@pytest.mark.parametrize("cut", [1, 5, 9, 12, 30])
def test_of_half_a_page_the_whole_entries_are_taken(cut: int) -> None:
    whole = rss(
        an_item("One", "https://rovers.example/1", "Text one."),
        an_item("Two", "https://rovers.example/2", "Text two."),
        an_item("Three", "https://rovers.example/3", "Text three."),
    )
    parsed = parse(a_page(whole[: whole.index("Three") + cut]))
    assert [entry.title for entry in parsed.entries] == ["One", "Two"]
    assert [entry.text for entry in parsed.entries] == ["Text one.", "Text two."]
    assert parsed.partial


def test_half_a_page_without_a_whole_entry_is_an_empty_feed() -> None:
    parsed = parse(a_page(rss(an_item("One", text="Half"))[:-60]))
    assert (parsed.title, parsed.entries, parsed.partial) == ("Rovers Daily", (), True)


def test_bare_ampersands_and_unknown_entities_do_no_harm() -> None:
    body = rss(an_item("Brighton & Hove", "https://rovers.example/1", "It&rsquo;s &unknown; & so"))
    (entry,) = entries(body)
    assert entry.title == "Brighton & Hove"
    assert entry.text.startswith("It’s")


def test_warnings_before_the_feed_are_skipped() -> None:
    body = "\n<br />\n<b>Warning</b>: something in line 3\n" + rss(an_item("T", "https://rovers.example/1"))
    assert [entry.title for entry in entries(body)] == ["T"]


def test_what_hangs_behind_the_feed_is_ignored() -> None:
    parsed = parse(a_page(rss(an_item("T", text="x")) + "\n<script>count()</script><!-- 0.3 s --> & more"))
    assert [entry.title for entry in parsed.entries] == ["T"]
    assert not parsed.partial


GOOD = rss(
    an_item(
        "Brighton &amp; Hove",
        "https://rovers.example/1",
        "&lt;p&gt;One&lt;/p&gt;",
        pubDate="Sat, 21 Nov 2026",
    ),
    "<item><title><![CDATA[A <b>bid</b>]]></title><guid>7</guid><pubDate>21/11/2026 10:30</pubDate></item>",
    extra="<language>en</language>",
)


@given(
    st.lists(st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), st.text(max_size=8)), max_size=5),
    st.sampled_from(["utf-8", "cp1252", "utf-16"]),
)
def test_law_a_broken_page_is_read_or_refused(edits: list[tuple[int, int, str]], encoding: str) -> None:
    text = GOOD
    for start, length, instead in edits:
        text = text[:start] + instead + text[start + length :]
    with contextlib.suppress(NotAFeed):
        for entry in entries(text.encode(encoding, "replace")):
            assert entry.key
            assert entry.title or entry.text
            assert "\n" not in entry.title


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(), lambda inner: st.lists(inner), max_leaves=5
    )
)
def test_law_any_json_is_read_or_refused(value: object) -> None:
    names = [
        "id",
        "url",
        "title",
        "content_html",
        "content_text",
        "date_published",
        "authors",
        "author",
        "language",
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1",
        "title": value,
        "items": [dict.fromkeys(names, value), value],
    }
    parse(a_page(json.dumps(feed), "application/json"))


def test_at_most_the_first_500_entries_are_read() -> None:
    body = rss(*(an_item(f"T{n}", f"https://rovers.example/{n}") for n in range(700)))
    parsed = parse(a_page(body))
    assert len(parsed.entries) == MAX_ENTRIES
    assert parsed.entries[0].title == "T0"
    assert not parsed.partial


def test_of_a_giant_page_the_first_megabytes_are_read() -> None:
    body = rss(*(an_item(f"T{n}", f"https://rovers.example/{n}", "word " * 10_000) for n in range(120)))
    parsed = parse(a_page(body))
    assert 60 < len(parsed.entries) < 120
    assert parsed.entries[-1].text.endswith("word")
    with pytest.raises(NotAFeed, match="no whole entry in the first 4 MiB"):
        entries(rss(an_item("T", text="word " * 10**6)))


def test_a_huge_text_is_clipped() -> None:
    entry = only(an_item("T" * 3000, "https://rovers.example/1", "word " * 100_000))
    assert len(entry.text) <= 200_000
    assert len(entry.title) <= 1000
    assert entry.text.endswith("…")


def test_entities_declared_by_a_page_are_not_expanded() -> None:
    bomb = (
        '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
    )
    body = bomb + rss(an_item("T &b; &x;", "https://rovers.example/1")).split("\n", 1)[1]
    (entry,) = entries(body)
    assert "ha" not in entry.title
    assert "root" not in entry.title


@pytest.mark.parametrize(
    "inside",
    [
        "<a " * 300_000,
        "<div>" * 100_000,
        "&lt;div&gt;" * 100_000,
        "&x " * 200_000,
        "<![CDATA[" * 50_000,
        '<a b="' * 50_000,
    ],
    ids=["unclosed", "nested", "nested markup", "ampersands", "cdata", "quotes"],
)
def test_hostile_markup_costs_no_more_than_its_size(inside: str) -> None:
    page = a_page(rss(f"<item><title>T</title><description>{inside}</description></item>"))
    began = process_time()
    parse(page)
    assert process_time() - began < 5


@pytest.mark.parametrize(
    "inside",
    ["<skipHours ", "<skipHours>", "<skipHours><hour>", "<ttl> ", "</rss ", "<item ", "<!--", "<hour>1"],
)
def test_a_hostile_head_holds_the_loop_for_no_longer_than_a_blink(
    monkeypatch: pytest.MonkeyPatch, inside: str
) -> None:
    monkeypatch.setattr("feeds.parse.QUICK_TAGS", 250_000)  # as if there were no such bound
    head = f"<ttl>9</ttl><description><![CDATA[{inside * (250_000 // len(inside))}]]></description>"
    page = a_page(rss(an_item("T", "https://rovers.example/1"), extra=head))
    assert len(page.body) <= QUICK_BYTES
    began = process_time()
    assert parse_quickly(page) is not None
    assert process_time() - began < 0.25
