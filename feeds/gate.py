"""Where we go: public addresses only, unless the owner says otherwise.

The check is made on what a name resolves to, in the resolver that the connector uses, so that a name which
turns private between two look-ups (DNS rebinding) is refused like one that is private from the start.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_SITE_LOCAL = ipaddress.ip_network("fec0::/10")


class NotPublic(OSError):
    """The name leads only to addresses where we do not go."""


@dataclass(frozen=True, slots=True)
class Gate:
    """`allowed` are "host:port" as they stand in the address, in lower case ("[::1]:8080")."""

    allow_private: bool = False
    allowed: frozenset[str] = frozenset()

    def admits(self, host: str, port: int) -> bool:
        """Whether this host is exempt from the check."""
        host = f"[{host}]" if ":" in host else host
        return self.allow_private or f"{host.lower().rstrip('.')}:{port}" in self.allowed

    def objection(self, url: URL) -> str | None:
        """Why the address is refused as it stands, None if it may be resolved."""
        if url.scheme not in ("http", "https"):
            return "only http and https addresses are read"
        if not url.host:
            return "the address names no host"
        try:
            port = url.port
        except ValueError:
            return "the address has an impossible port"
        if self.admits(url.host, port or 0):
            return None
        try:
            public = is_public(url.host)
        except ValueError:
            return None  # a name: the resolver looks
        return None if public else "the address lies in a private network"


class GatedResolver(AbstractResolver):
    """The system's resolver, keeping only the addresses where the gate lets us go."""

    def __init__(self, gate: Gate, inner: AbstractResolver | None = None) -> None:
        self.gate = gate
        self._inner = inner or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        if self.gate.admits(host, port):
            return found
        public = [result for result in found if is_public(result["host"])]
        if found and not public:
            raise NotPublic(f"{host} lies in a private network")
        return public

    async def close(self) -> None:
        await self._inner.close()


def is_public(host: str) -> bool:
    """Whether an IP address is one of the open internet. Raises ValueError for a name.

    Addresses that carry an IPv4 address inside are judged by that one.
    """
    ip = ipaddress.ip_address(host.strip("[]").split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if ip in _SITE_LOCAL:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)
