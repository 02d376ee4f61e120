"""The platforms for which an account is set: where a new one is opened."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.cards.picture import Pictures
from bot.commands.desk import Desk
from bot.commands.table import COMMANDS
from bot.finding import Finding
from bot.platform import Platform, PlatformRefused
from bot.roles import Roles
from bot.settings import BadSettings, Settings
from storage.store import Store

_NO_DISCORD = "needs discord.py: pip install 'deadlineday[discord]'"
_NO_SLACK = "needs slack-bolt and cryptography: pip install 'deadlineday[slack]'"


def accounts_set(settings: Settings) -> bool:
    """Whether any platform besides the terminal has its account set."""
    return settings.discord_token is not None or slack_set(settings)


def check_accounts(settings: Settings, roles: Roles) -> None:
    """Raises BadSettings where a part was asked for by name that would have nothing to do."""
    missing = "no account is set for it (DEADLINEDAY_{}_…)"
    if "discord" in roles.only and settings.discord_token is None:
        raise BadSettings(f"--only discord: {missing.format('DISCORD')}")
    if "slack" in roles.only and not slack_set(settings):
        raise BadSettings(f"--only slack: {missing.format('SLACK')}")
    if "deliver" in roles.only and "terminal" not in roles.only and not accounts_set(settings):
        raise BadSettings("--only deliver: no account of Discord or Slack is set to post with")


def open_accounts(settings: Settings, desk: Desk, pictures: Pictures) -> list[Platform]:
    """The platforms whose accounts are set, ready to run. Raises PlatformRefused for a missing library."""
    found: list[Platform] = []
    if settings.discord_token is not None:
        found.append(_discord(settings, settings.discord_token.get_secret_value(), desk, pictures))
    if slack_set(settings):
        found.append(_slack(settings, desk, pictures))
    return found


async def examine_accounts(settings: Settings, store: Store) -> AsyncIterator[Finding]:
    """Whether each account that is set can be used."""
    if settings.discord_token is not None:
        async for finding in _examine_discord(settings, settings.discord_token.get_secret_value(), store):
            yield finding
    if slack_set(settings):
        async for finding in _examine_slack(settings, store):
            yield finding


async def _examine_discord(settings: Settings, token: str, store: Store) -> AsyncIterator[Finding]:
    try:
        from bot.discord.checkup import examine
        from bot.discord.platform import point
    except ModuleNotFoundError:
        yield Finding(False, f"Discord: {_NO_DISCORD}")
        return
    point(settings.discord_api_base, settings.discord_gateway_url)
    async for finding in examine(token, store, COMMANDS):
        yield finding


async def _examine_slack(settings: Settings, store: Store) -> AsyncIterator[Finding]:
    try:
        from bot.slack.checkup import examine
    except ModuleNotFoundError:
        yield Finding(False, f"Slack: {_NO_SLACK}")
        return
    async for finding in examine(settings, store):
        yield finding


def slack_set(settings: Settings) -> bool:
    """Whether there is an account for Slack, or a part of one: then what is missing is said."""
    secrets = (
        settings.slack_bot_token,
        settings.slack_app_token,
        settings.slack_signing_secret,
        settings.slack_client_secret,
        settings.slack_token_key,
    )
    return any(secrets) or bool(settings.slack_client_id or settings.slack_listen)


def _slack(settings: Settings, desk: Desk, pictures: Pictures) -> Platform:
    try:
        from bot.slack.account import account_of
        from bot.slack.app import Slack
    except ModuleNotFoundError as error:
        raise PlatformRefused(f"Slack {_NO_SLACK}") from error
    return Slack(account_of(settings), desk, pictures.draw)


def _discord(settings: Settings, token: str, desk: Desk, pictures: Pictures) -> Platform:
    try:
        from bot.discord.platform import Discord, point
    except ModuleNotFoundError as error:
        raise PlatformRefused(f"Discord {_NO_DISCORD}") from error
    point(settings.discord_api_base, settings.discord_gateway_url)
    return Discord(
        token,
        desk,
        pictures.draw,
        gateway=settings.discord_gateway_url,
        admins=frozenset(int(word) for word in settings.discord_admins.split(",") if word.strip()),
    )
