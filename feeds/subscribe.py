"""Talking to a hub: what is asked of it, and whether what comes is its own. https://www.w3.org/TR/websub/"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta

import aiohttp
from aiohttp import ClientSession
from yarl import URL

from feeds.errors import FeedError, FeedRefused, FeedUnavailable
from feeds.fetch import explained, gate_of
from feeds.hub import Hub

LEASE = timedelta(days=10)
"""What is asked for; the hub decides."""

_SIGNED_WITH = ("sha1", "sha256", "sha384", "sha512")
_PATIENCE = 20.0  # seconds that a hub may take for its answer
_MOST_MOVES = 3


async def ask(session: ClientSession, hub: Hub, mode: str, callback: str, secret: str) -> None:
    """Ask to "subscribe" or "unsubscribe"; the hub asks back at `callback` whether that is meant.

    Raises FeedUnavailable where it may be tried again, FeedRefused where we do not go.
    """
    form = {"hub.mode": mode, "hub.topic": hub.topic, "hub.callback": callback}
    if mode == "subscribe":
        form |= {"hub.secret": secret, "hub.lease_seconds": str(int(LEASE.total_seconds()))}
    try:
        async with asyncio.timeout(_PATIENCE):
            await _post(session, hub, form)
    except FeedError:
        raise
    except TimeoutError as error:
        raise FeedUnavailable(hub.address, "the hub did not answer in time") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise explained(hub.address, error) from error


async def _post(session: ClientSession, hub: Hub, form: dict[str, str]) -> None:
    """Put it to the hub, or to where the hub says that it stands now."""
    url = URL(hub.address)
    for _ in range(_MOST_MOVES + 1):
        if objection := gate_of(session).objection(url):
            raise FeedRefused(hub.address, objection)
        async with session.post(url, data=form, allow_redirects=False) as answer:
            if 200 <= answer.status < 300:
                return
            if answer.status not in (307, 308) or "Location" not in answer.headers:
                raise FeedUnavailable(hub.address, f"the hub answered {answer.status}")
            url = _moved(url, answer.headers["Location"])
    raise FeedRefused(hub.address, f"the hub leads on more than {_MOST_MOVES} times")


def _moved(url: URL, location: str) -> URL:
    """Where a hub says that it stands now. Raises FeedRefused where the secret would go there in the open."""
    moved = url.join(URL(location))
    if url.scheme == "https" and moved.scheme != "https":
        raise FeedRefused(str(url), "the hub leads from https to where anybody could read along")
    return moved


def is_signed(body: bytes, secret: str, headers: Mapping[str, str]) -> bool:
    """Whether the body comes from who knows the secret."""
    method, _, signature = headers.get("X-Hub-Signature", "").partition("=")
    if method not in _SIGNED_WITH:
        return False
    meant = hmac.new(secret.encode(), body, getattr(hashlib, method)).hexdigest()
    return hmac.compare_digest(meant.encode(), signature.strip().lower().encode("utf-8", "replace"))
