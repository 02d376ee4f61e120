"""What older versions of the bot left standing in channels, windows and Home tabs still works.

`payloads/` holds what they posted and opened, as it went to Slack; people press and send it off today.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from links.claim import Stage
from links.link import Kind
from storage.watch import Channel
from tests.bot.slack.nouns import Message
from tests.bot.slack.people import _unset
from tests.bot.slack.shown import shown
from tests.bot.slack.town import ROOM, Town

FOLDER = Path(__file__).parent / "payloads"
HELD = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
MESSAGES = ("alert", "latest", "history", "watches", "why", "wrong", "which", "feeds")
ADA = Channel("slack", "UADA", "T1")


@pytest.fixture
async def lived_in(town: Town) -> Town:
    """The world in which the payloads were recorded: the same players, links, alerts and watches."""
    player = await town.house.player("Ada Vale", "Everton")
    for number, (club, stage) in enumerate(
        [("Crystal Palace", Stage.INTEREST), ("Fulham", Stage.TALKS), ("Crystal Palace", Stage.BID)]
    ):
        await town.house.report(player, club, stage, hours_ago=9 - number)
    await town.house.store.add_watch(ROOM, player.id, by="UADA")
    await town.house.store.add_watch(ADA, player.id, by="UADA")
    await town.house.player("Danny Ward", "Leicester City")
    await town.house.player("Danny Ward", "Huddersfield Town")
    return town


def things(content: dict[str, Any]) -> list[tuple[dict[str, Any], dict[str, Any], dict[str, Any] | None]]:
    """Everything that can be pressed: block, element, and of a menu the option."""
    found = []
    for block in content["blocks"]:
        for element in (block.get("accessory"), *(block.get("elements") or [])):
            if isinstance(element, dict) and "action_id" in element:
                found += [(block, element, each) for each in element.get("options") or [None]]
    return found


def faults(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("version", HELD)
@pytest.mark.parametrize("name", MESSAGES)
async def test_every_button_and_menu_of_an_older_message_is_answered(
    lived_in: Town, version: str, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    town = lived_in
    content = HELD[version][name]
    for block, element, option in things(content):
        posted = Message("C1", town.slack.ts(), content)
        town.slack.messages.append(posted)
        before = len(town.slack.private_to("UADA"))
        await town.ada._pressed(
            block, element, option, None,
            container={"type": "message", "message_ts": posted.ts, "is_ephemeral": False},
            channel={"id": "C1"}, response_url=town.ada.response_url("C1", posted),
        )  # fmt: skip
        await town.slack.until(lambda before=before: len(town.slack.private_to("UADA")) > before)
        answer = shown(town.slack.private_to("UADA")[-1])
        assert "another version" not in answer
        assert "fault of ours" not in answer
    assert faults(caplog) == []


@pytest.mark.parametrize("version", HELD)
async def test_everything_on_an_older_home_tab_works_and_the_tab_is_drawn_anew(
    lived_in: Town, version: str, caplog: pytest.LogCaptureFixture
) -> None:
    town = lived_in
    home = HELD[version]["home"]
    assert len(things(home)) >= 8
    for block, element, option in things(home):
        town.slack.homes.clear()
        town.slack.views.clear()
        await town.ada._pressed(
            block, element, option, None,
            container={"type": "view", "view_id": "VHOME"}, view={**home, "app_installed_team_id": "T1"},
        )  # fmt: skip
        await town.slack.until(lambda: town.slack.homes.get("UADA") or town.slack.views)
    assert await town.house.store.watches(ROOM) == []  # "Remove" was among what was pressed
    assert faults(caplog) == []


@pytest.mark.parametrize("version", HELD)
async def test_an_older_window_of_watching_still_watches(lived_in: Town, version: str) -> None:
    town = lived_in
    view = town.slack.views["VOLD"] = {**HELD[version]["watch modal"], "id": "VOLD"}
    (found, *_) = await town.bea.search(view, "player", "danny")
    await town.bea.submit(view, {"player": found, "from": "bid"})
    assert "is watched now from bid on" in shown(town.slack.views["VOLD"])
    assert len(await town.house.store.watches(ROOM)) == 2


@pytest.mark.parametrize("version", HELD)
@pytest.mark.parametrize(
    ("kinds", "kept"), [(_unset, frozenset(Kind)), ("new, setback", {Kind.NEW, Kind.SETBACK})]
)
async def test_an_older_window_of_settings_changes_what_was_changed_in_it(
    lived_in: Town, version: str, kinds: Any, kept: set[Kind]
) -> None:
    town = lived_in
    view = town.slack.views["VOLD"] = {**HELD[version]["settings modal"], "id": "VOLD"}
    await town.bea.submit(view, {"lowest": "talks", "kinds": kinds})
    settings = await town.house.store.channel_settings(ROOM)
    assert (settings.lowest, settings.kinds, settings.tier) == (Stage.TALKS, kept, 4)


@pytest.mark.parametrize("private", ["", "C1", "[]", '{"room": "C1"}', '{"channel": ""}'])
async def test_settings_whose_channel_cannot_be_read_are_nobodys(lived_in: Town, private: str) -> None:
    town = lived_in
    view = {**HELD["second"]["settings modal"], "id": "VOLD", "private_metadata": private}
    town.slack.views["VOLD"] = view
    await town.bea.submit(view, {"lowest": "talks"})
    assert "another version" in shown(town.slack.views["VOLD"])
    assert await town.house.store.all_channel_settings() == []


async def test_a_window_that_is_no_more_says_so_when_it_is_sent_off(lived_in: Town) -> None:
    town = lived_in
    view = {**HELD["second"]["watch modal"], "id": "VOLD", "callback_id": "mute"}
    town.slack.views["VOLD"] = view
    await town.bea.submit(view, {})
    assert "another version" in shown(town.slack.views["VOLD"])


@pytest.mark.parametrize("action_id", ["call", "watch_latest", "call:x:y", "turn-2", "home"])
async def test_an_action_id_of_another_shape_is_answered(lived_in: Town, action_id: str) -> None:
    town = lived_in
    content = {"blocks": [{"type": "actions", "elements": [
        {"type": "button", "action_id": action_id, "value": "latest|1", "text": {"text": "Latest"}}
    ]}]}  # fmt: skip
    posted = Message("C1", town.slack.ts(), content)
    await town.ada.press(posted, "Latest")
    await town.slack.until(lambda: "another version" in shown(town.slack.private_to("UADA")[-1]))
