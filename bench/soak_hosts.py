"""The web of the soak: good papers with odd habits, and bad hosts that fail in a way of their own each."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import socket
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

BAD = (
    "401", "403", "404", "410", "429", "429 until", "500", "503 absurd", "guard", "loop", "chain", "inside",
    "private", "nameless", "refused", "tls", "drip", "flood", "headers", "cut", "silent", "junk", "bomb",
    "entities", "deep", "many", "swamped",
)  # fmt: skip
_TOO_MANY = ("many", "deep", "entities")  # these answer with a page that can be read, cut to what is sane
_ABSURD = "Fri, 31 Dec 99999999999 23:59:59 GMT"
_PER_HOST = 5


@dataclass(frozen=True, slots=True)
class Article:
    number: int
    when: datetime


class Papers(AbstractResolver):
    """All feeds by number, the articles that they have shown, and the names of their hosts."""

    def __init__(self, feeds: int) -> None:
        self.bad = {feed: BAD[feed // 10 % len(BAD)] for feed in range(0, feeds, 10)}
        self.good = [feed for feed in range(feeds) if feed not in self.bad]
        self.written = [feed for feed in self.good if feed % 50 != 14]
        self.articles: dict[int, list[Article]] = {feed: [] for feed in range(feeds)}
        self.made: dict[int, list[int]] = {feed: [] for feed in self.written}
        self.requests: Counter[str] = Counter()
        self.dice = Random(7)
        self.count = 0
        self.port = 0
        self._bomb = gzip.compress(b"<rss>" + b" " * 50_000_000)

    def host(self, feed: int) -> str:
        """Bad hosts are alone, so that what they ask for holds up no good one."""
        return f"bad{feed}.example" if feed in self.bad else f"papers{feed // _PER_HOST}.example"

    def address(self, feed: int) -> str:
        how = self.bad.get(feed)
        port = 1 if how == "refused" else self.port
        return f"http{'s' * (how == 'tls')}://{self.host(feed)}:{port}/{feed}.xml"

    def allowed(self) -> frozenset[str]:
        """The hosts that may lie on loopback; one whose name leads inside may not."""
        feeds = [feed for feed in self.articles if self.bad.get(feed) != "private"]
        return frozenset(f"{self.host(feed)}:{port}" for feed in feeds for port in (self.port, 1))

    def write(self) -> None:
        """A new article in one good feed of a hundred."""
        for feed in self.dice.sample(self.written, max(1, len(self.written) // 100)):
            self.count += 1
            self.articles[feed] = [Article(self.count, datetime.now(UTC)), *self.articles[feed][:19]]
            self.made[feed].append(self.count)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        if self.bad.get(int(host[3:-8]) if host.startswith("bad") else -1) == "nameless":
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        result = ResolveResult(
            hostname=host, host="127.0.0.1", port=port, family=socket.AF_INET, proto=0, flags=0
        )
        return [result]

    async def close(self) -> None:
        """Nothing to close."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        feed = int(request.path.strip("/").split(".")[0].split("/")[0])
        how = self.bad.get(feed, "")
        self.requests[how or "good"] += 1
        return await self._badly(how, feed, request) if how else self._well(feed, request)

    def _well(self, feed: int, request: web.Request) -> web.Response:
        habit = feed % 50
        if habit == 3 and "moved" not in request.path:
            return web.Response(status=301, headers={"Location": f"/{feed}.moved.xml"})
        shown = self._shown(feed, habit)
        tag = f'"{feed}-{max((article.number for article in shown), default=0)}"'
        if request.headers.get("If-None-Match") == tag:
            return web.Response(status=304, headers={"ETag": tag})
        headers = {"Expires": _ABSURD} if habit == 4 else {}
        if habit != 5:  # which takes no validators
            headers["ETag"] = tag
        body = self._page(feed, habit, shown).encode()
        if habit == 6:
            body, headers["Content-Encoding"] = gzip.compress(body), "gzip"
        return web.Response(body=body, content_type="application/rss+xml", headers=headers)

    def _shown(self, feed: int, habit: int) -> list[Article]:
        shown = self.articles[feed + 1 if habit == 14 else feed]  # which has the stories of its neighbour
        if habit == 7 and self.dice.random() < 0.5:  # two servers, one of them a minute behind
            return [article for article in shown if datetime.now(UTC) - article.when > timedelta(minutes=1)]
        return self.dice.sample(shown, len(shown)) if habit == 8 else shown

    def _page(self, feed: int, habit: int, shown: list[Article]) -> str:
        feed += habit == 14
        items = "".join(self._item(feed, article, habit) for article in shown)
        broken = "&bare " if habit == 1 else ""  # goes the thorough way
        head = f"<title>Paper {feed} {broken}</title><link>https://paper{feed}.example/</link>"
        return f'<rss version="2.0"><channel>{head}{items}</channel></rss>'

    def _item(self, feed: int, article: Article, habit: int) -> str:
        number, when = article.number, article.when
        link = f"https://paper{feed}.example/{number}"
        guid = f"{number}"
        if habit == 9:  # issued anew at each sight
            when, guid = datetime.now(UTC), f"{self.dice.random()}"
            link += f"?utm_source=rss{self.dice.randrange(9)}"
        if habit == 11:  # a clock that is ahead
            when += timedelta(days=400)
        date = "" if habit == 12 else f"<pubDate>{format_datetime(when)}</pubDate>"
        odd = "&lt;b&gt;\u202e@everyone&lt;/b&gt; " if habit == 13 else ""
        return (
            f"<item><title>{odd}Article {number}</title><link>{link}</link>"
            f'<guid isPermaLink="false">{guid}</guid>{date}'
            f"<description>&lt;p&gt;Text of article {number}.&lt;/p&gt;</description></item>"
        )

    async def _badly(self, how: str, feed: int, request: web.Request) -> web.StreamResponse:
        status, _, more = how.partition(" ")
        if status.isdecimal():
            later = format_datetime(datetime.now(UTC) + timedelta(seconds=90), usegmt=True)
            wait = {"": "30", "until": later, "absurd": _ABSURD}[more]
            return web.Response(status=int(status), headers={"Retry-After": wait})
        if how in _TOO_MANY:
            return web.Response(text=_too_much(how), content_type="application/xml")
        if how == "guard":
            return web.Response(text="<html><title>Just a moment...</title></html>", content_type="text/html")
        if how in ("loop", "chain", "inside"):
            step = int(request.query.get("n", "0")) + 1
            places = {
                "loop": request.path,
                "chain": f"{request.path}?n={step}",
                "inside": "http://169.254.169.254/",
            }
            return web.Response(status=302, headers={"Location": places[how]})
        if how == "junk":
            return web.Response(body=self.dice.randbytes(5000), content_type="application/xml")
        if how == "bomb":
            return web.Response(body=self._bomb, headers={"Content-Encoding": "gzip"})
        return await _without_end(how, request)


def _too_much(how: str) -> str:
    """A page of some hundreds of KB that unfolds into far more, or is far more than anybody reads."""
    item = "<item><title>{}</title><link>https://bad.example/{}{}</link>{}</item>"
    if how == "many":
        items = "".join(item.format(f"Story {n}", how, n, "") for n in range(12_000))
    elif how == "deep":
        items = item.format("Deep", how, 0, "<description>" + "&lt;b&gt;" * 40_000 + "x</description>")
    else:
        items = item.format("&j;", how, 0, "")
    bomb = "".join(f'<!ENTITY {chr(n + 1)} "{f"&{chr(n)};" * 10}">' for n in range(97, 106))
    doctype = f'<!DOCTYPE rss [<!ENTITY a "ha">{bomb}]>' if how == "entities" else ""
    return (
        f'<?xml version="1.0"?>{doctype}<rss version="2.0"><channel><title>T</title>{items}</channel></rss>'
    )


async def _without_end(how: str, request: web.Request) -> web.StreamResponse:
    """What is never finished, or broken off."""
    transport = request.transport
    assert transport is not None
    if how == "silent":
        await asyncio.sleep(20)
    if how == "swamped":
        transport.abort()
    if how == "cut":
        transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<rss>")
        transport.close()
    if how in ("silent", "swamped", "cut"):
        return web.Response()
    with contextlib.suppress(ConnectionError):
        if how == "headers":
            transport.write(b"HTTP/1.1 200 OK\r\n")
            for n in range(3000):
                if not transport.is_closing():
                    transport.write(b"X-%d: %s\r\n" % (n, b"x" * 1000))
                    await asyncio.sleep(0)
            transport.close()
            return web.Response()
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(300):
            await response.write(b"x" * 65536 if how == "flood" else b" ")
            await asyncio.sleep(0 if how == "flood" else 0.1)
        return response
    return web.Response()


@asynccontextmanager
async def serving(papers: Papers) -> AsyncIterator[None]:
    """Answer for all hosts, on loopback."""
    app = web.Application()
    app.router.add_get("/{feed}", papers.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    papers.port = runner.addresses[0][1]
    try:
        yield
    finally:
        await runner.cleanup()
