"""A desk with a real storage in memory, and builders that name only what matters."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.call import Call
from bot.cards.card import Card, Section
from bot.commands.desk import Desk
from bot.request import Answer, Request
from feeds.entry import Entry
from feeds.errors import FeedUnavailable
from feeds.parse import Parsed
from links.claim import Claim, Stage, Status
from links.decide import advance, decide
from links.link import Kind
from links.names import Names
from links.player import Player
from storage.delivery import Alert
from storage.store import NewAlert, Store, open_store
from storage.watch import Channel

NOW = datetime(2026, 8, 31, 14, 30, tzinfo=UTC)
ROOM = Channel("fake", "room", "club house")
HOME = Channel("fake", "direct-quill")


def an_alert(**changes: Any) -> Alert:
    fields: dict[str, Any] = {
        "id": 12, "player_id": 1, "player": "Ada Vale", "club": "Crystal Palace", "kind": Kind.ESCALATED,
        "before": Stage.TALKS, "stage": Stage.BID, "status": Status.LIVE, "from_club": None, "deal": None,
        "fee": None, "sources": (), "quote": "Palace have bid for Ada Vale.",
        "why": ("“have bid” is bid", "escalated: bid is above talks"),
        "outlet": "Daily Herald", "link": "https://herald.example/1", "title": "Palace bid",
        "published": NOW - timedelta(minutes=5), "seen": NOW - timedelta(minutes=1), "also": (),
    }  # fmt: skip
    return Alert(**{**fields, **changes})


@dataclass
class FakeChecks:
    """Addresses that answer, each with what it carries or the error it ends in."""

    pages: dict[str, Parsed | Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    moved: dict[str, str] = field(default_factory=dict)

    async def check(self, url: str) -> tuple[str, Parsed]:
        self.asked.append(url)
        answer = self.pages.get(url, FeedUnavailable(url, "no such host"))
        if isinstance(answer, Exception):
            raise answer
        return self.moved.get(url, url), answer


@dataclass
class House:
    store: Store
    desk: Desk
    checks: FakeChecks
    reports: int = 0

    async def ask(self, text: str | Call, **changes: Any) -> Answer:
        """What is answered to a manager of the room, unless told otherwise."""
        asked: dict[str, Any] = {"channel": ROOM, "person": "quill", "may_manage": True, "now": NOW}
        said = {"call": text} if isinstance(text, Call) else {"text": text}
        return await self.desk.answer(Request(**{**asked, **said, **changes}))

    async def player(self, name: str, *clubs: str) -> Player:
        return await self.store.add_player(name, clubs=clubs)

    async def report(
        self, player: Player, club: str, stage: Stage, status: Status = Status.LIVE, *, hours_ago: float = 1,
        outlet: str = "Daily Herald", **claimed: Any,
    ) -> Alert | None:  # fmt: skip
        """One article that says so, taken in as a poll does; the alert that it gave, if any."""
        self.reports += 1
        at = NOW - timedelta(hours=hours_ago)
        quote = f"Report {self.reports}: {club} and {player.name}."
        claim = Claim(
            player.name, club, stage, status, quote=quote, why=(f"“{stage.word}” was read",), **claimed
        )
        entry = Entry(f"key-{self.reports}", f"Title {self.reports}", quote, f"https://a.example/{self.reports}",
                      published=at, outlet=outlet)  # fmt: skip
        feed = await self.store.add_feed("https://a.example/rss", title="A", builtin=True)
        ids = await self.store.save_entries(feed.id, [entry], NOW)
        await self.store.save_claims([(ids[entry.key], player.id, at, claim)])
        link = (await self.store.links([(player.id, club)])).get((player.id, club))
        kind = decide(link, claim, at)
        await self.store.save_links([advance(link, claim, at, player_id=player.id)])
        if kind is None:
            return None
        before = None if kind is Kind.NEW or link is None else link.alerted
        gated = replace(claim, why=(*claim.why, f"{kind.value}: the gate's reason"))
        return await self.store.add_alert(NewAlert(ids[entry.key], player.id, gated, kind, before, at, NOW))


@asynccontextmanager
async def open_house() -> AsyncIterator[House]:
    async with open_store(":memory:", clock=lambda: NOW - timedelta(days=30)) as store:
        checks = FakeChecks()
        yield House(store, Desk(store, Names.load(), checks), checks)


def words_of(answer: Answer) -> str:
    """All that an answer shows, as one text to search in."""
    lines = [answer.text, *(f"{choice.label} ({choice.detail})" for choice in answer.choices)]
    return "\n".join((*lines, *map(words_on, answer.cards)))


def words_on(card: Card) -> str:
    lines = [card.label, card.title, card.note]
    for part in card.parts:
        if isinstance(part, Section):
            lines += [part.title, *map(str, part.parts)]
        else:
            lines.append(str(part))
    return "\n".join(lines)
