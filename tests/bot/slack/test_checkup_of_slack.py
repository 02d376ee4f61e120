"""`deadlineday doctor` on Slack: each fault named, with what to do about it, and no token in sight."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from bot.accounts import accounts_set
from bot.finding import Finding
from bot.platform import PlatformRefused
from bot.settings import Settings
from bot.slack.account import account_of
from bot.slack.checkup import examine
from bot.slack.install import Installed, vault_of
from tests.bot.house import House, open_house
from tests.bot.slack.fake_slack import FakeSlack, a_slack

KEY = Fernet.generate_key().decode()


def settings(slack: FakeSlack, **changes: Any) -> Settings:
    given: dict[str, Any] = {
        "slack_bot_token": SecretStr("xoxb-test-1"),
        "slack_app_token": SecretStr(slack.app_token),
        "slack_api_url": f"{slack.base}/api",
    }
    return Settings(**{**given, **changes})


async def findings(slack: FakeSlack, house: House, **changes: Any) -> list[Finding]:
    found = [finding async for finding in examine(settings(slack, **changes), house.store)]
    assert not any("xoxb-" in f.line.replace("(xoxb-...)", "") for f in found)
    return found


async def test_all_is_well_where_tokens_and_scopes_are() -> None:
    async with a_slack() as slack, open_house() as house:
        found = await findings(slack, house)
        assert [finding.ok for finding in found] == [True, True]
        assert "every scope is there" in found[0].line


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"slack_bot_token": SecretStr("xoxb-wrong")},
            "SLACK_BOT_TOKEN is not taken (invalid_auth)",
        ),
        (
            {"slack_app_token": SecretStr("xapp-wrong")},
            "SLACK_APP_TOKEN is not taken (invalid_auth)",
        ),
        ({"slack_bot_token": SecretStr("xapp-1")}, "copy the bot user's token (xoxb-...) from"),
        (
            {"slack_listen": "nowhere.invalid:3000", "slack_signing_secret": SecretStr("s")},
            "DEADLINEDAY_SLACK_LISTEN='nowhere.invalid:3000' cannot be used",
        ),
        (
            {"slack_listen": "192.0.2.1:3000", "slack_signing_secret": SecretStr("s")},
            "name an address of this machine, or 0.0.0.0",
        ),
        ({"slack_app_token": None}, "set DEADLINEDAY_SLACK_APP_TOKEN (xapp-...) too"),
        ({"slack_bot_token": None}, "set DEADLINEDAY_SLACK_BOT_TOKEN (xoxb-...) too"),
        ({"slack_listen": "127.0.0.1:0"}, "set DEADLINEDAY_SLACK_SIGNING_SECRET"),
        (
            {"slack_api_url": "http://127.0.0.1:9/api/"},
            "auth.test: Slack cannot be reached; look at the network",
        ),
        ({"slack_api_url": "http://127.0.0.1:9/api/"}, "and at SLACK_API_URL"),
        ({"slack_client_id": "1.2"}, "DEADLINEDAY_SLACK_CLIENT_SECRET and DEADLINEDAY_SLACK_TOKEN_KEY too"),
    ],
)
async def test_a_fault_is_named_with_what_to_do(changes: dict[str, Any], words: str) -> None:
    async with a_slack() as slack, open_house() as house:
        faults = [finding.line for finding in await findings(slack, house, **changes) if not finding.ok]
        assert any(words in line for line in faults), faults


@pytest.mark.parametrize(
    "part",
    [
        {"slack_app_token": "xapp-1"},
        {"slack_listen": "127.0.0.1:3000"},
        {"slack_signing_secret": "s"},
        {"slack_client_secret": "s"},
        {"slack_token_key": KEY},
    ],
)
async def test_a_part_of_an_account_is_no_reason_to_run_in_the_terminal(part: dict[str, Any]) -> None:
    half = Settings.model_validate(part)
    assert accounts_set(half)
    with pytest.raises(PlatformRefused, match="set DEADLINEDAY_SLACK_BOT_TOKEN"):
        account_of(half)
    assert not accounts_set(Settings())


async def test_an_address_on_which_the_bot_listens_already_is_no_fault() -> None:
    async with a_slack() as slack, open_house() as house:
        listen = slack.base.removeprefix("http://")
        found = await findings(slack, house, slack_listen=listen, slack_signing_secret=SecretStr("s"))
        assert all(finding.ok for finding in found)


async def test_what_is_set_for_another_way_to_connect_is_named() -> None:
    async with a_slack() as slack, open_house() as house:
        http = {"slack_listen": "127.0.0.1:0", "slack_signing_secret": SecretStr("s")}
        oauth = {
            "slack_client_id": "1.2", "slack_client_secret": SecretStr("hush"),
            "slack_token_key": SecretStr(KEY),
        }  # fmt: skip
        idle = [f.line for f in await findings(slack, house, **http, **oauth) if "not used" in f.line]
        assert [line.split()[1] for line in idle] == [
            "DEADLINEDAY_SLACK_BOT_TOKEN",
            "DEADLINEDAY_SLACK_APP_TOKEN",
        ]


async def test_missing_and_needless_scopes_are_named() -> None:
    async with a_slack() as slack, open_house() as house:
        slack.teams["T1"].scopes ^= {"channels:join", "admin"}
        (fault, _) = await findings(slack, house)
        assert (fault.ok, "lacks channels:join;" in fault.line) == (False, True)
        slack.teams["T1"].scopes.add("channels:join")
        (well, _) = await findings(slack, house)
        assert (well.ok, "does not need admin" in well.line) == (True, True)


async def test_each_workspace_that_installed_the_app_is_looked_at() -> None:
    async with a_slack() as slack, open_house() as house:
        oauth = {
            "slack_client_id": "1.2", "slack_client_secret": SecretStr("hush"),
            "slack_token_key": SecretStr(KEY),
            "slack_listen": "127.0.0.1:1", "slack_signing_secret": SecretStr("s"), "slack_bot_token": None,
            "slack_app_token": None,
        }  # fmt: skip
        assert "no workspace has installed the app" in (await findings(slack, house, **oauth))[0].line
        installed = Installed(house.store, vault_of(KEY), lambda token: None)  # type: ignore[arg-type,return-value]
        for team, token in (("T1", "xoxb-test-1"), ("T2", "xoxb-gone")):
            await installed.save(team, {"token": token, "bot_user": "UBOT"})
        shared, first, second, door = await findings(slack, house, **oauth)
        assert shared.ok
        assert "DEADLINEDAY_SLACK_ADMINS" in shared.line
        assert (first.ok, second.ok, door.ok) == (True, False, True)
        assert "somebody there has to install the app again (/slack/install)" in second.line
        other = SecretStr(Fernet.generate_key().decode())
        locked = await findings(slack, house, **{**oauth, "slack_token_key": other, "slack_admins": "UBEA"})
        assert "DEADLINEDAY_SLACK_TOKEN_KEY does not open the token of T1: set the key" in locked[0].line
