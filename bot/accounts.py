"""The platforms for which an account is set: where a new one is opened."""

from __future__ import annotations

from bot.commands.desk import Desk
from bot.picture import Pictures
from bot.platform import Platform, PlatformRefused
from bot.settings import Settings


def accounts_set(settings: Settings) -> bool:
    """Whether any platform besides the terminal has its account set."""
    return settings.discord_token is not None or slack_set(settings)


def open_accounts(settings: Settings, desk: Desk, pictures: Pictures) -> list[Platform]:
    """The platforms whose accounts are set, ready to run. Raises PlatformRefused where a library is missing."""
    found: list[Platform] = []
    if settings.discord_token is not None:
        found.append(_discord(settings, settings.discord_token.get_secret_value(), desk, pictures))
    if slack_set(settings):
        found.append(_slack(settings, desk, pictures))
    return found


def slack_set(settings: Settings) -> bool:
    """Whether there is an account for Slack: a token, or a client that workspaces install."""
    return settings.slack_bot_token is not None or bool(settings.slack_client_id)


def _slack(settings: Settings, desk: Desk, pictures: Pictures) -> Platform:
    try:
        from bot.slack.account import account_of
        from bot.slack.app import Slack
    except ModuleNotFoundError as error:
        raise PlatformRefused("Slack needs slack-bolt: pip install 'deadlineday[slack]'") from error
    return Slack(account_of(settings), desk, pictures.draw)


def _discord(settings: Settings, token: str, desk: Desk, pictures: Pictures) -> Platform:
    try:
        from bot.discord.platform import Discord, point
    except ModuleNotFoundError as error:
        raise PlatformRefused("Discord needs discord.py: pip install 'deadlineday[discord]'") from error
    point(settings.discord_api_base, settings.discord_gateway_url)
    return Discord(token, desk, pictures.draw, gateway=settings.discord_gateway_url)
