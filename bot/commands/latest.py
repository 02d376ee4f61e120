"""latest: how a player stands with every club that he is linked to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.call import Call
from bot.cards.answers import latest_card
from bot.cards.standing import Standing, origins
from bot.cards.story import story_of
from bot.commands.command import Command, Values
from bot.commands.options import PLAYER, one_player
from bot.request import Answer, Request
from links.link import Link

if TYPE_CHECKING:
    from bot.commands.desk import Desk

_DRAWN = 200  # changes that the picture shows at most


async def _latest(desk: Desk, request: Request, values: Values) -> Answer:
    player = await one_player(desk, values["player"], Call("latest", tuple(values.items())), request.wording)
    if isinstance(player, Answer):
        return player
    standings = [await _standing(desk, link) for link in await desk.store.links_of(player.id)]
    watches = await desk.store.watches(request.channel)
    watched = any(watch.player_id == player.id for watch in watches)
    alerts = await desk.store.alerts_of(player.id, limit=_DRAWN) if standings else []
    story = story_of(player.name, alerts, request.now)
    return Answer(cards=(latest_card(player, standings, watched=watched, now=request.now, story=story),))


async def _standing(desk: Desk, link: Link) -> Standing:
    reports = await desk.store.reports(link.player_id, link.club, since=link.since)
    claims = await desk.store.claims_of(link.player_id, link.club, limit=1)
    return Standing(link, origins(reports, desk.names.source_tier), claims[0] if claims else None)


LATEST = Command(
    "latest",
    "Every club that a player is linked with now, and how far each has come",
    _latest,
    (PLAYER,),
    also=("news", "status", "update", "rumours", "rumors", "latest on", "latest for", "tell me about"),
    examples=("latest Joe Gomez", "what's the latest on Joe Gomez?"),
)
