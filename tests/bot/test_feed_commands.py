"""feeds: which are polled, how they fare, OPML both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import doctor
from bot.cards.card import Item
from bot.polling.searches import searches
from bot.request import Request
from bot.settings import Settings
from feeds.entry import Entry
from feeds.errors import FeedGone, FeedRefused, FeedUnavailable, NotAFeed
from feeds.feed import FeedState
from feeds.opml import read_opml
from feeds.parse import Parsed
from tests.bot.house import NOW, ROOM, House, words_of

URL = "https://herald.example/rss"
PARSED = Parsed(
    "Daily Herald",
    "en",
    (
        Entry("k1", "A story", link="https://herald.example/1", published=NOW - timedelta(minutes=5)),
        Entry("k2", "An older one", published=NOW - timedelta(days=2)),
    ),
)


async def test_an_address_is_looked_at_before_it_is_added(house: House) -> None:
    house.checks.pages[URL] = PARSED
    answer = await house.ask(f"feeds add {URL}")
    assert "Daily Herald is polled from now on" in answer.text
    (feed,) = await house.store.feeds()
    assert (feed.url, feed.title, feed.lang, feed.added_by) == (
        URL,
        "Daily Herald",
        "en",
        "fake:club house/quill",
    )
    assert "polled already" in (await house.ask(f"feeds add {URL}")).text
    assert house.checks.asked == [URL]


async def test_https_is_taken_for_granted(house: House) -> None:
    house.checks.pages[URL] = PARSED
    assert (await house.ask("feeds add <herald.example/rss>")).ok


@pytest.mark.parametrize(
    "error",
    [
        FeedUnavailable(URL, "no answer within 30 s"),
        NotAFeed(URL, "an HTML page"),
        FeedGone(URL),
        FeedRefused(URL, "an address inside a private network"),
    ],
)
async def test_what_is_no_feed_is_not_added_and_the_reason_is_one_line(
    house: House, error: Exception
) -> None:
    house.checks.pages[URL] = error
    for command in ("add", "test"):
        answer = await house.ask(f"feeds {command} {URL}")
        assert not answer.ok
        assert str(error) in answer.text
        assert "\n" not in answer.text
    assert await house.store.feeds() == []


async def test_the_only_feed_that_a_page_names_is_added(house: House) -> None:
    house.checks.pages["https://herald.example"] = NotAFeed("https://herald.example", "a page", (URL,))
    house.checks.pages[URL] = PARSED
    assert (await house.ask("feeds add herald.example")).ok
    assert [feed.url for feed in await house.store.feeds()] == [URL]


async def test_a_page_that_names_several_feeds_asks_which(house: House) -> None:
    page = "https://herald.example"
    house.checks.pages[page] = NotAFeed(page, "a page", (URL, "https://herald.example/atom"))
    house.checks.pages[URL] = PARSED
    answer = await house.ask(f"feeds add {page}")
    assert [choice.label for choice in answer.choices] == [URL, "https://herald.example/atom"]
    assert (await house.ask(answer.choices[0].call)).ok


@pytest.mark.parametrize("typed", ["feeds add", "feeds add football news", "feeds add herald", "feeds test"])
async def test_what_is_no_address_is_told_so(house: House, typed: str) -> None:
    answer = await house.ask(typed)
    assert (answer.ok, house.checks.asked) == (False, [])
    assert "address" in answer.text


async def test_testing_shows_what_a_feed_carries_and_adds_nothing(house: House) -> None:
    house.checks.pages[URL] = PARSED
    shown = words_of(await house.ask(f"feeds test {URL}"))
    assert "A story" in shown
    assert "2 entries, the newest 5 min ago. Nothing was added." in shown
    assert await house.store.feeds() == []
    feed = await house.store.add_feed(URL)
    assert "A story" in words_of(await house.ask(f"feeds test #{feed.id}"))


async def test_the_list_tells_the_health_of_each_feed_trouble_first(house: House) -> None:
    well, ill, gone, fresh = [await house.store.add_feed(f"https://{n}.example/rss", title=n) for n in "abcd"]
    soon = NOW + timedelta(minutes=4)
    await house.store.save_feed(replace(well, last_ok=NOW - timedelta(minutes=2), next_poll=soon))
    await house.store.save_feed(
        replace(ill, error="no such host", error_since=NOW - timedelta(hours=3), failures=4, next_poll=soon,
                last_ok=NOW - timedelta(hours=4))
    )  # fmt: skip
    await house.store.save_feed(replace(gone, state=FeedState.GONE))
    await house.store.save_feed(replace(fresh, next_poll=soon))
    (card,) = (await house.ask("feeds")).cards
    told = {part.title: part.detail.split("\n")[0] for part in card.parts if isinstance(part, Item)}
    assert card.title == "4 feeds, 2 with trouble"
    assert told == {
        f"#{ill.id} b": "failing for 3 h: no such host, last well 4 h ago, next in 4 min",
        f"#{gone.id} c": "gone for good (410): no longer asked, remove it",
        f"#{well.id} a": "well 2 min ago, next in 4 min",
        f"#{fresh.id} d": "not polled yet, next in 4 min",
    }
    assert list(told)[:2] == [f"#{ill.id} b", f"#{gone.id} c"]


async def test_a_feed_is_removed_by_number_title_or_address(house: House) -> None:
    for typed in ("#{id}", "Daily Herald", "herald.example", URL, "daily  hérald"):
        feed = await house.store.add_feed(URL, title="Daily Herald")
        answer = await house.ask(f"feeds remove {typed.format(id=feed.id)}")
        assert (answer.ok, await house.store.feeds()) == (True, []), typed
    assert "No feed here is called" in (await house.ask("feeds remove Daily Herald")).text


async def test_a_feed_that_ships_with_the_bot_is_stopped_and_can_be_had_again(house: House) -> None:
    feed = await house.store.add_feed(URL, title="Daily Herald", builtin=True)
    house.checks.pages[URL] = PARSED
    assert "To have it again" in (await house.ask(f"feeds remove #{feed.id}")).text
    assert await house.store.due_feeds(NOW, 9) == []
    assert "not polled any more (by hand)" in words_of(await house.ask("feeds"))
    assert (await house.ask(f"feeds add {URL}")).ok
    assert [due.id for due in await house.store.due_feeds(NOW, 9)] == [feed.id]


@pytest.mark.parametrize("state", [FeedState.PAUSED, FeedState.GONE])
async def test_a_feed_that_is_had_again_begins_anew(house: House, state: FeedState) -> None:
    """What it brought in the meantime is taken as known, as the answer says."""
    feed = await house.store.add_feed(URL, title="Daily Herald", builtin=True)
    polled = replace(feed, state=state, primed=True, etag="v", last_modified="then", body_hash="ab")
    await house.store.save_feed(polled)
    house.checks.pages[URL] = PARSED
    assert "is taken as known" in (await house.ask(f"feeds add {URL}")).text
    assert await house.store.feeds() == [replace(feed, next_poll=NOW)]


async def test_half_a_page_is_told_of_where_a_feed_is_looked_at(house: House) -> None:
    house.checks.pages[URL] = replace(PARSED, partial=True)
    assert "2 entries, then the page broke off" in words_of(await house.ask(f"feeds test {URL}"))
    assert "2 entries, then the page broke off" in (await house.ask(f"feeds add {URL}")).text


async def test_several_feeds_that_fit_are_named_with_their_numbers(house: House) -> None:
    one, two = [await house.store.add_feed(f"{URL}/{n}", title=f"Herald {n}") for n in (1, 2)]
    answer = await house.ask("feeds remove herald")
    assert f"#{one.id} Herald 1, #{two.id} Herald 2" in answer.text
    assert len(await house.store.feeds()) == 2


async def test_opml_goes_out_and_comes_in_again(house: House) -> None:
    for number in range(3):
        await house.store.add_feed(f"{URL}/{number}", title=f"Herald {number}")
    exported = (await house.ask("feeds export")).attachment
    assert exported is not None
    assert len(read_opml(exported.content)) == 3
    for feed in await house.store.feeds():
        await house.store.remove_feed(feed.id)
    await house.store.add_feed(f"{URL}/1")
    answer = await house.ask("feeds import", file=exported.content)
    assert "New feeds: 2, known before: 1." in answer.text
    assert len(await house.store.feeds()) == 3


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"<opml><body></opml>", b"\x00" * 100])
async def test_a_bad_opml_file_adds_nothing_and_says_why(house: House, content: bytes) -> None:
    answer = await house.ask("feeds import", file=content)
    assert (answer.ok, await house.store.feeds()) == (False, [])
    assert answer.text.startswith("Nothing was imported.")


async def test_a_file_is_read_by_path_only_where_the_platform_allows_it(house: House, tmp_path: Path) -> None:
    path = tmp_path / "my feeds.opml"
    path.write_text(f'<opml version="2.0"><body><outline type="rss" xmlUrl="{URL}"/></body></opml>')
    assert "attached" in (await house.ask(f"feeds import {path}")).text
    opened = await house.ask(f"feeds import {path}", open_file=lambda name: Path(name).read_bytes())
    assert opened.ok
    missing = await house.ask("feeds import gone.opml", open_file=lambda name: Path(name).read_bytes())
    assert (missing.ok, "cannot be read" in missing.text) == (False, True)
    assert "needs a file" in (await house.ask("feeds import", open_file=lambda name: b"")).text
    assert "KiB" in (await house.ask("feeds import", file=b"x" * (6 * 2**20))).text


async def test_feeds_are_for_managers(house: House) -> None:
    for typed in ("feeds", f"feeds add {URL}", "feeds remove #1", "feeds export"):
        answer = await house.ask(typed, may_manage=False)
        assert (answer.ok, "manage" in answer.text) == (False, True)


async def test_a_password_in_an_address_is_not_shown(house: House) -> None:
    feed = await house.store.add_feed("https://user:secret@a.example/rss?token=abc")
    shown = words_of(await house.ask("feeds list"))
    assert "secret" not in shown
    assert "abc" not in shown
    remove = house.desk.command("feeds remove")
    assert remove is not None
    request = Request(ROOM, "quill", may_manage=True, now=NOW)
    (offered,) = await house.desk.suggest(request, remove, remove.options[0], "")
    paused = [replace(feed, state=FeedState.PAUSED)]
    findings = [each.line async for each in doctor._feeds(Settings(), paused)]
    for line in (offered.text, offered.detail, *findings):
        assert "a.example" in line
        assert "secret" not in line
        assert "abc" not in line
    assert (await house.ask(f"feeds remove {offered.text}")).ok


@pytest.mark.parametrize("typed", ["feed://herald.example/rss", "feed:https://herald.example/rss"])
async def test_an_address_as_readers_write_it_is_taken(house: House, typed: str) -> None:
    house.checks.pages[URL] = PARSED
    assert (await house.ask(f"feeds add {typed}")).ok
    assert [feed.url for feed in await house.store.feeds()] == [URL]


async def test_a_search_that_a_chat_has_encoded_is_one_all_the_same(house: House) -> None:
    house.checks.pages["https://herald.example/?q=Ada%20Vale"] = PARSED
    assert (await house.ask("feeds add https://herald.example/?q=%7Bplayer%7D")).ok
    assert await searches(house.store) == ["https://herald.example/?q={player}"]
    assert (await house.ask("feeds remove https://herald.example/?q=%7Bplayer%7D")).ok
    assert await searches(house.store) == []


async def test_a_password_leaves_in_no_file_that_a_chat_would_keep(house: House) -> None:
    await house.store.add_feed("https://user:secret@a.example/rss")
    await house.store.add_feed("https://b.example/rss?api_key=secret")
    await house.store.add_feed("https://c.example/rss?keyword=transfer&author=ann")
    answer = await house.ask("feeds export")
    assert answer.attachment is not None
    assert b"secret" not in answer.attachment.content
    assert (answer.text.startswith("1 feed."), "key in the address: 2" in answer.text) == (True, True)
    at_home = await house.ask("feeds export", open_file=lambda name: b"")
    assert at_home.attachment is not None
    assert len(read_opml(at_home.attachment.content)) == 3


async def test_a_feed_of_a_search_is_not_said_to_be_removed(house: House) -> None:
    house.checks.pages["https://herald.example/?q=Ada%20Vale"] = PARSED
    await house.ask("watch Ada Vale")
    await house.ask("feeds add https://herald.example/?q={player}")
    answer = await house.ask("feeds remove Search: Ada Vale")
    assert (answer.ok, "feeds remove https://herald.example/?q={player}" in answer.text) == (False, True)
    assert len(await house.store.feeds()) == 1
    assert (await house.ask("feeds remove https://herald.example/?q={player}")).ok
    assert await house.store.feeds() == []
