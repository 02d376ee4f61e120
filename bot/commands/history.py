"""history: every change that was told of a player, page by page."""

from __future__ import annotations

from bot.call import Call
from bot.cards.answers import history_card
from bot.commands.command import Command, Option, Takes, Tools, Values
from bot.commands.options import CLUB, PLAYER, club_named, one_player
from bot.request import Answer, Request

_PAGE = 6


async def _history(tools: Tools, request: Request, values: Values) -> Answer:
    club = club_named(tools, values["club"]) if "club" in values else None
    player = await one_player(
        tools, values["player"], Call("history", tuple(values.items())), request.wording
    )
    if isinstance(player, Answer):
        return player
    before = int(values["before"]) if "before" in values else None
    alerts = await tools.store.alerts_of(player.id, club, limit=_PAGE + 1, before_id=before)
    card = history_card(player, club, alerts[:_PAGE], older=len(alerts) > _PAGE, newer=before is not None)
    return Answer(cards=(card,))


HISTORY = Command(
    "history",
    "Every change of a player's story with its date and source",
    _history,
    (
        PLAYER,
        CLUB,
        Option("before", "changes before this alert", takes=Takes.NUMBER, low=1, hidden=True),
    ),
    also=("story", "timeline"),
    examples=("history Joe Gomez", "history Joe Gomez to Crystal Palace"),
)
