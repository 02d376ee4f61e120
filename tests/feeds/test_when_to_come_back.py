"""A feed that answers is asked again soon, one that fails later and later, one that is gone never."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.errors import FeedGone, FeedUnavailable, NotAFeed
from feeds.feed import Feed, FeedState
from feeds.page import Page
from feeds.parse import Parsed
from feeds.schedule import LONGEST, after_failure, failed, succeeded

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
FIVE = timedelta(minutes=5)
URL = "https://rovers.example/rss"
FEED = Feed(id=1, url=URL)
PAGE = Page(url=URL, body=b"x", etag='"v1"', last_modified="today", body_hash="abc")


def wait(feed: Feed) -> timedelta:
    assert feed.next_poll is not None
    return feed.next_poll - NOW


def test_a_good_poll_primes_the_feed_and_keeps_its_validators() -> None:
    feed = succeeded(FEED, PAGE, NOW, FIVE, Random(1), Parsed("Rovers Daily", "en", ()))
    assert feed.primed
    assert (feed.etag, feed.last_modified, feed.body_hash) == ('"v1"', "today", "abc")
    assert (feed.title, feed.lang) == ("Rovers Daily", "en")
    assert (feed.last_poll, feed.last_ok) == (NOW, NOW)
    assert FIVE * 0.9 <= wait(feed) <= FIVE * 1.1


def test_a_title_given_by_the_owner_stays() -> None:
    named = replace(FEED, title="My feed", lang="it")
    feed = succeeded(named, PAGE, NOW, FIVE, Random(1), Parsed("Rovers Daily", "en", ()))
    assert (feed.title, feed.lang) == ("My feed", "it")


def test_an_unchanged_feed_keeps_what_it_knows() -> None:
    feed = succeeded(FEED, PAGE, NOW, FIVE, Random(1))
    later = NOW + FIVE
    again = succeeded(feed, None, later, FIVE, Random(2))
    assert (again.etag, again.body_hash, again.primed) == (feed.etag, feed.body_hash, True)
    assert again.last_ok == later


def test_an_unchanged_answer_alone_does_not_prime() -> None:
    assert not succeeded(FEED, None, NOW, FIVE, Random(1)).primed


def test_a_feed_follows_its_permanent_move() -> None:
    moved = replace(PAGE, moved_to="https://new.example/rss")
    assert succeeded(FEED, moved, NOW, FIVE, Random(1)).url == "https://new.example/rss"


def test_feeds_added_together_drift_apart() -> None:
    random = Random(1)
    assert len({succeeded(FEED, PAGE, NOW, FIVE, random).next_poll for _ in range(50)}) == 50


def test_failures_are_counted_and_dated_from_the_first() -> None:
    feed = succeeded(FEED, PAGE, NOW, FIVE, Random(1))
    once = failed(feed, FeedUnavailable(URL, "down for now (503)"), NOW, FIVE, Random(1))
    twice = failed(once, NotAFeed(URL, "a web page, not a feed"), NOW + FIVE, FIVE, Random(1))
    assert (once.failures, once.error, once.error_since) == (1, "down for now (503)", NOW)
    assert (twice.failures, twice.error, twice.error_since) == (2, "a web page, not a feed", NOW)
    assert (twice.last_ok, twice.etag, twice.primed) == (NOW, '"v1"', True)
    well = succeeded(twice, None, NOW + 2 * FIVE, FIVE, Random(1))
    assert (well.failures, well.error, well.error_since) == (0, None, None)


def test_an_unforeseen_error_is_noted_by_its_name_only() -> None:
    assert failed(FEED, KeyError("secret"), NOW, FIVE, Random(1)).error == "could not be read (KeyError)"


def test_a_feed_that_keeps_failing_is_asked_once_a_day() -> None:
    feed, waits = FEED, []
    for _ in range(40):
        feed = failed(feed, FeedUnavailable(URL, "down"), NOW, FIVE, Random(3))
        waits.append(wait(feed))
    assert waits[0] <= FIVE
    assert all(a <= b for a, b in pairwise(waits))
    assert LONGEST * 0.8 <= waits[-1] <= LONGEST


def test_the_host_says_when_to_come_back() -> None:
    error = FeedUnavailable(URL, "asked too often (429)", timedelta(hours=2))
    assert (
        timedelta(hours=2) < wait(failed(FEED, error, NOW, FIVE, Random(1))) <= timedelta(hours=2, minutes=13)
    )


def test_a_host_that_asks_for_a_month_is_asked_tomorrow() -> None:
    error = FeedUnavailable(URL, "down", timedelta(days=30))
    assert wait(failed(FEED, error, NOW, FIVE, Random(1))) == LONGEST


def test_a_short_retry_after_does_not_make_us_hurry() -> None:
    error = FeedUnavailable(URL, "down", timedelta(0))
    worn = replace(FEED, failures=9)
    assert wait(failed(worn, error, NOW, FIVE, Random(1))) > timedelta(hours=10)


def test_a_feed_that_is_gone_is_not_asked_again() -> None:
    feed = failed(FEED, FeedGone(URL), NOW, FIVE, Random(1))
    assert (feed.state, feed.next_poll) == (FeedState.GONE, None)
    assert feed.error == "gone for good (410)"


def test_a_feed_paused_during_its_poll_stays_paused() -> None:
    paused = replace(FEED, state=FeedState.PAUSED)
    assert succeeded(paused, PAGE, NOW, FIVE, Random(1)).state is FeedState.PAUSED


@pytest.mark.parametrize("interval", [timedelta(seconds=1), FIVE, timedelta(hours=6)])
@given(st.integers(0, 10**9), st.none() | st.timedeltas(timedelta(0), timedelta(days=9)), st.integers())
def test_law_the_next_poll_lies_ahead_and_within_a_day(
    interval: timedelta, failures: int, retry_after: timedelta | None, seed: int
) -> None:
    when = after_failure(failures, NOW, interval, Random(seed), retry_after)
    assert NOW < when <= NOW + LONGEST
    if retry_after is not None:
        assert when >= NOW + min(retry_after, LONGEST)
