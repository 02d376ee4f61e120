"""The noun that leaves this package: one article out of a feed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as a feed carried it, with its text taken out of the markup.

    `key` is what makes two sightings one entry, over all feeds (see `feeds.identity`).
    `text` is plain: paragraphs are parted by a blank line, bullets begin with "- ".
    `published` and `updated` are aware and in UTC; None where the feed gave none or nonsense.
    `lang` is an ISO 639-1 code, None where nobody said. `outlet` is who publishes the article:
    the entry's own source where the feed is an aggregate, else the feed's title.
    `content_hash` changes when title or text change in a way that a reader would notice.
    """

    key: str
    title: str
    text: str = ""
    link: str | None = None
    guid: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    author: str | None = None
    lang: str | None = None
    outlet: str | None = None
    content_hash: str = ""
