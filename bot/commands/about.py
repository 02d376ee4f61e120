"""Who is this about? What a message says, read as an article is read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from bot.call import Call
from bot.cards.card import Bar
from bot.plain import clip, plain
from bot.request import Answer, Choice
from feeds.entry import Entry
from links.claim import Claim
from links.names import Names
from links.read import read

_MOST = 5
_LONGEST = 8000


async def about(text: str, names: Names, now: datetime) -> Answer:
    """Whom a message links with which club, and a watch to pick for each of them."""
    entry = Entry("message", "", plain(text)[:_LONGEST], published=now)
    reading = await asyncio.to_thread(read, entry, names)
    if not reading.claims:
        why = " Only English is read so far." if reading.note else ""
        return Answer.refused(f"No player is linked with a club in that message.{why}")
    said = "; ".join(map(_said, reading.claims[:_MOST]))
    return Answer(f"That message says: {said}.", choices=_watches(reading.claims))


def _said(claim: Claim) -> str:
    return f"{claim.player} → {claim.club}, {Bar(None, claim.stage, claim.status).words}"


def _watches(claims: Sequence[Claim]) -> tuple[Choice, ...]:
    players = list(dict.fromkeys(claim.player for claim in claims))[:_MOST]
    return tuple(Choice(f"Watch {clip(name, 60)}", "", Call.of("watch", player=name)) for name in players)
