from dataclasses import replace

import pytest

from feeds.feed import FeedState
from storage.errors import Conflict
from storage.store import Store
from tests.storage.builders import HERE, NOON, a_claim, a_link, after, an_alert, an_entry


async def test_a_feed_is_added_once_however_often_it_is_asked_for(store: Store) -> None:
    first = await store.add_feed("https://post.example/rss", title="Post", builtin=True)
    again = await store.add_feed("https://post.example/rss", title="Other", added_by="discord:1/2")
    assert again == first
    assert await store.feeds() == [first]
    assert first.title == "Post"
    assert not first.primed
    assert first.next_poll is None


async def test_every_field_of_a_feed_comes_back_as_it_was_saved(store: Store) -> None:
    feed = await store.add_feed("https://post.example/rss")
    polled = replace(
        feed, url="https://post.example/new", title="Die Poßt", lang="de", builtin=True, added_by="slack:T/C",
        state=FeedState.PAUSED, etag='W/"1"', last_modified="Sat, 01 Aug 2026 12:00:00 GMT", body_hash="ab",
        primed=True, failures=3, error="no answer", error_since=NOON, last_poll=after(microseconds=1),
        last_ok=after(days=-1), next_poll=after(hours=1), folder="Papers/North",
    )  # fmt: skip
    await store.save_feed(polled)
    assert await store.feed(feed.id) == polled
    assert await store.feed_by_url("https://post.example/new") == polled
    assert await store.feed_by_url("https://post.example/rss") is None


async def test_due_feeds_are_the_active_ones_whose_time_has_come_longest_waiting_first(store: Store) -> None:
    late, new, future, gone = [await store.add_feed(f"https://f.example/{n}") for n in range(4)]
    await store.save_feeds(
        [
            replace(late, next_poll=after(minutes=-5)),
            replace(future, next_poll=after(minutes=5)),
            replace(gone, next_poll=after(minutes=-9), state=FeedState.GONE),
        ]
    )
    assert [feed.id for feed in await store.due_feeds(NOON, 10)] == [new.id, late.id]
    assert [feed.id for feed in await store.due_feeds(NOON, 1)] == [new.id]
    await store.remove_feed(new.id)
    assert await store.next_poll() == after(minutes=-5)


async def test_an_address_that_is_another_feeds_is_refused_and_nothing_of_the_round_is_kept(
    store: Store,
) -> None:
    one, two = await store.add_feed("https://f.example/1"), await store.add_feed("https://f.example/2")
    with pytest.raises(Conflict):
        await store.save_feeds([replace(one, failures=1), replace(two, url=one.url)])
    assert await store.feeds() == [one, two]


async def test_what_people_did_during_a_poll_stays_done(store: Store) -> None:
    one, two, three = [await store.add_feed(f"https://f.example/{n}") for n in range(3)]
    await store.save_feed(replace(one, state=FeedState.PAUSED, title="Ours", lang="fr", added_by="me"))
    await store.save_feed(replace(two, url="https://f.example/new"))
    polled = {"title": "Theirs", "lang": "en", "etag": "v", "primed": True, "next_poll": after(hours=1)}
    await store.save_polls(replace(feed, **polled) for feed in (one, two, three))  # type: ignore[arg-type]
    kept = await store.feeds()
    assert [(feed.title, feed.lang, feed.state.value) for feed in kept] == [
        ("Ours", "fr", "paused"),
        ("", None, "active"),
        ("Theirs", "en", "active"),
    ]
    assert [(feed.url[-3:], feed.etag, feed.primed) for feed in kept] == [
        ("e/0", "v", True),
        ("new", None, False),
        ("e/2", "v", True),
    ]
    assert kept[0].added_by == "me"


async def test_a_poll_ends_a_feed_or_finds_it_again_or_at_another_address(store: Store) -> None:
    feed = await store.add_feed("https://f.example/1")
    gone = replace(feed, state=FeedState.GONE)
    await store.save_polls([gone])
    assert await store.feeds() == [gone]
    moved = replace(feed, url="https://f.example/2")
    await store.save_poll(moved, asked=feed.url)
    assert await store.feeds() == [moved]


async def test_a_removed_feed_leaves_what_it_said(store: Store) -> None:
    feed = await store.add_feed("https://f.example/1")
    ids = await store.save_entries(feed.id, [an_entry("k")], NOON)
    assert await store.remove_feed(feed.id)
    assert not await store.remove_feed(feed.id)
    stored = await store.entry(ids["k"])
    assert stored is not None
    assert stored.feed_id is None
    await store.save_feed(feed)
    assert await store.feeds() == []


async def test_a_forgotten_feed_takes_with_it_what_it_said_and_whom_only_it_knew(store: Store) -> None:
    feed = await store.add_feed("https://f.example/1")
    ids = await store.save_entries(feed.id, [an_entry("k")], NOON)
    only_here, watched = await store.add_player("Ada Vale"), await store.add_player("Ben Oak")
    imported = await store.add_player("Cy Elm")
    for player in (only_here, watched):
        await store.save_claims([(ids["k"], player.id, NOON, a_claim(str(player.id)))])
        await store.save_links([a_link(player.id)])
    await store.add_watch(HERE, watched.id)
    elsewhere = await an_alert(store, watched.id)

    assert await store.forget_feed(feed.id)
    assert await store.forget_idle_players() == 1

    assert await store.known(["k"]) == {}
    assert [player.id for player in await store.players()] == [watched.id, imported.id]
    assert await store.alert(elsewhere.id) == elsewhere
