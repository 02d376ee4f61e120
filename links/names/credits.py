"""Sources that nobody listed: handles, and runs of capitals that the article credits."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from links.fold import fold
from links.names import facts
from links.names.find import Around, credited
from links.names.mention import Mention, Sort

_HANDLE = re.compile(r"(?<![\w@/.])@[A-Za-z][\w]{2,29}")
_RUN = re.compile(
    r"(?:(?:The|La|Le|Il|El|Der|Die|L['’])[ ]?)?[^\W\d_][\w’'.-]*(?:[ ](?:de|di|dello|della|du|des|do|da|of|the|&|et|and)"
    r"(?=[ ][A-Z])|[ ][^\W\d_a-zà-ÿ][\w’'.-]*){0,4}"
)
_SURE = (
    "according to",
    "according to the",
    "per",
    "as per",
    "via",
    "reported by",
    "reported by the",
    "cited by",
)


def find_credits(text: str, mentions: Sequence[Mention], words: Mapping[str, Any]) -> list[Mention]:
    """Mentions of unlisted sources, in order: @handles, "the Stoke Sentinel reports", "(La Nazione)".

    An outlet is known by a word of its name (Post, Sport, Nazione) where it is credited, or by words
    that only ever stand before a source.
    """
    taken = [(m.start, m.end) for m in mentions if m.sort in (Sort.SOURCE, Sort.LEAGUE)]
    found = []
    for match in _HANDLE.finditer(text):
        found.append(_source(text, match.start(), match.end()))
    outlets = frozenset(words["credit"]["outlets"])
    for match in _RUN.finditer(text):
        start, end = match.start(), match.start() + len(match.group().rstrip("’'.-"))
        end = _unowned(text, start, end)
        if not text[start].isupper() or any(a < end and start < b for a, b in taken):
            continue
        key = fold(text[start:end])
        known = not outlets.isdisjoint(key.split()) and len(key.split()) > 1
        if (known and credited(text, start, end, words["credit"])) or _is_bracketed(
            text, start, end, mentions
        ):
            found.append(_source(text, start, end))
        elif _is_named_for_sure(text, start, end, mentions, words):
            found.append(_source(text, start, end))
    return found


def _source(text: str, start: int, end: int) -> Mention:
    piece = text[start:end]
    name = next((s.name for s in facts.sources() if piece in s.aliases), piece)
    return Mention(start, end, piece, Sort.SOURCE, name, (name,))


def _unowned(text: str, start: int, end: int) -> int:
    """The end without a possessive."""
    for tail in ("'s", "’s"):
        if text[start:end].endswith(tail):
            return end - 2
    return end


def _free(start: int, end: int, mentions: Sequence[Mention]) -> bool:
    return not any(m.start < end and start < m.end for m in mentions)


def _is_bracketed(text: str, start: int, end: int, mentions: Sequence[Mention]) -> bool:
    """Alone in brackets after the end of a sentence, as round-ups credit."""
    if text[start - 1 : start] != "(" or text[end : end + 1] != ")":
        return False
    return text[: start - 1].rstrip()[-1:] in {".", "!", "?", "”", '"'} and _free(start, end, mentions)


def _is_named_for_sure(
    text: str, start: int, end: int, mentions: Sequence[Mention], words: Mapping[str, Any]
) -> bool:
    """After "according to" and the like, where no club, person or country is listed there."""
    if not _free(start, end, mentions) or fold(text[start:end]) in words["calendar"]["words"]:
        return False
    return Around(text, start, end).preceded(_SURE) is not None and len(text[start:end]) > 2
