"""DNS rebinding: what a name leads to is checked at each connection, and only what was checked is used."""

from __future__ import annotations

import pytest

from feeds.errors import FeedError, FeedRefused
from feeds.feed import Feed
from feeds.fetch import fetch, open_session
from feeds.gate import is_public
from tests.feeds.web import FakeDns, a_web


async def test_a_name_that_turns_private_between_two_polls_is_refused() -> None:
    dns = FakeDns()
    dns.names["rovers.example"] = ["127.0.0.1"]
    async with a_web() as web:
        web.put("/rss", "<rss version='2.0'><channel/></rss>")
        allowed = frozenset({f"rovers.example:{web.port}"})
        feed = Feed(id=1, url=web.url("/rss", "rovers.example"))
        async with open_session(user_agent="t", allowed_hosts=allowed, resolver=dns) as session:
            assert await fetch(session, feed)
        for inside in (
            "127.0.0.1",
            "10.0.0.7",
            "169.254.169.254",
            "::1",
            "fd00::1",
            "224.0.0.1",
            "::ffff:10.0.0.7",
        ):
            dns.names["rovers.example"] = [inside]
            async with open_session(user_agent="t", resolver=dns) as session:
                visits = len(web.visits)
                with pytest.raises(FeedRefused, match="private network"):
                    await fetch(session, feed)
                assert len(web.visits) == visits


async def test_of_a_name_with_a_public_and_a_private_address_only_the_public_one_is_asked() -> None:
    dns = FakeDns()
    async with a_web() as web:
        web.put("/rss", "<rss/>")
        dns.names["rovers.example"] = ["127.0.0.1", "203.0.113.1"]
        assert not is_public("203.0.113.1"), "an address for documents leads nowhere either"
        async with open_session(user_agent="t", resolver=dns) as session:
            with pytest.raises(FeedError):
                await fetch(session, Feed(id=1, url=web.url("/rss", "rovers.example")))
        assert web.visits == []


async def test_a_redirect_to_a_name_that_leads_inside_is_refused() -> None:
    dns = FakeDns()
    async with a_web() as web:
        dns.names.update({"rovers.example": ["127.0.0.1"], "inside.example": ["192.168.1.1"]})
        web.move("/rss", f"http://inside.example:{web.port}/admin", status=302)
        allowed = frozenset({f"rovers.example:{web.port}"})
        async with open_session(user_agent="t", allowed_hosts=allowed, resolver=dns) as session:
            with pytest.raises(FeedRefused, match="private network"):
                await fetch(session, Feed(id=1, url=web.url("/rss", "rovers.example")))


@pytest.mark.parametrize(
    "host",
    [
        "0.0.0.0",
        "0177.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "localhost",
    ],
)
async def test_no_spelling_of_a_private_address_gets_through(host: str) -> None:
    async with a_web() as web:
        web.put("/rss", "<rss/>")
        async with open_session(user_agent="t") as session:
            with pytest.raises(FeedError):
                await fetch(session, Feed(id=1, url=f"http://{host}:{web.port}/rss"))
        assert web.visits == []
