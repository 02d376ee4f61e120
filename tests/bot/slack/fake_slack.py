"""A Slack on loopback: it keeps what is posted, enforces Slack's rules, and fails when it is told to.

Each rule stands where it is enforced, with the page of docs.slack.dev that it comes from.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import WSMsgType, web

from tests.bot.slack.fake_methods import METHODS, Wrong
from tests.bot.slack.nouns import Call, Conversation, Fault, Message, Team
from tests.bot.slack.referee import message_faults

ACK = 3.0
"""Seconds for an acknowledgement: docs.slack.dev/interactivity/handling-user-interaction"""

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # invented for the tests


class FakeSlack:
    """`between` is the time that a channel needs between two messages, in seconds."""

    def __init__(self, *, between: float = 0.0) -> None:
        self.teams: dict[str, Team] = {}
        self.conversations: dict[str, Conversation] = {}
        self.people: dict[str, dict[str, Any]] = {}
        self.messages: list[Message] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, Any]] = {}
        self.calls: list[Call] = []
        self.faults: dict[str, deque[Fault]] = defaultdict(deque)
        self.violations: list[str] = []
        self.late: list[str] = []
        self.triggers: dict[str, float] = {}
        self.uses: dict[str, int] = defaultdict(int)
        self.origins: dict[str, Message] = {}
        self.app_token = "xapp-1-test"
        self.codes: dict[str, str] = {}
        self.org_wide = False
        self.base = ""
        self.http: str | None = None
        self.connections = 0
        self.down = False
        self.changed = asyncio.Event()
        self.between = between
        self.looks_for = 0.0  # seconds in which an uploaded picture cannot be shown yet
        self.gives_metadata = True
        self.reads_again_after: float | None = (
            None  # seconds between two pages of 15, for who may read little
        )
        self.read_at: dict[str, float] = {}
        self.posted_at: dict[str, float] = {}
        self._numbers = itertools.count(1)
        self._sockets: list[web.WebSocketResponse] = []
        self._acks: dict[str, asyncio.Future[Any]] = {}
        self._clock = 1_790_000_000

    # What there is

    def team(self, id: str = "T1", token: str = "xoxb-test-1", **facts: Any) -> Team:
        team = Team(id, token, scopes=manifest_scopes(), **facts)
        self.teams[id] = team
        return team

    def channel(self, id: str = "C1", *, team: str = "T1", inside: bool = True, **facts: Any) -> Conversation:
        members = {"UADA", "UBEA"} | ({self.teams[team].bot_user} if inside else set())
        room = Conversation(id, team, facts.pop("name", id.lower()), members=members, **facts)
        self.conversations[id] = room
        return room

    def number(self) -> int:
        return next(self._numbers)

    def ts(self) -> str:
        return f"{int(time.time())}.{self.number():06d}"

    def keep(self, message: Message) -> None:
        self.messages.append(message)
        self.posted_at[message.channel] = time.monotonic()
        self.notice()

    def notice(self) -> None:
        self.changed.set()

    async def until(self, true: Callable[[], Any], seconds: float = 8) -> Any:
        """Wait until something holds that a call or an acknowledgement brings about."""
        async with asyncio.timeout(seconds):
            while not (found := true()):
                self.changed.clear()
                try:
                    async with asyncio.timeout(0.05):
                        await self.changed.wait()
                except TimeoutError:
                    pass
        return found

    def in_channel(self, channel: str) -> list[Message]:
        """What everybody sees there, threads included, in order."""
        return [m for m in self.messages if m.channel == channel and m.ephemeral_for is None]

    def shows_pictures_of(self, content: dict[str, Any]) -> bool:
        """Has Slack looked through every picture of the message?"""
        shown = [
            self.files.get(str(b["slack_file"].get("id")))
            for b in content.get("blocks") or []
            if "slack_file" in b
        ]
        return all(file and time.monotonic() - file.get("at", 0) >= self.looks_for for file in shown)

    def private_to(self, person: str) -> list[Message]:
        return [m for m in self.messages if m.ephemeral_for == person]

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    # The Web API

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        values = await _values(request)
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        team = next((t for t in self.teams.values() if t.token == token), None)
        self.calls.append(Call(method, values, team.id if team else None, time.monotonic()))
        self.notice()
        fault = self.faults[method].popleft() if self.faults[method] else Fault()
        if self.down or fault.cut == "before":
            return _cut(request)
        if fault.slow:
            await asyncio.sleep(fault.slow)
        if fault.retry_after is not None:
            return _json({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": str(fault.retry_after)})
        if fault.status != 200:
            return web.Response(status=fault.status, text="<html>trouble</html>", content_type="text/html")
        if fault.error:
            return _json({"ok": False, "error": fault.error, **fault.extra})
        answer, status, headers = self._carry_out(method, values, team, token, request)
        if fault.cut == "after":
            return _cut(request)
        return _json(answer, status, headers)

    def _carry_out(
        self, method: str, values: dict[str, Any], team: Team | None, token: str, request: web.Request
    ) -> tuple[dict[str, Any], int, dict[str, str]]:
        known = METHODS.get(method)
        if known is None:
            self.violations.append(f"{method} is no method")
            return {"ok": False, "error": "unknown_method"}, 200, {}
        headers = {"X-OAuth-Scopes": ",".join(sorted(team.scopes))} if team else {}
        try:
            known.check(self, team, token, request)
            answer = known.run(self, team, values)
        except Wrong as wrong:
            if wrong.violation:
                self.violations.append(f"{method}: {wrong.violation}")
            if wrong.error == "ratelimited":
                return {"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "1"}
            return {"ok": False, "error": wrong.error, **wrong.extra}, 200, headers
        return {"ok": True, **answer}, 200, headers

    async def _upload(self, request: web.Request) -> web.Response:
        self.files[request.match_info["file"]]["content"] = await request.read()
        return web.Response(text="OK - 10")

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """A file's bytes; the page to sign in on for who may not have them, as Slack does."""
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        team = next((t for t in self.teams.values() if t.token == token), None)
        if team is None or "files:read" not in team.scopes:
            raise web.HTTPFound("/signin")
        return web.Response(body=self.files[request.match_info["file"]]["content"], content_type="text/xml")

    def given(self, content: bytes, **facts: Any) -> dict[str, Any]:
        """A file that somebody uploaded, as it stands in an event and in a window's state."""
        id = f"F{self.number()}"
        url = f"{self.base}/files/{id}/feeds.opml"
        self.files[id] = {"name": "feeds.opml", "content": content, "facts": {}}
        file = {"id": id, "name": "feeds.opml", "size": len(content), "url_private_download": url, **facts}
        self.files[id]["facts"] = {**file, "url_private_download": url, "file_access": "visible"}
        return file

    async def _respond(self, request: web.Request) -> web.Response:
        """A response_url: five uses (docs.slack.dev/interactivity/handling-user-interaction)."""
        channel, person, id = (
            request.match_info["channel"],
            request.match_info["person"],
            request.match_info["id"],
        )
        if self.faults["response_url"]:
            return web.Response(status=self.faults["response_url"].popleft().status)
        self.uses[id] += 1
        if self.uses[id] > 5:
            return web.Response(status=404, text="used_url")
        content = await request.json()
        if faults := message_faults({**content, "unfurl_links": False, "unfurl_media": False}):
            self.violations += [f"response_url: {fault}" for fault in faults]
            return web.Response(status=400, text="invalid_blocks")
        private = content.get("response_type", "ephemeral") == "ephemeral"
        if not self.shows_pictures_of(content):
            return web.Response(status=400, text="invalid_blocks")
        message = Message(channel, self.ts(), content, ephemeral_for=person if private else None)
        origin = self.origins.get(id)
        if content.get("replace_original") and origin in self.messages:
            self.messages.remove(origin)
        self.messages.append(message)
        self.notice()
        return web.Response(text="ok")

    # Socket Mode: docs.slack.dev/apis/events-api/using-socket-mode

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        self._sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets)})
        self.notice()
        async for frame in socket:
            if frame.type is WSMsgType.TEXT:
                said = json.loads(frame.data)
                waiting = self._acks.get(said.get("envelope_id", ""))
                if waiting and not waiting.done():
                    waiting.set_result(said.get("payload"))
        if socket in self._sockets:
            self._sockets.remove(socket)
        return socket

    async def deliver(self, kind: str, payload: dict[str, Any], *, attempt: int = 0) -> Any:
        """Hand a payload to the bot, by socket or by signed HTTP; gives what it acknowledged with."""
        if self.http is not None:
            return await self._deliver_http(kind, payload)
        await self.until(lambda: self._sockets)
        envelope = f"envelope-{self.number()}"
        waiting: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._acks[envelope] = waiting
        content: dict[str, Any] = {"type": kind, "envelope_id": envelope, "payload": payload}
        if kind == "events_api":
            content |= {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        await self._sockets[-1].send_json({**content, "accepts_response_payload": kind != "events_api"})
        try:
            async with asyncio.timeout(ACK):
                return await waiting
        except TimeoutError:
            self.late.append(f"{kind} was not acknowledged within {ACK} s")
            return None

    async def _deliver_http(self, kind: str, payload: dict[str, Any]) -> Any:
        status, body = await self.send_signed(kind, payload)
        if status != 200:
            self.late.append(f"{kind} was answered with {status}")
        return json.loads(body) if body.startswith("{") else body

    async def send_signed(
        self, kind: str, payload: dict[str, Any], *, secret: str = SECRET, age: int = 0, tampered: str = "",
        signed: tuple[str, dict[str, str]] | None = None,
    ) -> tuple[int, str]:  # fmt: skip
        """One signed request (docs.slack.dev/authentication/verifying-requests-from-slack), or a bad one."""
        body, headers = signed or sign(kind, payload, secret=secret, age=age)
        started = time.monotonic()
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                f"{self.http}/slack/events", data=(body + tampered).encode(), headers=headers
            ) as answer,
        ):
            text = await answer.text()
        if time.monotonic() - started > ACK:
            self.late.append(f"{kind} was not answered within {ACK} s")
        return answer.status, text

    async def drop_sockets(self, how: str = "close") -> None:
        """End every socket: closed by Slack, cut without a word, or with a `disconnect` frame before."""
        for socket in list(self._sockets):
            if how == "disconnect":
                await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
            elif how == "close":
                await socket.close()
            else:
                transport = socket._req.transport if socket._req else None
                if transport:
                    transport.abort()
            if how != "disconnect" and socket in self._sockets:
                self._sockets.remove(socket)

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.close()


def manifest_scopes() -> set[str]:
    """What an app has that was made from our manifest."""
    path = Path(__file__).parents[3] / "slack" / "manifest.json"
    return set(json.loads(path.read_text(encoding="utf-8"))["oauth_config"]["scopes"]["bot"])


def sign(
    kind: str, payload: dict[str, Any], *, secret: str = SECRET, age: int = 0
) -> tuple[str, dict[str, str]]:
    """Body and headers of a request as Slack signs it."""
    if kind == "slash_commands":
        body, content_type = urlencode(payload), "application/x-www-form-urlencoded"
    elif kind == "interactive":
        body, content_type = urlencode({"payload": json.dumps(payload)}), "application/x-www-form-urlencoded"
    else:
        body, content_type = json.dumps(payload), "application/json"
    at = str(int(time.time()) - age)
    mac = hmac.new(secret.encode(), f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
    return body, {
        "X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={mac}", "Content-Type": content_type,
    }  # fmt: skip


async def _values(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    return {**request.query, **{k: v for k, v in (await request.post()).items() if isinstance(v, str)}}


def _json(content: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    return web.json_response(content, status=status, headers=headers)


def _cut(request: web.Request) -> web.Response:
    """The line is gone; nobody reads the answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


@asynccontextmanager
async def a_slack(**facts: Any) -> AsyncIterator[FakeSlack]:
    """A running fake with one workspace, one public channel and two people."""
    slack = FakeSlack(**facts)
    slack.team()
    slack.channel()
    slack.people = {"UADA": {"is_admin": True}, "UBEA": {}, "UCID": {}}
    served = web.Application()
    served.router.add_post("/api/{method}", slack._api)
    served.router.add_get("/api/{method}", slack._api)
    served.router.add_post("/upload/{file}", slack._upload)
    served.router.add_get("/files/{file}/feeds.opml", slack._download)
    served.router.add_post("/respond/{channel}/{person}/{id}", slack._respond)
    served.router.add_get("/socket", slack._socket)
    runner = web.AppRunner(served, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    slack.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield slack
    finally:
        await slack.close()
        await runner.cleanup()
