"""Other teams of a club: women, youth, reserves; said by the words beside the club or by the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from links.fold import Flat
from links.names.lexicon import Lexicon
from links.names.mention import Mention, Sort


def marked(mentions: Sequence[Mention], text: str, lexicon: Lexicon) -> list[Mention]:
    """Clubs with `team` set where "Women", "Under-21s", "B" stand right after; the slice grows by them."""
    out = []
    for mention in mentions:
        marker = None
        if mention.sort is Sort.CLUB and mention.team is None:
            marker = lexicon.teams.match(text, mention.end)
        if marker is None:
            out.append(mention)
        else:
            whole = text[mention.start : marker.end()]
            out.append(replace(mention, end=marker.end(), text=whole, team=marker.lastgroup))
    return out


def about(flat: Flat, lexicon: Lexicon, clubs: Sequence[Mention], body: int) -> str | None:
    """The team that the whole article is about, else None: "women" where it names their league, or where
    the first club of the text, from `body` on, is a women's team and no fewer are than are not."""
    if any(phrase in flat.folded for phrase in lexicon.women):
        return "women"
    told = [mention.team for mention in clubs if mention.start >= body]
    if told[:1] == ["women"] and 2 * told.count("women") >= len(told):
        return "women"
    return None


def paragraphs_about(flat: Flat, lexicon: Lexicon) -> tuple[tuple[int, int], ...]:
    """The paragraphs that speak of women's football, as offsets into the text."""
    text = flat.original
    spans: dict[int, int] = {}
    for phrase in lexicon.women:
        at = flat.folded.find(phrase)
        while at >= 0 and len(spans) < _MANY:
            place = flat.back(at + 1)
            start = text.rfind("\n", 0, place) + 1
            end = text.find("\n", place)
            spans[start] = len(text) if end < 0 else end
            at = flat.folded.find(phrase, at + 1)
    return tuple(sorted(spans.items()))


_MANY = 20
"""So many such paragraphs are enough to know what the article is about."""
