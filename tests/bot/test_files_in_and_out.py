"""Export and import: what goes out comes in again, and a bad file changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest
import pytest_asyncio

from bot.exchange import BadFile, bring_in, export
from bot.polling.searches import follow_watches
from bot.settings import Settings
from feeds.feed import FeedState
from feeds.opml import read_opml
from links.claim import Stage
from storage.store import Store, open_store
from storage.watch import Channel, ChannelSettings

ROOM = Channel("discord", "123", "456")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(database=tmp_path / "deadlineday.db")


@pytest_asyncio.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    async with open_store(settings.database) as opened:
        yield opened


async def test_watches_and_settings_come_back_in_another_database(settings: Settings, tmp_path: Path) -> None:
    async with open_store(settings.database) as store:
        player = await store.add_player("Ada Vale", aliases=["Adinha"])
        watch = await store.add_watch(
            ROOM, player.id, "Everton", from_stage=Stage.BID, by="quill", mention="7"
        )
        await store.pause_watch(watch.id, "no permission")
        await store.add_watch(ROOM, None, "Leeds United", by="quill")
        await store.save_channel_settings(ROOM, ChannelSettings(quiet_from=time(23), quiet_to=time(7)))
    written = await export(settings, "watches")
    other = Settings(database=tmp_path / "other.db")
    report = await bring_in(other, written.encode())
    assert (report.text, report.faults) == ("2 watches taken in", ())
    assert await export(other, "watches") == written


async def test_taking_the_same_file_in_twice_changes_nothing(settings: Settings, store: Store) -> None:
    player = await store.add_player("Ada Vale")
    await store.add_watch(ROOM, player.id, None, by="quill")
    written = await export(settings, "watches")
    await bring_in(settings, written.encode())
    assert await export(settings, "watches") == written


async def test_feeds_go_out_and_in_as_opml(settings: Settings, store: Store, tmp_path: Path) -> None:
    await store.add_feed("https://herald.example/feed?a=1&b=2", title="Herald & <Sons>")
    written = await export(settings, "feeds")
    other = Settings(database=tmp_path / "other.db")
    await bring_in(other, written.encode())
    async with open_store(other.database) as second:
        (feed,) = await second.feeds()
    assert (feed.url, feed.title) == ("https://herald.example/feed?a=1&b=2", "Herald & <Sons>")


async def test_folders_and_searches_come_back_and_what_nobody_added_does_not(
    settings: Settings, store: Store, tmp_path: Path
) -> None:
    outlines = (
        '<outline text="Papers"><outline text="North"><outline type="rss" xmlUrl="https://a.example/rss"/>'
        '</outline></outline><outline type="rss" xmlUrl="https://b.example/rss"/>'
        '<outline type="rss" xmlUrl="https://c.example/find?q=%7Bplayer%7D"/>'
    )
    await bring_in(settings, f'<opml version="2.0"><body>{outlines}</body></opml>'.encode())
    player = await store.add_player("Ada Vale")
    await store.add_watch(ROOM, player.id, None, by="quill")
    await follow_watches(store)
    assert "https://c.example/find?q=Ada%20Vale" in [feed.url for feed in await store.feeds()]
    await store.add_feed("http://127.0.0.1:9/sample.xml", builtin=True, added_by="sample")
    unwanted = await store.add_feed("https://d.example/rss", builtin=True)
    await store.save_feed(replace(unwanted, state=FeedState.PAUSED))
    written = await export(settings, "feeds")
    assert [(feed.url, feed.folder) for feed in read_opml(written.encode())] == [
        ("https://a.example/rss", "Papers/North"),
        ("https://b.example/rss", None),
        ("https://c.example/find?q=%7Bplayer%7D", None),
    ]
    other = Settings(database=tmp_path / "other.db")
    assert (await bring_in(other, written.encode())).text == "3 feeds taken in, 0 known before"
    assert (await bring_in(other, written.encode())).text == "0 feeds taken in, 3 known before"
    assert await export(other, "feeds") == written


async def test_players_come_from_a_csv_with_their_clubs_in_any_spelling(
    settings: Settings, store: Store
) -> None:
    csv = "name,aliases,clubs\nAda Vale,Adinha|A. Vale,man utd|Real Madrid\n,,\nBo Lind,,Nowhere FC\n"
    report = await bring_in(settings, csv.encode("utf-8-sig"))
    assert report.text == "2 players taken in"
    assert report.faults == ("line 3: no usable name",)
    ada, bo = await store.players()
    assert (ada.aliases, ada.clubs) == (("Adinha", "A. Vale"), ("Manchester United", "Real Madrid"))
    assert bo.clubs == ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<html><body>hello</body></html>", "OPML"),
        (b"<opml><body>", "OPML"),
        (b'{"format": "something else"}', "format"),
        (b'{"format": ', "not JSON"),
        (b'{"format": ' + b"[" * 100_000, "not JSON"),
        (b'{"format": "deadlineday/watches/1", "channels": 5}', "no list"),
        (b"\x00" * 200_000, "CSV"),
        (bytes(range(128, 256)) * 50 + b"\rname\r\n", "CSV"),
        (b"player;club\nAda;Leeds\n", "a column called name"),
    ],
)
async def test_a_file_that_cannot_be_taken_in_says_why_in_one_line(
    settings: Settings, content: bytes, words: str
) -> None:
    with pytest.raises(BadFile) as caught:
        await bring_in(settings, content)
    assert words.lower() in str(caught.value).lower()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "channel",
    [
        '{"platform": "slack", "id": "C2", "watches": ["x"]}',
        '{"platform": "slack", "id": "C2", "settings": [1], "watches": []}',
        '{"platform": "slack", "id": "C2", "watches": [{"club": {"a": 1}}]}',
        '{"platform": "slack"}',
        "7",
    ],
)
async def test_odd_shapes_in_a_file_of_watches_are_named_and_raise_nothing(
    settings: Settings, store: Store, channel: str
) -> None:
    content = f'{{"format": "deadlineday/watches/1", "channels": [{channel}]}}'
    report = await bring_in(settings, content.encode())
    assert len(report.faults) == 1
    assert report.faults[0].startswith("channel 1 cannot be used")


async def test_a_channel_that_cannot_be_used_is_named_and_the_rest_is_taken_in(
    settings: Settings, store: Store
) -> None:
    good = '{"platform": "slack", "id": "C1", "watches": [{"player": "Ada Vale"}]}'
    bad = '{"platform": "slack", "id": "C2", "watches": [{"player": "Bo Lind", "from_stage": "soon"}]}'
    content = f'{{"format": "deadlineday/watches/1", "channels": [{bad}, {good}]}}'
    report = await bring_in(settings, content.encode())
    assert report.text == "1 watch taken in"
    assert len(report.faults) == 1
    assert report.faults[0].startswith("channel 1 ")
