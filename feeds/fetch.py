"""Download a feed's page politely, and say in words what stood in the way."""

from __future__ import annotations

import re
import socket
import ssl
from asyncio.sslproto import SSLProtocol
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import aiohttp
from aiohttp import (
    ClientConnectorCertificateError,
    ClientConnectorDNSError,
    ClientConnectorError,
    ClientConnectorSSLError,
    ClientResponse,
    ClientSession,
)
from aiohttp.abc import AbstractResolver
from yarl import URL

from feeds.body import ACCEPT_ENCODING, BadEncoding, Body, TooLarge
from feeds.deadlines import Deadlines, Overdue
from feeds.errors import FeedError, FeedGone, FeedRefused, FeedUnavailable, shown
from feeds.feed import Feed
from feeds.gate import Gate, GatedResolver, NotPublic
from feeds.page import Page, hash_of

_MOVED = "the site may have moved its feed: add the site's address to find it, and remove this one"
_REDIRECTS = (301, 302, 303, 307, 308)
_PERMANENT = (301, 308)
_VALIDATORS = ("If-None-Match", "If-Modified-Since")
_LONGEST_WAIT = timedelta(days=30)
_TLS_BUFFER = 32 * 1024  # bytes: two records of TLS
_MAX_AGE = re.compile(r"(?<![\w-])max-age\s*=\s*\"?(\d+)")
# What hosts mean that do not say when to come back: longer than a fault's usual wait.
_USUAL_WAITS = {
    401: timedelta(hours=6),
    402: timedelta(hours=6),
    403: timedelta(hours=1),
    429: timedelta(minutes=15),
    451: timedelta(hours=6),
}
# What a status means to the owner of the feed, and what to do if it stays so.
_KNOWN = {
    401: (
        "asks for a password (401)",
        "ask the site for an address with the access in it (https://name:password@host/feed), or remove it",
    ),
    403: (
        "access refused (403); the host may not want bots",
        "set DEADLINEDAY_CONTACT and ask the site to let the bot in, or remove the feed",
    ),
    404: ("not found (404)", _MOVED),
    410: ("gone (410) where it redirects to", _MOVED),
    429: (
        "asked too often (429)",
        "raise DEADLINEDAY_HOST_SPACING and DEADLINEDAY_POLL_SHORTEST, or remove some feeds of this host",
    ),
    503: ("down for now (503)", ""),
}
_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a feed may cost. `max_bytes` bounds the body as sent and the body unpacked; `total` is the
    time from the first look-up to the last byte, redirects included; `redirects` how many are followed."""

    max_bytes: int = 10 * 2**20
    total: timedelta = timedelta(seconds=30)
    redirects: int = 5


_USUAL = Limits()


def user_agent(version: str, contact: str = "") -> str:
    """How we introduce ourselves. `contact` is an address of the owner that hosts may write to."""
    contact = re.sub(r"[^\x21-\x7e]|[()\\]", "", contact)[:200]
    return f"DeadlineDay/{version}" + (f" (+{contact})" if contact else "")


def open_session(
    *,
    user_agent: str,
    allow_private: bool = False,
    allowed_hosts: frozenset[str] = frozenset(),
    connections: int = 100,
    per_host: int = 4,
    resolver: AbstractResolver | None = None,
) -> ClientSession:
    """A session for `fetch`; to be closed by the caller.

    It reaches public addresses only, and besides them `allowed_hosts` ("host:port"), or everything with
    `allow_private`. It keeps no cookies, asks no proxy and unpacks nothing by itself. `connections` are
    open at a time, `per_host` of them to one host. `resolver` stands in for the system's; what it answers
    is checked all the same.
    """
    # asyncio gives each TLS connection a buffer of 256 KiB to read with, of this process's every connection.
    SSLProtocol.max_size = min(SSLProtocol.max_size, _TLS_BUFFER)
    gate = Gate(allow_private, frozenset(host.lower() for host in allowed_hosts))
    return ClientSession(
        connector=_GatedConnector(
            gate,
            resolver=GatedResolver(gate, resolver),
            limit=connections,
            limit_per_host=per_host,
            ttl_dns_cache=300,
        ),
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": user_agent, "Accept": _ACCEPT, "Accept-Encoding": ACCEPT_ENCODING},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=15),
        max_line_size=32768,
        max_field_size=32768,
    )


def fetch(
    session: ClientSession, feed: Feed, limits: Limits = _USUAL, *, keep: bool = True
) -> Coroutine[Any, Any, Page | None]:
    """Download a feed; None means that the host says nothing has changed (304).

    Sends the validators kept from last time. Raises FeedGone when the address is dead for good (410):
    stop polling it; FeedUnavailable for all that may pass: poll again later, `retry_after` at the earliest;
    FeedRefused where we do not go. Without `keep` the connection is closed afterwards: one to a host that is
    not asked again soon costs memory, a TLS one 256 KiB.
    """
    return fetch_address(
        session, feed.url, limits, etag=feed.etag, last_modified=feed.last_modified, keep=keep
    )


async def fetch_address(
    session: ClientSession,
    url: str,
    limits: Limits = _USUAL,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    keep: bool = True,
    may: Callable[[str], Awaitable[bool]] | None = None,
) -> Page | None:
    """Like `fetch`, for an address that is no feed of ours (yet); `may` says where redirects may lead."""
    connector = _connector(session)
    headers = {} if keep else {"Connection": "close"}
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    trip = _Trip(session, connector.gate, url, limits, headers, may)
    seconds = limits.total.total_seconds()
    try:
        with connector.deadlines.within(seconds):
            return await trip.run()
    except Overdue as error:
        advice = "raise DEADLINEDAY_FEED_TIMEOUT if the site is only slow, else remove it"
        reason = f"no whole answer within {seconds:g} seconds"
        raise FeedUnavailable(url, reason, advice=advice) from error
    except TimeoutError as error:
        raise FeedUnavailable(url, "the host does not accept connections in time") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise explained(url, error) from error


def gate_of(session: ClientSession) -> Gate:
    """Where this session goes. TypeError for one that `open_session` did not make."""
    return _connector(session).gate


def _connector(session: ClientSession) -> _GatedConnector:
    connector = session.connector
    if not isinstance(connector, _GatedConnector):
        raise TypeError("fetch needs a session that open_session made")
    return connector


class _GatedConnector(aiohttp.TCPConnector):
    def __init__(self, gate: Gate, **options: Any) -> None:
        super().__init__(**options)
        self.gate = gate
        self.deadlines = Deadlines()


class _Trip:
    """One request with the redirects that it meets."""

    def __init__(
        self,
        session: ClientSession,
        gate: Gate,
        url: str,
        limits: Limits,
        headers: dict[str, str],
        may: Callable[[str], Awaitable[bool]] | None = None,
    ) -> None:
        self.session = session
        self.gate = gate
        self.asked = url
        self.limits = limits
        self.headers = headers
        self.may = may
        self.moved_to: str | None = None
        self.permanent = True  # so far
        self.led = False  # somewhere else by a redirect

    async def run(self) -> Page | None:
        url, objection = _looked_at(self.gate, self.asked)
        seen: set[URL] = set()
        for _ in range(self.limits.redirects + 1):
            if objection:
                raise FeedRefused(self.asked, f"{objection}{self._through(url)}")
            response = await self.session.get(url, headers=self.headers, allow_redirects=False)
            try:  # `async with` would do the same in five more coroutines
                if response.status not in _REDIRECTS:
                    return await self._answer(response)
                seen.add(url)
                url = self._next(response, url)
                self.led = True
            finally:
                if not response.closed:  # as it is once its last byte has come
                    response.release()
            if url in seen:
                raise FeedRefused(self.asked, f"redirects in a circle{self._through(url)}", advice=_MOVED)
            objection = self.gate.objection(url)
            if self.may and not objection and not await self.may(str(url)):
                objection = "robots.txt keeps us out"
        raise FeedRefused(self.asked, f"more than {self.limits.redirects} redirects", advice=_MOVED)

    def _next(self, response: ClientResponse, url: URL) -> URL:
        location = response.headers.get("Location", "").strip()
        if not location:
            raise FeedUnavailable(self.asked, f"redirects to nowhere ({response.status})")
        try:
            target = url.join(URL(location)).with_fragment(None)
        except ValueError as error:
            raise FeedUnavailable(self.asked, "redirects to something that is no address") from error
        self.permanent = self.permanent and response.status in _PERMANENT
        if self.permanent:
            # The page is wanted whole this time, so that the move comes with it and can be remembered.
            self.headers = {name: value for name, value in self.headers.items() if name not in _VALIDATORS}
            self.moved_to = None if url.user or target.user else str(target)
        return target

    def _through(self, url: URL) -> str:
        return f" (redirected to {shown(str(url))})" if self.led else ""

    async def _answer(self, response: ClientResponse) -> Page | None:
        status = response.status
        if status == 304 and not self.headers.keys().isdisjoint(_VALIDATORS):
            return None
        if status == 410 and self.permanent:
            raise FeedGone(self.asked)
        if status not in (200, 203):
            raise FeedUnavailable(
                self.asked,
                _status_reason(status),
                _retry_after(response),
                at_least=_USUAL_WAITS.get(status),
                crowded=status in (429, 503),
                advice=_KNOWN.get(status, ("", ""))[1],
            )
        body = await self._body(response)
        return Page(
            url=str(response.url),
            body=body,
            content_type=response.headers.get("Content-Type", "")[:200],
            etag=_validator(response, "ETag"),
            last_modified=_validator(response, "Last-Modified"),
            moved_to=self.moved_to,
            body_hash=hash_of(body),
            received=datetime.now(UTC),
            fresh_for=_fresh_for(response),
            links=", ".join(response.headers.getall("Link", ()))[:8192],
        )

    async def _body(self, response: ClientResponse) -> bytes:
        limit = self.limits.max_bytes
        body = Body(response.headers.get("Content-Encoding", ""), limit)
        try:
            if (response.content_length or 0) > limit:
                raise TooLarge
            async for chunk in response.content.iter_any():
                body.feed(chunk)
            return body.finish()
        except TooLarge as error:
            response.close()
            advice = "add a smaller feed of the site, or raise DEADLINEDAY_FEED_MAX_BYTES"
            raise FeedUnavailable(self.asked, f"larger than {_size(limit)}", advice=advice) from error
        except BadEncoding as error:
            response.close()
            raise FeedUnavailable(self.asked, f"the answer cannot be unpacked: {error}") from error


@lru_cache(maxsize=20_000)
def _looked_at(gate: Gate, asked: str) -> tuple[URL, str | None]:
    """The address taken apart, and the gate's objection; the same for every poll of a feed."""
    url = URL(asked.strip())
    return url, gate.objection(url)


def _status_reason(status: int) -> str:
    """What a status means to the owner of the feed."""
    if status in _KNOWN:
        return _KNOWN[status][0]
    try:
        return f"answered {status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"answered {status}"


def _retry_after(response: ClientResponse) -> timedelta | None:
    """What the host asks for, in seconds or as a date by its own clock; None for nothing sensible."""
    written = response.headers.get("Retry-After", "").strip()
    try:
        if written.isdecimal():
            return min(timedelta(seconds=int(written[:12])), _LONGEST_WAIT)
        if not written:
            return None
        until = _http_date(written)
        now = _http_date(response.headers["Date"]) if "Date" in response.headers else datetime.now(UTC)
    except ValueError:
        return None
    return min(max(until - now, timedelta(0)), _LONGEST_WAIT)


def _fresh_for(response: ClientResponse) -> timedelta | None:
    """What Cache-Control says, else Expires; None for neither, and for an answer that is stale already."""
    control = response.headers.get("Cache-Control", "").lower()
    try:
        if match := _MAX_AGE.search(control):
            age = response.headers.get("Age", "").strip()
            seconds = int(match[1][:9]) - (int(age[:9]) if age.isdecimal() else 0)
            return min(timedelta(seconds=seconds), _LONGEST_WAIT) if seconds > 0 else None
        if "no-" in control or "Expires" not in response.headers:
            return None
        until = _http_date(response.headers["Expires"])
        now = _http_date(response.headers["Date"]) if "Date" in response.headers else datetime.now(UTC)
    except ValueError:
        return None
    return min(until - now, _LONGEST_WAIT) if until > now else None


def _http_date(written: str) -> datetime:
    """Raises ValueError for what is no date, and for one beyond all calendars."""
    try:
        when = parsedate_to_datetime(written)
    except OverflowError as error:
        raise ValueError("a date beyond all calendars") from error
    return when if when.tzinfo else when.replace(tzinfo=UTC)


def _validator(response: ClientResponse, name: str) -> str | None:
    value = response.headers.get(name, "").strip()
    return value if value and len(value) <= 500 and value.isprintable() and value.isascii() else None


def _size(count: int) -> str:
    return f"{count / 2**20:g} MiB" if count >= 2**20 else f"{count} bytes"


def explained(url: str, error: Exception) -> FeedError:
    """A library's exception in words that help; DNS, TLS and connection told apart."""
    match error:
        case ClientConnectorDNSError(os_error=NotPublic()):
            return FeedRefused(url, "the host lies in a private network")
        case ClientConnectorDNSError(os_error=socket.gaierror(errno=socket.EAI_AGAIN)):
            advice = "see whether this machine can look up names at all"
            return FeedUnavailable(url, "the host's name could not be looked up now", advice=advice)
        case ClientConnectorDNSError():
            advice = "look for a misprint in the address; the site may be no more: then remove it"
            return FeedUnavailable(url, "there is no such host", advice=advice)
        case ClientConnectorCertificateError():
            cause = error.certificate_error
            why = cause.verify_message if isinstance(cause, ssl.SSLCertVerificationError) else "not valid"
            advice = "tell the site, or remove the feed: nothing is read from a host that cannot be trusted"
            return FeedUnavailable(url, f"the host's certificate is not good: {why}", advice=advice)
        case ClientConnectorSSLError() | aiohttp.ClientSSLError() | ssl.SSLError():
            advice = "try the address with http:// in place of https://, or remove it"
            return FeedUnavailable(url, "no secure connection to the host (TLS)", advice=advice)
        case ClientConnectorError():
            return FeedUnavailable(url, "the host does not accept connections")
        case aiohttp.ServerDisconnectedError():
            return FeedUnavailable(url, "the host hung up without an answer")
        case aiohttp.ClientPayloadError():
            return FeedUnavailable(url, "the connection broke off in the middle of the page")
        case aiohttp.InvalidURL() | aiohttp.NonHttpUrlClientError() | ValueError():
            return FeedRefused(url, "not a usable address")
        case aiohttp.ClientResponseError():
            return FeedUnavailable(url, "the answer is no proper HTTP")
        case _:
            return FeedUnavailable(url, "the connection failed")
