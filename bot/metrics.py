"""What happens, counted for Prometheus, and what stands at the moment of asking."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.clock import Clock
from storage.delivery import DeliveryState
from storage.errors import DatabaseError
from storage.store import Store

ANSWER_WITHIN = 2.0
"""Seconds that the database may take to answer."""

_LAGS = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 4 * 3600, 86_400)


class Metrics:
    """Hears events (`bot.events.listen`) and looks into the store when it is asked."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._registry = CollectorRegistry()
        self._polls = self._counter("polls", "Polls of a feed by how they ended", "result")
        self._entries = self._counter("entries", "Entries that were read")
        self._claims = self._counter("claims", "Claims that were read out of entries")
        self._alerts = self._counter("alerts", "Alerts that were decided, by kind", "kind")
        self._posts = self._counter("posts", "Tries to post, by platform and outcome", "platform", "outcome")
        self._waited = self._counter("asked_to_wait_seconds", "Seconds that a platform asked for", "platform")
        self._errors = self._counter("errors", "Errors by where and of which class", "where", "error")
        self._lag = Histogram(
            "deadlineday_lag_seconds",
            "From publication to us, from us to the message",
            ["part"],
            buckets=_LAGS,
            registry=self._registry,
        )
        self._feeds = self._gauge("feeds", "Feeds: active, due, late by over five minutes", "state")
        self._waiting = self._gauge("deliveries", "Deliveries not yet told", "platform", "state")
        self._answers = self._gauge("database_answers", "Whether the database answered just now, 1 or 0")

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"deadlineday_{name}", text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, *labels: str) -> Gauge:
        return Gauge(f"deadlineday_{name}", text, labels, registry=self._registry)

    def hear(self, event: str, what: Mapping[str, Any]) -> None:
        """Count an event."""
        match event:
            case "polled":
                self._polls.labels(what["result"]).inc()
                if "error" in what:
                    self._errors.labels("poll", what["error"]).inc()
            case "read":
                self._entries.inc()
                self._claims.inc(what["claims"])
            case "alert":
                self._alerts.labels(what["kind"]).inc()
                self._lag.labels("published to seen").observe(what["lag"])
            case "posted":
                self._posts.labels(what["platform"], "posted").inc()
                self._lag.labels("seen to posted").observe(what["lag"])
            case "not posted":
                self._posts.labels(what["platform"], what["outcome"]).inc()
                self._errors.labels("post", what["error"]).inc()
                self._waited.labels(what["platform"]).inc(what.get("asked", 0.0))
            case "fault":
                self._errors.labels(what["where"], what["error"]).inc()

    async def page(self) -> bytes:
        """The page that Prometheus reads. What is counted stands on it while the database is away, too."""
        feeds: Mapping[str, int] = {}
        waiting: Mapping[tuple[str, DeliveryState], int] = {}
        answers = True
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                feeds = await self._store.feed_counts(self._clock())
                waiting = await self._store.open_counts()
        except (DatabaseError, TimeoutError):
            answers = False
        self._answers.set(answers)
        self._feeds.clear()
        for state, count in feeds.items():
            self._feeds.labels(state).set(count)
        self._waiting.clear()
        for (platform, delivery), count in waiting.items():
            self._waiting.labels(platform, delivery.value).set(count)
        return generate_latest(self._registry)
