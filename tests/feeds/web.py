"""A little web on loopback that keeps state: pages with validators, moves, and every bad habit."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import brotli
from aiohttp import ClientSession, web
from aiohttp.abc import AbstractResolver, ResolveResult

from feeds.body import zstd
from feeds.feed import Feed
from feeds.fetch import open_session

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "raw deflate": lambda data: zlib.compress(data, wbits=-15),
    "br": brotli.compress,
    "zstd": zstd.compress,
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Site:
    """What an address answers. An `etag` or `modified` makes it answer 304 to who knows it."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: str | None = None
    modified: str | None = None


@dataclass
class Visit:
    """A request as the web saw it."""

    host: str
    path: str
    headers: dict[str, str]


class FakeDns(AbstractResolver):
    """Names and their addresses; what it does not know does not exist."""

    def __init__(self) -> None:
        self.names: dict[str, list[str]] = {}
        self.asked: list[str] = []

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [
            ResolveResult(
                hostname=host,
                host=ip,
                port=port,
                family=socket.AF_INET6 if ":" in ip else socket.AF_INET,
                proto=0,
                flags=0,
            )
            for ip in self.names[host]
        ]

    async def close(self) -> None:
        pass


class FakeWeb:
    """Serves `sites` by path; `handlers` answer in their own way. `visits` tells who came."""

    def __init__(self) -> None:
        self.sites: dict[str, Site] = {}
        self.handlers: dict[str, Handler] = {}
        self.visits: list[Visit] = []
        self.dns = FakeDns()
        self.port = 0
        self.release = asyncio.Event()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}{path}"

    def put(
        self,
        path: str,
        body: bytes | str = b"",
        *,
        status: int = 200,
        type: str = "application/rss+xml",
        etag: str | None = None,
        modified: str | None = None,
        **headers: str,
    ) -> Feed:
        """Serve this; gives a feed of that address. A header's name is written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body.encode() if isinstance(body, str) else body
        self.sites[path] = Site(data, status, {"Content-Type": type, **named}, etag, modified)
        return self.feed(path)

    def move(self, path: str, target: str, status: int = 301) -> Feed:
        return self.put(path, status=status, Location=target)

    def feed(self, path: str, host: str = "127.0.0.1") -> Feed:
        return Feed(id=1, url=self.url(path, host))

    def asked(self, path: str) -> list[Visit]:
        return [visit for visit in self.visits if visit.path == path]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.visits.append(Visit(request.host, request.path_qs, dict(request.headers)))
        if handler := self.handlers.get(request.path):
            return await handler(request)
        site = self.sites.get(request.path_qs) or self.sites.get(request.path)
        if site is None:
            return web.Response(status=404)
        headers = dict(site.headers)
        if site.etag:
            headers["ETag"] = site.etag
        if site.modified:
            headers["Last-Modified"] = site.modified
        knows_etag = site.etag and request.headers.get("If-None-Match") == site.etag
        knows_date = site.modified and request.headers.get("If-Modified-Since") == site.modified
        if knows_etag or (knows_date and not site.etag):
            return web.Response(status=304, headers=headers)
        return web.Response(body=site.body, status=site.status, headers=headers)

    def drip(self, path: str, chunk: bytes = b"<!-- wait -->") -> Feed:
        """A body that comes in drops and has no end before the test lets it."""

        async def handler(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse()
            await response.prepare(request)
            while not self.release.is_set():
                await response.write(chunk)
                try:
                    await asyncio.wait_for(self.release.wait(), 0.02)
                except TimeoutError:
                    continue
            return response

        self.handlers[path] = handler
        return self.feed(path)

    def flood(self, path: str, *, size: int, chunk: bytes = b"x" * 65536, encoding: str = "") -> Feed:
        """A body of that size without a Content-Length; `sent` tells how much of it went out."""
        self.sent = 0

        async def handler(request: web.Request) -> web.StreamResponse:
            response = web.StreamResponse(headers={"Content-Encoding": encoding} if encoding else {})
            await response.prepare(request)
            while self.sent < size:
                await response.write(chunk)
                self.sent += len(chunk)
            return response

        self.handlers[path] = handler
        return self.feed(path)

    def hang_up(self, path: str, before: bytes = b"") -> Feed:
        """Closes the connection: at once, or after these raw bytes."""

        async def handler(request: web.Request) -> web.StreamResponse:
            assert request.transport is not None
            request.transport.write(before)
            request.transport.close()
            return web.Response()

        self.handlers[path] = handler
        return self.feed(path)


@asynccontextmanager
async def a_web(tls: ssl.SSLContext | None = None) -> AsyncIterator[FakeWeb]:
    fake = FakeWeb()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", fake.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    fake.port = runner.addresses[0][1]
    try:
        yield fake
    finally:
        fake.release.set()
        await runner.cleanup()


def a_session(fake: FakeWeb, *hosts: str, allow_private: bool = False) -> ClientSession:
    """A session that may go to this web, under its number and under these names."""
    for host in hosts:
        fake.dns.names.setdefault(host, ["127.0.0.1"])
    allowed = frozenset(f"{host}:{fake.port}" for host in ("127.0.0.1", *hosts))
    return open_session(
        user_agent="DeadlineDay/test",
        allow_private=allow_private,
        allowed_hosts=allowed,
        resolver=fake.dns,
    )
