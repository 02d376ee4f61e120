"""Channels: how each wants to be told, and how one is forgotten."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import time
from typing import Any

from links.claim import Stage
from links.link import Kind
from storage.room import Room
from storage.watch import Channel, ChannelSettings

_DEFAULTS = ChannelSettings()


class Channels(Room):
    """Settings by channel."""

    async def channel_settings(self, channel: Channel) -> ChannelSettings:
        """The channel's settings; the defaults where it has set nothing."""
        return settings_from_json(await self._sql.channel_settings(self._db, **address_of(channel)))

    async def save_channel_settings(self, channel: Channel, settings: ChannelSettings) -> None:
        """Keep what differs from the defaults, so that a better default reaches everybody else."""
        kept = settings_to_json(settings)
        await self._sql.save_channel_settings(self._db, **address_of(channel), settings=kept)

    async def all_channel_settings(self) -> list[tuple[Channel, ChannelSettings]]:
        """Every channel that has set something."""
        rows = self._sql.all_channel_settings(self._db)
        return [
            (Channel(r["platform"], r["address"], r["space"]), settings_from_json(r["settings"]))
            async for r in rows
        ]

    async def forget_channel(self, channel: Channel) -> bool:
        """Drop the channel with its watches, settings and deliveries. False if it was not known."""
        return bool(await self._sql.forget_channel(self._db, **address_of(channel)))

    async def forget_space(self, platform: str, space: str) -> int:
        """Drop every channel of a server or workspace; gives how many there were."""
        return int(await self._sql.forget_space(self._db, platform=platform, space=space))


def address_of(channel: Channel) -> dict[str, str]:
    """A channel as parameters of a query."""
    return {"platform": channel.platform, "space": channel.space, "address": channel.id}


def settings_to_json(settings: ChannelSettings) -> str | None:
    """What differs from the defaults, as JSON; None where nothing does."""
    kept: dict[str, Any] = {}
    for name in (field.name for field in fields(settings)):
        value = getattr(settings, name)
        if value == getattr(_DEFAULTS, name):
            continue
        if isinstance(value, Stage):
            value = value.word
        elif isinstance(value, time):
            value = value.isoformat("minutes")
        elif isinstance(value, frozenset):
            value = sorted(value)
        kept[name] = value
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else None


def settings_from_json(text: str | None) -> ChannelSettings:
    """The settings again. Fields that this version does not know (a newer one wrote them) are passed over."""
    kept: dict[str, Any] = json.loads(text) if text else {}
    known = {field.name: kept[field.name] for field in fields(ChannelSettings) if field.name in kept}
    if "lowest" in known:
        known["lowest"] = Stage.of(known["lowest"])
    if "kinds" in known:
        known["kinds"] = frozenset(Kind(kind) for kind in known["kinds"])
    for name in ("quiet_from", "quiet_to", "digest"):
        if known.get(name) is not None:
            known[name] = time.fromisoformat(known[name])
    return ChannelSettings(**known)
