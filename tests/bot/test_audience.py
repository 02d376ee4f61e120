"""Who is told, who is not and why, and when."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audience import after_quiet, audience, best_tier, due, silent_because
from links.claim import Stage, Status
from links.link import Kind
from storage.watch import Channel, ChannelSettings, Watch
from tests.bot.house import NOW, ROOM, an_alert

OTHER = Channel("fake", "other")


def a_watch(**changes: object) -> Watch:
    return Watch(**{"id": 1, "channel": ROOM, "player_id": 1, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("alert", "watch", "settings", "tier", "reason"),
    [
        ({}, {}, {}, None, None),
        ({}, {"from_stage": Stage.BID}, {}, None, None),
        ({}, {"from_stage": Stage.AGREED}, {}, None, "the watch asks for agreed"),
        ({}, {}, {"lowest": Stage.AGREED}, None, "this channel asks for agreed"),
        ({}, {}, {"kinds": frozenset({Kind.NEW})}, None, "does not ask for escalated"),
        ({}, {}, {"tier": 2}, 3, "tier 3 at best"),
        ({}, {}, {"tier": 3}, None, "no known source"),
        ({}, {}, {"tier": 3}, 3, None),
        ({}, {"paused": "muted"}, {}, None, "paused: muted"),
        ({}, {"player_id": None, "club": "Crystal Palace"}, {}, None, None),
        ({}, {"club": "Everton"}, {}, None, "somebody else"),
        ({}, {"player_id": 2}, {}, None, "somebody else"),
    ],
)
def test_an_alert_reaches_those_who_asked_for_it(
    alert: dict[str, object],
    watch: dict[str, object],
    settings: dict[str, object],
    tier: int | None,
    reason: str | None,
) -> None:
    said = silent_because(an_alert(**alert), a_watch(**watch), ChannelSettings(**settings), tier=tier)  # type: ignore[arg-type]
    assert (said is None) if reason is None else (said is not None and reason in said)


@pytest.mark.parametrize(
    ("before", "named", "from_stage", "told"),
    [
        (Stage.AGREED, Stage.TALKS, Stage.AGREED, True),  # was told the agreement, hears that it is off
        (Stage.TALKS, Stage.TALKS, Stage.AGREED, False),  # never heard of it
        (Stage.TALKS, Stage.BID, Stage.BID, True),  # a rejected bid: the first that one hears
    ],
)
def test_a_setback_is_told_to_those_who_could_have_been_told_the_rise(
    before: Stage, named: Stage, from_stage: Stage, told: bool
) -> None:
    alert = an_alert(kind=Kind.SETBACK, before=before, stage=named, status=Status.OFF)
    assert (
        silent_because(alert, a_watch(from_stage=from_stage), ChannelSettings(), tier=None) is None
    ) is told


def test_a_channel_is_told_once_and_calls_everybody_who_asked() -> None:
    watches = [
        a_watch(mention="person:1"),
        a_watch(id=2, player_id=None, club="Crystal Palace", mention="person:2"),
        a_watch(id=3, club="Crystal Palace", mention="person:1"),
        a_watch(id=4, channel=OTHER),
        a_watch(id=5, channel=OTHER, from_stage=Stage.DONE, mention="person:3"),
    ]
    told = audience(an_alert(), watches, {}, tier=None, now=NOW)
    assert [(one.channel, one.mention, one.due) for one in told] == [
        (ROOM, "person:1 person:2", NOW),
        (OTHER, None, NOW),
    ]


LONDON = {"timezone": "Europe/London"}
NIGHT = {"quiet_from": time(23), "quiet_to": time(7), **LONDON}


@pytest.mark.parametrize(
    ("settings", "now", "expected"),
    [
        (NIGHT, "2026-07-01 21:59", "2026-07-01 21:59"),
        (NIGHT, "2026-07-01 22:00", "2026-07-02 06:00"),  # 23:00 in London, told at its 07:00
        (NIGHT, "2026-07-02 05:59", "2026-07-02 06:00"),
        (NIGHT, "2026-07-02 06:00", "2026-07-02 06:00"),
        (NIGHT, "2026-10-24 23:30", "2026-10-25 07:00"),  # clocks went back in the night
        (NIGHT, "2026-03-28 23:30", "2026-03-29 06:00"),  # clocks went forward
        ({"quiet_from": time(9), "quiet_to": time(17)}, "2026-07-01 12:00", "2026-07-01 17:00"),
        ({"quiet_from": time(9), "quiet_to": time(9)}, "2026-07-01 09:00", "2026-07-01 09:00"),
        ({"quiet_from": time(0), "quiet_to": time(1, 30), **LONDON}, "2026-10-25 01:10", "2026-10-25 01:30"),
        ({"quiet_from": time(0), "quiet_to": time(1, 30), **LONDON}, "2026-03-29 00:59", "2026-03-29 01:30"),
        ({"digest": time(8), **LONDON}, "2026-07-01 06:59", "2026-07-01 07:00"),
        ({"digest": time(8), **LONDON}, "2026-07-01 07:00", "2026-07-02 07:00"),
        ({"digest": time(6), **NIGHT}, "2026-07-01 12:00", "2026-07-02 06:00"),  # a digest in the quiet hours
    ],
)
def test_it_is_told_when_the_channel_wants_to_hear(
    settings: dict[str, object], now: str, expected: str
) -> None:
    moment, then = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (now, expected))
    assert due(an_alert(), ChannelSettings(**settings), moment) == then  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "waits"),
    [
        ({"stage": Stage.BID}, True),
        ({"stage": Stage.AGREED}, False),
        ({"kind": Kind.SETBACK, "before": Stage.AGREED, "stage": Stage.BID, "status": Status.OFF}, False),
    ],
)
def test_a_digest_holds_what_is_below_agreed(changes: dict[str, object], waits: bool) -> None:
    settings = ChannelSettings(digest=time(8))
    assert (due(an_alert(**changes), settings, NOW) > NOW) is waits


def test_a_zone_that_this_machine_does_not_know_counts_as_utc() -> None:
    digest, quiet = {"digest": time(8)}, {"quiet_from": time(9), "quiet_to": time(17)}
    for hours in (digest, quiet):
        astray = ChannelSettings(timezone="Mars/Base", **hours)  # type: ignore[arg-type]
        assert due(an_alert(), astray, NOW) == due(an_alert(), ChannelSettings(**hours), NOW)  # type: ignore[arg-type]


@given(
    st.times(),
    st.times(),
    st.sampled_from(["UTC", "Europe/London", "America/St_Johns", "Australia/Lord_Howe"]),
    st.integers(0, 2 * 365 * 24 * 60),
)
def test_quiet_hours_end_within_a_day_and_a_change_of_clocks(
    start: time, end: time, zone: str, minutes: int
) -> None:
    settings = ChannelSettings(quiet_from=start, quiet_to=end, timezone=zone)
    now = datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    told = after_quiet(settings, now)
    assert now <= told <= now + timedelta(hours=26)
    if told > now and start > end:
        # What is told is told outside of the quiet hours, but for an hour that the clocks left out.
        clock = told.astimezone(ZoneInfo(zone)).time()
        assert end <= clock < start or told - now < timedelta(hours=2)


def test_the_best_of_several_sources_counts() -> None:
    tiers = {"Sky": 2, "Blog": 4}
    assert best_tier(("Blog", None, "Sky", "?"), tiers.get) == 2
    assert best_tier((None, "?"), tiers.get) is None
