"""Channels: how each wants to be told, and how one is forgotten."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from typing import Any

from storage.room import Room
from storage.rows import array
from storage.watch import Channel, ChannelSettings

log = logging.getLogger(__name__)

_DEFAULTS = ChannelSettings()


class Channels(Room):
    """Settings by channel."""

    async def channel_settings(self, channel: Channel) -> ChannelSettings:
        """The channel's settings; the defaults where it has set nothing."""
        return settings_from(await self._sql.channel_settings(self._db, **address_of(channel)))

    async def settings_of(self, channels: Iterable[Channel]) -> dict[Channel, ChannelSettings]:
        """The settings of each of these channels. One query for any number."""
        found = dict.fromkeys(channels, _DEFAULTS)
        wanted = array((channel.platform, channel.space, channel.id) for channel in found)
        async for r in self._sql.settings_of(self._db, channels=wanted):
            found[Channel(r["platform"], r["address"], r["space"])] = settings_from(r["settings"])
        return found

    async def save_channel_settings(self, channel: Channel, settings: ChannelSettings) -> None:
        """Keep what differs from the defaults, so that a better default reaches everybody else."""
        kept = settings.as_json()
        text = json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None
        await self._sql.save_channel_settings(self._db, **address_of(channel), settings=text)

    async def all_channel_settings(self) -> list[tuple[Channel, ChannelSettings]]:
        """Every channel that has set something."""
        rows = self._sql.all_channel_settings(self._db)
        return [
            (Channel(r["platform"], r["address"], r["space"]), settings_from(r["settings"]))
            async for r in rows
        ]

    async def spaces(self, platform: str) -> list[str]:
        """Every server or workspace of which a channel is known; "" among them for what is in none."""
        return [row["space"] async for row in self._sql.spaces(self._db, platform=platform)]

    async def numbers_of(self, channels: Iterable[Channel]) -> dict[Channel, int]:
        """What the storage knows each of these channels by; unknown ones are made known."""
        wanted = list(dict.fromkeys(channels))
        found = await self.known_numbers(wanted)
        if len(found) < len(wanted):
            missing = array((c.platform, c.space, c.id) for c in wanted if c not in found)
            await self._sql.add_channels(self._db, channels=missing)
            found = await self.known_numbers(wanted)
        return found

    async def known_numbers(self, channels: Iterable[Channel]) -> dict[Channel, int]:
        """The same for those that are known; the others are left out."""
        wanted = array((channel.platform, channel.space, channel.id) for channel in channels)
        rows = self._sql.channel_numbers(self._db, channels=wanted)
        return {Channel(r["platform"], r["address"], r["space"]): r["id"] async for r in rows}

    async def forget_channel(self, channel: Channel) -> bool:
        """Drop the channel with its watches, settings and deliveries. False if it was not known."""
        return bool(await self._sql.forget_channel(self._db, **address_of(channel)))

    async def forget_space(self, platform: str, space: str) -> int:
        """Drop every channel of a server or workspace; gives how many there were."""
        return int(await self._sql.forget_space(self._db, platform=platform, space=space))


def address_of(channel: Channel) -> dict[str, str]:
    """A channel as parameters of a query."""
    return {"platform": channel.platform, "space": channel.space, "address": channel.id}


def settings_from(text: str | None) -> ChannelSettings:
    """What a channel has set; a value that cannot be is passed over: no other channel's trouble."""
    if not text:
        return _DEFAULTS
    kept = json.loads(text)
    return ChannelSettings.from_json({name: value for name, value in kept.items() if _sound(name, value)})


def _sound(name: str, value: Any) -> bool:
    try:
        ChannelSettings.from_json({name: value})
    except ValueError as error:
        log.warning("a channel has the default instead: %s", error)
        return False
    return True
