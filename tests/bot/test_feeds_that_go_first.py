"""Behind with polling, feeds of watched players' clubs go first."""

from __future__ import annotations

import pytest

from bot.polling import poll
from bot.polling.order import Order
from bot.polling.searches import BY
from feeds.feed import Feed
from links.claim import Claim, Stage, Status
from links.names import Names
from links.player import Player
from tests.bot.world import NAMES, NOON, World

VALE = Player(1, "Ada Vale", clubs=("Leeds United",))
WATCHED = NAMES.with_players([VALE])


def feeds(*titles: str) -> list[Feed]:
    return [Feed(n, f"https://{n}.example/rss", title) for n, title in enumerate(titles, start=1)]


def claim(club: str, from_club: str | None = None) -> Claim:
    return Claim("Ada Vale", club, Stage.BID, Status.LIVE, from_club=from_club, quote="q")


def test_a_feed_whose_title_names_the_club_goes_first() -> None:
    order = Order(lambda: WATCHED)
    herald, leeds, chelsea = feeds("The Herald", "Leeds United | Football", "Chelsea news")
    assert order.first([herald, chelsea, leeds]) == [leeds, herald, chelsea]


def test_a_feed_whose_articles_name_the_club_goes_first() -> None:
    order = Order(lambda: WATCHED)
    herald, gazette = feeds("The Herald", "The Gazette")
    order.heard(gazette.id, [claim("Everton", "Leeds United")])
    assert order.first([herald, gazette]) == [gazette, herald]
    order.heard(gazette.id, [claim(club) for club in ("Everton", "Chelsea", "Arsenal", "Lyon", "Lille")])
    assert order.first([herald, gazette]) == [herald, gazette]  # it is about others by now


def test_a_search_for_who_is_watched_goes_first_and_then_who_told_news_last() -> None:
    order = Order(lambda: WATCHED)
    quiet, fresh, stale = feeds("Quiet", "Fresh", "Stale")
    search = Feed(9, "https://search.example/?q=Ada", "Search: Ada Vale", added_by=BY)
    order.told(fresh.id, NOON)
    order.told(stale.id, NOON.replace(hour=1))
    assert order.first([quiet, stale, fresh, search]) == [search, fresh, stale, quiet]


def test_who_is_watched_now_counts_and_nothing_waits_for_names() -> None:
    present: list[Names | None] = [None]
    order = Order(lambda: present[0])
    herald, leeds = feeds("The Herald", "Leeds United")
    assert order.first([herald, leeds]) == [herald, leeds]
    for names, first in ((NAMES, herald), (WATCHED, leeds), (NAMES.with_players([]), herald)):
        present[0] = names
        assert order.first([herald, leeds])[0] is first


async def test_behind_with_polling_the_clubs_feed_is_asked_before_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "BATCH", 5)
    world.poller.names = lambda: WATCHED
    world.poller.at_once = 1
    for n in range(8):
        world.show(f"paper{n}")
        title = "Leeds United" if n == 3 else f"Paper {n}"
        await world.store.add_feed(world.web.url(f"/paper{n}.xml"), title=title)
    await world.poller.poll_due()
    assert world.web.visits[0].path == "/paper3.xml"
    assert len(world.web.visits) == 8
