"""A body unpacked while it comes, with a limit on both of its sizes."""

from __future__ import annotations

import sys
import zlib
from typing import Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ACCEPT_ENCODING = "gzip, deflate, br, zstd"
_STEP = 1 << 18  # bytes unpacked at a time


class TooLarge(Exception):
    """The body is larger than allowed, as sent or unpacked."""


class BadEncoding(Exception):
    """The body is not packed in the way that the header says."""


class _Unpacker(Protocol):
    def take(self, data: bytes, room: int) -> bytes: ...


class Body:
    """Bytes in, an unpacked body out: at most `max_bytes` of either.

    What the header says is believed only where the first bytes agree: hosts forget to pack, and pack
    without saying so.
    """

    def __init__(self, encoding: str, max_bytes: int) -> None:
        self._encodings = [name for name in encoding.lower().replace(" ", "").split(",") if name]
        self._max = max_bytes
        self._received = 0
        self._size = 0
        self._chunks: list[bytes] = []
        self._unpacker: _Unpacker | None = None
        self._started = False
        self._head = b""

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises TooLarge or BadEncoding."""
        self._received += len(data)
        if self._received > self._max:
            raise TooLarge
        if not self._started:
            self._head += data
            if len(self._head) < 4:
                return
            data, self._head = self._head, b""
            self._start(data)
        self._take(data)

    def finish(self) -> bytes:
        """The whole body. A packed body that breaks off gives what could be unpacked."""
        if self._head:
            self._start(self._head)
            self._take(self._head)
        return b"".join(self._chunks)

    def _start(self, head: bytes) -> None:
        self._started = True
        packings = [name for name in self._encodings if name != "identity"]
        if len(packings) > 1:
            raise BadEncoding(f"packed {len(packings)} times over")
        self._unpacker = _unpacker(packings[0] if packings else "", head)

    def _take(self, data: bytes) -> None:
        try:
            while True:
                room = min(_STEP, self._max - self._size + 1)
                chunk = self._unpacker.take(data, room) if self._unpacker else data
                self._size += len(chunk)
                if self._size > self._max:
                    raise TooLarge
                self._chunks.append(chunk)
                data = b""
                if self._unpacker is None or not chunk:
                    return
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            raise BadEncoding(str(error)) from error


def _unpacker(encoding: str, head: bytes) -> _Unpacker | None:
    if head[:2] == b"\x1f\x8b":
        return _Zlib(zlib.MAX_WBITS | 16)
    if head[:4] == b"\x28\xb5\x2f\xfd":
        return _Zstd()
    if encoding in ("deflate", "x-deflate") and not _looks_plain(head):
        # Half of the hosts that say deflate send it without the zlib header.
        wrapped = head[0] & 0x0F == 8 and (head[0] << 8 | head[1]) % 31 == 0
        return _Zlib(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS)
    if encoding == "br" and not _looks_plain(head):
        return _Brotli()
    if encoding in ("", "gzip", "x-gzip", "zstd", "deflate", "x-deflate", "br"):
        return None
    raise BadEncoding(f"packed as {encoding[:20]!r}")


def _looks_plain(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"<", b"{") and head.isascii()


class _Zlib:
    def __init__(self, window: int) -> None:
        self._inner = zlib.decompressobj(window)

    def take(self, data: bytes, room: int) -> bytes:
        if self._inner.eof:
            return b""
        return self._inner.decompress(self._inner.unconsumed_tail + data, room)


class _Zstd:
    def __init__(self) -> None:
        self._inner = zstd.ZstdDecompressor()

    def take(self, data: bytes, room: int) -> bytes:
        if self._inner.eof or (not data and self._inner.needs_input):
            return b""
        return self._inner.decompress(data, room)


class _Brotli:
    def __init__(self) -> None:
        self._inner = brotli.Decompressor()

    def take(self, data: bytes, room: int) -> bytes:
        if self._inner.is_finished():
            return b""
        out: bytes = self._inner.process(data, output_buffer_limit=room)
        return out
