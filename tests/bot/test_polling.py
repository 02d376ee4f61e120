"""The straight way from a page to a channel: what is told, what is silent, what survives a fault."""

from __future__ import annotations

import pytest

from feeds.feed import FeedState
from feeds.fulltext import FullText, text_of_article
from feeds.page import Page
from storage.store import Store
from tests.bot.world import World

BID = "Leeds United have submitted an £18m bid for Everton midfielder Owen Tregarth."
TALKS = "Leeds United are in talks with Everton over Owen Tregarth."
REJECTED = "Everton have rejected an £18m bid from Leeds United for midfielder Owen Tregarth."


async def test_the_first_poll_of_a_feed_fills_the_memory_and_alerts_nobody(world: World) -> None:
    player = await world.watch("Owen Tregarth")
    feed = await world.feed("herald", world.item("Leeds bid for Tregarth", BID))
    assert await world.deliver() == []
    assert [link.club for link in await world.store.links_of(player.id)] == ["Leeds United"]
    again = await world.store.feed(feed.id)
    assert again is not None
    assert again.primed


async def test_a_new_article_is_told_once_to_the_channel_that_watches(world: World) -> None:
    await world.watch("Owen Tregarth")
    await world.feed("herald")
    world.show("herald", world.item("Leeds bid for Tregarth", BID))
    await world.poll("herald")
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid"]
    await world.poll("herald")
    assert len(await world.deliver()) == 1


async def test_a_player_whom_nobody_watches_is_kept_and_not_told(world: World) -> None:
    await world.feed("herald")
    world.show("herald", world.item("Leeds bid for Tregarth", BID))
    await world.poll("herald")
    assert await world.deliver() == []
    assert [p.name for p in await world.store.players()] == ["Owen Tregarth"]


async def test_the_same_claim_elsewhere_joins_the_first_card(world: World) -> None:
    await world.watch("Owen Tregarth")
    await world.feed("herald")
    await world.feed("gazette")
    world.show("herald", world.item("Leeds bid for Tregarth", BID, number=1))
    world.show("gazette", world.item("Tregarth: Leeds make offer", BID, number=2))
    await world.poll("herald")
    await world.deliver()
    world.clock.turn(minutes=3)
    await world.poll("gazette")
    assert len(await world.deliver()) == 1
    (message,) = world.platform.messages.values()
    assert "Also reported by gazette" in str(message.card.parts)


async def test_an_article_that_changed_is_read_again_and_raises_but_never_repeats(world: World) -> None:
    await world.watch("Owen Tregarth")
    await world.feed("herald")
    world.show("herald", world.item("Tregarth news", TALKS, number=7))
    await world.poll("herald")
    world.pages["herald"] = []
    world.show("herald", world.item("Tregarth news, updated", TALKS, number=7))
    await world.poll("herald")
    assert len(await world.deliver()) == 1
    world.pages["herald"] = []
    world.clock.turn(hours=1)
    world.show("herald", world.item("Tregarth news, updated again", f"{TALKS} {BID}", number=7))
    await world.poll("herald")
    assert (await world.deliver())[1:] == ["Escalated: Owen Tregarth → Leeds United, talks → bid"]


async def test_many_articles_at_once_are_told_as_the_net_change(world: World) -> None:
    await world.watch("Owen Tregarth")
    await world.feed("herald")
    world.show(
        "herald",
        world.item("Everton say no", REJECTED, hours_ago=1),
        world.item("Leeds bid", BID, hours_ago=2),
        world.item("Leeds talks", TALKS, hours_ago=3),
    )
    await world.poll("herald")
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid, stalled"]


async def test_an_article_older_than_a_fortnight_is_history(world: World) -> None:
    player = await world.watch("Owen Tregarth")
    await world.feed("herald")
    world.show("herald", world.item("Leeds bid for Tregarth", BID, hours_ago=24 * 15))
    await world.poll("herald")
    assert await world.deliver() == []
    assert await world.store.links_of(player.id) == []
    assert len(await world.store.claims_of(player.id)) == 1


async def test_a_match_report_is_silent(world: World) -> None:
    await world.watch("Owen Tregarth")
    await world.feed("herald")
    world.show(
        "herald", world.item("Everton 2-1 Leeds United: Tregarth strikes late", "Owen Tregarth scored.")
    )
    await world.poll("herald")
    assert await world.deliver() == []


async def test_a_feed_that_fails_is_noted_and_backs_off_and_recovers(world: World) -> None:
    await world.feed("herald")
    world.web.put("/herald.xml", status=500)
    failing = await world.poll("herald")
    assert failing.failures == 1
    assert failing.error is not None
    assert "500" in failing.error
    assert failing.next_poll is not None
    assert failing.next_poll > world.clock()
    world.show("herald")
    assert (await world.poll("herald")).error is None


@pytest.mark.parametrize(
    ("status", "body", "state", "words"),
    [
        (410, "", FeedState.GONE, "gone"),
        (200, "<html><body>Welcome</body></html>", FeedState.ACTIVE, "web page"),
        (200, "", FeedState.ACTIVE, "empty"),
        (404, "", FeedState.ACTIVE, "404"),
    ],
)
async def test_an_address_that_is_no_feed_any_more_says_so_in_words(
    world: World, status: int, body: str, state: FeedState, words: str
) -> None:
    await world.feed("herald")
    world.web.put("/herald.xml", body, status=status, type="text/html")
    feed = await world.poll("herald")
    assert feed.state is state
    assert feed.error is not None
    assert words in feed.error.lower()


async def test_validators_are_sent_and_an_unchanged_page_is_not_read_again(world: World) -> None:
    await world.feed("herald")
    world.show("herald", world.item("Leeds bid for Tregarth", BID), etag='"v2"')
    await world.poll("herald")
    feed = await world.poll("herald")
    assert world.web.asked("/herald.xml")[-1].headers["If-None-Match"] == '"v2"'
    assert feed.last_ok == world.clock()


async def test_a_crash_while_a_page_is_taken_in_keeps_nothing_and_the_page_is_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    player = await world.watch("Owen Tregarth")
    await world.feed("herald")
    before = await world.store.feed_by_url(world.web.url("/herald.xml"))
    world.show("herald", world.item("Leeds bid for Tregarth", BID), etag='"v2"')

    async def power_cut(self: Store, feed: object, *, asked: str) -> None:
        raise SystemError("power cut")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "save_poll", power_cut)
        with pytest.raises(SystemError):
            await world.poll("herald")
    assert await world.store.links_of(player.id) == []
    assert await world.store.feed_by_url(world.web.url("/herald.xml")) == before
    await world.poll("herald")
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid"]


async def test_one_feeds_fault_leaves_the_others_alone(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.watch("Owen Tregarth")
    await world.feed("broken")
    await world.feed("herald")
    world.show("broken", world.item("Anything", "At all."))
    world.show("herald", world.item("Leeds bid for Tregarth", BID))
    parse = world.poller._parse

    async def fault(page: object) -> object:
        if "broken" in page.url:  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return await parse(page)  # type: ignore[arg-type]

    monkeypatch.setattr(world.poller, "_parse", fault)
    world.clock.turn(hours=1)
    assert await world.poller.poll_due() == 2
    assert len(await world.deliver()) == 1
    broken = await world.store.feed_by_url(world.web.url("/broken.xml"))
    assert broken is not None
    assert "a fault of the bot (ZeroDivisionError)" in (broken.error or "")


async def test_only_feeds_that_are_due_are_polled(world: World) -> None:
    await world.feed("herald")
    visits = len(world.web.visits)
    assert await world.poller.poll_due() == 0
    world.clock.turn(minutes=6)
    assert await world.poller.poll_due() == 1
    assert len(world.web.visits) == visits + 1


async def test_a_feed_that_moved_for_good_is_asked_at_its_new_address(world: World) -> None:
    feed = await world.feed("herald")
    world.pages["moved"] = []
    world.show("moved")
    world.web.move("/herald.xml", world.web.url("/moved.xml"))
    await world.poller.poll(feed)
    after = await world.store.feed(feed.id)
    assert after is not None
    assert after.url == world.web.url("/moved.xml")


@pytest.mark.parametrize("known", [True, False])
async def test_a_feed_that_moved_to_one_that_is_polled_is_asked_no_more(world: World, known: bool) -> None:
    await world.watch("Owen Tregarth")
    feed = await world.feed("herald", world.item("An older story"))
    other = await world.feed("gazette", world.item("An older story"))
    if not known:
        world.show("gazette", world.item("Leeds bid for Tregarth", BID))
    world.web.move("/herald.xml", world.web.url("/gazette.xml"), 308)
    world.clock.turn(minutes=10)
    after = await world.poll("herald")
    assert after == await world.store.feed(feed.id)
    assert (after.url, after.state, after.next_poll) == (feed.url, FeedState.GONE, None)
    assert after.error is not None
    assert "gazette.xml, which is polled already" in after.error
    await world.poll("gazette")
    assert len(await world.deliver()) == (not known)
    visits = len(world.web.asked("/herald.xml"))
    for _ in range(3):
        world.clock.turn(days=2)
        await world.poller.poll_due()
    assert len(world.web.asked("/herald.xml")) == visits
    assert (await world.store.feed(other.id)).state is FeedState.ACTIVE  # type: ignore[union-attr]


async def test_of_a_page_that_changed_only_the_new_entry_is_parsed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.watch("Owen Tregarth")
    await world.feed("herald", world.item("One"), world.item("Two"))
    monkeypatch.setattr("bot.polling.poll.parse", None)
    world.show("herald", world.item("Leeds bid for Tregarth", BID))
    await world.poll("herald")
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid"]


async def test_what_another_process_took_in_since_is_held_against_all_of_the_page(world: World) -> None:
    """It may have seen other words, which are kept now, of an article that is again as it was."""
    other = world.another_poller()
    feed = await world.store.add_feed(world.web.url("/herald.xml"), title="herald", lang="en")
    for number, (poller, words) in enumerate(
        ((world.poller, TALKS), (other, REJECTED), (world.poller, TALKS)), 1
    ):
        world.pages["herald"] = [world.item("A", words, number=0)]
        world.show("herald", world.item("B", number=number))
        present = await world.store.feed(feed.id)
        assert present is not None
        await poller.poll(present)
    (known,) = (await world.store.known(["https://herald.example/news/article-0"])).values()
    stored = await world.store.entry(known.id)
    assert stored is not None
    assert stored.entry.text == TALKS


async def test_the_article_behind_a_teaser_is_read_and_asked_for_once(world: World) -> None:
    async def extract(page: Page) -> str:
        return text_of_article(page)

    world.poller.full_text = FullText(world.poller.session, "DeadlineDay", extract, spacing=0)
    await world.watch("Owen Tregarth")
    known = world.item("A story of the first poll").replace("https://herald.example", world.web.url(""))
    world.show("herald", known)
    feed = await world.store.add_feed(world.web.url("/herald.xml"), title="herald", lang="en")
    await world.poller.poll(feed)

    article = (
        f"<html><body><article><h1>News</h1><p>{BID}</p><p>{'He is 24. ' * 30}</p></article></body></html>"
    )
    world.web.put("/news/Morefromthedesk", article, type="text/html; charset=utf-8")
    news = world.item("More from the desk", "Read more.").replace("https://herald.example", world.web.url(""))
    for _ in range(4):
        world.show("herald", news)
        world.clock.turn(hours=1)
        await world.poll("herald")
    assert await world.deliver() == ["New link: Owen Tregarth → Leeds United, bid"]
    assert len(world.web.asked("/news/Morefromthedesk")) == 1
    assert world.web.asked("/news/Astoryofthefirstpoll") == []
