"""The noun that is polled: an address, and what we remember of it between two polls."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime


class FeedState(enum.StrEnum):
    """`active` is polled, `paused` was stopped by hand, `gone` answered 410 and is not asked again."""

    ACTIVE = "active"
    PAUSED = "paused"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed and its polling state. All times are aware and in UTC.

    `primed` is False until the first good poll: that one fills the memory and alerts nobody.
    `etag` and `last_modified` are the validators of the last page whose entries were saved.
    `failures` counts the polls that failed since the last good one; `error` is the last one's
    reason in words for the owner, None while all is well, `error_since` when it began.
    `builtin` marks a default feed of the product, `added_by` who added the others, with the server or
    workspace in which it was ("slack:T1/U2"). `folder` is where it stood in the list that brought it, nested
    ones parted by "/".
    """

    id: int
    url: str
    title: str = ""
    lang: str | None = None
    builtin: bool = False
    added_by: str | None = None
    state: FeedState = FeedState.ACTIVE
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    primed: bool = False
    failures: int = 0
    error: str | None = None
    error_since: datetime | None = None
    last_poll: datetime | None = None
    last_ok: datetime | None = None
    next_poll: datetime | None = None
    folder: str | None = None
