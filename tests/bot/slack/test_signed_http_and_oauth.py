"""Signed HTTP: bad signatures, replays; and the app installed into several workspaces."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
import pytest_asyncio
from cryptography.fernet import Fernet

from bot import clock
from bot.cards.card import alert_card
from bot.platform import ChannelLost, PlatformRefused
from bot.slack.install import Installed, vault_of
from bot.slack.web import bot_scopes
from links.claim import Stage
from storage.watch import Channel
from tests.bot.house import an_alert, open_house
from tests.bot.slack.fake_slack import FakeSlack, a_slack, sign
from tests.bot.slack.people import Person
from tests.bot.slack.shown import shown
from tests.bot.slack.town import Town, open_town
from tests.bot.world import Clock

KEY = Fernet.generate_key().decode()
OAUTH = {"bot_token": "", "client_id": "12.34", "client_secret": "hush", "token_key": KEY}


@pytest_asyncio.fixture
async def town() -> AsyncIterator[Town]:
    """A bot that takes signed HTTP, for one workspace."""
    async with a_slack() as slack, open_house() as house, open_town(slack, house, http=True) as town:
        yield town
        assert slack.violations == []


@pytest_asyncio.fixture
async def open_to_all() -> AsyncIterator[Town]:
    """A bot that any workspace may install."""
    async with a_slack() as slack, open_house() as house, open_town(slack, house, http=True, **OAUTH) as town:
        slack.team("T2", "xoxb-test-2", name="deadline")
        slack.channel("C2", team="T2")
        yield town
        assert slack.violations == []


def a_command(town: Town, text: str = "help", team: str = "T1") -> dict[str, Any]:
    person = Person(town.slack, "UBEA", team)
    return {
        "command": "/deadline", "text": text, "user_id": "UBEA", "team_id": team, "channel_id": "C1",
        "trigger_id": person.trigger(), "response_url": person.response_url("C1"), "api_app_id": "A1",
    }  # fmt: skip


async def test_a_signed_command_is_answered(town: Town) -> None:
    assert "What you can ask" in shown(await town.bea.asked("help"))


@pytest.mark.parametrize(
    "bad", [{"secret": "another"}, {"age": 301}, {"age": -310}, {"tampered": "&text=feeds"}]
)
async def test_a_forged_an_old_and_a_tampered_request_are_turned_away(
    town: Town, bad: dict[str, Any]
) -> None:
    status, _ = await town.slack.send_signed("slash_commands", a_command(town), **bad)
    assert status == 401
    await town.bea.asked("help")
    assert len(town.slack.private_to("UBEA")) == 1


async def test_a_replayed_request_is_run_once(town: Town) -> None:
    signed = sign("slash_commands", a_command(town))
    statuses = [(await town.slack.send_signed("slash_commands", {}, signed=signed))[0] for _ in range(3)]
    await town.slack.until(lambda: town.slack.private_to("UBEA"))
    await town.ada.asked("help")
    assert statuses == [200, 200, 200]
    assert len(town.slack.private_to("UBEA")) == 1


async def test_a_replay_of_what_has_no_id_of_its_own_is_stopped_at_the_door(
    town: Town,
) -> None:
    payload = {**a_command(town), "trigger_id": ""}
    signed = sign("slash_commands", payload)
    for _ in range(3):
        await town.slack.send_signed("slash_commands", {}, signed=signed)
    await town.ada.asked("help")
    assert len(town.slack.private_to("UBEA")) == 1


async def test_a_forged_request_does_not_shut_the_door_to_the_true_one(town: Town) -> None:
    signed = sign("slash_commands", a_command(town))
    assert (await town.slack.send_signed("slash_commands", {}, signed=signed, tampered="&text=feeds"))[
        0
    ] == 401
    assert (await town.slack.send_signed("slash_commands", {}, signed=signed))[0] == 200
    await town.slack.until(lambda: town.slack.private_to("UBEA"))


async def test_what_comes_while_the_bot_stops_is_left_for_slack_to_send_again(town: Town) -> None:
    signed = sign("slash_commands", a_command(town))
    town.bot._hearer._ending = True
    assert (await town.slack.send_signed("slash_commands", {}, signed=signed))[0] == 503
    town.bot._hearer._ending = False
    assert (await town.slack.send_signed("slash_commands", {}, signed=signed))[0] == 200
    await town.slack.until(lambda: town.slack.private_to("UBEA"))
    town.slack.late.clear()


async def test_slacks_challenge_of_the_address_is_answered(town: Town) -> None:
    status, body = await town.slack.send_signed(
        "events_api", {"type": "url_verification", "challenge": "3eZb"}
    )
    assert status == 200
    assert "3eZb" in body


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "event_callback"},
        {"type": "event_callback", "event": {}, "team_id": "T1"},
        {"type": "nobody_knows"},
        {},
    ],
)
async def test_a_payload_of_another_version_harms_nobody(town: Town, payload: dict[str, Any]) -> None:
    status, _ = await town.slack.send_signed("events_api", payload)
    assert status in (200, 404)
    status, _ = await town.slack.send_signed(
        "interactive", {"type": "block_actions", "team": {"id": "T1"}, **payload}
    )
    assert status < 500
    assert "What you can ask" in shown(await town.bea.asked("help"))


async def test_a_body_that_is_no_text_or_too_large_is_turned_away(town: Town) -> None:
    async with aiohttp.ClientSession() as session:
        for body, status in ((b"\xff\xfe\x00", 400), (b"x" * 2_000_000, 413)):
            headers = {"Content-Type": "text/plain; charset=utf-8"}
            async with session.post(
                f"{town.slack.http}/slack/events", data=BytesIO(body), headers=headers
            ) as answer:
                assert answer.status in (status, 401)


async def install(
    slack: FakeSlack, code: str = "good", *, state: str | None = None, cookie: str | None = None
) -> int:
    """Through the two pages as a browser goes; gives the status of the last."""
    async with aiohttp.ClientSession() as browser:
        async with browser.get(f"{slack.http}/slack/install", allow_redirects=False) as away:
            query = parse_qs(urlsplit(away.headers["Location"]).query)
            jar = SimpleCookie(away.headers["Set-Cookie"])
        assert set(query["scope"][0].split(",")) == set(bot_scopes())
        kept = jar["deadlineday-slack-state"]
        assert (kept["httponly"], kept["secure"]) == (True, True)
        back = {"code": code, "state": query["state"][0] if state is None else state}
        sent = {"Cookie": f"deadlineday-slack-state={kept.value if cookie is None else cookie}"}
        url = f"{slack.http}/slack/oauth_redirect"
        async with browser.get(url, params=back, headers=sent) as answer:
            status = answer.status
        async with browser.get(url, params=back, headers=sent) as again:
            assert again.status == 400  # a state is good once
        return status


async def test_two_workspaces_install_the_app_and_each_is_answered_and_told_with_its_own_token(
    open_to_all: Town,
) -> None:
    town, slack = open_to_all, open_to_all.slack
    for team in ("T1", "T2"):
        slack.codes["good"] = team
        assert await install(town.slack) == 200
    answer = await Person(slack, "UBEA", "T2").asked("help")
    assert "What you can ask" in shown(answer)
    for number, (room, team) in enumerate((("C1", "T1"), ("C2", "T2"))):
        await town.bot.post(Channel("slack", room, team), alert_card(an_alert()), delivery_id=number)
    assert [(m.channel, m.by) for m in slack.messages if not m.ephemeral_for] == [
        ("C1", "UBOT"),
        ("C2", "UBOT"),
    ]
    assert {call.team for call in slack.called("chat.postMessage")} == {"T1", "T2"}
    assert [call.values.get("client_secret") for call in slack.called("oauth.v2.access")] == ["hush", "hush"]


async def test_where_several_workspaces_share_the_feeds_their_admins_do_not_change_them(
    open_to_all: Town,
) -> None:
    town, slack = open_to_all, open_to_all.slack
    alert = await town.house.report(await town.house.player("Ada Vale"), "Everton", Stage.BID)
    assert alert is not None
    slack.codes["good"] = "T1"
    await install(slack)
    assert "1 feed." in shown(await town.ada.asked("feeds export"))
    slack.codes["good"] = "T2"
    await install(slack)
    stranger = Person(slack, "UADA", "T2")
    refused = shown(await stranger.asked("feeds add example.org", "C2"))
    assert "those who manage the bot: whom DEADLINEDAY_SLACK_ADMINS names" in refused
    assert "is noted" in shown(await stranger.asked(f"wrong {alert.id} what=club", "C2"))
    assert "feeds" not in str(await stranger.open_home()).lower()
    assert (await town.house.store.alerts([alert.id]))[alert.id].misread is None


async def test_who_is_named_changes_the_feeds_of_several_workspaces() -> None:
    named = {**OAUTH, "admins": frozenset({"UBEA"})}
    async with a_slack() as slack, open_house() as house, open_town(slack, house, http=True, **named) as town:
        slack.team("T2", "xoxb-test-2", name="deadline")
        for team in ("T1", "T2"):
            slack.codes["good"] = team
            await install(slack)
        assert "0 feeds" in shown(await town.bea.asked("feeds export"))


async def test_tokens_are_kept_encrypted(open_to_all: Town) -> None:
    town = open_to_all
    town.slack.codes["good"] = "T1"
    await install(town.slack)
    kept = await town.house.store.fact("slack:install:T1") or ""
    assert "xoxb" not in kept
    assert b"xoxb-test-1" in Fernet(KEY).decrypt(kept.encode())
    assert "xoxb" not in repr(await town.bot._workspaces.of("T1"))


@pytest.mark.parametrize(
    "bad", [{"state": "forged", "cookie": "forged"}, {"cookie": "another"}, {"state": ""}]
)
async def test_an_installation_with_a_state_that_is_not_ours_is_refused(
    open_to_all: Town, bad: dict[str, Any]
) -> None:
    open_to_all.slack.codes["good"] = "T1"
    assert await install(open_to_all.slack, **bad) == 400
    assert open_to_all.slack.called("oauth.v2.access") == []


async def test_whoever_turns_it_down_reads_so_and_may_begin_again(open_to_all: Town) -> None:
    url = f"{open_to_all.slack.http}/slack/oauth_redirect"
    async with aiohttp.ClientSession() as browser:
        async with browser.get(url, params={"error": "access_denied", "state": "x"}) as answer:
            page = await answer.text()
        assert answer.status == 400
        assert "You turned it down." in page
        assert '<a href="/slack/install">' in page
        async with browser.get(url, params={"error": "<script>"}) as answer:
            assert "Slack says: &lt;script&gt;" in await answer.text()
    assert open_to_all.slack.called("oauth.v2.access") == []


async def test_a_code_that_slack_does_not_take_installs_nothing(open_to_all: Town) -> None:
    assert await install(open_to_all.slack, "stolen") == 400
    assert await open_to_all.bot._workspaces.of("T1") is None


async def test_an_installation_into_a_whole_organisation_is_refused_in_words(open_to_all: Town) -> None:
    town = open_to_all
    town.slack.codes["good"], town.slack.org_wide = "T1", True
    assert await install(town.slack) == 400
    assert await town.bot._workspaces.of("T1") is None
    assert await town.house.store.fact("slack:teams") is None


async def test_in_a_channel_that_workspaces_share_the_one_that_installed_the_app_is_meant(
    open_to_all: Town,
) -> None:
    town, slack = open_to_all, open_to_all.slack
    slack.codes["good"] = "T1"
    await install(town.slack)
    await town.house.player("Ada Vale")
    said = town.bea.say("latest on Ada Vale", "C1")
    await slack.deliver("events_api", {
        "type": "event_callback", "team_id": "TGUEST", "event_id": "Ev1", "api_app_id": "A1",
        "authorizations": [{"team_id": "T1", "user_id": "UBOT", "is_bot": True}],
        "event": {"type": "app_mention", "user": "UGUEST", "team": "TGUEST", "channel": "C1", "ts": said.ts,
                  "text": "<@UBOT> latest on Ada Vale"},
    })  # fmt: skip
    (answer,) = await slack.until(lambda: [m for m in slack.messages if m.thread == said.ts])
    assert "Ada Vale" in shown(answer)


async def uninstall(town: Town, team: str = "T1") -> None:
    """The workspace removes the app; Slack says so, and the bot has taken it in."""
    town.slack.teams[team].installed = False
    await Person(town.slack, "UADA", team).event({"type": "app_uninstalled"})
    async with asyncio.timeout(5):
        while await town.bot._workspaces.of(team) is not None:  # noqa: ASYNC110
            await asyncio.sleep(0.01)  # what happens after the acknowledgement wakes nobody


async def test_a_workspace_that_uninstalls_is_forgotten_and_comes_back_by_installing(
    open_to_all: Town,
) -> None:
    town, slack = open_to_all, open_to_all.slack
    slack.codes["good"] = "T1"
    await install(town.slack)
    await uninstall(town)
    card = alert_card(an_alert())
    with pytest.raises(ChannelLost, match="not installed"):
        await town.bot.post(Channel("slack", "C1", "T1"), card, delivery_id=1)
    slack.codes["good"] = "T1"
    await install(town.slack)
    assert await town.bot.post(Channel("slack", "C1", "T1"), card, delivery_id=1)


async def test_what_a_workspace_without_the_app_sends_is_told_in_one_line_of_ours(
    open_to_all: Town, caplog: pytest.LogCaptureFixture
) -> None:
    await open_to_all.bea.asked("help")
    assert [record.getMessage() for record in caplog.records] == [
        "Slack: T1 sent something, and the app is not installed there"
    ]
    assert "is not installed in this workspace" in shown(open_to_all.slack.private_to("UBEA")[-1])


async def test_that_a_workspace_uninstalled_is_told_too_late_when_it_has_installed_again(
    open_to_all: Town,
) -> None:
    town, slack = open_to_all, open_to_all.slack
    slack.codes["good"] = "T1"
    await install(slack)
    await Person(slack, "UADA", "T1").event({"type": "app_uninstalled"})
    async with asyncio.timeout(5):
        while not slack.called("auth.test")[1:]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await town.bot.post(Channel("slack", "C1", "T1"), alert_card(an_alert()), delivery_id=1)


async def test_an_old_token_that_is_taken_no_more_does_not_cost_the_new_one(open_to_all: Town) -> None:
    store, web_of = open_to_all.house.store, open_to_all.bot._web
    here, elsewhere = (Installed(store, vault_of(KEY), web_of) for _ in range(2))
    await here.save("T1", {"token": "xoxb-old", "bot_user": "UBOT"})
    assert await elsewhere.of("T1") is not None
    await here.save("T1", {"token": "xoxb-new", "bot_user": "UBOT"})
    await elsewhere.forget("T1", "xoxb-old")
    for each in (here, elsewhere):
        workspace = await each.of("T1")
        assert workspace is not None
        assert workspace.token == "xoxb-new"
    await elsewhere.forget("T1", "xoxb-new")
    assert await elsewhere.of("T1") is None


async def test_a_workspace_that_uninstalls_in_the_middle_of_a_delivery_loses_the_channel(
    open_to_all: Town,
) -> None:
    town, slack = open_to_all, open_to_all.slack
    slack.codes["good"] = "T1"
    await install(town.slack)
    slack.teams["T1"].installed = False
    with pytest.raises(ChannelLost, match="removed from this workspace"):
        await town.bot.post(Channel("slack", "C1", "T1"), alert_card(an_alert()), delivery_id=1)
    assert await town.house.store.fact("slack:install:T1") is None


def test_a_key_can_be_changed_without_losing_a_workspace() -> None:
    new = Fernet.generate_key().decode()
    sealed = vault_of(KEY).encrypt(b"token")
    assert vault_of(f"{new}, {KEY}").decrypt(sealed) == b"token"
    with pytest.raises(PlatformRefused, match="DEADLINEDAY_SLACK_TOKEN_KEY"):
        vault_of("secret")


async def test_a_workspace_that_left_a_month_ago_is_forgotten_unless_it_came_back(open_to_all: Town) -> None:
    store, slack = open_to_all.house.store, open_to_all.slack
    player = await open_to_all.house.player("Ada Vale")
    for room, team in (("C1", "T1"), ("C2", "T2")):
        slack.codes["good"] = team
        await install(open_to_all.slack)
        await store.add_watch(Channel("slack", room, team), player.id, by="UADA")
        await uninstall(open_to_all, team)
    slack.codes["good"] = "T2"
    await install(open_to_all.slack)
    later = Clock(clock.now())
    installed = Installed(store, vault_of(KEY), open_to_all.bot._web, later)
    later.turn(days=29)
    assert await installed.forget_long_gone() == []
    later.turn(days=2)
    assert await installed.forget_long_gone() == ["T1"]
    assert [watch.channel.space for watch in await store.all_watches()] == ["T2"]
    assert await installed.forget_long_gone() == []
