"""The gateway of the loopback Discord: HELLO, IDENTIFY, RESUME, heartbeats, and what a test makes of it.

https://docs.discord.com/developers/events/gateway
"""

from __future__ import annotations

import asyncio
import json
import secrets
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.bot.discord.town import Json, Town

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
_PRIVILEGED = (1 << 1) | (1 << 8) | (1 << 15)  # members, presences, message content
_MESSAGES = {True: 1 << 9, False: 1 << 12}  # in servers, in direct messages


def _zlib() -> Callable[[bytes], bytes]:
    pack = zlib.compressobj()
    return lambda content: pack.compress(content) + pack.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Callable[[bytes], bytes]:
    pack = zstd.ZstdCompressor()
    return lambda content: pack.compress(content, zstd.ZstdCompressor.FLUSH_BLOCK)


_PACKS = {"zlib-stream": _zlib, "zstd-stream": _zstd}


class Wire:
    """A socket, its messages packed as the client asked for.

    https://docs.discord.com/developers/events/gateway#transport-compression
    """

    def __init__(self, socket: web.WebSocketResponse, packed: str | None) -> None:
        self.socket = socket
        self._pack = _PACKS[packed]() if packed in _PACKS else None

    async def send(self, told: Json) -> None:
        if self._pack is None:
            await self.socket.send_json(told)
        else:
            await self.socket.send_bytes(self._pack(json.dumps(told).encode()))

    async def close(self, code: int = 1000) -> None:
        await self.socket.close(code=code)


@dataclass
class Session:
    """What one client identified as; it outlives its socket for a RESUME."""

    id: str
    intents: int
    shard: tuple[int, int]
    sent: list[Json] = field(default_factory=list)
    wire: Wire | None = None


class Gateway:
    """All sessions. `refuse` is how many connections are turned away before one is taken."""

    def __init__(self, town: Town, token: str) -> None:
        self._town = town
        self._token = token
        self.sessions: dict[str, Session] = {}
        self.refuse = 0
        self.identified = 0
        self.resumed = 0
        self.url = ""
        self.joined = asyncio.Event()

    async def connect(self, request: web.Request) -> web.StreamResponse:
        """One socket, until it ends."""
        if self.refuse:
            self.refuse -= 1
            return web.Response(status=503)
        socket = web.WebSocketResponse(max_msg_size=4096)
        await socket.prepare(request)
        wire = Wire(socket, request.query.get("compress"))
        await wire.send({"op": HELLO, "d": {"heartbeat_interval": 41250}, "s": None, "t": None})
        session: Session | None = None
        async for frame in socket:
            if frame.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                break
            told = json.loads(frame.data)
            if told["op"] == HEARTBEAT:
                await wire.send({"op": ACK, "d": None, "s": None, "t": None})
            elif told["op"] == IDENTIFY:
                session = await self._identify(wire, told["d"])
            elif told["op"] == RESUME:
                session = await self._resume(wire, told["d"])
        if session is not None and session.wire is wire:
            session.wire = None
        return socket

    async def _identify(self, wire: Wire, d: Json) -> Session | None:
        if d["token"] != self._token:
            await wire.close(4004)
            return None
        if d["intents"] & _PRIVILEGED:
            await wire.close(4014)
            return None
        session = Session(secrets.token_hex(8), d["intents"], tuple(d.get("shard") or (0, 1)), wire=wire)
        self.sessions[session.id] = session
        self.identified += 1
        guilds = [guild for guild in self._members() if self._is_of(session, guild["id"])]
        ready = {
            "v": 10, "user": {**self._town.bot, "mfa_enabled": False, "verified": True, "email": None},
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in guilds],
            "session_id": session.id, "resume_gateway_url": self.url, "session_type": "normal",
            "shard": list(session.shard), "private_channels": [], "relationships": [],
            "application": {"id": self._town.application["id"], "flags": 0}, "_trace": [],
            "geo_ordered_rtc_regions": [], "user_settings": {}, "presences": [], "guild_join_requests": [],
        }  # fmt: skip
        await self._send(session, "READY", ready)
        for created in self._town.all_created(guilds):
            await self._send(session, "GUILD_CREATE", created)
        self.joined.set()
        return session

    async def _resume(self, wire: Wire, d: Json) -> Session | None:
        session = self.sessions.get(d["session_id"])
        if session is None or d["token"] != self._token:
            await wire.send({"op": INVALID, "d": False, "s": None, "t": None})
            return None
        session.wire = wire
        self.resumed += 1
        for event in session.sent[d["seq"] :]:
            await wire.send(event)
        await self._send(session, "RESUMED", {"_trace": []})
        self.joined.set()
        return session

    async def tell(self, event: str, data: Json, *, guild: str | None = None) -> None:
        """Send an event to every session that it concerns."""
        for session in list(self.sessions.values()):
            if not self._is_of(session, guild):
                continue
            if event == "MESSAGE_CREATE" and not session.intents & _MESSAGES[guild is not None]:
                continue
            await self._send(session, event, data)

    async def _send(self, session: Session, event: str, data: Json) -> None:
        told = {"op": DISPATCH, "t": event, "s": len(session.sent) + 1, "d": data}
        session.sent.append(told)
        if session.wire is not None and not session.wire.socket.closed:
            try:
                await session.wire.send(told)
            except ConnectionError:
                session.wire = None

    # What a test does to it

    async def drop(self, code: int = 4000) -> None:
        """Close every socket; sessions can be resumed."""
        self.joined.clear()
        for session in list(self.sessions.values()):
            if session.wire is not None:
                await session.wire.close(code)

    async def ask_to_reconnect(self) -> None:
        """Op 7."""
        self.joined.clear()
        await self._op({"op": RECONNECT, "d": None, "s": None, "t": None})

    async def invalidate(self) -> None:
        """Op 9, not resumable."""
        self.joined.clear()
        wires = [session.wire for session in self.sessions.values()]
        self.sessions.clear()
        for wire in filter(None, wires):
            await wire.send({"op": INVALID, "d": False, "s": None, "t": None})

    async def _op(self, told: dict[str, Any]) -> None:
        for session in list(self.sessions.values()):
            if session.wire is not None:
                await session.wire.send(told)

    async def close(self) -> None:
        for session in self.sessions.values():
            if session.wire is not None:
                await session.wire.close()

    def _members(self) -> list[Json]:
        me = self._town.bot["id"]
        return [guild for guild in self._town.guilds.values() if (guild["id"], me) in self._town.members]

    @staticmethod
    def _is_of(session: Session, guild: str | None) -> bool:
        shard, shards = session.shard
        return (int(guild) >> 22) % shards == shard if guild else shard == 0
