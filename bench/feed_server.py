"""A thousand made-up feeds on loopback, from memory: with validators on one port, without on the next.

usage: python bench/feed_server.py PORT [--feeds 1000] [--items 30]

GET /N.xml is a feed; POST /bump puts a new article into every fiftieth. Runs until its input ends.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from random import Random
from xml.sax.saxutils import escape

_SAID = (
    "manager keeper left-back scout chairman board agent window winter spring form knee hamstring contract "
    "clause loan option bench derby cup final table point draw win defeat stadium ticket fans training youth "
    "academy captain armband penalty header cross tackle press shape wing midfield striker number value offer"
)
_WORDS = _SAID.split()
_NAMES = ("Orrin Vale", "Tomás Núñez", "Léo Brandt", "Jakub Żak", "Sam O’Dell", "Emre Çakır", "Ada Sørli")
# Room for five hundred bumps: a page with an article dated ahead is parsed in full each time it changes.
_START = datetime.now(UTC).replace(microsecond=0) - timedelta(days=2)


def _sentence(dice: Random) -> str:
    words = dice.choices(_WORDS, k=dice.randrange(9, 24))
    if dice.random() < 0.3:
        words[dice.randrange(len(words))] = dice.choice(_NAMES)
    return " ".join(words).capitalize() + "."


def _paragraphs(dice: Random, count: int) -> str:
    parts = []
    for _ in range(count):
        text = " ".join(_sentence(dice) for _ in range(dice.randrange(1, 3)))
        if dice.random() < 0.3:
            text += f' <a href="https://paper.example/tag/{dice.randrange(999)}">more</a>'
        if dice.random() < 0.1:
            text = f'<strong>{text}</strong><img src="/p/{dice.randrange(99)}.jpg" alt="a picture"/>'
        parts.append(f"<p>{text}</p>")
    return "\n".join(parts)


def article(feed: int, number: int) -> str:
    """One item or entry; the same for the same numbers."""
    dice = Random(feed * 100_003 + number)
    title = escape(_sentence(dice)[:-1])
    when = _START + timedelta(minutes=5 * number - feed % 60)
    link = f"https://paper{feed}.example/football/{number}"
    teaser, body = _paragraphs(dice, 1), _paragraphs(dice, dice.randrange(3, 8))
    if feed % 3 == 0:
        return (
            f'<entry><title type="html">{title}</title><link href="{link}"/>'
            f"<id>tag:p{feed}.example,2026:{number}</id><published>{when.isoformat()}</published>"
            f"<updated>{when.isoformat()}</updated>"
            f"<author><name>{dice.choice(_NAMES)}</name></author>"
            f"<summary type='html'>{escape(teaser)}</summary>"
            f"<content type='html'>{escape(body)}</content></entry>\n"
        )
    return (
        f'<item><title>{title}</title><link>{link}</link><guid isPermaLink="false">{feed}-{number}</guid>'
        f"<pubDate>{format_datetime(when)}</pubDate><dc:creator>{dice.choice(_NAMES)}</dc:creator>"
        f"<category>{dice.choice(_WORDS)}</category><description><![CDATA[{teaser}]]></description>"
        f"<content:encoded><![CDATA[{body}]]></content:encoded></item>\n"
    )


def page(feed: int, newest: int, items: int) -> bytes:
    """The feed's page with its newest articles on top."""
    body = "".join(article(feed, number) for number in range(newest, newest - items, -1))
    if feed % 3 == 0:
        head = (
            f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Paper {feed}</title>'
            f'<link href="https://paper{feed}.example/"/>'
        )
        return f'<?xml version="1.0" encoding="utf-8"?>\n{head}{body}</feed>'.encode()
    head = (
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>Paper {feed}</title><link>https://paper{feed}.example/</link><language>en</language>"
    )
    return f'<?xml version="1.0" encoding="utf-8"?>\n{head}{body}</channel></rss>'.encode()


class Papers:
    """All pages, and how often each was bumped."""

    def __init__(self, feeds: int, items: int) -> None:
        self.items = items
        self.newest = [items] * feeds
        self.pages = [page(feed, items, items) for feed in range(feeds)]

    def bump(self) -> None:
        for feed in range(0, len(self.pages), 50):
            self.newest[feed] += 1
            self.pages[feed] = page(feed, self.newest[feed], self.items)

    def answer(self, method: bytes, path: bytes, head: bytes, *, validates: bool) -> bytes:
        if method == b"POST":
            self.bump()
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        feed = int(path[1:].partition(b".")[0])
        tag = b'"%d-%d"' % (feed, self.newest[feed])
        if validates and tag in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: %b\r\n\r\n" % tag
        body = self.pages[feed]
        known = b"ETag: %b\r\n" % tag if validates else b""
        return b"HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n%bContent-Length: %d\r\n\r\n%b" % (
            known, len(body), body,
        )  # fmt: skip


class _Talk(asyncio.Protocol):
    def __init__(self, papers: Papers, *, validates: bool) -> None:
        self.papers = papers
        self.validates = validates
        self.data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self.data += data
        while (end := self.data.find(b"\r\n\r\n")) >= 0:
            head, self.data = self.data[:end], self.data[end + 4 :]
            method, path, _ = head.split(b" ", 2)
            self.transport.write(self.papers.answer(method, path, head, validates=self.validates))
            if b"connection: close" in head.lower():
                self.transport.close()


async def _serve(port: int, feeds: int, items: int) -> None:
    loop, papers = asyncio.get_running_loop(), Papers(feeds, items)
    for offset, validates in ((0, True), (1, False)):
        await loop.create_server(
            lambda v=validates: _Talk(papers, validates=v), "127.0.0.1", port + offset, backlog=1024
        )
    mean = sum(map(len, papers.pages)) // feeds
    print(f"{feeds} feeds of {mean} bytes on port {port} and, without validators, {port + 1}", flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("port", type=int)
    options.add_argument("--feeds", type=int, default=1000)
    options.add_argument("--items", type=int, default=30)
    given = options.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(given.port, given.feeds, given.items))
