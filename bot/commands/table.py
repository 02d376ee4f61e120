"""Every command there is, in the order in which help tells them."""

from __future__ import annotations

from bot.commands.command import Command
from bot.commands.feeds import FEEDS
from bot.commands.help import HELP
from bot.commands.history import HISTORY
from bot.commands.latest import LATEST
from bot.commands.mute import MUTE, UNMUTE
from bot.commands.settings import SETTINGS
from bot.commands.watch import UNWATCH, WATCH, WATCHES
from bot.commands.why import WHY
from bot.commands.wrong import WRONG

COMMANDS: tuple[Command, ...] = (
    WATCH, UNWATCH, WATCHES, MUTE, UNMUTE, LATEST, HISTORY, WHY, WRONG, SETTINGS, *FEEDS, HELP,
)  # fmt: skip
