"""Deliveries: the outbox, from what was decided to what was told.

    waiting -> claimed -> sent
       ^          |  \\-> given_up, merged
       \\----------/      retry, put_back, or the claim ran out

What is due stands in its platform's queue by `place`. An alert to many channels takes one place after
another from the front of the queue, so an alert to few goes in between them instead of behind; what waits
for one channel stands one behind another too, so a channel with a long backlog keeps nobody waiting.
A process that dies leaves its claims claimed: they wait again when the lease runs out, or at once by
`release_claims`, and are marked unsure, for their posts may have arrived.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple

from storage.alerts import Alerts
from storage.channels import Channels, address_of
from storage.delivery import Delivery, DeliveryState
from storage.rows import array, clean, moment, stamp
from storage.watch import Channel

DELIVERIES = "deliveries"
"""The topic under which processes are told that something is to be posted."""

LEASE = timedelta(minutes=2)
"""How long a claim holds: longer than any post with its time limit takes."""

_STEP = 500
_DEPTH = 200
_LONG_AGO = 0
_turn = attrgetter("due", "id")

Told = tuple[Channel, datetime, str | None]
Posted = tuple[int, str, datetime | None]
"""A delivery's id, the platform's reference of its message, and when it was posted (None: not known)."""


class Queued(NamedTuple):
    """Channels of one platform that are told an alert at the same time with the same mention, by what the
    storage knows them by."""

    channels: Sequence[int]
    platform: str
    due: datetime
    mention: str | None


class Deliveries(Alerts, Channels):
    """Deliveries by queue, by alert, by channel."""

    async def enqueue(self, alert_id: int, told: Sequence[Told]) -> int:
        """Let the alert wait for each (channel, due, mention); a channel that has it already is passed over.

        Gives how many are new. A channel in trouble is told no sooner than `retry` said. Raises nothing
        where the alert is gone: then nobody is told. Any number goes; the loop is let go in between.
        """

        if len(told) <= _STEP:
            numbers = await self.known_numbers(channel for channel, _, _ in told)
            if all(channel in numbers for channel, _, _ in told):
                return await self._enqueue(alert_id, _queued(told, numbers), {})

        async def pages() -> AsyncIterator[list[Queued]]:
            for start in range(0, len(told), _STEP):
                step = told[start : start + _STEP]
                yield _queued(step, await self.numbers_of(channel for channel, _, _ in step))

        return await self.enqueue_pages(alert_id, pages())

    async def enqueue_pages(self, alert_id: int, pages: AsyncIterator[Sequence[Queued]]) -> int:
        """The same for any number of channels, page by page."""
        new = 0
        async with self.transaction():
            steps: dict[str, int] = {}
            async for page in pages:
                new += await self._enqueue(alert_id, page, steps)
        return new

    async def _enqueue(self, alert_id: int, page: Sequence[Queued], steps: dict[str, int]) -> int:
        """A page, each of a platform in the place behind the one before: `steps` from its queue's front."""
        channels: list[int] = []
        dues: list[int] = []
        mentions: list[str | None] = []
        places: list[int] = []
        for queued in page:
            many, first = len(queued.channels), steps.get(queued.platform, 0)
            steps[queued.platform] = first + many
            channels += queued.channels
            dues += [stamp(queued.due)] * many
            mentions += [queued.mention] * many
            places += range(first, first + many)
        if not channels:
            return 0
        platforms = sorted({queued.platform for queued in page})
        if self._db.dialect != "postgres":
            rows = zip(channels, dues, mentions, places, strict=True)
            of = {"alert_id": alert_id, "platforms": array(platforms), "told": array(rows)}
            return int(await self._sql.enqueue(self._db, **of))
        columns = {"channels": channels, "dues": dues, "mentions": mentions, "steps": places}
        of = {"alert_id": alert_id, "platforms": platforms} | columns
        ((added,),) = await self._db.together([(self._sql.enqueue.sql, of)])
        return int(added)

    async def claim_deliveries(
        self, now: datetime, limit: int, platforms: Iterable[str], *, lease: timedelta = LEASE
    ) -> list[Delivery]:
        """At most `limit` deliveries that are due, oldest first, claimed for the caller until the lease ends.

        Fair: see above. A channel of which something is claimed already gives nothing until that has ended,
        so what one channel gets stays in order. Claims that ran out are given again, marked unsure. The
        limit is shared by the platforms; what one does not need goes to the others.
        """
        claimed: list[Delivery] = []
        waiting = sorted(set(platforms))
        if len(waiting) == 1:
            claimed = await self._claim(waiting[0], now, now + lease, limit)
            return sorted(claimed, key=_turn)
        async with self.transaction():
            while waiting and (left := limit - len(claimed)) > 0:
                share = max(1, left // len(waiting))
                for platform in waiting.copy():
                    if (most := min(share, limit - len(claimed))) <= 0:
                        break
                    taken = await self._claim(platform, now, now + lease, most)
                    claimed += taken
                    if len(taken) < most:  # it has no more
                        waiting.remove(platform)
        return sorted(claimed, key=_turn)

    async def _claim(self, platform: str, now: datetime, until: datetime, most: int) -> list[Delivery]:
        of = {"platform": platform, "now": stamp(now)}
        claim = {"platform": platform, "lease": stamp(until), "owner": self.owner, "most": most}
        claim["deep"] = _DEPTH + 4 * most
        if self._db.dialect == "postgres":
            steps = [(self._sql.claim.sql, claim | of | {"ripe": _STEP})]
        else:
            lapse = (self._sql.lapse.sql, of)
            steps = [lapse, (self._sql.line_up.sql, of | {"most": _STEP}), (self._sql.claim.sql, claim)]
        return [_delivery(row) for row in await self._db.together(steps)]

    async def sent(self, id: int, message: str, at: datetime | None = None) -> None:
        """It stands in the channel as `message`, posted `at` then. Holds also where its claim ran out."""
        await self.all_sent([(id, message, at)])

    async def all_sent(self, sent: Iterable[Posted]) -> None:
        """The same for many in one write: all or none."""
        rows = [(id, message, stamp(at)) for id, message, at in sent]
        if self._db.dialect != "postgres":
            await self._sql.all_sent(self._db, sent=array(rows))
        elif rows:
            columns = dict(zip(("ids", "messages", "ats"), zip(*rows, strict=True), strict=True))
            await self._sql.all_sent(self._db, **columns)

    async def retry(self, id: int, due: datetime, error: str, *, unsure: bool = False) -> None:
        """It could not be posted: again at `due`, and all else that waits for the channel no sooner.

        `unsure` where the post may have arrived all the same; False says that it did not.
        """
        async with self.transaction():
            row = await self._sql.retry(
                self._db, id=id, due=stamp(due), error=clean(error), unsure=int(unsure), owner=self.owner
            )
            if row is not None:
                await self._hold([row["channel_id"]], stamp(due))

    async def _hold(self, channels: Iterable[int], due: int) -> None:
        """Nothing is posted there sooner, what waits behind it neither."""
        held = [{"channel_id": number, "due": due} for number in sorted(set(channels))]
        await self._sql.hold_channel(self._db, held)
        await self._sql.hold_deliveries(self._db, held)

    async def put_back(self, ids: Iterable[int], due: datetime | None = None) -> None:
        """Hand back what was claimed and not tried: it waits as before, or until `due` if that is later."""
        at = _LONG_AGO if due is None else stamp(due)
        await self._sql.put_back(self._db, [{"id": id, "due": at, "owner": self.owner} for id in ids])

    async def give_up(self, id: int, error: str) -> None:
        """It will not be told, for this reason."""
        await self._sql.give_up(self._db, id=id, error=clean(error), owner=self.owner)

    async def let_go(self, channel: Channel, due: datetime) -> int:
        """What `retry` holds back from the channel is due then instead; gives how many."""
        async with self.transaction():
            let_go = await self._sql.let_go(self._db, **address_of(channel), due=stamp(due))
            await self._sql.hold_no_more(self._db, **address_of(channel))
        return int(let_go)

    async def merged(self, ids: Iterable[int], into: int | None = None) -> None:
        """They are told as part of the delivery `into`, whatever becomes of it, or need no telling (None)."""
        rows = [{"id": id, "told_in": into, "owner": self.owner} for id in ids]
        await self._sql.merged(self._db, rows)

    async def parts(self, ids: Iterable[int]) -> dict[int, list[Delivery]]:
        """What these deliveries tell beside their own alert, by their id, the earliest first: earlier ones
        of the same link and channel that were merged into them, and for what is claimed those that wait.

        What is unsure has no waiting ones and is none: it may stand in the channel as it is. One query for
        any number; what has no parts is left out.
        """
        parts: dict[int, list[Delivery]] = {}
        async for row in self._sql.parts(self._db, ids=array(ids)):
            parts.setdefault(row["whole"], []).append(_delivery(row))
        return parts

    async def delivery(self, id: int) -> Delivery | None:
        row = await self._sql.delivery(self._db, id=id)
        return None if row is None else _delivery(row)

    async def delivery_to(self, alert_id: int, channel: Channel) -> Delivery | None:
        """The alert's delivery for this channel; None where the channel was not to be told."""
        row = await self._sql.delivery_to(self._db, alert_id=alert_id, **address_of(channel))
        return None if row is None else _delivery(row)

    async def deliveries(self, alert_id: int) -> list[Delivery]:
        """All of an alert's deliveries, whatever their state."""
        return [_delivery(row) async for row in self._sql.deliveries_of(self._db, alert_id=alert_id)]

    async def waiting(self, channel: Channel) -> list[Delivery]:
        """What waits for the channel, due or not, in the order in which it will be told."""
        return [_delivery(row) async for row in self._sql.waiting_in(self._db, **address_of(channel))]

    async def edits(self, limit: int, platforms: Iterable[str] | None = None) -> list[Delivery]:
        """Messages whose alert grew since they were posted, the oldest first; on these platforms only."""
        found: list[Delivery] = []
        for platform in await self._platforms(platforms):
            rows = self._sql.edits_on(self._db, platform=platform, most=limit)
            found += [_delivery(row) async for row in rows]
        return sorted(found, key=lambda delivery: delivery.id)[:limit]

    async def edited(self, id: int, *, also: int | None = None, misread: str | None = None) -> None:
        """The message shows the alert as it is. With `also`, how many outlets it shows as "also", and what as
        misread: where the alert has more by now, or another mark, it stays to be edited."""
        async with self.transaction():
            if also is not None and (delivery := await self.delivery(id)) is not None:
                await self._sql.hold_alert(self._db, id=delivery.alert_id)
                alert = await self.alert(delivery.alert_id)
                if alert is not None and (len(alert.also) > also or alert.misread != misread):
                    return
            await self._sql.edited(self._db, id=id)

    async def counts(self) -> dict[DeliveryState, int]:
        """How many deliveries there are in each state, 0 where there are none."""
        counts = dict.fromkeys(DeliveryState, 0)
        async for row in self._sql.delivery_counts(self._db):
            counts[DeliveryState(row["state"])] = row["many"]
        return counts

    async def open_counts(self) -> dict[tuple[str, DeliveryState], int]:
        """How many wait and how many are claimed, by platform; what is none is left out."""
        rows = self._sql.open_counts(self._db)
        return {(row["platform"], DeliveryState(row["state"])): row["many"] async for row in rows}

    async def next_due(self, now: datetime, platforms: Iterable[str] | None = None) -> datetime | None:
        """When the next claim may give something: `now` or before if at once, None if nothing waits.

        Counts on these platforms only, or on all. What waits behind a post under way does not count:
        claim again when that has ended.
        """
        soonest: list[int] = []
        for platform in await self._platforms(platforms):
            if await self._sql.in_line(self._db, platform=platform) is not None:
                return now
            for query in (self._sql.next_later, self._sql.next_lapse):
                at = await query(self._db, platform=platform)
                if at is not None:
                    soonest.append(at)
        return moment(min(soonest)) if soonest else None

    async def _platforms(self, named: Iterable[str] | None) -> list[str]:
        if named is not None:
            return sorted(set(named))
        return [row["platform"] async for row in self._sql.platforms(self._db)]

    async def release_claims(self, *, mine: bool = False, due: datetime | None = None) -> int:
        """Let everything that is claimed wait again, marked unsure, until `due`; gives how many.

        For the start of the only process that delivers: its claims are those of its own last life. With
        `mine`, only what this process has claimed: for its end, where others go on. `due` is when a post
        that was still on its way will have arrived, so that the platform can be asked for it.
        """
        at = _LONG_AGO if due is None else stamp(due)
        async with self.transaction():
            rows = self._sql.release_claims(self._db, owner=self.owner if mine else None, due=at)
            channels = [row["channel_id"] async for row in rows]
            if due is not None:
                await self._hold(channels, at)
        return len(channels)


def _queued(told: Sequence[Told], numbers: Mapping[Channel, int]) -> list[Queued]:
    return [Queued([numbers[channel]], channel.platform, due, mention) for channel, due, mention in told]


_STATES = {state.value: state for state in DeliveryState}


def _delivery(row: Any) -> Delivery:
    """Out of the columns in the order in which every query here gives them: by their names it takes twice as
    long, and a claim makes many."""
    (id, alert, platform, address, space, state, due, attempts, mention, message, error, edit, unsure, lease,
     sent) = row[:15]  # fmt: skip
    return Delivery(
        id, alert, Channel(platform, address, space), _STATES[state], moment(due), attempts, mention, message,
        error, bool(edit), bool(unsure), moment(lease), moment(sent) if state == "sent" else None,
    )  # fmt: skip
