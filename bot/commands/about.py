"""Who is this about? What a message says, read as an article is read."""

from __future__ import annotations

import asyncio
from datetime import datetime

from bot.call import Call
from bot.cards.card import Bar
from bot.commands.desk import Desk
from bot.commands.roster import look_up, told_apart
from bot.plain import clip, plain
from bot.request import Answer, Choice
from feeds.entry import Entry
from links.claim import Claim
from links.player import Player
from links.read import read

_MOST = 5
_LONGEST = 8000


async def about(text: str, desk: Desk, now: datetime) -> Answer:
    """Whom a message links with which club, or at least names, and a watch to pick for each of them."""
    entry = Entry("message", "", plain(text)[:_LONGEST], published=now)
    reading = await asyncio.to_thread(read, entry, desk.names)
    if not reading.claims:
        why = " Only English is read so far." if reading.note else ""
        nobody = f"No player is linked with a club in that message.{why}"
        known = await _known(entry.text, desk)
        if not known:
            return Answer.refused(nobody)
        named = ", ".join(player.name for player in known)
        watches = tuple(_watch(one.name, f"#{one.id}", told_apart(one)) for one in known)
        return Answer(f"{nobody} It names {named}.", choices=watches)
    said = "; ".join(map(_said, reading.claims[:_MOST]))
    players = list(dict.fromkeys(claim.player for claim in reading.claims))[:_MOST]
    return Answer(f"That message says: {said}.", choices=tuple(_watch(name, name) for name in players))


def _said(claim: Claim) -> str:
    return f"{claim.player} → {claim.club}, {Bar(None, claim.stage, claim.status).words}"


async def _known(text: str, desk: Desk) -> list[Player]:
    """The players in a text whom the bot knows already."""
    found = await asyncio.to_thread(desk.names.survey, "", text, outlet="", lang="en")
    named = [person.name for person in found.people if person.may_be_player][:_MOST]
    known = [player for name in named for player in (await look_up(desk.store, name)).players]
    return list({player.id: player for player in known}.values())[:_MOST]


def _watch(name: str, player: str, detail: str = "") -> Choice:
    return Choice(f"Watch {clip(name, 60)}", detail, Call.of("watch", player=player))
