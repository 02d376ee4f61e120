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


def about(flat: Flat, lexicon: Lexicon) -> str | None:
    """The team that the whole article is about: "women" where it names their league, else None."""
    return "women" if any(phrase in flat.folded for phrase in lexicon.women) else None
