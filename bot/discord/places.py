"""Where somebody spoke, what he may decide there, and whether the bot may post there.

A channel's id is Discord's own number, a person's direct messages are "@" and his number: the number
of the direct channel itself is known only once it is open.
"""

from __future__ import annotations

import discord

from bot.call import Call
from storage.watch import Channel

NAME = "discord"

_NEEDED = (("view_channel", "View Channel"), ("send_messages", "Send Messages"))
_NEEDED_IN_THREADS = (
    ("view_channel", "View Channel"),
    ("send_messages_in_threads", "Send Messages in Threads"),
)
_NEEDED_FOR_THREADS = (
    ("create_public_threads", "Create Public Threads"),
    ("send_messages_in_threads", "Send Messages in Threads"),
)

LEAST = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    attach_files=True,
)
"""What the invite asks for. History is for looking up a post whose end nobody learnt."""


def channel(number: int, guild: int | None) -> Channel:
    """A channel or thread of a server."""
    return Channel(NAME, str(number), str(guild) if guild else "")


def home(person: int) -> Channel:
    """A person's direct messages with the bot."""
    return Channel(NAME, f"@{person}")


def person_of(place: Channel) -> int | None:
    """The person whose direct messages these are, None for a channel of a server."""
    digits = place.id[1:]
    return int(digits) if place.id.startswith("@") and digits.isascii() and digits.isdigit() else None


def number_of(place: Channel) -> int | None:
    """The channel's number, None where the address is no channel's."""
    fits = place.id.isascii() and place.id.isdigit() and len(place.id) <= 20
    return int(place.id) if fits else None


def shard_of(space: str, shards: int) -> int:
    """Which of so many shards tells of this server; of direct messages ("") it is the first.

    https://docs.discord.com/developers/events/gateway#sharding-sharding-formula
    """
    return (int(space) >> 22) % shards if space.isascii() and space.isdigit() else 0


def silenced(permissions: discord.Permissions, *, thread: bool) -> str:
    """Why the bot may not post with these permissions, with the missing one by its name; "" if it may."""
    if permissions.administrator:
        return ""
    for name, shown in _NEEDED_IN_THREADS if thread else _NEEDED:
        if not getattr(permissions, name):
            where = "thread" if thread else "channel"
            return f"the bot may not post in this {where}: it needs the permission {shown}"
    return ""


def without_effect(call: Call, channel: object, permissions: discord.Permissions) -> str:
    """What of a change of settings does nothing in this channel as things stand, and why; "" if all does."""
    if call.command != "settings":
        return ""
    said = []
    if call.by_name.get("threads") == "on":
        if not isinstance(channel, discord.TextChannel):
            said.append("There can be no threads here, so alerts go into the channel itself.")
        elif missing := [s for name, s in _NEEDED_FOR_THREADS if not getattr(permissions, name)]:
            said.append(f"For threads the bot needs the permission {' and '.join(missing)} in this channel.")
    if call.by_name.get("publish") == "on" and not (
        isinstance(channel, discord.TextChannel) and channel.is_news()
    ):
        said.append("This is no announcement channel, so nobody follows it.")
    return " ".join(said)


def invite(application: int) -> str:
    """The address that adds the bot to a server with the least permissions."""
    return discord.utils.oauth_url(application, permissions=LEAST, scopes=("bot", "applications.commands"))
