"""Where the fields of an entry stand among its leaves: the same plan does for all entries built alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from feeds.leaf import PERSON, Declined, Names
from feeds.leaves import Uncertain
from feeds.vocabulary import HANDLED, KEPT, SILENT, SILENT_TEXT

FIELDS = (
    "title", "content", "summary", "id", "published", "created", "updated", "author", "source",
    "feedburner_origlink", "/name", "/email",
)  # fmt: skip
_TELLING = ("title", "content", "summary", "id", "feedburner_origlink")
_AS = {"content_encoded": "content", "description": "summary"}
_KINDS = {
    "title": "text/plain",
    "content": "text/plain",
    "content_encoded": "text/html",
    "summary": "text/plain",
    "description": "text/html",
}
_WRAPPERS = ("media_content", "media_group")
_WITHOUT_EFFECT = SILENT | SILENT_TEXT | {"language"}
_XML = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Plan:
    """At which places of an entry the elements stand that tell something.

    `pick` takes the `FIELDS` out of what its leaves hold, with one more behind them that stands for all
    fields that it does not have; `pick_told` takes attributes so. `title`, `content` and `summary` are the
    kinds of text that these are where they do not say, "" for what it does not have; `person` says that
    the author's name is in an element of its own.
    """

    pick: Callable[[Sequence[Sequence[str]]], tuple[Sequence[str], ...]]
    pick_told: Callable[[Sequence[Sequence[str]]], tuple[Sequence[str], ...]]
    links: tuple[int, ...]
    wrappers: tuple[int, ...]
    title: str
    content: str
    summary: str
    person: bool


class Prefixes:
    """The namespaces of a page's root, by their prefixes. Raises Declined."""

    def __init__(self, declared: Sequence[tuple[str, str]]) -> None:
        self.names = Names(list(declared))
        self._uris = {"": "", "xml": _XML, **dict(declared)}

    def qualified(self, written: str, *, attribute: bool = False) -> str:
        """A name as ElementTree writes it. Raises Uncertain where its prefix is not known."""
        prefix, colon, local = written.rpartition(":")
        uri = "" if attribute and not colon else self._uris.get(prefix)
        if uri is None:
            raise Uncertain
        return f"{{{uri}}}{local}" if uri else local

    def name(self, tag: str) -> str:
        """The name that feedparser's handlers go by, a slash before that of an author's own element."""
        *around, inner = tag.split("/")
        name = self.names[self.qualified(inner)]
        if not around:
            return name
        if name not in PERSON or (len(around) == 2 and self.names[self.qualified(around[1])] != "author"):
            raise Declined
        return f"/{name}"


@lru_cache(maxsize=256)
def plan_of(tags: tuple[str, ...], declared: tuple[tuple[str, str], ...]) -> Plan | None:
    """The plan of an entry with these leaves, None for an unusual one. Raises Declined or Uncertain."""
    prefixes = Prefixes(declared)
    places: dict[str, int] = {}
    kinds: dict[str, str] = {}
    links, wrappers = [], []
    for place, tag in enumerate(tags):
        name = prefixes.name(tag)
        field = _AS.get(name, name)
        if name == "link":
            links.append(place)
        elif name in _WRAPPERS:
            wrappers.append(place)
        elif field in FIELDS or name.startswith("/"):
            if field in places:
                return None
            places[field] = place
            kinds[field] = _KINDS.get(name, "")
        elif name not in _WITHOUT_EFFECT and (name in HANDLED or name in KEPT):
            return None
    authors = sum(tag.count("/") == 2 for tag in tags)
    if authors > 1 or (authors and ("author" in places or "/name" not in places)):
        return None
    return Plan(
        itemgetter(*(places.get(name, -1) for name in FIELDS)),
        itemgetter(*(places.get(name, -1) for name in _TELLING)),
        tuple(links),
        tuple(wrappers),
        kinds.get("title", ""),
        kinds.get("content", ""),
        kinds.get("summary", ""),
        authors > 0,
    )
