"""Two sightings of one story are one entry; two stories are two."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.identity import Marks, address, canonical, content_hash, key_of, keys_of

SITE = "https://www.rovers.example/"
DAY = datetime(2026, 11, 21, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.rovers.example/news/vale-7",
        "http://www.rovers.example/news/vale-7",
        "https://rovers.example/news/vale-7/",
        "https://m.rovers.example/news/vale-7",
        "https://www.m.rovers.example/news/vale-7",
        "HTTPS://WWW.Rovers.Example:443/news/vale-7",
        "http://rovers.example:80//news//vale-7",
        "https://rovers.example/news/vale-7#comments",
        "https://rovers.example/news/vale-7?utm_source=rss&utm_medium=feed&UTM_Campaign=x",
        "https://rovers.example/news/vale-7?at_medium=RSS&at_campaign=rss",
        "https://rovers.example/news/vale-7?fbclid=1&gclid=2&CMP=share_btn&ref=home&xtor=RSS-1",
        "https://amp.rovers.example/news/vale-7",
        "https://rovers.example/amp/news/vale-7",
        "https://rovers.example/news/vale-7/amp/",
        "https://rovers.example/news/vale-7.amp",
        "https://rovers.example/news/vale-7?amp",
        "https://rovers.example/news/vale-7?amp=1&outputType=amp",
        "https://rovers-example.cdn.ampproject.org/c/s/www.rovers.example/news/vale-7",
        "https://www.google.com/amp/s/www.rovers.example/news/vale-7",
        "https://www.google.com/url?rct=j&url=https://rovers.example/news/vale-7&ct=ga",
        "https://rovers.example/news/vale%2D7",
        "https://ada:secret@rovers.example/news/vale-7",
        " https://rovers.example/news/vale-7\n",
    ],
)
def test_all_addresses_of_an_article_are_one(url: str) -> None:
    assert canonical(url) == "https://rovers.example/news/vale-7"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://rovers.example/?p=1", "https://rovers.example/?p=2"),
        ("https://rovers.example/news/1", "https://rovers.example/news/2"),
        ("https://rovers.example/News", "https://rovers.example/news"),
        ("https://rovers.example/news", "https://city.example/news"),
        ("https://rovers.example:8080/news", "https://rovers.example/news"),
        ("https://rovers.example/a%2Fb", "https://rovers.example/a"),
        ("https://rovers.example/swamp", "https://rovers.example/sw"),
    ],
)
def test_different_articles_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_a_short_host_keeps_its_name() -> None:
    assert canonical("https://m.example/1") == "https://m.example/1"
    assert canonical("https://www.com/1") == "https://www.com/1"


def test_an_article_of_the_bbc_is_one_at_home_and_abroad() -> None:
    assert canonical("https://www.bbc.com/sport/football/1") == canonical(
        "https://www.bbc.co.uk/sport/football/1"
    )


@pytest.mark.parametrize(
    "url", ["", "news/1", "javascript:alert(1)", "https://", "http://[::1", "tag:x,2026:1"]
)
def test_what_is_no_address_has_no_canonical_form(url: str) -> None:
    assert canonical(url) == ""
    assert address(url) is None


HOSTS = st.sampled_from(
    ["rovers.example", "www.rovers.example", "m.news.rovers.example", "münchen.example", "[::1]:80"]
)
PATHS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@given(HOSTS, PATHS)
def test_law_canonical_is_stable(host: str, rest: str) -> None:
    once = canonical(f"https://{host}/{rest}")
    assert canonical(once) == once


def test_a_new_guid_or_date_does_not_make_a_new_entry() -> None:
    entry = Marks("https://www.bbc.co.uk/sport/1", "https://www.bbc.co.uk/sport/1#0", "Vale", published=DAY)
    again = replace(entry, guid="https://www.bbc.co.uk/sport/1#3", published=DAY + timedelta(days=2))
    assert key_of(entry, scope=SITE) == key_of(again, scope=SITE)


def test_a_retitled_article_stays_itself() -> None:
    entry = Marks("https://rovers.example/news/1", title="Talks")
    assert key_of(entry, scope=SITE) == key_of(replace(entry, title="Bid", text="more"), scope=SITE)


def test_without_a_link_a_reissued_guid_stays_itself() -> None:
    first = Marks(guid="https://www.bbc.co.uk/sport/1#0", title="Vale")
    assert key_of(first, scope=SITE) == "https://bbc.co.uk/sport/1"
    assert key_of(Marks(guid="story-9#1", title="a"), scope=SITE) == key_of(
        Marks(guid="story-9#2", title="b"), scope=SITE
    )


def test_the_sites_home_is_no_articles_address() -> None:
    for home in (SITE, "https://rovers.example", "http://www.rovers.example/index.html?utm_source=rss"):
        a, b = keys_of([Marks(home, "g1", "One"), Marks("https://rovers.example/2", "g2", "Two")], scope=SITE)
        assert a == "guid:rovers.example:g1"
        assert b == "https://rovers.example/2"


def test_the_feeds_own_home_below_a_site_is_no_articles_address() -> None:
    home = "https://rovers.example/transfers"
    assert key_of(Marks(home, "g1", "One"), scope=home) == "guid:rovers.example:g1"


def test_one_address_for_all_entries_tells_nothing() -> None:
    page = [Marks("https://rovers.example/all-news", f"g{n}", f"Story {n}") for n in range(2)]
    assert keys_of(page, scope=SITE) == ["guid:rovers.example:g0", "guid:rovers.example:g1"]


def test_a_live_page_that_many_entries_share_tells_nothing() -> None:
    live = [Marks(f"https://rovers.example/live#{n}", f"post-{n}", f"Minute {n}") for n in range(4)]
    keys = keys_of([*live, Marks("https://rovers.example/1", "x", "Else")], scope=SITE)
    assert len(set(keys)) == 5


def test_an_article_and_its_reissue_on_one_page_are_one() -> None:
    twice = [Marks("https://rovers.example/1", f"https://rovers.example/1#{n}", f"Vale {n}") for n in (0, 3)]
    keys = keys_of([*twice, Marks("https://rovers.example/2", "x", "Else")], scope=SITE)
    assert keys[0] == keys[1] != keys[2]


def test_a_guid_for_all_entries_tells_nothing() -> None:
    page = [Marks(None, "feed-id", f"Story {n}", published=DAY) for n in range(3)]
    assert len(set(keys_of(page, scope=SITE))) == 3


def test_a_plain_guid_counts_within_its_site() -> None:
    entry = Marks(None, "1234", "Vale")
    assert key_of(entry, scope=SITE) == key_of(entry, scope="http://rovers.example/other/feed")
    assert key_of(entry, scope=SITE) != key_of(entry, scope="https://city.example/")


def test_a_title_counts_within_its_day() -> None:
    entry = Marks(title="The gossip column", published=DAY)
    assert key_of(entry, scope=SITE) == key_of(replace(entry, title="The GOSSIP column!"), scope=SITE)
    assert key_of(entry, scope=SITE) != key_of(replace(entry, published=DAY + timedelta(days=1)), scope=SITE)


def test_an_entry_that_carries_nothing_has_no_key() -> None:
    assert key_of(Marks(), scope=SITE) == ""


@given(
    st.lists(
        st.builds(Marks, st.none() | st.text(), st.none() | st.text(), st.text(), st.text()), max_size=5
    ),
    st.text(),
)
def test_law_keys_are_short_and_printable(page: list[Marks], scope: str) -> None:
    for key in keys_of(page, scope=scope):
        assert len(key) <= 8200
        assert "\n" not in key


@pytest.mark.parametrize(
    "other",
    [("VALE to Rovers!", "They met."), ("Valé to Rovers", "They   met"), ("“Vale” to Rovers", "they\n\nmet")],
)
def test_case_accents_punctuation_and_layout_are_no_change(other: tuple[str, str]) -> None:
    assert content_hash("Vale to Rovers", "They met.") == content_hash(*other)


@pytest.mark.parametrize(
    "other",
    [("Vale to City", "They met."), ("Vale to Rovers", "They met again."), ("Vale to Rovers They", "met.")],
)
def test_other_words_are_a_change(other: tuple[str, str]) -> None:
    assert content_hash("Vale to Rovers", "They met.") != content_hash(*other)
