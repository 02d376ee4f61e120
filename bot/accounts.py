"""The platforms for which an account is set: where a new one is opened."""

from __future__ import annotations

from bot.commands.desk import Desk
from bot.platform import Platform
from bot.settings import Settings


def accounts_set(settings: Settings) -> bool:
    """Whether any platform besides the terminal has its account set."""
    return False


def open_accounts(settings: Settings, desk: Desk) -> list[Platform]:
    """The platforms whose accounts are set, ready to run."""
    return []
