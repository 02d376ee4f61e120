"""Taking readings in: what was read becomes claims, links, alerts and deliveries.

Runs inside the caller's transaction, so that all of a page is kept or nothing of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.audience import audience, best_tier
from bot.events import tell as tell_of
from bot.polling.identify import identify
from feeds.entry import Entry
from links.claim import Claim, Stage, Status
from links.decide import STALE, advance, decide, net
from links.link import Kind, Link
from links.names import Names
from links.player import Player
from links.read import Reading
from storage.deliveries import Queued
from storage.delivery import Alert
from storage.entry import StoredClaim
from storage.store import NewAlert, Store

FRESH = timedelta(days=7)
"""How long after an alert another outlet's report of the same still joins it as "also reported by"."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A claim with the player it means and the entry it stands in; `at` is its time (aware, UTC).

    `kept` says that it is remembered only: its entry is too old, or has said the same before.
    """

    player: Player
    claim: Claim
    entry: Entry
    entry_id: int
    at: datetime
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Before:
    """An entry as it was read before: when it came out, and the claims in it by player and club."""

    out: datetime
    claims: Mapping[tuple[int, str], StoredClaim]


@dataclass(frozen=True, slots=True)
class News:
    """A claim that is news: of which kind, and the highest stage told before it (None: a new link).

    `from_club` is what the link knows of it, from this claim or an earlier one.
    """

    heard: Heard
    kind: Kind
    before: Stage | None
    from_club: str | None = None


async def take_in(
    store: Store,
    feed_id: int,
    readings: Sequence[tuple[Entry, Reading]],
    *,
    names: Names,
    now: datetime,
    tell: bool,
) -> list[Alert]:
    """Keep these readings and all that follows; gives the alerts, oldest first.

    `tell` is False at a feed's first poll: everything is remembered and nobody is told.
    An entry older than fourteen days is kept as history and moves no link; nor does what an entry that
    is read again said before: to touch an article is not to report anew.
    """
    if not readings:
        return []
    before = await _read_before(store, [entry.key for entry, reading in readings if reading.claims])
    ids = await store.save_entries(feed_id, [entry for entry, _ in readings], now)
    heard = await _hear(store, readings, ids, before, now)
    said = [(h.entry_id, h.player.id, h.at, h.claim) for h in heard]
    for entry, reading in readings:
        tell_of("read", entry=ids[entry.key], feed=feed_id, claims=len(reading.claims))
    await store.save_claims(said, reread=ids.values())  # a changed entry may say nothing any more
    recent = [h for h in heard if not h.kept]
    alerts: list[Alert] = []
    links = await store.links({(h.player.id, h.claim.club) for h in recent})
    moved: list[Link] = []
    for pair, claims in _by_pair(recent).items():
        link, news, repeats = follow(links.get(pair), claims)
        moved.append(link)
        alerts += await _alert(store, news, names=names, now=now, tell=tell)
        await _join(store, repeats)
    await store.save_links(moved)
    return sorted(alerts, key=lambda a: (a.published, a.id))


def follow(link: Link | None, claims: Iterable[Heard]) -> tuple[Link, list[News], list[Heard]]:
    """Take claims of one player and club, oldest first: the link after them, the news, the repeats."""
    news: list[News] = []
    repeats: list[Heard] = []
    for heard in claims:
        kind = decide(link, heard.claim, heard.at)
        before = None if kind is Kind.NEW or link is None else link.alerted
        link = advance(link, heard.claim, heard.at, player_id=heard.player.id)
        if kind:
            news.append(News(heard, kind, before, link.from_club))
        elif link.alerted is not None:
            repeats.append(heard)
    if link is None:
        raise ValueError("there is nothing to follow without a claim")
    return link, news, repeats


def time_of(entry: Entry, now: datetime) -> datetime:
    """When the entry counts as said: published, or updated where that is later, never in the future."""
    said = [moment for moment in (entry.published, entry.updated) if moment is not None]
    return min(max(said), now) if said else now


async def _read_before(store: Store, keys: Sequence[str]) -> dict[str, Before]:
    """Those of the entries that are kept already; to be asked before they are saved."""
    before: dict[str, Before] = {}
    for key, known in (await store.known(keys)).items():
        if (stored := await store.entry(known.id)) is not None:
            claims = {(c.player_id, c.claim.club): c for c in await store.claims_in(known.id)}
            before[key] = Before(stored.entry.published or stored.first_seen, claims)
    return before


async def _hear(
    store: Store,
    readings: Sequence[tuple[Entry, Reading]],
    ids: Mapping[str, int],
    before: Mapping[str, Before],
    now: datetime,
) -> list[Heard]:
    claims = [(entry, claim) for entry, reading in readings for claim in reading.claims]
    players = await identify(store, [claim for _, claim in claims])
    heard = []
    for (entry, claim), player in zip(claims, players, strict=True):
        one = Heard(player, claim, entry, ids[entry.key], time_of(entry, now))
        heard.append(_weighed(one, before.get(entry.key), now))
    return sorted(heard, key=lambda h: h.at)


def _weighed(heard: Heard, before: Before | None, now: datetime) -> Heard:
    """The same, remembered only where the entry said it before or came out long ago."""
    claim = heard.claim
    said = before.claims.get((heard.player.id, claim.club)) if before else None
    if said is not None and (said.claim.stage, said.claim.status) == (claim.stage, claim.status):
        return replace(heard, at=said.at, kept=True)
    out = before.out if before else heard.entry.published or heard.at
    return replace(heard, at=out, kept=True) if now - out > STALE else heard


def _by_pair(heard: Iterable[Heard]) -> dict[tuple[int, str], list[Heard]]:
    pairs: dict[tuple[int, str], list[Heard]] = defaultdict(list)
    for one in heard:
        pairs[one.player.id, one.claim.club].append(one)
    return pairs


async def _alert(
    store: Store, news: Sequence[News], *, names: Names, now: datetime, tell: bool
) -> list[Alert]:
    """Keep every piece of news; tell the last one only, as the net change that they all come to."""
    if not news:
        return []
    before = news[0].before
    steps = [(n.kind, n.heard.claim.stage, n.heard.claim.status) for n in news]
    kind = net(steps, before=before)
    told = [*news[:-1], replace(news[-1], kind=kind or news[-1].kind, before=before)]
    alerts = [await store.add_alert(_new_alert(n, now)) for n in told]
    if tell and kind is not None:
        await _enqueue(store, alerts[-1], names=names, now=now)
    return alerts


async def _enqueue(store: Store, alert: Alert, *, names: Names, now: datetime) -> None:
    tier = best_tier((*alert.sources, alert.outlet), names.source_tier)

    async def told() -> AsyncIterator[list[Queued]]:
        async for page in store.followers(alert.player_id, alert.club):
            yield [
                Queued(each.numbers, t.channel.platform, t.due, t.mention)
                for each in page
                for t in audience(alert, each.watches, {each.channel: each.settings}, tier=tier, now=now)
            ]

    await store.enqueue_pages(alert.id, told())


async def _join(store: Store, repeats: Iterable[Heard]) -> None:
    """Raise "also reported by" on the alert that said the same, while it is fresh."""
    for heard in repeats:
        alert = await store.last_alert(heard.player.id, heard.claim.club)
        outlet = heard.entry.outlet
        if alert is None or not outlet or outlet == alert.outlet or outlet in alert.also:
            continue
        if alert.entry_id == heard.entry_id:  # the same article, through another feed of its site
            continue
        same = (alert.stage, alert.status) == (heard.claim.stage, heard.claim.status)
        if same and timedelta(0) <= heard.at - alert.published <= FRESH:
            await store.add_report(alert.id, outlet)


def _new_alert(news: News, now: datetime) -> NewAlert:
    heard = news.heard
    return NewAlert(
        entry_id=heard.entry_id,
        player_id=heard.player.id,
        claim=replace(heard.claim, from_club=news.from_club, why=(*heard.claim.why, gate(news))),
        kind=news.kind,
        before=news.before,
        published=heard.at,
        seen=now,
    )


def gate(news: News) -> str:
    """In words, why this claim was news; the last line of an alert's why."""
    claim, player = news.heard.claim, news.heard.player.name
    if news.kind is Kind.NEW:
        return f"new: nobody had linked {player} with {claim.club} before"
    if news.kind is Kind.REVIVED:
        return f"revived: the link with {claim.club} was off, or unnamed for sixty days"
    told = news.before.word if news.before else "nothing"
    if news.kind is Kind.ESCALATED:
        return f"escalated: {claim.stage.word} is above {told}, the highest told so far"
    turn = "stands still" if claim.status is Status.STALLED else "is over"
    return f"setback: told as live up to {told}, the article says that it {turn}"
