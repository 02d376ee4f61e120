"""What a loopback Discord remembers: people, servers, channels, roles, messages. No network here.

Everything is kept as Discord's own JSON objects, so that what is sent out is what is kept.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import discord

Json = dict[str, Any]

EPOCH = 1_420_070_400_000
TEXT, DM, VOICE, GROUP, NEWS, NEWS_THREAD, THREAD, FORUM = 0, 1, 2, 3, 5, 10, 11, 15
THREADS = (NEWS_THREAD, THREAD)

USUAL = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
    use_application_commands=True,
).value
MANAGER = USUAL | discord.Permissions(manage_channels=True).value


class Snowflakes:
    """Ids as Discord makes them: the time in them is the clock's."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def __call__(self, at: float | None = None) -> str:
        millis = int((time.time() if at is None else at) * 1000) - EPOCH
        return str((millis << 22) | (next(self._count) & 0x3FFFFF))


@dataclass
class Town:
    """`clock` gives seconds since 1970 and may be turned by a test."""

    ids: Snowflakes = field(default_factory=Snowflakes)
    users: dict[str, Json] = field(default_factory=dict)
    guilds: dict[str, Json] = field(default_factory=dict)
    members: dict[tuple[str, str], Json] = field(default_factory=dict)
    channels: dict[str, Json] = field(default_factory=dict)
    messages: dict[str, dict[str, Json]] = field(default_factory=dict)
    closed_to: set[str] = field(default_factory=set)
    ahead: float = 0.0
    bot: Json = field(init=False)
    application: Json = field(init=False)

    def __post_init__(self) -> None:
        self.bot = self.person("Deadline Day", bot=True)
        self.application = _application(self.bot)

    def now(self) -> float:
        """The fake's own time; `ahead` is how far a test has turned it."""
        return time.time() + self.ahead

    def stamp(self) -> str:
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    # Making

    def person(self, name: str, *, bot: bool = False) -> Json:
        user: Json = {
            "id": self.ids(), "username": name.lower().replace(" ", "")[:30] or "someone",
            "discriminator": "0", "global_name": name, "avatar": None, "public_flags": 0, "flags": 0,
            "bot": bot, "banner": None, "accent_color": None, "clan": None, "primary_guild": None,
            "avatar_decoration_data": None, "collectibles": None, "display_name_styles": None,
        }  # fmt: skip
        self.users[user["id"]] = user
        return user

    def guild(self, name: str, owner: Json, *, member: bool = True, permissions: int = USUAL) -> Json:
        """A server; `permissions` are everybody's, the bot's among them, where it is a member."""
        guild = _guild(self.ids(), name, owner["id"])
        guild["roles"] = [_role(guild["id"], "@everyone", permissions)]
        self.guilds[guild["id"]] = guild
        self.join(guild, owner)
        if member:
            self.join(guild, self.bot)
        return guild

    def role(self, guild: Json, name: str, permissions: int = 0, *, mentionable: bool = False) -> Json:
        role = _role(self.ids(), name, permissions, mentionable=mentionable, position=len(guild["roles"]))
        guild["roles"].append(role)
        return role

    def join(self, guild: Json, user: Json, *roles: Json) -> Json:
        member = {
            "user": user, "nick": None, "avatar": None, "banner": None,
            "roles": [role["id"] for role in roles],
            "joined_at": self.stamp(), "premium_since": None, "deaf": False, "mute": False, "flags": 0,
            "pending": False, "communication_disabled_until": None,
        }  # fmt: skip
        self.members[guild["id"], user["id"]] = member
        return member

    def channel(self, guild: Json, name: str, kind: int = TEXT) -> Json:
        channel = {
            "id": self.ids(), "type": kind, "guild_id": guild["id"], "name": name, "position": 0, "flags": 0,
            "permission_overwrites": [], "parent_id": None, "nsfw": False, "last_message_id": None,
        }  # fmt: skip
        if kind in (TEXT, NEWS, FORUM):
            channel |= {"topic": None, "rate_limit_per_user": 0}
        if kind == VOICE:
            channel |= {"bitrate": 64000, "user_limit": 0, "rtc_region": None, "rate_limit_per_user": 0}
        if kind == FORUM:
            channel |= {"available_tags": [], "default_reaction_emoji": None, "default_sort_order": None,
                        "default_forum_layout": 0}  # fmt: skip
        self.channels[channel["id"]] = channel
        return channel

    def thread(self, parent: Json, name: str, owner: Json, kind: int = THREAD) -> Json:
        thread = {
            "id": self.ids(), "type": kind, "guild_id": parent["guild_id"], "parent_id": parent["id"],
            "name": name, "owner_id": owner["id"], "last_message_id": None, "message_count": 0,
            "member_count": 1, "total_message_sent": 0, "rate_limit_per_user": 0, "flags": 0,
            "thread_metadata": {
                "archived": False, "archive_timestamp": self.stamp(), "auto_archive_duration": 10080,
                "locked": False, "create_timestamp": self.stamp(),
            },
        }  # fmt: skip
        self.channels[thread["id"]] = thread
        return thread

    def direct(self, user: Json) -> Json:
        """The bot's direct channel with somebody; the same one every time."""
        for channel in self.channels.values():
            if channel["type"] == DM and channel["recipients"][0]["id"] == user["id"]:
                return channel
        return self._private(DM, [user])

    def group(self, *users: Json) -> Json:
        """A group that the bot is not in."""
        made = self._private(GROUP, list(users))
        made |= {"name": None, "icon": None, "owner_id": users[0]["id"]}
        return made

    def _private(self, kind: int, recipients: list[Json]) -> Json:
        channel: Json = {
            "id": self.ids(), "type": kind, "last_message_id": None, "flags": 0, "recipients": recipients,
        }  # fmt: skip
        self.channels[channel["id"]] = channel
        return channel

    # Asking

    def allowed(self, user: Json, channel: Json) -> discord.Permissions:
        """What this user may do in the channel.

        https://docs.discord.com/developers/topics/permissions#permission-overwrites
        """
        if channel["type"] in (DM, GROUP):
            inside = user is self.bot or any(user["id"] == each["id"] for each in channel["recipients"])
            return discord.Permissions(USUAL if inside and channel["type"] == DM else 0)
        guild = self.guilds[channel["guild_id"]]
        member = self.members.get((guild["id"], user["id"]))
        if member is None:
            return discord.Permissions.none()
        if guild["owner_id"] == user["id"]:
            return discord.Permissions.all()
        mine = {guild["id"], *member["roles"]}
        value = 0
        for role in guild["roles"]:
            if role["id"] in mine:
                value |= int(role["permissions"])
        if value & discord.Permissions(administrator=True).value:
            return discord.Permissions.all()
        parent = self.channels[channel["parent_id"]] if channel["type"] in THREADS else channel
        return discord.Permissions(_overwritten(value, parent, guild["id"], mine, user["id"]))

    def guild_of(self, channel: Json) -> Json | None:
        return self.guilds.get(channel.get("guild_id", ""))

    def in_(self, channel: Json) -> list[Json]:
        """The channel's messages, oldest first."""
        return list(self.messages.get(channel["id"], {}).values())

    def threads_of(self, channel: Json) -> Iterator[Json]:
        return (each for each in self.channels.values() if each.get("parent_id") == channel["id"])

    def all_created(self, guilds: Iterable[Json]) -> Iterator[Json]:
        """The servers as GUILD_CREATE events tell them, however many there are."""
        channels: dict[str, list[Json]] = defaultdict(list)
        for each in self.channels.values():
            channels[each.get("guild_id", "")].append(each)
        counts = Counter(of for of, _ in self.members)
        for guild in guilds:
            yield self._created(guild, channels[guild["id"]], counts[guild["id"]])

    def as_created(self, guild: Json) -> Json:
        """One of them."""
        return next(self.all_created([guild]))

    def _created(self, guild: Json, mine: list[Json], members: int) -> Json:
        return {
            **guild, "joined_at": self.stamp(), "large": False, "unavailable": False,
            "member_count": members,
            "channels": [each for each in mine if each["type"] not in THREADS],
            "threads": [each for each in mine if each["type"] in THREADS],
            "members": [self.members[guild["id"], self.bot["id"]]], "voice_states": [], "presences": [],
            "stage_instances": [], "guild_scheduled_events": [], "soundboard_sounds": [],
        }  # fmt: skip


def _overwritten(value: int, channel: Json, everyone: str, roles: set[str], user: str) -> int:
    rows = {row["id"]: row for row in channel["permission_overwrites"]}
    if everyone in rows:
        value = value & ~int(rows[everyone]["deny"]) | int(rows[everyone]["allow"])
    of_roles = [row for id, row in rows.items() if id in roles and id != everyone]
    deny = allow = 0
    for row in of_roles:
        deny |= int(row["deny"])
        allow |= int(row["allow"])
    value = value & ~deny | allow
    if user in rows:
        value = value & ~int(rows[user]["deny"]) | int(rows[user]["allow"])
    if not value & discord.Permissions(view_channel=True).value:
        return 0
    return value


def _role(id: str, name: str, permissions: int, *, mentionable: bool = False, position: int = 0) -> Json:
    return {
        "id": id, "name": name, "color": 0, "hoist": False, "icon": None, "unicode_emoji": None,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "position": position, "permissions": str(permissions), "managed": False, "mentionable": mentionable,
        "flags": 0, "description": None,
    }  # fmt: skip


def _guild(id: str, name: str, owner: str) -> Json:
    return {
        "id": id, "name": name, "icon": None, "splash": None, "discovery_splash": None, "owner_id": owner,
        "home_header": None, "afk_channel_id": None, "afk_timeout": 300, "widget_enabled": False,
        "widget_channel_id": None, "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "emojis": [], "features": [], "mfa_level": 0, "application_id": None,
        "system_channel_id": None, "system_channel_flags": 0, "rules_channel_id": None,
        "max_presences": None, "max_members": 500000, "vanity_url_code": None, "description": None,
        "banner": None, "premium_tier": 0, "premium_subscription_count": 0, "preferred_locale": "en-US",
        "public_updates_channel_id": None, "max_video_channel_users": 25, "nsfw": False, "nsfw_level": 0,
        "stickers": [], "premium_progress_bar_enabled": False, "safety_alerts_channel_id": None,
        "max_stage_video_channel_users": 50, "region": "deprecated", "incidents_data": None,
    }  # fmt: skip


def _application(bot: Json) -> Json:
    return {
        "id": str(int(bot["id"]) + 1), "name": bot["global_name"], "icon": None, "description": "",
        "type": None, "bot": bot, "bot_public": True, "bot_require_code_grant": False, "verify_key": "0" * 64,
        "owner": bot, "team": None, "flags": 0, "flags_new": "0", "eligible_oauth2_scopes": [],
        "redirect_uris": [], "interactions_endpoint_url": None,
        "role_connections_verification_url": None, "approximate_guild_count": 1, "summary": "",
        "approximate_user_install_count": 0, "hook": True, "is_monetized": False, "is_verified": False,
        "approximate_user_authorization_count": 0, "explicit_content_filter": 0,
        "event_webhooks_status": 1, "integration_types_config": {"0": {}, "1": {}},
    }  # fmt: skip
