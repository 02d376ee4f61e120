"""settings: how a channel wants to be told."""

from __future__ import annotations

from datetime import time

import pytest

from links.claim import Stage
from links.link import Kind
from storage.watch import ChannelSettings
from tests.bot.house import ROOM, House, words_of


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("lowest=talks", ChannelSettings(lowest=Stage.TALKS)),
        ("lowest = Talks", None),
        ("quiet=23:00-07:00", ChannelSettings(quiet_from=time(23), quiet_to=time(7))),
        ("quiet=11pm-7.30am", ChannelSettings(quiet_from=time(23), quiet_to=time(7, 30))),
        ("quiet=23 to 7", ChannelSettings(quiet_from=time(23), quiet_to=time(7))),
        ("quiet=22:15 – 6", ChannelSettings(quiet_from=time(22, 15), quiet_to=time(6))),
        ("timezone=europe/london", ChannelSettings(timezone="Europe/London")),
        ("timezone=New York", ChannelSettings(timezone="America/New_York")),
        ("digest=08:00", ChannelSettings(digest=time(8))),
        ("digest=12am", ChannelSettings(digest=time(0))),
        ("tier=3", ChannelSettings(tier=3)),
        ("kinds=new,setback", ChannelSettings(kinds=frozenset({Kind.NEW, Kind.SETBACK}))),
        ("kinds=NEW, setback", ChannelSettings(kinds=frozenset({Kind.NEW, Kind.SETBACK}))),
        ("threads=yes", ChannelSettings(threads=True)),
        ("lowest talks tier 2", ChannelSettings(lowest=Stage.TALKS, tier=2)),
    ],
)
async def test_a_setting_is_kept(house: House, typed: str, expected: ChannelSettings | None) -> None:
    answer = await house.ask(f"settings {typed}")
    assert answer.ok is (expected is not None)
    assert await house.store.channel_settings(ROOM) == (expected or ChannelSettings())


@pytest.mark.parametrize(
    ("typed", "helps"),
    [
        ("lowest=sprint", "lowest is one of interest, approach"),
        ("quiet=23:00", "two times, like 23:00-07:00"),
        ("quiet=25:00-07:00", "“25:00” is no time of day"),
        ("quiet=07:00-07:00", "never speak"),
        ("quiet=13pm-7am", "no time of day"),
        ("timezone=Europe/Lundon", "Did you mean Europe/London"),
        ("timezone=../../etc/passwd", "No time zone is called"),
        ("timezone=London/Ontario/Mars", "No time zone is called"),
        ("digest=noonish", "no time of day"),
        ("tier=0", "from 1 to 4"),
        ("tier=best", "whole number"),
        ("tier=-1", "whole number"),
        ("kinds=new,gossip", "“gossip”"),
        ("kinds=,", "no value"),
        ("threads=maybe", "auto, on, off"),
        ("language=xx", "language is one of en"),
        ("loudness=11", "no option called “loudness”"),
    ],
)
async def test_a_bad_setting_gets_one_clear_line_and_changes_nothing(
    house: House, typed: str, helps: str
) -> None:
    answer = await house.ask(f"settings tier=2 {typed}" if "tier" not in typed else f"settings {typed}")
    assert not answer.ok
    assert helps in answer.text
    assert "\n" not in answer.text
    assert await house.store.channel_settings(ROOM) == ChannelSettings()


async def test_settings_can_be_switched_off_again(house: House) -> None:
    await house.ask("settings quiet=23-7 digest=8 kinds=new threads=on")
    await house.ask("settings quiet=off digest=none kinds=all threads=auto")
    assert await house.store.channel_settings(ROOM) == ChannelSettings()


async def test_anybody_may_look_but_only_managers_change(house: House) -> None:
    shown = words_of(await house.ask("settings", may_manage=False))
    assert "lowest=interest" in shown
    assert "Change with" not in shown
    assert not (await house.ask("settings tier=1", may_manage=False)).ok
    assert await house.store.channel_settings(ROOM) == ChannelSettings()


async def test_what_was_changed_is_shown(house: House) -> None:
    answer = await house.ask("settings quiet=23:00-07:00 lowest=bid")
    assert answer.text == "Changed."
    assert "quiet=23:00-07:00" in words_of(answer)
    assert (await house.ask("settings lowest=bid")).text == "Nothing changed."
