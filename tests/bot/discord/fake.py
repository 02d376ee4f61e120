"""A loopback Discord: HTTP API and gateway with the platform's rules, faults on demand, people who act."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import web

from tests.bot.discord import routes
from tests.bot.discord.gateway import Gateway
from tests.bot.discord.referee import Referee, a_referee
from tests.bot.discord.rules import Broken, Refused
from tests.bot.discord.town import THREADS, Json, Town

TOKEN = "MTIz.fake.token-of-a-test"
API = "/api/v10"
GLOBAL = 50
"""Requests a second, those that answer interactions aside.
https://docs.discord.com/developers/topics/rate-limits#global-rate-limit"""


@dataclass
class Trouble:
    """A fault for the next `times` requests of `method` whose path holds `holds`.

    `how` is a status ("503"), "429" (with `via`, from Discord itself), "cut before" or "cut after" the
    request did its work.
    """

    how: str
    method: str = "POST"
    holds: str = "/messages"
    times: int = 1
    via: bool = True
    retry_after: float = 0.2


@dataclass
class Called:
    """An interaction: who asked what, and what came back."""

    id: str
    token: str
    data: Json
    made: float
    acknowledged: float | None = None
    deferred: bool = False
    choices: list[Json] | None = None
    messages: list[Json] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    original: Json | None = None
    target: Json | None = None


class Fake:
    """The whole of it. Objections are rules that the bot broke, each a line; a test wants none."""

    def __init__(self, *, strict: bool = True) -> None:
        self.town = Town()
        self.gateway = Gateway(self.town, TOKEN)
        self.referee: Referee | None = a_referee() if strict else None
        self.commands: list[Json] = []
        self.syncs = 0
        self.called: dict[str, Called] = {}
        self.troubles: list[Trouble] = []
        self.objections: list[str] = []
        self.log: list[str] = []
        self.times: list[float] = []  # of the requests that count towards the limit over all
        self.nonces: dict[str, tuple[float, Json]] = {}
        self.nonce_window = 300.0
        self.bucket = (5, 5.0)  # so many messages in so many seconds, for each channel
        self.shards = 1
        self.crossposted: list[str] = []
        self.files: dict[str, bytes] = {}
        self.old_edit: Json = {"retry_after": 0.01, "global": False}
        self._recent: deque[float] = deque()
        self._buckets: dict[str, deque[float]] = defaultdict(deque)
        self.port = 0

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}{API}"

    @property
    def gateway_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/gw"

    def trouble(self, how: str, **more: Any) -> Trouble:
        made = Trouble(how, **more)
        self.troubles.append(made)
        return made

    def count(self, method: str, holds: str = "") -> int:
        """How many such requests came in."""
        return sum(row.startswith(method + " ") and holds in row for row in self.log)

    def file(self, name: str, content: bytes) -> Json:
        """A file that somebody attaches."""
        id = self.town.ids()
        self.files[id] = content
        return {
            "id": id, "filename": name, "size": len(content), "url": f"{self.api}/cdn/{id}",
            "proxy_url": f"{self.api}/cdn/{id}", "content_type": "text/x-opml",
        }  # fmt: skip

    async def serve_file(self, request: web.Request) -> web.Response:
        content = self.files.get(request.match_info["id"])
        return web.Response(status=404) if content is None else web.Response(body=content)

    # What happens on a server

    async def forbid(self, channel: Json, who: Json, *names: str) -> None:
        """Deny a role or a person these permissions in the channel; without names, none any more."""
        deny = discord.Permissions(**dict.fromkeys(names, True)).value
        rows = [row for row in channel["permission_overwrites"] if row["id"] != who["id"]]
        if names:
            kind = 1 if "username" in who else 0
            rows.append({"id": who["id"], "type": kind, "allow": "0", "deny": str(deny)})
        channel["permission_overwrites"] = rows
        await self.gateway.tell("CHANNEL_UPDATE", channel, guild=channel["guild_id"])

    async def delete(self, channel: Json) -> None:
        del self.town.channels[channel["id"]]
        event = "THREAD_DELETE" if channel["type"] in THREADS else "CHANNEL_DELETE"
        await self.gateway.tell(event, channel, guild=channel["guild_id"])

    async def remove_bot(self, guild: Json) -> None:
        """The bot is thrown out of the server."""
        del self.town.members[guild["id"], self.town.bot["id"]]
        await self.gateway.tell("GUILD_DELETE", {"id": guild["id"]}, guild=guild["id"])

    async def add_bot(self, guild: Json) -> None:
        self.town.join(guild, self.town.bot)
        await self.gateway.tell("GUILD_CREATE", self.town.as_created(guild), guild=guild["id"])

    # The server

    async def answer(
        self, request: web.Request, handler: Callable[..., Awaitable[Any]]
    ) -> web.StreamResponse:
        """One request from its rules to its reply."""
        path = request.path.removeprefix(API)
        self.log.append(f"{request.method} {path}")
        body, files = await _read(request)
        trouble = self._trouble(request.method, path)
        if trouble is not None and trouble.how == "cut before":
            return _cut(request)
        try:
            if trouble is not None and trouble.how.isdigit():
                return _troubled(trouble)
            self._authorized(request, path)
            limited = self._limit(request, path)
            if limited is not None:
                return limited
            self._judge_request(request.method, path, body, files)
            status, reply = await handler(self, request, body, files)
        except Refused as refused:
            status, reply = refused.status, refused.body
        except Broken as broken:
            self.objections.append(f"{request.method} {path}: {broken}")
            status, reply = 400, {"message": str(broken), "code": broken.code}
        if trouble is not None and trouble.how == "cut after":
            return _cut(request)
        if self.referee is not None:
            self.referee.reply(request.method, path, status, reply)
        return _reply(status, reply, self._headers(request, path))

    def _judge_request(self, method: str, path: str, body: Any, files: dict[str, bytes]) -> None:
        if self.referee is not None:
            self.referee.request(method, path, body, multipart=bool(files))

    def _authorized(self, request: web.Request, path: str) -> None:
        if path.startswith(("/interactions/", "/webhooks/")):
            return
        if request.headers.get("Authorization") != f"Bot {TOKEN}":
            raise Refused(401, 0, "401: Unauthorized")

    def _trouble(self, method: str, path: str) -> Trouble | None:
        for trouble in self.troubles:
            if trouble.times > 0 and trouble.method == method and trouble.holds in path:
                trouble.times -= 1
                return trouble
        return None

    def _limit(self, request: web.Request, path: str) -> web.Response | None:
        """Discord's limits: over everything, and over the messages of one channel."""
        if path.startswith(("/interactions/", "/webhooks/")):
            return None
        now = asyncio.get_running_loop().time()
        while self._recent and now - self._recent[0] >= 1.0:
            self._recent.popleft()
        if len(self._recent) >= GLOBAL:
            self.objections.append(f"more than {GLOBAL} requests in a second")
            return _limited(1.0 - (now - self._recent[0]), everywhere=True)
        self._recent.append(now)
        self.times.append(now)
        if request.method != "POST" or not path.endswith("/messages"):
            return None
        most, span = self.bucket
        mine = self._buckets[path]
        while mine and now - mine[0] >= span:
            mine.popleft()
        if len(mine) >= most:
            return _limited(span - (now - mine[0]))
        mine.append(now)
        return None

    def _headers(self, request: web.Request, path: str) -> dict[str, str]:
        if request.method != "POST" or not path.endswith("/messages"):
            return {}
        now = asyncio.get_running_loop().time()
        most, span = self.bucket
        mine = self._buckets[path]
        after = max(0.0, span - (now - mine[0])) if mine else span
        return {
            "X-RateLimit-Bucket": "messages", "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(max(0, most - len(mine))), "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Reset": f"{self.town.now() + after:.3f}",
        }  # fmt: skip


async def _read(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    """The JSON of a request, and its files by name."""
    files: dict[str, bytes] = {}
    if request.content_type == "multipart/form-data":
        body: Any = None
        async for part in await request.multipart():
            if part.name == "payload_json":  # type: ignore[union-attr]
                body = json.loads(await part.text())  # type: ignore[union-attr]
            else:
                files[part.filename or ""] = bytes(await part.read())  # type: ignore[union-attr]
        return body, files
    text = await request.text()
    return (json.loads(text) if text else None), files


def _reply(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    # Discord says application/json and no charset; discord.py takes nothing else for JSON.
    shown = {"Via": "1.1 google", **(headers or {})}
    if body is None:
        return web.Response(status=status, headers=shown)
    shown["Content-Type"] = "application/json"
    return web.Response(status=status, body=json.dumps(body).encode(), headers=shown)


def _limited(after: float, *, everywhere: bool = False) -> web.Response:
    body = {"message": "You are being rate limited.", "retry_after": round(max(after, 0.05), 3),
            "global": everywhere, "code": 0}  # fmt: skip
    scope = "global" if everywhere else "user"
    return _reply(429, body, {"Retry-After": str(int(after) + 1), "X-RateLimit-Scope": scope})


def _troubled(trouble: Trouble) -> web.Response:
    status = int(trouble.how)
    if status != 429:
        return web.Response(status=status, text="<html>trouble</html>", content_type="text/html")
    if trouble.via:
        return _limited(trouble.retry_after)
    return web.Response(
        status=429, text="error code: 1015", headers={"Retry-After": str(trouble.retry_after)}
    )


def _cut(request: web.Request) -> web.Response:
    """Close the line without an answer."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


@asynccontextmanager
async def a_discord(*, strict: bool = True) -> AsyncIterator[Fake]:
    """A running fake on a port of its own."""
    fake = Fake(strict=strict)
    app = web.Application(client_max_size=30 * 1024 * 1024)
    app.router.add_get("/gw", fake.gateway.connect)
    app.router.add_get("/gw/", fake.gateway.connect)
    app.router.add_get(API + "/cdn/{id}", fake.serve_file)
    routes.add(app, fake)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.port = runner.addresses[0][1]
    fake.gateway.url = fake.gateway_url
    try:
        yield fake
    finally:
        await fake.gateway.close()
        await runner.cleanup()
