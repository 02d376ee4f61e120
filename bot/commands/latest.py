"""latest: how a player stands with every club that he is linked to."""

from __future__ import annotations

from bot.call import Call
from bot.cards.answers import latest_card
from bot.cards.standing import Standing, origins
from bot.cards.story import story_of
from bot.commands.command import Command, Tools, Values
from bot.commands.options import PLAYER, one_player
from bot.request import Answer, Request
from links.link import Link

_DRAWN = 200  # changes that the picture shows at most


async def _latest(tools: Tools, request: Request, values: Values) -> Answer:
    player = await one_player(tools, values["player"], Call("latest", tuple(values.items())), request.wording)
    if isinstance(player, Answer):
        return player
    standings = [await _standing(tools, link) for link in await tools.store.links_of(player.id)]
    watches = await tools.store.watches(request.channel)
    watched = any(watch.player_id == player.id for watch in watches)
    alerts = await tools.store.alerts_of(player.id, limit=_DRAWN) if standings else []
    story = story_of(player.name, alerts, request.now)
    return Answer(cards=(latest_card(player, standings, watched=watched, now=request.now, story=story),))


async def _standing(tools: Tools, link: Link) -> Standing:
    reports = await tools.store.reports(link.player_id, link.club, since=link.since)
    claims = await tools.store.claims_of(link.player_id, link.club, limit=1)
    return Standing(link, origins(reports, tools.names.source_tier), claims[0] if claims else None)


LATEST = Command(
    "latest",
    "Every club that a player is linked with now, and how far each has come",
    _latest,
    (PLAYER,),
    also=("news", "status", "update", "rumours", "rumors", "latest on", "latest for", "tell me about"),
    examples=("latest Joe Gomez", "what's the latest on Joe Gomez?"),
)
