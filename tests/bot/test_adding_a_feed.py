"""feeds add and feeds test over a real web: whatever is at the address, one line says what came of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot import doctor
from bot.commands.desk import Desk
from bot.polling.check import AddressCheck
from bot.polling.parsing import ParsingProcess
from bot.polling.searches import searches
from bot.request import Answer
from bot.settings import Settings
from feeds.fetch import Limits, open_session
from links.names import Names
from tests.bot.house import House, open_house, words_of
from tests.feeds.pages import rss
from tests.feeds.web import FakeWeb, a_session, a_web

NAMED = '<link rel="alternate" type="application/rss+xml" href="{}">'
LIMITS = Limits(max_bytes=200_000, total=timedelta(seconds=1))


@dataclass
class Town:
    web: FakeWeb
    house: House

    async def add(self, path: str) -> Answer:
        return await self.house.ask(f"feeds add {self.web.url(path)}")

    async def polled(self) -> list[str]:
        return [feed.url.removeprefix(self.web.url("")) for feed in await self.house.store.feeds()]


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    async with a_web() as web, a_session(web) as session, open_house() as house:
        with ParsingProcess() as parsing:
            check = AddressCheck(session, LIMITS, parsing)
            web.put("/rss", rss())
            yield Town(web, replace(house, desk=Desk(house.store, Names.load(), check)))


async def test_the_feed_that_a_sites_page_names_is_polled(town: Town) -> None:
    town.web.put("/", f"<html>{NAMED.format('/rss')}</html>", type="text/html")
    assert "is polled from now on" in (await town.add("/")).text
    assert await town.polled() == ["/rss"]


async def test_of_several_feeds_one_is_chosen(town: Town) -> None:
    links = NAMED.format("/rss") + NAMED.format("/other")
    town.web.put("/", f"<html>{links}</html>", type="text/html")
    answer = await town.add("/")
    assert [choice.label for choice in answer.choices] == [town.web.url("/rss"), town.web.url("/other")]
    assert await town.polled() == []
    assert (await town.house.ask(answer.choices[0].call)).ok
    assert await town.polled() == ["/rss"]


async def test_a_feed_at_the_usual_place_is_offered_though_no_page_names_it(town: Town) -> None:
    town.web.put("/news", "<html>Nothing named</html>", type="text/html")
    assert (await town.add("/news")).ok
    assert await town.polled() == ["/rss"]


@pytest.mark.parametrize("status", [301, 308])
async def test_a_feed_that_moved_for_good_is_polled_where_it_is_and_once(town: Town, status: int) -> None:
    town.web.move("/old", "/rss", status)
    assert "is polled from now on" in (await town.add("/old")).text
    assert await town.polled() == ["/rss"]
    answer = await town.add("/old")
    assert (answer.ok, "is polled already" in answer.text) == (True, True)
    assert await town.polled() == ["/rss"]


async def test_a_passing_redirect_keeps_the_address_that_was_given(town: Town) -> None:
    town.web.move("/old", "/rss", 302)
    assert (await town.add("/old")).ok
    assert await town.polled() == ["/old"]


async def test_a_name_without_a_scheme_is_asked_without_tls_where_nothing_else_answers(town: Town) -> None:
    bare = town.web.url("/rss").removeprefix("http://")
    assert (await town.house.ask(f"feeds add {bare}")).ok
    assert await town.polled() == ["/rss"]
    answer = await town.house.ask(f"feeds add https://{bare}")
    assert (answer.ok, "TLS" in answer.text) == (False, True)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/page", "a web page (“Rovers”), not a feed, and no feed was found on the site"),
        ("/picture", "not a feed but image/png"),
        ("/closed", "asks for a password (401)"),
        ("/guard", "access refused (403)"),
        ("/busy", "asked too often (429)"),
        ("/gone", "gone for good (410)"),
        ("/loop", "redirects in a circle"),
        ("/inside", "private network (redirected to http://169.254.169.254/latest)"),
        ("/drip", "no whole answer within 1 seconds"),
        ("/giant", "larger than"),
    ],
)
async def test_what_is_no_feed_is_said_in_a_line_and_nothing_is_added(
    town: Town, path: str, words: str
) -> None:
    web = town.web
    del web.sites["/rss"]
    web.put("/page", "<html><title>Rovers</title></html>", type="text/html")
    web.put("/picture", b"\x89PNG\r\n\x1a\n" + bytes(500), type="image/png")
    web.put("/guard", "<html><title>Just a moment...</title></html>", status=403, type="text/html")
    for name, status in (("/closed", 401), ("/busy", 429), ("/gone", 410)):
        web.put(name, status=status)
    web.move("/loop", "/loop", 302)
    web.move("/inside", "http://169.254.169.254/latest", 302)
    web.drip("/drip")
    web.put("/giant", b"<rss>" + b" " * 300_000)
    answer = await town.add(path)
    assert (answer.ok, answer.text.startswith("Not added. ")) == (False, True)
    assert words in answer.text
    assert await town.polled() == []


async def test_a_password_reaches_the_host_and_nobody_else(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    given = town.web.url("/rss").replace("http://", "http://bob:hunter2@")
    answers = [await town.house.ask(f"feeds {does} {given}") for does in ("test", "add", "add")]
    answers.append(await town.house.ask("feeds list"))
    assert "Authorization" in town.web.asked("/rss")[0].headers
    town.web.put("/rss", status=401)
    answers.append(await town.house.ask(f"feeds test {given}"))
    assert "hunter2" not in "\n".join(map(words_of, answers)) + caplog.text


async def test_a_search_is_tried_with_a_name_before_it_is_added(town: Town) -> None:
    town.web.put("/find", rss())
    await town.house.ask("watch Owen Tregarth")
    assert (
        "is polled for every watched player, at present 1 player" in (await town.add("/find?q={player}")).text
    )
    assert [visit.path for visit in town.web.visits] == ["/find?q=Owen%20Tregarth"]
    assert await searches(town.house.store) == [town.web.url("/find?q={player}")]
    assert (await town.house.ask(f"feeds test {town.web.url('/find?q={player}')}")).ok
    assert not (await town.add("/nowhere?q={player}")).ok


async def test_an_address_inside_is_refused_unless_the_owner_allows_it(town: Town) -> None:
    with ParsingProcess() as parsing:
        async with open_session(user_agent="test") as session:
            desk = Desk(town.house.store, Names.load(), AddressCheck(session, LIMITS, parsing))
            answer = await replace(town.house, desk=desk).ask(f"feeds add {town.web.url('/rss')}")
    assert (answer.ok, "private network" in answer.text) == (False, True)
    assert town.web.visits == []


async def test_doctor_says_what_to_do_about_a_feed_that_fails(town: Town) -> None:
    town.web.put("/rss", status=404)
    feed = await town.house.store.add_feed(town.web.url("/rss"))
    (finding,) = [each async for each in doctor._feeds(Settings(private_feeds=True), [feed])]
    assert not finding.ok
    assert "not found (404). What to do: the site may have moved its feed" in finding.line
