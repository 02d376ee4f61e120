"""The alert policy, case by case, and its laws."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from links.claim import Claim, Stage, Status
from links.decide import SILENCE, advance, decide, net
from links.link import Kind, Link

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
LIVE, STALLED, OFF = Status.LIVE, Status.STALLED, Status.OFF


def a_claim(stage: Stage = Stage.INTEREST, status: Status = LIVE) -> Claim:
    return Claim("Ada Vale", "Rovers", stage, status)


def after(*reports: tuple[Stage, Status], start: datetime = NOON) -> Link:
    """The link after these reports, an hour apart."""
    link = None
    for hours, (stage, status) in enumerate(reports):
        link = advance(link, a_claim(stage, status), start + timedelta(hours=hours), player_id=1)
    assert link is not None
    return link


LATER = NOON + timedelta(days=2)


@pytest.mark.parametrize("status", [LIVE, STALLED])
def test_a_pair_seen_for_the_first_time_is_new_even_when_the_bid_was_turned_down(status: Status) -> None:
    assert decide(None, a_claim(Stage.BID, status), NOON) is Kind.NEW


def test_a_denial_of_what_nobody_reported_is_silent_and_the_pair_is_new_when_it_comes_alive() -> None:
    assert decide(None, a_claim(Stage.INTEREST, OFF), NOON) is None
    assert decide(after((Stage.INTEREST, OFF)), a_claim(), LATER) is Kind.NEW


@pytest.mark.parametrize(
    ("reports", "claim", "kind"),
    [
        ([(Stage.TALKS, LIVE)], (Stage.TALKS, LIVE), None),
        ([(Stage.TALKS, LIVE)], (Stage.INTEREST, LIVE), None),
        ([(Stage.TALKS, LIVE)], (Stage.BID, LIVE), Kind.ESCALATED),
        ([(Stage.TALKS, LIVE)], (Stage.BID, STALLED), Kind.SETBACK),
        ([(Stage.TALKS, LIVE)], (Stage.TALKS, OFF), Kind.SETBACK),
        ([(Stage.BID, STALLED)], (Stage.BID, OFF), Kind.SETBACK),
        ([(Stage.TALKS, LIVE), (Stage.TALKS, OFF)], (Stage.TALKS, OFF), None),
        ([(Stage.TALKS, LIVE), (Stage.TALKS, OFF)], (Stage.INTEREST, LIVE), Kind.REVIVED),
        ([(Stage.TALKS, LIVE), (Stage.BID, STALLED)], (Stage.BID, LIVE), None),
        ([(Stage.TALKS, LIVE), (Stage.BID, STALLED)], (Stage.AGREED, LIVE), Kind.ESCALATED),
        ([(Stage.TALKS, LIVE), (Stage.BID, STALLED), (Stage.BID, LIVE)], (Stage.BID, STALLED), Kind.SETBACK),
    ],
)
def test_what_is_news_after_what_was_told(
    reports: list[tuple[Stage, Status]], claim: tuple[Stage, Status], kind: Kind | None
) -> None:
    assert decide(after(*reports), a_claim(*claim), LATER) is kind


def test_a_link_that_nobody_named_for_over_sixty_days_is_revived() -> None:
    link = after((Stage.TALKS, LIVE))
    assert decide(link, a_claim(), NOON + SILENCE) is None
    assert decide(link, a_claim(), NOON + SILENCE + timedelta(minutes=1)) is Kind.REVIVED


def test_after_a_revival_the_stages_are_news_again() -> None:
    link = after((Stage.AGREED, LIVE), (Stage.AGREED, OFF), (Stage.INTEREST, LIVE))
    assert link.alerted is Stage.INTEREST
    assert decide(link, a_claim(Stage.TALKS), LATER) is Kind.ESCALATED


def test_a_late_older_report_may_raise_a_live_link_but_never_turns_or_lowers_it() -> None:
    link = after((Stage.TALKS, LIVE))
    early = NOON - timedelta(hours=3)
    assert decide(link, a_claim(Stage.BID), early) is Kind.ESCALATED
    assert decide(link, a_claim(Stage.TALKS, OFF), early) is None
    assert advance(link, a_claim(Stage.TALKS, OFF), early, player_id=1) == link
    closed = after((Stage.TALKS, LIVE), (Stage.TALKS, OFF))
    assert decide(closed, a_claim(Stage.TALKS), early) is None


def test_a_late_report_of_what_was_denied_since_is_silent_and_what_comes_after_the_denial_is_new() -> None:
    denied = after((Stage.TALKS, OFF))
    early = NOON - timedelta(hours=1)
    assert decide(denied, a_claim(Stage.TALKS), early) is None
    assert advance(denied, a_claim(Stage.TALKS), early, player_id=1) == denied
    assert decide(denied, a_claim(Stage.TALKS), LATER) is Kind.NEW


def test_a_late_report_that_raises_what_was_told_never_lowers_the_stage() -> None:
    link = after((Stage.TALKS, LIVE), (Stage.TALKS, STALLED), (Stage.AGREED, STALLED), (Stage.TALKS, LIVE))
    assert (link.stage, link.alerted) == (Stage.AGREED, Stage.TALKS)
    raised = advance(link, a_claim(Stage.BID), NOON, player_id=1)
    assert (raised.stage, raised.alerted) == (Stage.AGREED, Stage.BID)


@pytest.mark.parametrize(
    ("steps", "before", "told"),
    [
        ([], None, None),
        ([(Kind.NEW, Stage.INTEREST, LIVE), (Kind.ESCALATED, Stage.BID, LIVE)], None, Kind.NEW),
        ([(Kind.NEW, Stage.INTEREST, LIVE), (Kind.SETBACK, Stage.INTEREST, OFF)], None, None),
        ([(Kind.ESCALATED, Stage.BID, LIVE), (Kind.SETBACK, Stage.BID, STALLED)], Stage.TALKS, Kind.SETBACK),
        (
            [(Kind.ESCALATED, Stage.BID, LIVE), (Kind.ESCALATED, Stage.DONE, LIVE)],
            Stage.TALKS,
            Kind.ESCALATED,
        ),
        ([(Kind.SETBACK, Stage.TALKS, OFF), (Kind.REVIVED, Stage.TALKS, LIVE)], Stage.TALKS, None),
        ([(Kind.SETBACK, Stage.TALKS, OFF), (Kind.REVIVED, Stage.AGREED, LIVE)], Stage.TALKS, Kind.ESCALATED),
        (
            [(Kind.REVIVED, Stage.INTEREST, LIVE), (Kind.ESCALATED, Stage.BID, LIVE)],
            Stage.TALKS,
            Kind.REVIVED,
        ),
        ([(Kind.REVIVED, Stage.INTEREST, LIVE)], Stage.TALKS, Kind.REVIVED),
    ],
)
def test_many_alerts_of_one_link_told_as_one(
    steps: list[tuple[Kind, Stage, Status]], before: Stage | None, told: Kind | None
) -> None:
    assert net(steps, before=before) is told


reports = st.lists(st.tuples(st.sampled_from(Stage), st.sampled_from(Status)), min_size=1, max_size=12)


@given(reports)
def test_the_same_claim_twice_in_a_row_never_alerts_twice(story: list[tuple[Stage, Status]]) -> None:
    link = after(*story)
    assert decide(link, a_claim(*story[-1]), link.last_seen) is None
    assert decide(link, a_claim(*story[-1]), link.last_seen + timedelta(days=1)) is None


@given(reports)
def test_told_stages_only_rise_between_revivals(story: list[tuple[Stage, Status]]) -> None:
    link: Link | None = None
    top = 0
    for hours, report in enumerate(story):
        claim, at = a_claim(*report), NOON + timedelta(hours=hours)
        kind = decide(link, claim, at)
        link = advance(link, claim, at, player_id=1)
        if kind in (Kind.NEW, Kind.REVIVED):
            top = claim.stage
        elif kind is Kind.ESCALATED:
            assert claim.stage > top
            top = claim.stage
        elif kind is Kind.SETBACK:
            top = max(top, claim.stage)
        assert link.alerted is None or link.alerted == top
