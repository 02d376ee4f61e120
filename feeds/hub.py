"""WebSub: the hub that tells at once when a feed has changed. https://www.w3.org/TR/websub/"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from feeds.identity import address as usable
from feeds.markup import tags
from feeds.page import Page

_LINK = re.compile(r"<([^<>]{1,2048})>((?:\s*;\s*[\w!#$&+.^`|~-]+\s*=\s*(?:\"[^\"<>]*\"|[^\s\";,<>]+))*)")
_REL = re.compile(r";\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\";,]+))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hub:
    """`address` is where one subscribes, `topic` the name under which the hub knows the feed."""

    address: str
    topic: str


def hub_of(page: Page, head: str) -> Hub | None:
    """The hub that a page names, in its headers or else in `head`, what stands before its first entry."""
    named: dict[str, str] = {}
    for address, parameters in _LINK.findall(page.links):
        rel = _REL.search(parameters)
        for word in (rel[1] or rel[2]).lower().split() if rel else ():
            named.setdefault(word, address)
    if "hub" not in named and "hub" in head.lower():
        for prefix in ("", "atom:", "atom10:", "a10:"):
            for tag in tags(head, f"{prefix}link"):
                for word in tag.get("rel", "").lower().split():
                    named.setdefault(word, tag.get("href", ""))
    address = _absolute(named.get("hub"), page.url)
    topic = _absolute(named.get("self"), page.url) or page.url
    return Hub(address, topic) if address else None


def _absolute(link: str | None, base: str) -> str | None:
    try:
        return usable(urljoin(base, link.strip())) if link else None
    except ValueError:
        return None
