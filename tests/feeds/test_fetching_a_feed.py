"""What a host answers, and what we make of it."""

from __future__ import annotations

import gzip
import pickle
import ssl
from asyncio.sslproto import SSLProtocol
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import trustme
from aiohttp import ClientSession

from feeds.errors import FeedGone, FeedRefused, FeedUnavailable, holds_secret, shown
from feeds.fetch import Limits, fetch, fetch_address, user_agent
from feeds.page import hash_of
from tests.feeds.pages import an_item, rss
from tests.feeds.web import PACKERS, FakeWeb, a_session, a_web

PAGE = rss(an_item(link="https://rovers.example/news/1"))


@pytest.fixture
async def web() -> AsyncIterator[FakeWeb]:
    async with a_web() as fake:
        yield fake


@pytest.fixture
async def session(web: FakeWeb) -> AsyncIterator[ClientSession]:
    async with a_session(web, "old.example", "new.example") as session:
        yield session


async def test_a_page_comes_with_what_the_next_request_needs(web: FakeWeb, session: ClientSession) -> None:
    feed = web.put("/rss", PAGE, etag='"v1"', modified="Sat, 21 Nov 2026 07:00:00 GMT")
    page = await fetch(session, feed)
    assert page is not None
    assert (page.url, page.body, page.content_type) == (feed.url, PAGE.encode(), "application/rss+xml")
    assert (page.etag, page.last_modified) == ('"v1"', "Sat, 21 Nov 2026 07:00:00 GMT")
    assert page.body_hash == hash_of(page.body)
    assert page.moved_to is None
    assert page.received is not None
    assert page.received.tzinfo is UTC


@pytest.mark.parametrize("kept", [{"etag": '"v1"'}, {"last_modified": "Sat, 21 Nov 2026 07:00:00 GMT"}])
async def test_an_unchanged_page_is_not_sent_again(
    web: FakeWeb, session: ClientSession, kept: dict[str, str]
) -> None:
    feed = web.put("/rss", PAGE, etag=kept.get("etag"), modified=kept.get("last_modified"))
    assert await fetch(session, replace(feed, **kept)) is None
    web.put("/rss", PAGE, etag='"v2"', modified="Sat, 21 Nov 2026 08:00:00 GMT")
    assert await fetch(session, replace(feed, **kept)) is not None


async def test_not_modified_that_nobody_asked_for_is_no_answer(web: FakeWeb, session: ClientSession) -> None:
    with pytest.raises(FeedUnavailable, match="304"):
        await fetch(session, web.put("/rss", status=304))


async def test_we_say_who_we_are(web: FakeWeb, session: ClientSession) -> None:
    await fetch(session, web.put("/rss", PAGE))
    sent = web.visits[0].headers
    assert sent["User-Agent"] == "DeadlineDay/test"
    assert sent["Accept-Encoding"] == "gzip, deflate, br, zstd"
    assert "Cookie" not in sent


def test_the_user_agent_names_version_and_contact() -> None:
    assert user_agent("1.2", "https://bot.example/about") == "DeadlineDay/1.2 (+https://bot.example/about)"
    assert user_agent("1.2") == "DeadlineDay/1.2"
    assert user_agent("1.2", "me@x.example\r\nX-Evil: (1)") == "DeadlineDay/1.2 (+me@x.exampleX-Evil:1)"


async def test_cookies_are_not_kept(web: FakeWeb, session: ClientSession) -> None:
    feed = web.put("/rss", PAGE, Set_Cookie="visitor=7")
    await fetch(session, feed)
    await fetch(session, feed)
    assert "Cookie" not in web.visits[1].headers


@pytest.mark.parametrize("packing", PACKERS)
async def test_a_packed_body_is_unpacked(web: FakeWeb, session: ClientSession, packing: str) -> None:
    packed = PACKERS[packing](PAGE.encode())
    page = await fetch(session, web.put("/rss", packed, Content_Encoding=packing.split()[-1]))
    assert page is not None
    assert page.body == PAGE.encode()


@pytest.mark.parametrize("said", ["gzip", "br", "deflate", "zstd"])
async def test_a_body_said_to_be_packed_that_is_not_is_read(
    web: FakeWeb, session: ClientSession, said: str
) -> None:
    page = await fetch(session, web.put("/rss", PAGE, Content_Encoding=said))
    assert page is not None
    assert page.body == PAGE.encode()


async def test_a_packed_body_that_nobody_announced_is_unpacked(web: FakeWeb, session: ClientSession) -> None:
    page = await fetch(session, web.put("/rss.gz", gzip.compress(PAGE.encode()), type="application/gzip"))
    assert page is not None
    assert page.body == PAGE.encode()


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("gzip", b"\x1f\x8b\x08\x00rubbish that is long enough"),
        ("gzip, br", b"1234"),
        ("br", b"\xff\xfe\xfd\xfc"),
    ],
)
async def test_a_body_that_cannot_be_unpacked_is_no_answer(
    web: FakeWeb, session: ClientSession, encoding: str, body: bytes
) -> None:
    with pytest.raises(FeedUnavailable, match="cannot be unpacked"):
        await fetch(session, web.put("/rss", body, Content_Encoding=encoding))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "password"),
        (403, "refused"),
        (404, "not found"),
        (429, "too often"),
        (500, "500 Internal"),
        (503, "down for now"),
        (204, "204 No Content"),
        (599, "answered 599"),
    ],
)
async def test_a_status_is_told_in_words(
    web: FakeWeb, session: ClientSession, status: int, words: str
) -> None:
    feed = web.put("/rss", status=status)
    with pytest.raises(FeedUnavailable, match=words) as caught:
        await fetch(session, feed)
    assert caught.value.retry_after is None
    assert str(caught.value).startswith(feed.url)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("status", [403, 429, 503])
async def test_retry_after_in_seconds_is_heard(web: FakeWeb, session: ClientSession, status: int) -> None:
    with pytest.raises(FeedUnavailable) as caught:
        await fetch(session, web.put("/rss", status=status, Retry_After="90"))
    assert caught.value.retry_after == timedelta(seconds=90)


async def test_retry_after_as_a_date_is_read_by_the_hosts_own_clock(
    web: FakeWeb, session: ClientSession
) -> None:
    theirs = datetime(2020, 1, 1, 12, tzinfo=UTC)
    then = format_datetime(theirs + timedelta(minutes=7), usegmt=True)
    feed = web.put("/rss", status=503, Retry_After=then, Date=format_datetime(theirs, usegmt=True))
    with pytest.raises(FeedUnavailable) as caught:
        await fetch(session, feed)
    assert caught.value.retry_after == timedelta(minutes=7)


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("soon", None),
        ("-5", None),
        ("", None),
        ("9" * 40, timedelta(days=30)),
        ("Wed, 01 Jan 2020 00:00:00 GMT", timedelta(0)),
        ("Fri, 01 Jan 2120 00:00:00 GMT", timedelta(days=30)),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
        ("Fri, 31 Dec 2026 23:59:59 +99999999999999", None),
    ],
)
async def test_a_senseless_retry_after_does_no_harm(
    web: FakeWeb, session: ClientSession, written: str, understood: timedelta | None
) -> None:
    with pytest.raises(FeedUnavailable) as caught:
        await fetch(session, web.put("/rss", status=429, Retry_After=written))
    assert caught.value.retry_after == understood


@pytest.mark.parametrize(
    "written", ["Fri, 99999999999999999999 Dec 2026 1:1:1 GMT", "0", "-1", "soon", "\xff"]
)
@pytest.mark.parametrize("header", ["Expires", "Date"])
async def test_a_senseless_time_in_an_answer_loses_no_page(
    web: FakeWeb, session: ClientSession, header: str, written: str
) -> None:
    expires = {"Expires": "Fri, 01 Jan 2100 00:00:00 GMT"} | {header: written}
    page = await fetch(session, web.put("/rss", PAGE, **expires))
    assert page is not None
    assert page.fresh_for is None


@pytest.mark.parametrize(
    ("headers", "fresh_for"),
    [
        ({"Expires": "Wed, 01 Jan 2020 12:10:00 GMT"}, 600),
        ({"Expires": "Wed, 01 Jan 2020 11:00:00 GMT"}, None),
        ({"Cache-Control": "max-age=300", "Expires": "Wed, 01 Jan 2020 12:10:00 GMT"}, 300),
        ({"Cache-Control": "max-age=300", "Age": "100"}, 200),
        ({"Cache-Control": "max-age=300", "Age": "400"}, None),
        ({"Cache-Control": "no-cache", "Expires": "Wed, 01 Jan 2020 12:10:00 GMT"}, None),
        ({"Cache-Control": "s-maxage=300, stale-while-revalidate=60"}, None),
        ({"Cache-Control": 'private, MAX-AGE="60"'}, 60),
        ({}, None),
    ],
)
async def test_how_long_an_answer_stays_good_is_heard(
    web: FakeWeb, session: ClientSession, headers: dict[str, str], fresh_for: int | None
) -> None:
    page = await fetch(session, web.put("/rss", PAGE, Date="Wed, 01 Jan 2020 12:00:00 GMT", **headers))
    assert page is not None
    assert page.fresh_for == (None if fresh_for is None else timedelta(seconds=fresh_for))


async def test_gone_is_gone(web: FakeWeb, session: ClientSession) -> None:
    with pytest.raises(FeedGone):
        await fetch(session, web.put("/rss", status=410))


async def test_gone_behind_a_passing_redirect_may_come_back(web: FakeWeb, session: ClientSession) -> None:
    web.put("/away", status=410)
    with pytest.raises(FeedUnavailable, match="gone"):
        await fetch(session, web.move("/rss", "/away", 302))


@pytest.mark.parametrize("status", [301, 308])
async def test_a_permanent_move_is_remembered(web: FakeWeb, session: ClientSession, status: int) -> None:
    web.put("/new", PAGE, etag='"v1"')
    feed = web.move("/rss", web.url("/new", "new.example"), status)
    page = await fetch(session, replace(feed, etag='"v1"'))
    assert page is not None
    assert page.moved_to == page.url == web.url("/new", "new.example")


@pytest.mark.parametrize("status", [302, 303, 307])
async def test_a_passing_redirect_is_followed_but_not_remembered(
    web: FakeWeb, session: ClientSession, status: int
) -> None:
    web.put("/new", PAGE)
    page = await fetch(session, web.move("/rss", "new", status))
    assert page is not None
    assert page.url == web.url("/new")
    assert page.moved_to is None


async def test_an_address_in_another_spelling_is_not_called_a_redirect(session: ClientSession) -> None:
    with pytest.raises(FeedRefused) as caught:
        await fetch_address(session, "http://[::ffff:127.0.0.1]/rss")
    assert "redirected" not in str(caught.value)


async def test_only_the_permanent_part_of_a_way_is_remembered(web: FakeWeb, session: ClientSession) -> None:
    web.move("/b", "/c", 302)
    web.move("/c", "/d", 301)
    web.put("/d", PAGE)
    page = await fetch(session, web.move("/a", "/b", 301))
    assert page is not None
    assert (page.url, page.moved_to) == (web.url("/d"), web.url("/b"))


async def test_an_unchanged_page_behind_a_passing_redirect_is_not_sent_again(
    web: FakeWeb, session: ClientSession
) -> None:
    web.put("/new", PAGE, etag='"v1"')
    assert await fetch(session, replace(web.move("/rss", "/new", 302), etag='"v1"')) is None


async def test_a_redirect_loop_ends(web: FakeWeb, session: ClientSession) -> None:
    web.move("/b", "/a")
    with pytest.raises(FeedRefused, match="circle"):
        await fetch(session, web.move("/a", "/b"))
    assert len(web.visits) == 2


async def test_an_endless_way_ends(web: FakeWeb, session: ClientSession) -> None:
    for n in range(20):
        web.move(f"/{n}", f"/{n + 1}", 302)
    with pytest.raises(FeedRefused, match="more than 5 redirects"):
        await fetch(session, web.feed("/0"))
    assert len(web.visits) == 6


@pytest.mark.parametrize("target", ["", "http://[oops", "http://a b:x/"])
async def test_a_redirect_to_nowhere_is_no_answer(web: FakeWeb, session: ClientSession, target: str) -> None:
    with pytest.raises(FeedUnavailable, match="redirects to"):
        await fetch(session, web.move("/rss", target))


@pytest.mark.parametrize("target", ["ftp://new.example/rss", "file:///etc/passwd", "javascript:alert(1)"])
async def test_a_redirect_out_of_the_web_is_refused(
    web: FakeWeb, session: ClientSession, target: str
) -> None:
    with pytest.raises(FeedRefused, match="only http and https"):
        await fetch(session, web.move("/rss", target))


async def test_an_announced_giant_is_not_begun(web: FakeWeb, session: ClientSession) -> None:
    feed = web.put("/rss", b"x" * 2_000_000)
    with pytest.raises(FeedUnavailable, match="larger than 1 MiB"):
        await fetch(session, feed, Limits(max_bytes=2**20))


async def test_a_200_mb_body_is_cut_at_the_limit(web: FakeWeb, session: ClientSession) -> None:
    feed = web.flood("/rss", size=200 * 2**20)
    with pytest.raises(FeedUnavailable, match="larger than 10 MiB"):
        await fetch(session, feed)
    assert web.sent < 40 * 2**20


@pytest.mark.parametrize("packing", ["gzip", "deflate", "br", "zstd"])
async def test_a_body_that_unpacks_to_200_mb_is_cut(
    web: FakeWeb, session: ClientSession, packing: str
) -> None:
    bomb = PACKERS[packing](bytes(200 * 2**20) if packing != "br" else bytes(40 * 2**20))
    assert len(bomb) < 2**20
    with pytest.raises(FeedUnavailable, match="larger than 10 MiB"):
        await fetch(session, web.put("/rss", bomb, Content_Encoding=packing))


async def test_a_slow_drip_is_cut(web: FakeWeb, session: ClientSession) -> None:
    feed = web.drip("/rss")
    with pytest.raises(FeedUnavailable, match=r"no whole answer within 0\.2 seconds"):
        await fetch(session, feed, Limits(total=timedelta(milliseconds=200)))


async def test_slow_redirects_share_one_time_limit(web: FakeWeb, session: ClientSession) -> None:
    web.drip("/b")
    with pytest.raises(FeedUnavailable, match="no whole answer"):
        await fetch(session, web.move("/a", "/b"), Limits(total=timedelta(milliseconds=200)))


async def test_a_page_that_breaks_off_on_the_way_is_no_answer(web: FakeWeb, session: ClientSession) -> None:
    feed = web.hang_up("/rss", b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss><channel>")
    with pytest.raises(FeedUnavailable, match="broke off"):
        await fetch(session, feed)


@pytest.mark.parametrize(
    ("raw", "words"), [(b"", "hung up"), (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", "no proper HTTP")]
)
async def test_a_host_that_does_not_speak_http(
    web: FakeWeb, session: ClientSession, raw: bytes, words: str
) -> None:
    with pytest.raises(FeedUnavailable, match=words):
        await fetch(session, web.hang_up("/rss", raw))


async def test_a_closed_port_and_an_unknown_name_are_told_apart(web: FakeWeb, session: ClientSession) -> None:
    async with a_web() as other:
        closed = other.url("/rss")
    async with a_session(web, allow_private=True) as anywhere:
        with pytest.raises(FeedUnavailable, match="does not accept connections"):
            await fetch_address(anywhere, closed)
    with pytest.raises(FeedUnavailable, match="no such host"):
        await fetch_address(session, "https://nobody.example/rss")


async def test_a_bad_certificate_is_told_as_such() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("rovers.example").configure_cert(context)
    async with a_web(context) as web, a_session(web, "rovers.example") as session:
        with pytest.raises(FeedUnavailable, match="certificate is not good"):
            await fetch_address(session, f"https://rovers.example:{web.port}/rss")


async def test_a_page_by_tls_comes_whole_and_no_connection_takes_much_to_read_it() -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("rovers.example").configure_cert(context)
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    async with a_web(context) as web, a_session(web, "rovers.example") as session:
        session.connector._ssl = trusting  # type: ignore[union-attr]
        web.put("/rss", PAGE + " " * 700_000)
        page = await fetch_address(session, f"https://rovers.example:{web.port}/rss")
    assert page is not None
    assert len(page.body) == len(PAGE) + 700_000
    assert SSLProtocol.max_size <= 64 * 1024  # asyncio's own is 256 KiB for each connection


async def test_a_host_without_tls_is_told_as_such(web: FakeWeb, session: ClientSession) -> None:
    with pytest.raises(FeedUnavailable, match="TLS"):
        await fetch_address(session, web.url("/rss").replace("http", "https"))


@pytest.mark.parametrize(
    "address",
    ["", "rovers", "ftp://rovers.example/", "http://", "http://[::1", f"http://{'a' * 300}.example/"],
)
async def test_what_is_no_address_is_refused(session: ClientSession, address: str) -> None:
    with pytest.raises((FeedRefused, FeedUnavailable)) as caught:
        await fetch_address(session, address)
    assert "\n" not in str(caught.value)


async def test_a_foreign_session_is_not_taken() -> None:
    async with ClientSession() as foreign:
        with pytest.raises(TypeError, match="open_session"):
            await fetch_address(foreign, "https://rovers.example/")


def test_an_error_shows_neither_password_nor_key() -> None:
    text = shown("https://ada:hunter2@rovers.example/rss?team=1&api_key=abc&x=2")
    assert text == "https://rovers.example/rss?team=1&api_key=…&x=2"
    assert "\n" not in str(FeedGone("https://x.example/\nINFO all is well"))


@pytest.mark.parametrize("name", ["authorization", "Authorisation", "author_token", "keyword_key", "x-auth"])
def test_what_is_more_than_an_author_or_a_keyword_is_a_secret(name: str) -> None:
    address = f"https://rovers.example/rss?{name}=hunter2"
    assert holds_secret(address)
    assert "hunter2" not in shown(address)
    assert not holds_secret("https://rovers.example/rss?author=3&keywords=a&author_id=4")


@pytest.mark.parametrize(
    "error",
    [
        FeedUnavailable("https://x.example/", "asked too often", timedelta(seconds=3)),
        FeedGone("https://x.example/"),
        FeedRefused("https://x.example/", "circle"),
    ],
)
def test_an_error_comes_back_whole_from_a_worker(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert vars(again) == vars(error)
    assert str(again) == str(error)
