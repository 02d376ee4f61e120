"""Channels that cannot be posted to: their watches rest, one person is told, and they go on by themselves.

Which channels are lost is kept, so that a restart tells nobody twice and forgets nobody.
"""

from __future__ import annotations

import asyncio
import json
import logging
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from bot.audience import after_quiet
from bot.cards.card import Card, Text, Tone
from bot.clock import Clock
from bot.platform import CardRefused, ChannelLost, Platform, PostFailed
from bot.rounds import go_round
from storage.store import Store
from storage.watch import Channel

log = logging.getLogger(__name__)

LOOK_EVERY = timedelta(minutes=5)
TRY_AFTER = timedelta(days=1)
"""When a channel of which nobody can say whether it takes posts again is simply tried."""

_NOTE = "lost"
CALM = 1.0
"""Seconds between two looks, however many changes are told."""


@runtime_checkable
class Recovering(Protocol):
    """A platform that can say whether a lost channel takes posts again."""

    on_change: Callable[[], None]
    """Called by the platform when permissions may have changed somewhere."""

    def minds(self, channel: Channel) -> bool:
        """Whether this process can say: another may be the one that is told what happens there."""
        ...

    async def regained(self, channel: Channel) -> bool | None:
        """May the bot post there (again)? None where only a try could tell."""
        ...

    async def described(self, channel: Channel) -> str:
        """The channel as people call it: "#transfers in The Club House"."""
        ...

    async def told_instead(self, channel: Channel, makers: Sequence[str]) -> list[Channel]:
        """Whose direct messages to try, in turn: those who made the watches, then who runs the place."""
        ...


@dataclass(frozen=True, slots=True)
class Loss:
    """A lost channel, why and since when, and whether somebody was told."""

    channel: Channel
    reason: str
    since: datetime
    told: bool = False


@dataclass
class Losses:
    """What is lost, and the way back."""

    store: Store
    platforms: Mapping[str, Platform]
    clock: Clock

    def __post_init__(self) -> None:
        self._wake = asyncio.Event()
        for platform in self.platforms.values():
            if isinstance(platform, Recovering):
                platform.on_change = self.wake

    def wake(self) -> None:
        """Something changed: look soon."""
        self._wake.set()

    async def lose(self, channel: Channel, reason: str) -> None:
        """Let the channel's watches rest; whoever made them will be told, once."""
        async with self.store.transaction():
            losses = await self._kept()
            known = losses.get(channel)
            for watch in await self.store.watches(channel):
                if watch.paused is None:
                    await self.store.pause_watch(watch.id, reason)
            loss = Loss(channel, reason, self.clock(), told=known.told if known else False)
            await self._keep({**losses, channel: loss})
        self.wake()

    async def regain(self, channel: Channel) -> bool:
        """The channel takes posts again: its watches go on. False if it was not lost."""
        if channel not in await self._kept():
            return False
        async with self.store.transaction():
            losses = await self._kept()
            loss = losses.pop(channel, None)
            if loss is None:
                return False
            for watch in await self.store.watches(channel):
                if watch.paused == loss.reason:
                    await self.store.pause_watch(watch.id, None)
            settings = (await self.store.settings_of([channel]))[channel]
            await self.store.let_go(channel, after_quiet(settings, self.clock()))
            await self._keep(losses)
        log.info("%s channel %s takes posts again; its watches go on", channel.platform, channel.id)
        return True

    async def run(self) -> None:
        """Look at the lost channels when something changes, and every few minutes."""
        every = LOOK_EVERY.total_seconds()
        await go_round(self.look, self._wake, every, undone="lost channels are not looked after", calm=CALM)

    async def look(self) -> None:
        """Tell who has not been told, and let go on what can."""
        for loss in (await self._kept()).values():
            platform = self.platforms.get(loss.channel.platform)
            if not isinstance(platform, Recovering) or not platform.minds(loss.channel):
                continue
            again = await platform.regained(loss.channel)
            if again or (again is None and self.clock() - loss.since >= TRY_AFTER):
                await self.regain(loss.channel)
            elif not loss.told and await self._tell(platform, loss):
                async with self.store.transaction():
                    losses = await self._kept()
                    if loss.channel in losses:
                        await self._keep({**losses, loss.channel: replace(loss, told=True)})

    async def _tell(self, platform: Platform, loss: Loss) -> bool:
        """Tell one person; False where it may work later."""
        assert isinstance(platform, Recovering)
        watches = [watch for watch in await self.store.watches(loss.channel) if watch.paused == loss.reason]
        card = _card(await platform.described(loss.channel), loss.reason, len(watches))
        number = -zlib.crc32(f"{loss.channel} {loss.since.isoformat()}".encode())
        for home in await platform.told_instead(loss.channel, _makers(watch.by for watch in watches)):
            try:
                await platform.post(home, card, delivery_id=number)
            except PostFailed as failed:
                log.info("nobody was told yet that %s is lost: %s", loss.channel.id, failed)
                return False
            except (ChannelLost, CardRefused):
                continue
            return True
        log.warning("%s channel %s is lost and nobody could be told", loss.channel.platform, loss.channel.id)
        return True

    async def _kept(self) -> dict[Channel, Loss]:
        rows = json.loads(await self.store.hold_fact(_NOTE) or "[]")
        losses = (
            Loss(Channel(**row["channel"]), row["reason"], datetime.fromisoformat(row["since"]), row["told"])
            for row in rows
        )
        return {loss.channel: loss for loss in losses}

    async def _keep(self, losses: Mapping[Channel, Loss]) -> None:
        rows = [{**asdict(loss), "since": loss.since.isoformat()} for loss in losses.values()]
        await self.store.set_fact(_NOTE, json.dumps(rows) if rows else None)


def _makers(by: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, by)))


def _card(place: str, reason: str, watches: int) -> Card:
    count = "1 watch rests" if watches == 1 else f"{watches} watches rest"
    return Card(
        title=f"Alerts cannot be posted: {place}",
        parts=(
            Text(f"Why: {reason}."),
            Text(f"{count} there until that is mended. They go on by themselves; you are not told again."),
        ),
        label="Paused",
        tone=Tone.TROUBLE,
    )
