"""Feeds that offer a hub are told by it at once; polling goes on, slower, as the net under it.

Needs a public address of the owner's. A subscription is asked for with a secret, confirmed when the hub asks
back, renewed before its lease ends, and believed only where what comes is signed. https://www.w3.org/TR/websub/
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from aiohttp import ClientSession, web

from bot.clock import Clock
from bot.rounds import go_round
from bot.serving import serving
from feeds.errors import FeedError, shown
from feeds.feed import Feed, FeedState
from feeds.hub import Hub
from feeds.page import Page, hash_of
from feeds.subscribe import LEASE, ask, is_signed
from storage.store import Store

log = logging.getLogger(__name__)

LOOK_EVERY = 300.0
"""Seconds between two looks at what is to be renewed."""

ASK_AGAIN = timedelta(hours=6)
"""When a hub that did not confirm, or refused, is asked again."""

RENEW_BEFORE = timedelta(days=2)
SHORTEST_LEASE = timedelta(minutes=10)
MOST_AT_ONCE = 50
"""Pages of hubs that are read or wait for it; more are put off, which makes hubs send them again."""

_NOTE = "websub"


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one hub was asked for one feed. Times are ISO 8601; `until` is None until it was confirmed.

    `token` is the part of the address that only this hub knows.
    """

    feed_id: int
    hub: str
    topic: str
    token: str
    secret: str
    asked: str
    until: str | None = None

    def is_live(self, now: datetime) -> bool:
        return self.until is not None and datetime.fromisoformat(self.until) > now

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to ask again: unconfirmed or run out for hours, or the lease is nearly over."""
        since = now - datetime.fromisoformat(self.asked)
        left = datetime.fromisoformat(self.until) - now if self.until else timedelta(0)
        if left <= timedelta(0):
            return since >= ASK_AGAIN
        return left < RENEW_BEFORE and since >= min(ASK_AGAIN, left / 4)


class Hubs:
    """All subscriptions, and the pages that come by them.

    `public` is the address under which `serve`'s routes are reached from outside. `brought` takes in a page
    that a hub has sent.
    """

    def __init__(
        self,
        store: Store,
        session: ClientSession,
        clock: Clock,
        public: str,
        brought: Callable[[Feed, Page], Awaitable[None]],
    ) -> None:
        self._store = store
        self._session = session
        self._clock = clock
        self._public = public.rstrip("/")
        self._brought = brought
        self._kept: dict[int, Subscription] = {}
        self._named: dict[int, Hub] = {}
        self._wake = asyncio.Event()
        self._reading: set[asyncio.Task[None]] = set()

    def named(self, feed: Feed, hub: Hub | None) -> None:
        """A page of the feed named this hub, or none."""
        known = self._kept.get(feed.id)
        if hub is None or (known and (known.hub, known.topic) == (hub.address, hub.topic)):
            return
        self._named[feed.id] = hub
        self._wake.set()

    def tells(self, feed_id: int) -> bool:
        """Whether a hub tells of this feed's changes."""
        known = self._kept.get(feed_id)
        return known is not None and known.is_live(self._clock())

    async def load(self) -> None:
        """Take up the subscriptions of earlier runs."""
        for feed_id in json.loads(await self._store.fact(_NOTE) or "[]"):
            if (note := await self._store.fact(f"{_NOTE}.{feed_id}")) is not None:
                self._kept[feed_id] = Subscription(**json.loads(note))

    async def run(self) -> None:
        """Subscribe, renew and leave until cancelled."""
        await go_round(self.look, self._wake, LOOK_EVERY, undone="subscriptions are not looked after")

    async def look(self) -> None:
        """Ask hubs that were named, and again where it is time; leave those of feeds that are gone."""
        now = self._clock()
        while self._named:
            feed_id, hub = self._named.popitem()
            token, secret = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
            await self._ask(Subscription(feed_id, hub.address, hub.topic, token, secret, now.isoformat()))
        for subscription in [one for one in self._kept.values() if one.is_due(now)]:
            feed = await self._store.feed(subscription.feed_id)
            if feed is None or feed.state is not FeedState.ACTIVE:
                await self._leave(subscription)
            else:
                await self._ask(replace(subscription, asked=now.isoformat()))

    def serve(self, app: web.Application) -> None:
        """Add what hubs ask for."""
        path = urlsplit(self._public).path
        app.router.add_get(path + "/websub/{feed}/{token}", self._confirm)
        app.router.add_post(path + "/websub/{feed}/{token}", self._take)

    async def close(self) -> None:
        """End what is being read; what was not taken in comes with the next poll."""
        for task in self._reading:
            task.cancel()
        await asyncio.gather(*self._reading, return_exceptions=True)

    async def _ask(self, subscription: Subscription) -> None:
        await self._keep(subscription)  # first: the hub may ask back before it answers
        callback = self._address(subscription)
        try:
            await ask(self._session, _hub(subscription), "subscribe", callback, subscription.secret)
        except FeedError as error:
            log.info("the hub of feed %d was not asked: %s", subscription.feed_id, error)

    async def _leave(self, subscription: Subscription) -> None:
        self._kept.pop(subscription.feed_id, None)
        await self._store.set_fact(f"{_NOTE}.{subscription.feed_id}", None)
        await self._store.set_fact(_NOTE, json.dumps(sorted(self._kept)))
        try:
            await ask(self._session, _hub(subscription), "unsubscribe", self._address(subscription), "")
        except FeedError as error:
            log.info("the hub %s was not left in order: %s", shown(subscription.hub), error)

    async def _keep(self, subscription: Subscription) -> None:
        known = subscription.feed_id in self._kept
        self._kept[subscription.feed_id] = subscription
        await self._store.set_fact(f"{_NOTE}.{subscription.feed_id}", json.dumps(asdict(subscription)))
        if not known:
            await self._store.set_fact(_NOTE, json.dumps(sorted(self._kept)))

    def _address(self, subscription: Subscription) -> str:
        return f"{self._public}/websub/{subscription.feed_id}/{subscription.token}"

    def _meant(self, request: web.Request) -> Subscription | None:
        number = request.match_info["feed"]
        known = self._kept.get(_whole(number) or 0)
        token = request.match_info["token"].encode("utf-8", "replace")
        return known if known and secrets.compare_digest(known.token.encode(), token) else None

    async def _confirm(self, request: web.Request) -> web.Response:
        """The hub asks whether a request was ours, or says that it does not serve us."""
        subscription, query = self._meant(request), request.query
        mode, challenge = query.get("hub.mode", ""), query.get("hub.challenge", "")[:500]
        if subscription is None and mode == "unsubscribe":
            return web.Response(text=challenge)  # whoever left has forgotten the token
        if subscription is None or query.get("hub.topic") != subscription.topic:
            return web.Response(status=404)
        if mode == "denied":
            log.info("the hub %s refuses feed %d", shown(subscription.hub), subscription.feed_id)
            await self._keep(replace(subscription, until=None))
            return web.Response()
        if mode != "subscribe" or not challenge:
            return web.Response(status=404)
        seconds = _whole(query.get("hub.lease_seconds", ""))
        lease = timedelta(seconds=min(seconds, 10**8)) if seconds else LEASE
        until = self._clock() + max(min(lease, 3 * LEASE), SHORTEST_LEASE)
        await self._keep(replace(subscription, until=until.isoformat()))
        by, end = shown(subscription.hub), f"{until:%Y-%m-%d %H:%M} UTC"
        log.info("feed %d is told of by %s until %s", subscription.feed_id, by, end)
        return web.Response(text=challenge)

    async def _take(self, request: web.Request) -> web.Response:
        """A page of the feed. What is not signed as it should be is passed over, and nobody learns that."""
        subscription = self._meant(request)
        if subscription is None:
            return web.Response(status=410)
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            return web.Response(status=415)
        if len(self._reading) >= MOST_AT_ONCE:
            return web.Response(status=503, headers={"Retry-After": "60"})
        body = await request.read()
        if not is_signed(body, subscription.secret, request.headers):
            log.warning("what came for feed %d was not signed by its hub", subscription.feed_id)
            return web.Response(status=202)
        kind = request.headers.get("Content-Type", "")[:200]
        task = asyncio.create_task(self._read(subscription, body, kind))
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)
        return web.Response(status=202)

    async def _read(self, subscription: Subscription, body: bytes, kind: str) -> None:
        feed = await self._store.feed(subscription.feed_id)
        if feed is None or feed.state is not FeedState.ACTIVE:
            return
        page = Page(feed.url, body, kind, body_hash=hash_of(body), received=datetime.now(UTC))
        try:
            await self._brought(feed, page)
        except Exception as error:
            log.error("what came from the hub of feed %s was not taken in", shown(feed.url), exc_info=error)


def _hub(subscription: Subscription) -> Hub:
    return Hub(subscription.hub, subscription.topic)


def _whole(number: str) -> int | None:
    return int(number) if number.isascii() and number.isdigit() and len(number) < 16 else None


@asynccontextmanager
async def open_hubs(hubs: Hubs | None, listen: str, max_bytes: int) -> AsyncIterator[None]:
    """Serve what hubs ask for at `host:port` while this is open, and look after the subscriptions.

    Raises BadSettings where the address cannot be had. None serves nothing.
    """
    if hubs is None:
        yield
        return
    app = web.Application(client_max_size=max_bytes)
    hubs.serve(app)
    await hubs.load()
    try:
        async with serving(app, listen, "DEADLINEDAY_WEBSUB_LISTEN"):
            yield
    finally:
        await hubs.close()
