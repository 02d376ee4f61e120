"""Other teams of a club: women, youth, reserves; said by the words beside the club or by the article."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from links.fold import Flat
from links.names import facts
from links.names.mention import Mention, Sort


@functools.cache
def _markers(lang: str) -> re.Pattern[str]:
    """One pattern with a group for each team. A lone letter or numeral must be in capitals."""
    groups = []
    for team, says in facts.words(lang)["team"].items():
        forms = sorted(says["after"], key=len, reverse=True)
        short = "|".join(re.escape(form) for form in forms if len(form) <= 2)
        long = "|".join(re.escape(form) for form in forms if len(form) > 2)
        groups.append(f"(?P<{team}>(?i:{long})" + (f"|{short}" if short else "") + ")")
    return re.compile(r"(?:['’]s)?[ \u00a0-](?:" + "|".join(groups) + r")(?![\w-])")


def marked(mentions: Sequence[Mention], text: str, lang: str) -> list[Mention]:
    """Clubs with `team` set where "Women", "Under-21s", "B" stand right after; the slice grows by them."""
    out = []
    for mention in mentions:
        marker = None
        if mention.sort is Sort.CLUB and mention.team is None:
            marker = _markers(lang).match(text, mention.end)
        if marker is None:
            out.append(mention)
        else:
            whole = text[mention.start : marker.end()]
            out.append(replace(mention, end=marker.end(), text=whole, team=marker.lastgroup))
    return out


def about(flat: Flat, words: Mapping[str, Any]) -> str | None:
    """The team that the whole article is about: "women" where it names their league, else None."""
    for team, says in words["about"].items():
        if any(f" {phrase} " in flat.folded for phrase in says["words"]):
            return str(team)
    return None
