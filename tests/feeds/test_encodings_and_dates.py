"""What is declared and what is true are two things."""

from __future__ import annotations

import codecs
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.charset import decode
from feeds.date import moment
from feeds.page import Page
from feeds.parse import parse

WORDS = "Sané, Gündoğan and Škriniar’s café"
WESTERN = "Sané’s café"


def xml(encoding: str, words: str) -> str:
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    return f'{head}<rss version="2.0"><channel><title>{words}</title></channel></rss>'


@pytest.mark.parametrize(
    ("body", "header", "words"),
    [
        (xml("UTF-8", WORDS).encode(), "", WORDS),
        (xml("ISO-8859-1", WORDS).encode(), "text/xml; charset=ISO-8859-1", WORDS),
        (xml("UTF-8", WESTERN).encode("cp1252"), "text/xml; charset=utf-8", WESTERN),
        (xml("ISO-8859-1", WESTERN).encode("cp1252"), "", WESTERN),
        (xml("nonsense-9", WESTERN).encode("cp1252"), "charset=also-none", WESTERN),
        (xml("hex", WESTERN).encode("cp1252"), "", WESTERN),
        (xml("windows-1250", "Škriniar").encode("cp1250"), "text/xml; charset=utf-8", "Škriniar"),
        (xml("iso-8859-9", "Gündoğan").encode("cp1254"), "", "Gündoğan"),
        (xml("gb2312", "转会").encode("gb18030"), "", "转会"),
        (xml("ISO-2022-JP", "移籍").encode("iso2022_jp"), "", "移籍"),
        (codecs.BOM_UTF8 + xml("ISO-8859-1", WORDS).encode(), "charset=latin1", WORDS),
        (codecs.BOM_UTF16_LE + xml("UTF-16", WORDS).encode("utf-16-le"), "", WORDS),
        (codecs.BOM_UTF16_BE + xml("UTF-8", WORDS).encode("utf-16-be"), "charset=utf-8", WORDS),
        (xml("UTF-16", WORDS).encode("utf-16-le"), "", WORDS),
        (codecs.BOM_UTF32_LE + xml("UTF-32", WORDS).encode("utf-32-le"), "", WORDS),
        (xml("UTF-16", WORDS).encode(), "text/xml; charset=utf-16", WORDS),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_is_in(body: bytes, header: str, words: str) -> None:
    assert parse(Page("https://x.example/", body, header)).title == words


def test_one_broken_letter_does_not_change_the_encoding() -> None:
    body = xml("UTF-8", WORDS * 5).encode()
    broken = body.replace("Š".encode(), "Š".encode()[:1], 1)
    assert parse(Page("https://x.example/", broken)).title == (WORDS * 5).replace("Š", "\ufffd", 1)


@given(
    st.binary(max_size=300),
    st.sampled_from(["", "charset=utf-8", "charset=utf-7", "charset=x", "charset=idna"]),
)
def test_law_any_bytes_can_be_decoded(body: bytes, header: str) -> None:
    assert isinstance(decode(body, header), str)


@pytest.mark.parametrize(
    "written",
    [
        "Sat, 21 Nov 2026 10:30:00 GMT",
        "Sat, 21 Nov 2026 10:30:00 +0000",
        "Sat, 21 Nov 2026 11:30:00 CET",
        "Sat, 21 Nov 2026 11:30:00 BST",
        "Sat, 21 Nov 2026 12:30:00 GMT+02:00",
        "Sat, 21 Nov 2026 05:30:00 EST",
        "Sat,  21 Nov 2026\n 10:30 GMT",
        "21 Nov 2026 10:30:00",
        "2026-11-21T10:30:00Z",
        "2026-11-21T12:30:00+02:00",
        "2026-11-21T10:30:00.000Z",
        "2026-11-21 12:30:00 +0200",
        "2026-11-21 10:30",
        "sam. 21 novembre 2026 11:30 +0100",
        "21 de noviembre de 2026 10:30",
        "21. November 2026, 10:30",
        "21/11/2026 10:30",
        "21.11.2026 10:30",
        "Sat Nov 21 10:30:00 2026",
    ],
)
def test_a_date_is_understood(written: str) -> None:
    assert moment(written) == datetime(2026, 11, 21, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "month"),
    [
        ("1 août 2026", 8),
        ("1 febbraio 2026", 2),
        ("1. März 2026", 3),
        ("1 de setembro de 2026", 9),
        ("1 Ağustos 2026", 8),
        ("1 mayo 2026", 5),
        ("1 juin 2026", 6),
        ("1 dicembre 2026", 12),
        ("1 okt. 2026", 10),
    ],
)
def test_a_month_is_understood_in_the_languages_of_the_press(written: str, month: int) -> None:
    assert moment(written) == datetime(2026, month, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "yesterday",
        "0000-00-00T00:00:00",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "99999999",
        "9999-01-01",
        "31/31/2026",
        "x" * 500,
        "Sat, 99 Nov 2026 10:30:00 GMT",
        "Sat, 21 Nov 2026 10:30:00 GMT+99",
    ],
)
def test_a_date_that_is_nonsense_is_none(written: str | None) -> None:
    assert moment(written) is None


def test_an_old_habit_is_left_to_feedparser() -> None:
    assert moment("?", time.gmtime(1_790_000_000)) == datetime.fromtimestamp(1_790_000_000, UTC)


@given(st.text(max_size=60))
def test_law_any_text_is_a_date_or_none(written: str) -> None:
    found = moment(written)
    assert found is None or found.tzinfo is UTC


@given(st.integers(820_454_400, 7_226_582_400))
def test_law_a_date_comes_back(seconds: int) -> None:
    when = datetime.fromtimestamp(seconds, UTC)
    assert moment(when.isoformat()) == when
    assert moment(when.strftime("%a, %d %b %Y %H:%M:%S +0000")) == when
