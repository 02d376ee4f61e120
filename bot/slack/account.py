"""The account as the owner set it: which of the two modes, and what is missing for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from pydantic import SecretStr

from bot.platform import PlatformRefused
from bot.settings import Settings

API = "https://slack.com/api/"


@dataclass(frozen=True, slots=True)
class Account:
    """Either the two tokens, for Socket Mode, or `listen` ("host:port") with the signing secret.

    With `client_id` the app is installed by OAuth into any number of workspaces, and each has a token of
    its own, encrypted with `token_key`. No secret is shown.
    """

    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    listen: str = ""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    token_key: str = field(default="", repr=False)
    admins: Collection[str] = ()
    api_url: str = API


COPY_BOT_TOKEN = "copy the bot user's token (xoxb-...) from the app's page “OAuth & Permissions”"


def account_of(settings: Settings) -> Account:
    """The account out of the settings. Raises PlatformRefused with what is missing."""
    account = Account(
        bot_token=_open(settings.slack_bot_token),
        app_token=_open(settings.slack_app_token),
        signing_secret=_open(settings.slack_signing_secret),
        listen=settings.slack_listen,
        client_id=settings.slack_client_id,
        client_secret=_open(settings.slack_client_secret),
        token_key=_open(settings.slack_token_key),
        admins=frozenset(filter(None, (word.strip() for word in settings.slack_admins.split(",")))),
        api_url=settings.slack_api_url.rstrip("/") + "/",
    )
    if missing := _missing(account):
        raise PlatformRefused(f"Slack: {missing}")
    return account


def _missing(account: Account) -> str | None:
    if account.client_id:
        needed = {
            "DEADLINEDAY_SLACK_LISTEN": account.listen,
            "DEADLINEDAY_SLACK_SIGNING_SECRET": account.signing_secret,
            "DEADLINEDAY_SLACK_CLIENT_SECRET": account.client_secret,
            "DEADLINEDAY_SLACK_TOKEN_KEY": account.token_key,
        }
        lacking = [name for name, value in needed.items() if not value]
        *most, last = lacking or [""]
        named = f"{', '.join(most)} and {last}" if most else last
        return f"with DEADLINEDAY_SLACK_CLIENT_ID set {named} too" if lacking else None
    if not account.bot_token:
        return (
            "set DEADLINEDAY_SLACK_BOT_TOKEN (xoxb-...) too,"
            " or DEADLINEDAY_SLACK_CLIENT_ID to be installed in several workspaces"
        )
    if account.listen:
        return (
            None if account.signing_secret else "to take HTTP requests set DEADLINEDAY_SLACK_SIGNING_SECRET"
        )
    return None if account.app_token else "for Socket Mode set DEADLINEDAY_SLACK_APP_TOKEN (xapp-...) too"


def _open(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret else ""
