"""What can go wrong with a feed: one class for each thing that a caller can do about it.

`str(error)` is one line for the owner; `error.reason` is the same without the address. All of them survive
the way back from a worker process.
"""

from __future__ import annotations

import re
from datetime import timedelta

# What a person pastes into `feeds add` may hold a password or a private key: neither belongs in a log.
_USERINFO = re.compile(r"(?<=://)[^/?#]*@")
# Keywords and authors are none; an authorization is one.
_SECRET = re.compile(r"(?i)([?&][^=&#]*(?:key(?!word)|token|secret|auth(?!or(?!i))|pass|sig)[^=&#]*=)[^&#]*")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]+")


def shown(url: str) -> str:
    """The address as it may be shown or logged: no password, no key, no control characters, not endless."""
    bare = _SECRET.sub(r"\1…", _USERINFO.sub("", _UNPRINTABLE.sub("", url)))
    return bare if len(bare) <= 300 else bare[:299] + "…"


def holds_secret(url: str) -> bool:
    """Whether a password or a key seems to stand in the address, which `shown` leaves out."""
    return bool(_USERINFO.search(url) or _SECRET.search(url))


class FeedError(Exception):
    """A feed could not be read. `reason` is in words for its owner, and so is `advice`: what to do if that
    lasts, "" for what its class says (see `feeds.schedule.advice`).
    """

    def __init__(self, url: str, reason: str, *, advice: str = "") -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        return f"{shown(self.url)}: {self.reason}"


class FeedUnavailable(FeedError):
    """No usable answer now; there may be one later.

    `retry_after` is what the host asked for, if it did, `at_least` what such an answer usually means.
    `crowded` says that the host has too much to do, so that its other feeds should wait as well.
    """

    def __init__(
        self,
        url: str,
        reason: str,
        retry_after: timedelta | None = None,
        *,
        at_least: timedelta | None = None,
        crowded: bool = False,
        advice: str = "",
    ) -> None:
        super().__init__(url, reason, advice=advice)
        self.args = (url, reason, retry_after)
        self.retry_after = retry_after
        self.at_least = at_least
        self.crowded = crowded


class FeedGone(FeedError):
    """The host says that the feed is gone for good (410): stop asking."""

    def __init__(self, url: str, reason: str = "gone for good (410)") -> None:
        super().__init__(url, reason)


class NotAFeed(FeedError):
    """Something answered, but it is no feed. `found` are feed addresses that the page itself names."""

    def __init__(self, url: str, reason: str, found: tuple[str, ...] = ()) -> None:
        super().__init__(url, reason)
        self.args = (url, reason, found)
        self.found = found

    def __str__(self) -> str:
        if not self.found:
            return super().__str__()
        return f"{super().__str__()}; it names {', '.join(shown(url) for url in self.found[:5])}"


class FeedRefused(FeedError):
    """We do not go there: not http(s), an address inside a private network, a redirect that never ends."""
