"""Feeds from a file: given in a window, or in a direct message; fetched from Slack alone."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.files import LARGEST
from tests.bot.slack.people import Person
from tests.bot.slack.shown import shown
from tests.bot.slack.town import Town

OPML = b"""<?xml version="1.0"?><opml version="2.0"><body>
<outline text="Herald" xmlUrl="https://herald.example/rss"/>
<outline text="Echo" xmlUrl="https://echo.example/rss"/></body></opml>"""


async def feeds(town: Town) -> list[str]:
    return sorted(feed.url for feed in await town.house.store.feeds())


async def imported(town: Town, person: Person, files: list[dict[str, Any]]) -> str:
    """What is said to the window of `/deadline feeds import` with these files in it."""
    town.slack.views.clear()
    await town.ada.command("feeds import")
    view = (await town.slack.until(lambda: list(town.slack.views.values())))[-1]
    assert view["blocks"][0]["element"]["filetypes"] == ["opml", "xml"]
    answer = await person.submit(view, {"file": files})
    if answer is not None and "errors" in answer:
        return str(answer["errors"]["file"])
    await town.slack.until(lambda: "One moment" not in shown(town.slack.views[view["id"]]))
    return shown(town.slack.views[view["id"]])


async def said(town: Town, person: Person, text: str, files: list[dict[str, Any]]) -> str:
    """What is answered to a direct message with these files."""
    before = len(town.slack.in_channel(person.direct))
    await person.write(text, subtype="file_share", files=files)
    await town.slack.until(lambda: len(town.slack.in_channel(person.direct)) == before + 2)
    return shown(town.slack.in_channel(person.direct)[-1])


async def test_a_file_given_in_the_window_is_imported(town: Town) -> None:
    assert "New feeds: 2" in await imported(town, town.ada, [town.slack.given(OPML)])
    assert await feeds(town) == ["https://echo.example/rss", "https://herald.example/rss"]


@pytest.mark.parametrize("text", ["feeds import", "import", ""])
async def test_a_file_in_a_direct_message_is_imported(town: Town, text: str) -> None:
    assert "New feeds: 2" in await said(town, town.ada, text, [town.slack.given(OPML)])
    assert len(await feeds(town)) == 2


async def test_what_was_exported_can_be_imported(town: Town) -> None:
    await town.house.store.add_feed("https://a.example/rss", title="A")
    await town.ada.asked("feeds export")
    (file,) = town.slack.files.values()
    assert "New feeds: 0, known before: 1" in await imported(
        town, town.ada, [town.slack.given(file["content"])]
    )


async def test_a_file_of_a_shared_channel_is_looked_up_first(town: Town) -> None:
    file = town.slack.given(OPML)
    bare = {"id": file["id"], "file_access": "check_file_info"}
    assert "New feeds: 2" in await imported(town, town.ada, [bare])


async def test_only_admins_import(town: Town) -> None:
    assert "for those who manage this workspace" in shown(await town.bea.asked("feeds import"))
    assert "for those who manage" in await imported(town, town.bea, [town.slack.given(OPML)])
    assert "for those who manage" in await said(town, town.bea, "feeds import", [town.slack.given(OPML)])
    assert await feeds(town) == []


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"url_private_download": "http://127.0.0.1:9/files/feeds.opml"}, "does not lie at Slack"),
        ({"url_private_download": "https://slack.com.evil.example/feeds.opml"}, "does not lie at Slack"),
        ({"url_private_download": "https://evil.example/.slack.com"}, "does not lie at Slack"),
        ({"is_external": True}, "does not lie at Slack"),
        ({"size": LARGEST + 1}, "too large"),
    ],
)
async def test_our_token_goes_nowhere_else_and_no_large_file_is_fetched(
    town: Town, facts: dict[str, Any], words: str
) -> None:
    assert words in await imported(town, town.ada, [town.slack.given(OPML, **facts)])
    assert await feeds(town) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"x" * (LARGEST + 1), "too large"),
        (b"<html>no opml", "Nothing was imported"),
        (b"", "Nothing was imported"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><opml/>', "Nothing was imported"),
    ],
)
async def test_a_file_that_is_no_list_of_feeds_is_told_so(town: Town, content: bytes, words: str) -> None:
    assert words in await imported(town, town.ada, [{**town.slack.given(content), "size": 1}])
    assert await feeds(town) == []


async def test_a_window_without_a_file_and_a_file_that_is_gone_are_told_so(town: Town) -> None:
    assert "needs the OPML file" in await imported(town, town.ada, [])
    assert "could not be fetched" in await imported(town, town.ada, [{"id": "FGONE"}])


async def test_an_app_without_the_scope_says_which_one_it_needs(town: Town) -> None:
    file = town.slack.given(OPML)
    town.slack.teams["T1"].scopes.discard("files:read")
    assert "files:read" in await imported(town, town.ada, [file])
    assert "files:read" in await imported(town, town.ada, [{"id": file["id"]}])


async def test_a_picture_with_a_question_is_no_import(town: Town) -> None:
    await town.house.player("Ada Vale")
    assert "Ada Vale" in await said(town, town.bea, "latest on Ada Vale", [town.slack.given(b"\x89PNG")])
