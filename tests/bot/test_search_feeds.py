"""A search is polled for the players that are watched, and for no others."""

from __future__ import annotations

from bot.polling.searches import BY, add_search, filled, follow_watches, remove_search, searches
from tests.bot.world import World

SEARCH = "https://paper.example/search.rss?q=%22{player}%22"


async def addresses(world: World) -> list[str]:
    return [feed.url for feed in await world.store.feeds() if feed.added_by == BY]


async def test_a_search_is_a_feed_for_every_watched_player(world: World) -> None:
    await world.watch("Owen Tregarth")
    await world.store.add_player("Nobody Watched")
    await add_search(world.store, SEARCH)
    assert await addresses(world) == ["https://paper.example/search.rss?q=%22Owen%20Tregarth%22"]
    player = await world.watch("Søren Åström & Co")
    await follow_watches(world.store)
    assert filled(SEARCH, player.name) in await addresses(world)
    assert "&" not in (await addresses(world))[1]


async def test_who_is_watched_no_more_is_searched_for_no_more(world: World) -> None:
    player = await world.watch("Owen Tregarth")
    await add_search(world.store, SEARCH)
    for watch in await world.store.all_watches():
        assert watch.player_id == player.id
        await world.store.remove_watch(watch.id)
    assert await follow_watches(world.store) == 0
    assert await addresses(world) == []
    assert await searches(world.store) == [SEARCH]


async def test_a_search_that_is_removed_takes_its_feeds_along(world: World) -> None:
    await world.watch("Owen Tregarth")
    await world.store.add_feed("https://paper.example/rss")
    await add_search(world.store, SEARCH)
    await add_search(world.store, SEARCH)
    assert await searches(world.store) == [SEARCH]
    assert await remove_search(world.store, SEARCH)
    assert not await remove_search(world.store, SEARCH)
    assert [feed.url for feed in await world.store.feeds()] == ["https://paper.example/rss"]


async def test_what_a_search_finds_is_told_like_any_news(world: World) -> None:
    await world.watch("Owen Tregarth")
    world.show("search")
    await add_search(world.store, world.web.url("/search.xml?q={player}"))
    assert await world.poller.poll_due() == 1
    text = "Leeds United have submitted an £18m bid for Everton midfielder Owen Tregarth."
    world.show("search", world.item("Leeds bid for Tregarth", text))
    world.clock.turn(hours=1)
    await world.poller.poll_due()
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid"]


async def test_a_search_that_the_site_has_moved_stays_the_feed_that_it_is(world: World) -> None:
    await world.watch("Owen Tregarth")
    await add_search(world.store, world.web.url("/search.xml?q={player}"))
    world.show("moved")
    world.web.move("/search.xml", world.web.url("/moved.xml"))
    assert await world.poller.poll_due() == 1
    await follow_watches(world.store)  # as whenever anybody says something
    text = "Leeds United have submitted an £18m bid for Everton midfielder Owen Tregarth."
    world.show("moved", world.item("Leeds bid for Tregarth", text))
    world.clock.turn(hours=1)
    assert await world.poller.poll_due() == 1
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid"]
