"""Sources that nobody listed: handles, and runs of capitals that the article credits."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from links.names import facts
from links.names.around import Around
from links.names.find import credited, ends_sentence
from links.names.lexicon import UPPER, Lexicon, key_of
from links.names.mention import Mention, Sort
from links.names.people import SITE

_HANDLE = re.compile(r"(?<![\w@/.])@[A-Za-z]\w{2,29}")
_WORD = rf"(?:[{UPPER}]\.|St\.|[{UPPER}](?:[\w’'-]|\.(?=\w))*)"
"""A full stop within a word belongs to it, as that of an initial does; behind a word it ends the sentence."""
_RUN = re.compile(
    rf"(?<![\w@#'’-])(?:L['’])?{_WORD}"
    rf"(?:[ ](?:(?:de|di|dello|della|du|des|do|da|of|the|&|et|and)[ ])?{_WORD}){{0,4}}"
)


@functools.cache
def _handles() -> dict[str, str]:
    return {alias.lower(): s.name for s in facts.sources() for alias in s.aliases if alias[:1] == "@"}


def find_credits(text: str, mentions: Sequence[Mention], lexicon: Lexicon) -> list[Mention]:
    """Mentions of unlisted sources, in order: @handles, "the Stoke Sentinel reports", "(La Nazione)".

    An outlet is known by a word of its name (Post, Sport, Nazione) where it is credited, or by words
    that only ever stand before a source.
    """
    masked = bytearray(len(text) + 1)
    sources = bytearray(len(text) + 1)
    for mention in mentions:
        masked[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
        if mention.sort in (Sort.SOURCE, Sort.LEAGUE):
            sources[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    found = []
    for match in _HANDLE.finditer(text):
        name = _handles().get(match.group().lower(), match.group())
        found.append(Mention(match.start(), match.end(), match.group(), Sort.SOURCE, name, (name,)))
    for match in _RUN.finditer(text):
        start, end = match.start(), _unowned(match)
        if sources.find(1, start, end) >= 0:
            continue
        if _is_outlet(text, start, end, lexicon) or (
            masked.find(1, start, end) < 0 and _is_credited(text, start, end, lexicon)
        ):
            piece = text[start:end]
            found.append(Mention(start, end, piece, Sort.SOURCE, piece, (piece,)))
    return found


def _unowned(match: re.Match[str]) -> int:
    """The end of the run without a possessive or a full stop."""
    run = match.group().rstrip("’'.-")
    return match.start() + len(run.removesuffix("'s").removesuffix("’s"))


def _is_outlet(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """A name with an outlet's word in it, credited: "the Stoke Sentinel reports"."""
    words = text[start:end].split()
    if len(words) == 1 and SITE.search(words[0]):
        return credited(text, start, end, lexicon.credit)
    keys = [key_of(word) for word in words]
    if len(words) < 2 or lexicon.credit.outlets.isdisjoint(keys) or keys[-1] in lexicon.credit.bodies:
        return False
    if lexicon.credit.plain.issuperset(keys):
        return False  # "Transfer News: Rovers want Vale"
    return credited(text, start, end, lexicon.credit)


def _is_credited(text: str, start: int, end: int, lexicon: Lexicon) -> bool:
    """Alone in brackets after a sentence, as round-ups credit, or after "according to" and the like."""
    if text[start - 1 : start] == "(" and text[end : end + 1] == ")":
        return ends_sentence(text, start - 1)
    if end - start < 3 or key_of(text[start:end]) in lexicon.calendar:
        return False
    before = Around(text, start, end).before
    return lexicon.credit.sure.ending(before) is not None and lexicon.credit.street.ending(before) is None
