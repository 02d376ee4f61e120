"""Which of the watches of a place is meant, for the commands that change one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.call import Call
from bot.commands import roster
from bot.commands.command import Completes, Option, Takes, Tools, Values
from bot.commands.complete import players_of, watched
from bot.plain import clip
from bot.request import Answer, Choice, Request
from links.fold import fold
from links.player import Player
from storage.delivery import Alert
from storage.watch import Watch

PICKED = (
    Option("player", "whose watch, or which club's", completes=Completes.WATCH, main=True, longest=130),
    Option("watch", "the watch's number", hidden=True),
    Option("alert", "an alert that the watch told", takes=Takes.NUMBER, low=1, hidden=True),
)
"""Options that name a watch: by words ("#12" is the watch with that number), or by an alert that it told."""

_ASKED_BACK = 10


async def pick(tools: Tools, request: Request, command: str, values: Values) -> tuple[Watch, str] | Answer:
    """The watch that is meant and what it is on, or what to answer.

    Looked for among the channel's watches by those who manage it, then among the asker's own. Where anybody
    may watch for the channel, what somebody made is his to change.
    """
    typed = values.get("watch") or values.get("player") or ""
    alert = await tools.store.alert(int(values["alert"])) if "alert" in values else None
    if not typed and alert is None:
        like = request.wording.of(command, player="Joe Gomez")
        return Answer.refused(f"Say whose watch: {like}. To see them all: {request.wording.of('watches')}")
    open_to_all = not request.may_manage and (await tools.store.channel_settings(request.channel)).anyone
    places = [request.channel] if request.may_manage or open_to_all else []
    if request.home is not None and request.home not in places:
        places.append(request.home)
    for place in places:
        watches = await tools.store.watches(place)
        if open_to_all and place != request.home:
            watches = [watch for watch in watches if watch.by == request.person]
        players = await players_of(tools.store, watches)
        names = {player_id: player.name for player_id, player in players.items()}
        fitting = _telling(watches, alert) if alert else _named(watches, players, names, typed)
        if len(fitting) == 1:
            return fitting[0], watched(fitting[0], names)
        if fitting:
            return Answer("Which watch?", choices=_choices(fitting, names, command), ok=False)
    if not request.may_manage:
        return Answer.refused(f"{command} in this channel is for {request.wording.deciders}.")
    what = (
        "That watch" if typed.startswith("#") else f"“{clip(typed or (alert.player if alert else ''), 60)}”"
    )
    return Answer.refused(f"{what} is not watched here. To see who is: {request.wording.of('watches')}")


def whose(request: Request, watch: Watch) -> str:
    """ " for you" where the watch is the asker's own and not that of the channel in which he asks."""
    return " for you" if watch.channel == request.home != request.channel else ""


def _telling(watches: Sequence[Watch], alert: Alert) -> list[Watch]:
    """The watches that could have told this alert: those on the player, else those on the club."""
    of_player = [w for w in watches if w.player_id == alert.player_id and w.club in (None, alert.club)]
    return of_player or [w for w in watches if w.player_id is None and w.club == alert.club]


def _named(
    watches: Sequence[Watch], players: Mapping[int, Player], names: Mapping[int, str], typed: str
) -> list[Watch]:
    number = roster.numbered(typed)
    if number is not None:
        return [watch for watch in watches if watch.id == number]
    exact = [watch for watch in watches if fold(watched(watch, names)) == fold(typed)]
    if exact:
        return exact
    found = {player.id for player in roster.find(typed, list(players.values())).players}
    clubs = {watch.club for watch in watches if watch.club and fold(watch.club) == fold(typed)}
    return [
        watch
        for watch in watches
        if watch.player_id in found or (watch.player_id is None and watch.club in clubs)
    ]


def _choices(watches: Sequence[Watch], names: Mapping[int, str], command: str) -> tuple[Choice, ...]:
    return tuple(
        Choice(
            watched(watch, names),
            f"from {watch.from_stage.word} on",
            Call.of(command, watch=f"#{watch.id}"),
        )
        for watch in watches[:_ASKED_BACK]
    )
