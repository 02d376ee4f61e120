"""A database that is away for an hour is no ten thousand lines in the log."""

from __future__ import annotations

import logging

from bot.calm import LONGEST_PAUSE, Calm
from storage.errors import DatabaseUnusable

LOST = DatabaseUnusable("here", "the connection was lost", may_pass=True)


def line(at: float, text: str = "a round failed: %s", *args: object) -> logging.LogRecord:
    record = logging.LogRecord("loop", logging.ERROR, __file__, 1, text, args or (LOST,), None)
    record.created = at
    return record


def heard(calm: Calm, *records: logging.LogRecord) -> list[str]:
    return [record.getMessage() for record in records if calm.filter(record)]


def test_an_outage_is_said_at_once_and_then_less_and_less_often() -> None:
    calm = Calm()
    said = heard(calm, *(line(float(second)) for second in range(3600)))
    assert said[0] == "a round failed: database here: the connection was lost"
    assert said[1] == f"{said[0]} (and 59 times more since)"
    assert len(said) == 6
    assert heard(calm, line(3600 + 2 * LONGEST_PAUSE)) == said[:1]  # another outage


def test_each_loop_and_each_reason_is_heard_whatever_feed_it_names() -> None:
    full = DatabaseUnusable("here", "the disk is full", may_pass=True)
    feed = "feed %s was not taken in: %s"
    said = heard(
        Calm(),
        line(1),
        line(2, "a round failed: %s", full),
        line(3, feed, "one", LOST),
        line(4, feed, "two", LOST),
    )
    assert [text.partition(":")[0] for text in said] == ["a round failed"] * 2 + ["feed one was not taken in"]


def test_whatever_names_no_trouble_of_the_database_passes_as_it_is() -> None:
    said = heard(Calm(), *(line(1, "posted %s", number) for number in (1, 1, 1)))
    assert said == ["posted 1"] * 3
