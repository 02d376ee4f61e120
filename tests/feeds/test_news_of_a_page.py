"""What of a page is read: the unseen, and what was changed since."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feeds.entry import Entry
from feeds.identity import content_hash
from feeds.news import merged, news

DAY = datetime(2026, 11, 21, 10, tzinfo=UTC)


def an_entry(key: str, *, hours: float | None = None, text: str = "", **more: object) -> Entry:
    published = None if hours is None else DAY + timedelta(hours=hours)
    return Entry(
        key,
        key.upper(),
        text,
        published=published,
        content_hash=content_hash(key, text),
        **more,  # type: ignore[arg-type]
    )


def keys(entries: list[Entry], known: dict[str, str] | None = None) -> list[str]:
    return [item.entry.key for item in news(entries, known or {})]


def test_the_unseen_come_oldest_first_and_undated_last() -> None:
    page = [
        an_entry("c", hours=3),
        an_entry("y"),
        an_entry("a", hours=1),
        an_entry("x"),
        an_entry("b", hours=2),
    ]
    assert keys(page) == ["a", "b", "c", "x", "y"]


def test_entries_of_the_same_moment_are_told_from_the_bottom_up() -> None:
    assert keys([an_entry("new", hours=1), an_entry("old", hours=1)]) == ["old", "new"]


def test_what_is_known_is_not_news() -> None:
    seen = an_entry("a")
    assert keys([seen, an_entry("b")], {"a": seen.content_hash}) == ["b"]


def test_what_was_reworded_is_flagged() -> None:
    seen = an_entry("a", text="talks")
    (item,) = news([an_entry("a", text="medical")], {"a": seen.content_hash})
    assert item.changed
    (fresh,) = news([an_entry("b")], {"a": seen.content_hash})
    assert not fresh.changed


def test_sightings_of_one_entry_on_a_page_are_one() -> None:
    old = an_entry("a", hours=1, text="talks", author="Ann")
    new = an_entry("a", hours=3, text="medical", link="https://x.example/1")
    for page in ([old, new], [new, old]):
        (entry,) = merged(page)
        assert entry.text == "medical"
        assert entry.published == old.published
        assert (entry.author, entry.link) == ("Ann", "https://x.example/1")


ENTRIES = st.lists(
    st.builds(
        lambda key, hours, text: an_entry(key, hours=hours, text=text),
        st.sampled_from("abcde"),
        st.none() | st.integers(0, 5),
        st.sampled_from(["", "talks", "bid", "done"]),
    ),
    max_size=12,
)


@given(ENTRIES)
def test_law_once_read_nothing_of_a_page_is_news(page: list[Entry]) -> None:
    found = news(page, {})
    known = {item.entry.key: item.entry.content_hash for item in found}
    assert set(known) == {entry.key for entry in page}
    assert len(known) == len(found)
    assert news(page, known) == ()


@given(ENTRIES)
def test_law_the_order_of_sightings_does_not_matter(page: list[Entry]) -> None:
    def texts(entries: list[Entry]) -> dict[str, str]:
        return {entry.key: entry.content_hash for entry in merged(entries)}

    assert texts(page) == texts(page[::-1])
