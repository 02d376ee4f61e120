"""When to come back, and what a poll leaves in the feed. Pure: the clock and the dice come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from feeds.errors import FeedError, FeedGone, FeedRefused, FeedUnavailable, NotAFeed
from feeds.feed import Feed, FeedState
from feeds.page import Page
from feeds.parse import Parsed

LONGEST = timedelta(days=1)
_PATIENCE = timedelta(hours=6)
_PATIENT_FAILURES = 4


def after_success(now: datetime, interval: timedelta, random: Random) -> datetime:
    """The next poll of a feed that answered, changed or not: an interval on, give or take a tenth.

    The jitter keeps feeds that were added together from being polled together for ever.
    """
    return now + interval * random.uniform(0.9, 1.1)


def after_failure(
    failures: int,
    now: datetime,
    interval: timedelta,
    random: Random,
    retry_after: timedelta | None = None,
) -> datetime:
    """The next poll after this many failures in a row: the interval doubled each time, up to a day.

    Never before the host's `retry_after` is over, and never later than a day.
    """
    doubled = interval * (1 << min(max(failures - 1, 0), 20))
    wait = min(doubled, LONGEST) * random.uniform(0.8, 1.0)
    if retry_after is not None:
        wait = max(wait, min(retry_after * random.uniform(1.0, 1.1) + timedelta(seconds=1), LONGEST))
    return now + wait


def succeeded(
    feed: Feed,
    page: Page | None,
    now: datetime,
    interval: timedelta,
    random: Random,
    parsed: Parsed | None = None,
) -> Feed:
    """The feed after a good poll; to be saved in one transaction with the page's entries.

    `page` None means unchanged (304). `parsed` fills in title and language where the feed has none. The
    address follows a permanent redirect: the caller sees to it that no other feed has that one already.

    A page without entries makes the feed primed like any other: a search is empty until there is news. Half a
    page leaves no validators, so that it is asked for in full, and a feed that never gave a whole one is
    primed by the second.
    """
    half = parsed is not None and parsed.partial
    primed = feed.primed or not half or feed.last_ok is not None
    feed = replace(
        feed,
        state=FeedState.ACTIVE if feed.state is FeedState.GONE else feed.state,
        failures=0,
        error=None,
        error_since=None,
        last_poll=now,
        last_ok=now,
        next_poll=after_success(now, interval, random),
    )
    if parsed is not None:
        feed = replace(feed, title=feed.title or parsed.title, lang=feed.lang or parsed.lang)
    if page is None:
        return feed
    return replace(
        feed,
        url=page.moved_to or feed.url,
        etag=None if half else page.etag,
        last_modified=None if half else page.last_modified,
        body_hash=None if half else page.body_hash,
        primed=primed,
    )


def failed(feed: Feed, error: Exception, now: datetime, interval: timedelta, random: Random) -> Feed:
    """The feed after a failed poll. What was known of its last good page stays.

    A FeedGone ends it: `next_poll` is None. An error that is none of ours is named by its class only.
    """
    reason = error.reason if isinstance(error, FeedError) else f"could not be read ({type(error).__name__})"
    failures = feed.failures + 1
    noted = replace(
        feed,
        failures=failures,
        error=reason,
        error_since=feed.error_since or now,
        last_poll=now,
    )
    if isinstance(error, FeedGone):
        return replace(noted, state=FeedState.GONE, next_poll=None)
    retry_after = None
    if isinstance(error, FeedUnavailable):
        retry_after = error.at_least if error.retry_after is None else error.retry_after
    return replace(noted, next_poll=after_failure(failures, now, interval, random, retry_after))


def is_lasting(feed: Feed, now: datetime) -> bool:
    """Whether it fails in a way that its owner should know of: gone, or for hours and several times."""
    if feed.state is FeedState.GONE:
        return True
    since = feed.error_since
    return since is not None and feed.failures >= _PATIENT_FAILURES and now - since >= _PATIENCE


def advice(error: FeedError) -> str:
    """What the owner of a feed that fails in this way for long may do."""
    if error.advice:
        return error.advice
    match error:
        case FeedGone():
            return "it is not asked again: remove it, or add the site again to find its new address"
        case NotAFeed():
            return "the site may have moved its feed: add the site's address to find it, and remove this one"
        case FeedRefused():
            return "remove it, or allow private addresses (DEADLINEDAY_PRIVATE_FEEDS) if it is your own"
        case _:
            return "nothing, if the site is down; else try the address in a browser and remove the feed"
