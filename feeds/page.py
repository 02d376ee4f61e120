"""A page as it came over the wire, and what the next request needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import xxhash


@dataclass(frozen=True, slots=True)
class Page:
    """The answer of a feed's address, unpacked but not yet decoded. Can be pickled.

    `url` is where the page was found in the end, the base of its relative links. `moved_to` is set when
    the way there was a permanent redirect: ask there from now on. `body_hash` tells an unchanged body.
    `received` is aware, in UTC, when the last byte had come; None for a page that came from elsewhere.
    `fresh_for` is how long the host says that the answer stays good, None where it does not say. `links` are
    its Link headers.
    """

    url: str
    body: bytes
    content_type: str = ""
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    body_hash: str = ""
    received: datetime | None = None
    fresh_for: timedelta | None = None
    links: str = ""


def hash_of(body: bytes) -> str:
    """The fingerprint kept in `Feed.body_hash`."""
    return xxhash.xxh3_128_hexdigest(body)
