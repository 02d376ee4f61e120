"""watch, unwatch, watches: whom a channel, or a person, wants to be told of."""

from __future__ import annotations

import unicodedata

from bot.call import Call
from bot.cards.answers import watches_card
from bot.cards.card import Bar
from bot.commands import roster
from bot.commands.check import BadValue
from bot.commands.command import Command, Option, Takes, Tools, Values
from bot.commands.complete import opening, players_of, watched
from bot.commands.options import CLUB, PAGE, PLAYER, STAGES, club_alone, club_named, clubs_like
from bot.commands.pick import PICKED, pick, whose
from bot.plain import clip
from bot.request import Answer, Choice, Request
from links.claim import Stage, Status
from links.fold import fold
from links.player import Player
from storage.watch import Channel, Watch

_PAGE = 15
_CALLED = ("mention", "no mention")
_IN_NAMES = " .-'’‘ʼ·,"
_MOST_CALLED = 50
_BY_OTHERS = "is watched here by others. Changing that is for those who manage the channel."


async def _watch(tools: Tools, request: Request, values: Values) -> Answer:
    call = Call("watch", tuple(values.items()))
    place = await _place(tools, request, values.get("tell"), call)
    if isinstance(place, Answer):
        return place
    asked = values.get("mention")
    if asked not in (None, request.mention) and not request.may_manage:
        return Answer.refused("Whom else a watch calls is for those who manage the channel to say.")
    club = club_named(tools, values["club"]) if "club" in values else None
    player = await _player(tools, values["player"], call, club=club, new=values.get("new") == "on")
    if isinstance(player, Answer):
        return player
    if player is None and club is None:
        club = club_alone(tools, values["player"])
    if values.get("tell") in _CALLED:
        whom = values.get("mention", request.mention)
        return await _call(tools, request, player, club, whom, called=values["tell"] == "mention")
    return await _begin(tools, request, place, player, club, values)


async def _call(
    tools: Tools,
    request: Request,
    player: Player | str | None,
    club: str | None,
    whom: str | None,
    *,
    called: bool,
) -> Answer:
    """Let one of the channel's watches call `whom` too, or no more: the asker, or whom a manager names."""
    name = player if isinstance(player, str) else player.name if player else f"everybody linked to {club}"
    player_id = player.id if isinstance(player, Player) else None
    # Several press at once: each is added to what the one before has made.
    async with tools.store.transaction():
        here = [] if isinstance(player, str) else await tools.store.watches(request.channel)
        watch = next((each for each in here if (each.player_id, each.club) == (player_id, club)), None)
        if watch is None or whom is None:
            return Answer.refused(
                f"{name} is not watched in this channel, so there is no alert to call you with."
                f" To be told privately, add {request.wording.option('tell', 'me')}."
            )
        others = [each for each in (watch.mention or "").split() if each != whom]
        if called and len(others) >= _MOST_CALLED:
            return _too_many(request)
        mention = " ".join([*others, whom] if called else others) or None
        await tools.store.add_watch(
            watch.channel, player_id, club, watch.from_stage, by=watch.by, mention=mention
        )
        await tools.store.pause_watch(watch.id, watch.paused)
    who = "You are" if whom == request.mention else "Whom you named is"
    if called:
        return Answer(f"{who} called with each alert on {name} here.")
    return Answer(f"{who} not called with alerts on {name} here any more.")


def _too_many(request: Request) -> Answer:
    instead = request.wording.option("tell", "me")
    return Answer.refused(f"That watch calls {_MOST_CALLED} people already. Add {instead} instead.")


async def _begin(
    tools: Tools,
    request: Request,
    place: Channel,
    player: Player | str | None,
    club: str | None,
    values: Values,
) -> Answer:
    """Keep the watch; `player` is a name where he is not known yet, None for everybody of the club."""
    called = values.get("mention")
    async with tools.store.transaction():
        unknown = isinstance(player, str)
        known = await tools.store.add_player(player) if isinstance(player, str) else player
        player_id = known.id if known else None
        before = next(
            (w for w in await tools.store.watches(place) if (w.player_id, w.club) == (player_id, club)), None
        )
        # What is not said stays as it is: nobody whom the watch calls is forgotten.
        kept = before or Watch(0, place, player_id, club, by=request.person)
        stage = Stage.of(values["from"]) if "from" in values else kept.from_stage
        everybody = list(dict.fromkeys((*(kept.mention or "").split(), *filter(None, (called,)))))
        if len(everybody) > _MOST_CALLED:
            return _too_many(request)
        if before and not _may_change(request, before) and (stage != before.from_stage or before.paused):
            name = watched(before, {known.id: known.name} if known else {})
            return Answer.refused(f"{opening(name)} {_BY_OTHERS}")
        watch = await tools.store.add_watch(
            place, player_id, club, stage, by=kept.by, mention=" ".join(everybody) or None
        )
        if before and before.paused:
            await tools.store.pause_watch(before.id, None)
    name = watched(watch, {known.id: known.name} if known else {})
    said = await _told(tools, watch, name, before, known, unknown=unknown, elsewhere=place != request.channel)
    if called and called not in (before.mention or "" if before else "").split():
        said += " Whom you named is called with each alert."
    return Answer(said)


def _may_change(request: Request, watch: Watch) -> bool:
    """Where anybody may watch, those who do not manage the channel change what they have made themselves."""
    return request.may_manage or watch.by == request.person or watch.channel == request.home


async def _told(
    tools: Tools,
    watch: Watch,
    name: str,
    before: Watch | None,
    player: Player | None,
    *,
    unknown: bool,
    elsewhere: bool,
) -> str:
    start = (
        f"from {watch.from_stage.word} on"
        if watch.from_stage > Stage.INTEREST
        else "from the first rumour on"
    )
    privately = ", and you are told privately" if elsewhere else ""
    name = opening(name)
    if before and before.from_stage == watch.from_stage and not before.paused:
        return f"{name} was already watched {start}{privately}."
    said = f"{name} is watched now {start}{privately}."
    if unknown:
        return (
            f"{said} No report has named him so far, so check the spelling; accents and case do not matter."
        )
    links = await tools.store.links_of(player.id) if player else []
    live = sorted((link for link in links if link.status is not Status.OFF), key=lambda link: -link.stage)
    if live and (watch.club is None or any(link.club == watch.club for link in live)):
        stands = ", ".join(f"{link.club} {Bar(None, link.stage, link.status).words}" for link in live[:3])
        return f"{said} As it stands: {stands}."
    return said


async def _place(tools: Tools, request: Request, tell: str | None, call: Call) -> Channel | Answer:
    """Where the alerts go: the channel for those who may decide for it, else the person's own messages."""
    if tell == "me":
        if request.home is None:
            return Answer.refused("There are no private messages here; leave out “tell”.")
        return request.home
    hint = ""
    instead: tuple[Choice, ...] = ()
    if request.home:
        hint = f" To be told privately, {request.wording.to_be_told_alone()}."
        instead = (Choice("Tell me privately", "by direct message", call.having("tell", "me")),)
    if tell in _CALLED:
        return request.channel
    if request.silenced:
        return Answer(f"Not watched: {request.silenced}.{hint}", choices=instead, ok=False, about="tell")
    if request.may_manage or (await tools.store.channel_settings(request.channel)).anyone:
        return request.channel
    return Answer(
        f"Watching for the whole channel is for {request.wording.deciders}.{hint}",
        choices=instead,
        ok=False,
        about="tell",
    )


async def _player(
    tools: Tools, typed: str, call: Call, *, club: str | None, new: bool
) -> Player | str | Answer | None:
    """A known player, the name of one who is not known yet, None if a club was typed, or a question."""
    found = await roster.look_up(tools.store, typed)
    if found.one and not new:
        return found.one
    if found.players:
        extra = (Choice("Somebody else", "a player of that name not listed here", call.having("new", "on")),)
        if not new:
            return Answer(
                f"Which {clip(typed, 60)}?", choices=roster.choices(found.players, call) + extra, ok=False
            )
    if roster.numbered(typed) is not None:
        raise BadValue("That player is not known here any more.")
    if club is None and not new and club_alone(tools, typed):
        return None
    _check_name(typed)
    clubs = clubs_like(tools, typed) if club is None else []
    if (found.near or clubs) and not new:
        return Answer(
            f"Nobody called “{clip(typed, 60)}” is known here. Did you mean:",
            choices=(
                *roster.choices(found.near, call)[:5],
                *(
                    Choice(each, "the club: everybody linked to it", call.having("player", each))
                    for each in clubs
                ),
                Choice(typed, "as typed: somebody who is not known here yet", call.having("new", "on")),
            ),
            ok=False,
        )
    return typed


def _check_name(typed: str) -> None:
    """Raises BadValue for what cannot be anybody's name."""
    letters = sum(letter.isalpha() for letter in typed)
    odd = any(not (c.isalpha() or unicodedata.combining(c) or c in _IN_NAMES) for c in typed)
    if letters < 2 or letters < len(typed) / 2 or odd or not fold(typed):
        raise BadValue(f"“{clip(typed, 60)}” does not look like the name of a player or a club.")


async def _unwatch(tools: Tools, request: Request, values: Values) -> Answer:
    picked = await pick(tools, request, "unwatch", values)
    if isinstance(picked, Answer):
        return picked
    watch, name = picked
    await tools.store.remove_watch(watch.id)
    return Answer(f"{opening(name)} is not watched{whose(request, watch)} any more.")


async def _watches(tools: Tools, request: Request, values: Values) -> Answer:
    mine = values.get("whose") == "mine" and request.home is not None
    place = request.home if mine and request.home else request.channel
    watches = await tools.store.watches(place)
    names = {player.id: player.name for player in (await players_of(tools.store, watches)).values()}
    ordered = sorted(watches, key=lambda watch: fold(watched(watch, names)))
    pages = max(1, -(-len(ordered) // _PAGE))
    page = min(int(values.get("page", "1")), pages)
    rows = []
    for watch in ordered[(page - 1) * _PAGE : page * _PAGE]:
        links = await tools.store.links_of(watch.player_id) if watch.player_id is not None else []
        of_club = [link for link in links if watch.club in (None, link.club)]
        rows.append((watch, watched(watch, names), of_club))
    where = "for you" if place == request.home else "here"
    return Answer(cards=(watches_card(rows, page=page, pages=pages, here=where, wording=request.wording),))


_TELL = Option(
    "tell",
    "the channel, only you, or you by your name with the channel's alerts",
    takes=Takes.CHOICE,
    choices=("channel", "me", *_CALLED),
)

WATCH = Command(
    "watch",
    "Be told when a player is linked with a club, and when that moves on",
    _watch,
    (
        PLAYER,
        CLUB,
        Option(
            "from",
            "the lowest stage that is told",
            takes=Takes.CHOICE,
            choices=STAGES,
            words=("at", "since", "from-stage", "above"),
        ),
        _TELL,
        Option("mention", "who is called with each alert", takes=Takes.MENTION),
        Option("new", "a player who is not known yet", takes=Takes.SWITCH, hidden=True),
    ),
    also=("follow", "track", "subscribe", "subscribe to", "add"),
    examples=("watch Joe Gomez", "watch Joe Gomez to Crystal Palace from talks", "watch Crystal Palace"),
    more="The name of a club alone watches everybody who is linked to it.",
)
UNWATCH = Command(
    "unwatch",
    "Stop being told about a player",
    _unwatch,
    PICKED,
    also=("unfollow", "untrack", "unsubscribe", "stop", "stop watching", "forget", "remove"),
    examples=("unwatch Joe Gomez",),
)
WATCHES = Command(
    "watches",
    "Who is watched here, and how far each has come",
    _watches,
    (
        Option(
            "whose", "the channel's watches, or your own", takes=Takes.CHOICE, choices=("channel", "mine")
        ),
        PAGE,
    ),
    also=("list", "watching", "watchlist", "my watches"),
)
