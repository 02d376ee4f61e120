"""From the outbox into the channels: post what waits, come back for what could not be posted.

A delivery's way: waiting -> claimed -> sent, or back to waiting with a later due time, or given up.
A crash while it is claimed leaves its outcome unknown: the platform is asked before it is posted again, so
at most the one in flight can appear twice, where it cannot be asked (docs/delivery.md).
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.audience import reached_stage
from bot.cards.card import alert_card
from bot.clock import Clock
from bot.delivery.lost import Losses
from bot.delivery.notes import Notes
from bot.events import tell
from bot.platform import CardRefused, ChannelLost, Manner, Platform, PostFailed
from links.decide import net
from storage.deliveries import LEASE
from storage.delivery import Alert, Delivery, DeliveryState
from storage.errors import DatabaseUnusable
from storage.store import Store
from storage.watch import Channel, ChannelSettings

log = logging.getLogger(__name__)

BATCH = 50
AT_ONCE = 200
"""Channels that are posted to at the same time, at most."""

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=10)
STEADY_TRIES = 3
EDIT_TRIES = 6
SETTLING = timedelta(seconds=5)
"""How long a post may be on its way that nobody waits for any more: it is not asked for sooner."""

ASKED_WITHIN = timedelta(minutes=2)
"""How soon a post whose end nobody learnt is asked for, however often it was tried: Discord knows a nonce for
some minutes only, and each message that follows makes it harder to find."""

MERGE_AFTER = timedelta(minutes=10)
"""Alerts of one link that have waited longer than this are told as the one change they come to."""


@dataclass
class Courier:
    """Posts deliveries on the platforms that it was given; one round at a time.

    `give_up_after` counts from when the news reached us. `losses` looks after channels that are lost;
    without it their watches rest until somebody lets them go on. `lease` is how long what is claimed is this
    process's own: what comes to its turn later is left to whoever has it by then. `wake()` cuts the idle wait
    short.
    """

    store: Store
    platforms: Mapping[str, Platform]
    clock: Clock
    give_up_after: timedelta = timedelta(days=1)
    losses: Losses | None = None
    lease: timedelta = LEASE

    def __post_init__(self) -> None:
        self._notes = Notes(self.store, self.clock)
        self._wake = asyncio.Event()
        self._stopping = False
        self._under_way: set[asyncio.Task[int]] = set()
        self._editing: asyncio.Task[int] | None = None
        self._edits: dict[int, tuple[int, datetime]] = {}
        self._in_hand: set[int] = set()

    def stop(self) -> None:
        """End `run` after the round under way, so that no post is cut with its outcome unknown."""
        self._stopping = True
        self._wake.set()

    def wake(self) -> None:
        """Something was enqueued: look now."""
        self._wake.set()

    async def run(self, idle: timedelta = timedelta(seconds=5)) -> None:
        """Deliver until `stop`; looks again at once when woken, else when the next one is due.

        Does not wait for one channel before it looks for the next: a channel with a post under way is
        given nothing new, and one that takes its time holds up no other.
        """
        away = False
        try:
            while not self._stopping:
                self._wake.clear()
                try:
                    busy = await self._start_due()
                    if away:
                        log.warning("the database answers again: deliveries go on")
                    away = False
                except DatabaseUnusable as error:
                    log.error("a round of deliveries failed; the next one goes on: %s", error)
                    tell("fault", where="database", error=type(error).__name__)
                    busy, away = 0, True
                except Exception:
                    log.exception("a round of deliveries failed; the next one goes on")
                    busy = 0
                if not busy:
                    await self._sleep(idle)
            await asyncio.gather(*self._under_way, return_exceptions=True)
        finally:
            for task in self._under_way:
                task.cancel()

    async def _start_due(self) -> int:
        """Begin what is due, a task for each channel, and see to the cards that grew."""
        free = AT_ONCE - len(self._under_way)
        claimed = await self._claim(min(BATCH, free)) if free > 0 else {}
        for work in claimed.values():
            self._start(work)
        idle = self._editing is None or self._editing.done()
        if idle and await self._grown():
            self._editing = self._start(self._edit_grown())
        return len(claimed)

    def _start(self, work: Coroutine[Any, Any, int]) -> asyncio.Task[int]:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[int]) -> None:
        self._under_way.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, DatabaseUnusable):
            log.error("a delivery failed; it is taken up again later: %s", error)
        elif error is not None:
            log.error("a round of deliveries failed; the next one goes on", exc_info=error)
        else:
            self._wake.set()

    async def _sleep(self, idle: timedelta) -> None:
        now = self.clock()
        try:
            due = await self.store.next_due(now, self.platforms)
        except DatabaseUnusable as error:  # said already by the round; it may be back after the pause
            log.debug("what is due next could not be looked up: %s", error)
            due = None
        times = [at for _, at in self._edits.values() if at > now]
        if due is not None:
            times.append(due)
        wait = min(idle, max(min(times, default=now + idle) - now, timedelta(0)))
        try:
            async with asyncio.timeout(wait.total_seconds()):
                await self._wake.wait()
        except TimeoutError:
            pass

    async def deliver_due(self) -> int:
        """One round: post what is due, then mend cards that grew. Says how many were handled."""
        posted = await asyncio.gather(*(await self._claim(BATCH)).values())
        return sum(posted) + await self._edit_grown()

    async def _claim(self, most: int) -> dict[Channel, Coroutine[Any, Any, int]]:
        """What is due, claimed: the work of each channel, which gives how many it handled."""
        now = self.clock()
        claimed = await self.store.claim_deliveries(now, most, self.platforms, lease=self.lease)
        if again := [delivery.id for delivery in claimed if delivery.id in self._in_hand]:
            # The clock has made a leap: their claims seem to be over while their posts are on their way.
            log.warning("the clock has leapt: %d posts under way are left to come to their end", len(again))
            await self.store.put_back(again, now + self.lease)
        by_channel: dict[Channel, list[Delivery]] = defaultdict(list)
        for delivery in claimed:
            if delivery.id not in self._in_hand:
                by_channel[delivery.channel].append(delivery)
        settings = await self.store.settings_of(by_channel)
        # One channel's messages go out in order; one channel's trouble holds up no other.
        return {c: self._hold(c, ds, settings[c]) for c, ds in by_channel.items()}

    async def _hold(self, channel: Channel, deliveries: Sequence[Delivery], settings: ChannelSettings) -> int:
        """Post them, and know meanwhile that they are in hand here."""
        ids = {delivery.id for delivery in deliveries}
        self._in_hand |= ids
        try:
            return await self._post_all(channel, deliveries, settings)
        finally:
            self._in_hand -= ids

    async def _post_all(
        self, channel: Channel, deliveries: Sequence[Delivery], settings: ChannelSettings
    ) -> int:
        parts = await self.store.parts(d.id for d in deliveries)
        held = {p.id: p for ps in parts.values() for p in ps if p.state is DeliveryState.WAITING}
        alerts = await self.store.alerts(_alerts_of((*deliveries, *held.values()), parts))
        groups = _by_link(deliveries, held, alerts, self.clock())
        for place, group in enumerate(groups):
            told = group[-1]
            if told.lease is not None and self.clock() >= told.lease - self.lease / 4:
                # Whoever takes it over asks the platform when the lease ends: what is posted now may not have
                # arrived by then. After that end it is not ours: this process stood still.
                log.warning("delivery %d came to its turn when its claim was all but over", told.id)
                await self.store.put_back([told.id])
                continue
            alert = _as_one([alerts[id] for id in _alerts_of(group, parts)])
            if others := [d.id for d in _merged(group, parts) if d.id != told.id]:
                # Before the post: what is tried again, or edited, is the same change as at first.
                await self.store.merged(others, into=told.id)
            misread = alert is not None and alert.misread is not None and not told.unsure
            if alert is None or misread:  # It went up and came back, or never was so: nothing to be told.
                await self.store.merged([told.id])
                continue
            rest = [d for later in groups[place + 1 :] for d in later]
            try:
                if not await self._post(channel, told, alert, settings):
                    await self.store.put_back(d.id for d in rest)
                    break
            except ChannelLost as lost:
                seen = {d.id: alerts[d.alert_id].seen for d in (told, *rest)}
                await self._lost(channel, seen, lost)
                break
        return len(deliveries)

    async def _post(
        self, channel: Channel, delivery: Delivery, alert: Alert, settings: ChannelSettings
    ) -> bool:
        """Post one; False when the channel takes nothing for now. Raises ChannelLost."""
        platform = self.platforms[channel.platform]
        manner = Manner(
            thread=alert.player if settings.threads else None,
            publish=settings.publish,
            unsure=delivery.unsure,
            since=alert.seen if delivery.unsure else None,
            story=str(alert.player_id),
            threads=settings.threads,
            aloud=reached_stage(alert) >= settings.broadcast,
        )
        try:
            async with asyncio.timeout(self._left(delivery)):
                message = await platform.post(
                    channel,
                    alert_card(alert),
                    delivery_id=delivery.id,
                    mention=delivery.mention,
                    manner=manner,
                )
        except CardRefused as refused:
            _tell_of(delivery, alert, refused, "given up")
            log.error("delivery %d cannot be posted in any way: %s", delivery.id, refused)
            await self.store.give_up(delivery.id, str(refused))
            return True
        except PostFailed as failed:
            await self._again(delivery, alert, failed)
            return False
        except TimeoutError:
            late = PostFailed("it was not answered before the claim was over", unsure=True)
            await self._again(delivery, alert, late)
            return False
        posted = self.clock()
        await self._notes.sent(delivery.id, message, posted)
        lag = (posted - alert.seen).total_seconds()
        tell(
            "posted", entry=alert.entry_id, alert=alert.id, delivery=delivery.id, message=message,
            platform=channel.platform, tries=delivery.attempts, lag=lag,
        )  # fmt: skip
        return True

    def _left(self, delivery: Delivery) -> float | None:
        """Seconds that a post may take: what was sent by then has arrived when others may ask for it."""
        if delivery.lease is None:
            return None
        return (delivery.lease - self.lease / 8 - self.clock()).total_seconds()

    async def _again(self, delivery: Delivery, alert: Alert, failed: PostFailed) -> None:
        now = self.clock()
        if delivery.attempts >= STEADY_TRIES and now - alert.seen > self.give_up_after:
            _tell_of(delivery, alert, failed, "given up")
            log.error("delivery %d to %s was given up: %s", delivery.id, delivery.channel.id, failed)
            await self.store.give_up(delivery.id, str(failed))
            return
        asked = failed.retry_after.total_seconds() if failed.retry_after else 0.0
        _tell_of(delivery, alert, failed, "unknown" if failed.unsure else "put off", asked=asked)
        wait = failed.retry_after or _backoff(delivery.attempts)
        if failed.unsure:
            wait = max(failed.retry_after or min(wait, ASKED_WITHIN), SETTLING)
        await self.store.retry(delivery.id, now + wait, str(failed), unsure=failed.unsure)

    async def _lost(self, channel: Channel, in_hand: Mapping[int, datetime], lost: ChannelLost) -> None:
        """Nothing can be posted there: pause its watches with the reason.

        What was to be told, `in_hand` by id with when its news reached us, waits for the channel to come
        back, like all else that waits for it. What is as old as that already is given up.
        """
        log.warning("%s channel %s is lost: %s; its watches are paused", channel.platform, channel.id, lost)
        now = self.clock()
        async with self.store.transaction():
            for id, seen in in_hand.items():
                if now - seen < self.give_up_after:
                    await self.store.retry(id, now + self.give_up_after, str(lost))
                else:
                    await self.store.give_up(id, str(lost))
            if self.losses is None:
                await self.store.pause_channel(channel, str(lost))
            else:
                await self.losses.lose(channel, str(lost))

    async def _edit_grown(self) -> int:
        grown = await self._grown()
        parts = await self.store.parts(d.id for d in grown)
        alerts = await self.store.alerts(_alerts_of(grown, parts))
        for delivery in grown:
            own = alerts[delivery.alert_id]
            alert = _as_one([alerts[id] for id in _alerts_of([delivery], parts)]) or own
            platform = self.platforms[delivery.channel.platform]
            try:
                await platform.edit(
                    delivery.channel, delivery.message or "", alert_card(alert), mention=delivery.mention
                )
            except PostFailed as failed:
                if self._edit_later(delivery.id, failed):
                    continue
            except (ChannelLost, CardRefused) as failed:
                # The card stands without its latest "also reported by": no reason to try for ever.
                log.info("delivery %d was not edited: %s", delivery.id, failed)
            self._edits.pop(delivery.id, None)
            await self.store.edited(delivery.id, also=len(own.also), misread=own.misread)
        return len(grown)

    async def _grown(self) -> list[Delivery]:
        """Cards that grew and may be edited now."""
        now = self.clock()
        waiting = await self.store.edits(BATCH, self.platforms)
        return [each for each in waiting if each.id not in self._edits or self._edits[each.id][1] <= now]

    def _edit_later(self, id: int, failed: PostFailed) -> bool:
        """Try the edit again in a while; False where that was done often enough."""
        tries = self._edits.get(id, (0, self.clock()))[0] + 1
        if tries >= EDIT_TRIES:
            log.info("delivery %d was not edited: %s", id, failed)
            return False
        self._edits[id] = tries, self.clock() + (failed.retry_after or _backoff(tries))
        return True


def _tell_of(delivery: Delivery, alert: Alert, error: Exception, outcome: str, asked: float = 0.0) -> None:
    tell(
        "not posted", entry=alert.entry_id, alert=alert.id, delivery=delivery.id, outcome=outcome,
        platform=delivery.channel.platform, error=type(error).__name__, asked=asked,
    )  # fmt: skip


def _by_link(
    deliveries: Sequence[Delivery], held: Mapping[int, Delivery], alerts: Mapping[int, Alert], now: datetime
) -> list[list[Delivery]]:
    """What is told together, the last of each being the one that is posted.

    Each alone, but those of one link that waited long are one group, and what is `held` back for later (a
    digest) goes with the next of its link, so that no older stage comes after a newer one. What is unsure
    stays alone: it may stand in the channel as it is.
    """
    groups: list[list[Delivery]] = []
    open_ones: dict[tuple[int, str], list[Delivery]] = {}
    for delivery in sorted((*deliveries, *held.values()), key=lambda d: d.alert_id):
        alert = alerts[delivery.alert_id]
        link = alert.player_id, alert.club
        group = open_ones.pop(link, [])
        waited = now - alert.seen > MERGE_AFTER
        if not group or delivery.unsure or not (waited or group[-1].id in held):
            groups.append(group := [])
        group.append(delivery)
        if not delivery.unsure:
            open_ones[link] = group
    told = (group for group in groups if group[-1].id not in held)
    return sorted(told, key=lambda group: group[-1].alert_id)


def _merged(group: Iterable[Delivery], parts: Mapping[int, Sequence[Delivery]]) -> list[Delivery]:
    """The group with what was merged into any of it before."""
    before = (part for d in group for part in parts.get(d.id, ()) if part.state is DeliveryState.MERGED)
    return [*group, *before]


def _alerts_of(group: Iterable[Delivery], parts: Mapping[int, Sequence[Delivery]]) -> list[int]:
    """The alerts that these deliveries tell, oldest first."""
    return sorted({delivery.alert_id for delivery in _merged(group, parts)})


def _as_one(alerts: Sequence[Alert]) -> Alert | None:
    """Several alerts of one link as the net change that they come to; None if they come to nothing."""
    if len(alerts) == 1:
        return alerts[0]
    before = alerts[0].before
    kind = net([(a.kind, a.stage, a.status) for a in alerts], before=before)
    return None if kind is None else replace(alerts[-1], kind=kind, before=before)


def _backoff(attempts: int) -> timedelta:
    longest = min(FIRST_WAIT * 2 ** min(attempts, 12), LONGEST_WAIT)
    return timedelta(seconds=longest.total_seconds() * random.uniform(0.5, 1.0))
