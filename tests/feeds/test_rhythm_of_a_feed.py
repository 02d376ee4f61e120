"""The interval follows what a feed does, within the owner's bounds and what the host asks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feeds.entry import Entry
from feeds.habits import NEW, Habits, Wishes, asked, learned, wishes_of
from feeds.pace import Pace, in_window, interval_of, is_last_day, out_of_skipped
from feeds.parse import parse
from tests.feeds.pages import a_page, an_item, rss

SPRING = datetime(2026, 4, 14, 12, tzinfo=UTC)
PACE = Pace(timedelta(minutes=2), timedelta(minutes=5), timedelta(minutes=30))
HOUR = 3600.0


def articles(*hours_ago: float, now: datetime = SPRING) -> list[Entry]:
    return [Entry(key=str(ago), title="T", published=now - timedelta(hours=ago)) for ago in hours_ago]


def test_a_feed_of_which_nothing_is_known_is_polled_at_the_usual_interval() -> None:
    assert interval_of(NEW, PACE, SPRING) == PACE.usual


def test_a_feed_is_polled_more_often_the_more_it_writes() -> None:
    assert interval_of(Habits(gap=12 * 60), PACE, SPRING) == timedelta(minutes=4)
    assert interval_of(Habits(gap=HOUR), PACE, SPRING) == timedelta(minutes=20)
    assert interval_of(Habits(gap=10), PACE, SPRING) == PACE.shortest
    assert interval_of(Habits(gap=240 * HOUR), PACE, SPRING) == PACE.longest


def test_nothing_scrolls_off_a_short_page_unseen() -> None:
    assert interval_of(Habits(gap=3 * HOUR, window=HOUR / 2), PACE, SPRING) == timedelta(minutes=10)


def test_hours_in_which_a_feed_is_silent_are_polled_less() -> None:
    day = tuple(20.0 if 8 <= hour < 20 else 0.0 for hour in range(24))
    habits = Habits(gap=12 * 60, hours=day)
    assert interval_of(habits, PACE, SPRING) < interval_of(habits, PACE, SPRING.replace(hour=3))


def test_a_transfer_window_is_watched_closer_and_its_last_day_closest() -> None:
    habits = Habits(gap=HOUR)
    january = interval_of(habits, PACE, datetime(2026, 1, 20, 12, tzinfo=UTC))
    deadline = interval_of(habits, PACE, datetime(2026, 9, 1, 12, tzinfo=UTC))
    assert january == interval_of(habits, PACE, SPRING) / 2
    assert deadline == PACE.usual
    assert in_window(datetime(2026, 8, 1).date())  # noqa: DTZ001
    assert not is_last_day(SPRING.date())


def test_what_the_host_asks_is_heard_up_to_the_longest_interval() -> None:
    assert interval_of(Habits(gap=60, fresh=600), PACE, SPRING) == timedelta(minutes=10)
    assert interval_of(Habits(gap=60, ttl=900), PACE, SPRING) == timedelta(minutes=15)
    assert interval_of(Habits(gap=60, ttl=24 * HOUR), PACE, SPRING) == PACE.longest


@given(
    st.builds(
        Habits,
        gap=st.none() | st.floats(1, 1e7),
        window=st.none() | st.floats(1, 1e7),
        hours=st.lists(st.floats(0, 100), min_size=24, max_size=24).map(tuple),
        fresh=st.floats(0, 1e7),
        ttl=st.floats(0, 1e7),
    ),
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
)
def test_the_interval_never_leaves_the_bounds(habits: Habits, now: datetime) -> None:
    assert PACE.shortest <= interval_of(habits, PACE, now) <= PACE.longest
    assert interval_of(habits, Pace.steady(PACE.usual), now) == PACE.usual
    assert Habits.from_json(habits.to_json()).gap == habits.gap


def test_rhythm_and_window_are_learned_from_a_page() -> None:
    page = articles(0, 1, 2, 3)
    habits = learned(NEW, page, page, SPRING, primed=False)
    assert (habits.gap, habits.window, habits.lag) == (HOUR, 3 * HOUR, None)
    assert habits.hours[12] > 0


def test_the_lag_is_learned_from_what_came_since_the_first_poll() -> None:
    page = articles(0.1, 5)
    assert learned(NEW, page, page[:1], SPRING, primed=True).lag == pytest.approx(360)
    assert learned(NEW, page, [], SPRING, primed=True).lag is None
    assert learned(NEW, page, articles(50), SPRING, primed=True).lag is None


def test_the_wishes_of_a_page_are_read_from_its_head() -> None:
    head = "<ttl>45</ttl><skipHours><hour>2</hour><hour>24</hour></skipHours>"
    parsed = parse(a_page(rss(an_item("T", "https://rovers.example/1", "&lt;ttl>9&lt;/ttl>"), extra=head)))
    assert parsed.wishes == Wishes(timedelta(minutes=45), frozenset((2, 0)))
    assert wishes_of(rss(an_item("T"))) == Wishes()
    every = "".join(f"<hour>{hour}</hour>" for hour in range(24))
    assert wishes_of(f"<rss><channel><skipHours>{every}</skipHours>").skip_hours == frozenset()


def test_skipped_hours_are_waited_out() -> None:
    night = SPRING.replace(hour=2, minute=40)
    assert out_of_skipped(night, (2, 3)) == SPRING.replace(hour=4, minute=0)
    assert out_of_skipped(SPRING, (2, 3)) == SPRING


def test_habits_outlive_the_bot() -> None:
    habits = replace(asked(NEW, Wishes(timedelta(minutes=5), frozenset((3,))), timedelta(60)), lag=12.5)
    assert Habits.from_json(habits.to_json()) == habits
    assert Habits.from_json("nonsense") == NEW
    assert Habits.from_json('{"hours": [1]}') == NEW
