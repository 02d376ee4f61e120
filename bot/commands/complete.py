"""Suggestions while somebody types: players that are talked about, clubs, watches, feeds."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

from bot.commands import roster
from bot.commands.command import Command, Completes, Option, Takes, Tools
from bot.plain import line
from bot.request import Request
from feeds.errors import shown
from links.fold import fold
from links.player import Player
from storage.store import Store
from storage.watch import Watch

_MOST = 25


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`text` is shown (and typed in a terminal), `value` is sent by platforms that keep the two apart."""

    text: str
    value: str
    detail: str = ""


Suggest = Callable[[Request, Command, Option, str], Awaitable[Sequence[Suggestion]]]
"""What an option may be completed to, for somebody who typed so much."""


async def suggestions(
    tools: Tools, request: Request, command: Command, option: Option, typed: str
) -> list[Suggestion]:
    """At most 25, the likeliest first; none where nothing is known to fit."""
    typed = line(typed)[:100]
    match option.completes:
        case Completes.PLAYER:
            return await _players(tools, typed)
        case Completes.CLUB:
            return _words(tools.names.clubs, typed)
        case Completes.WATCH:
            return await _watches(tools, request, typed)
        case Completes.FEED:
            feeds = await tools.store.feeds()
            offered = [(feed.title, f"#{feed.id}", shown(feed.url)) for feed in feeds]
            return _fitting([Suggestion(title or url, id, url) for title, id, url in offered], typed)
        case Completes.COMMAND:
            return _words([each.name for each in tools.commands], typed)
        case Completes.ZONE:
            return _words(zones(), typed)
        case None:
            fixed = ("on", "off") if option.takes is Takes.SWITCH else option.choices
            return _words(fixed, typed)


@cache
def zones() -> tuple[str, ...]:
    """The names of time zones, those with a continent first."""
    return tuple(sorted(available_timezones(), key=lambda name: ("/" not in name, name)))


async def _players(tools: Tools, typed: str) -> list[Suggestion]:
    busy = await tools.store.busy_players(200 if typed else _MOST)
    if not typed:
        return [_player(player) for player in busy]
    starting = await tools.store.players_starting(typed)
    # Who is talked about is never lost among many who begin so; where nobody does, it may be misspelt.
    if not starting:
        found = await roster.look_up(tools.store, typed)
        starting = [*found.players, *found.near]
    known = list({p.id: p for p in (*busy, *starting)}.values())
    # Names are compared off the loop: there may be very many, and a key is pressed every moment.
    return await asyncio.to_thread(_ranked, typed, known, busy)


def _ranked(typed: str, known: Sequence[Player], busy: Sequence[Player]) -> list[Suggestion]:
    """Those who fit, the ones that are talked about first; names like it where nobody fits."""
    key = fold(typed)
    fitting = [player for player in known if _starts(key, (player.name, *player.aliases))]
    if not fitting:
        found = roster.find(typed, known)
        fitting = [*found.players, *found.near]
    rank = {player.id: place for place, player in enumerate(busy)}
    fitting.sort(key=lambda player: rank.get(player.id, len(rank)))
    return [_player(player) for player in fitting[:_MOST]]


def _player(player: Player) -> Suggestion:
    return Suggestion(player.name, f"#{player.id}", ", ".join(player.clubs[:2]))


async def _watches(tools: Tools, request: Request, typed: str) -> list[Suggestion]:
    watches = await tools.store.watches(request.channel)
    names = {player.id: player.name for player in (await players_of(tools.store, watches)).values()}
    return _fitting([Suggestion(watched(watch, names), f"#{watch.id}") for watch in watches], typed)


async def players_of(store: Store, watches: Iterable[Watch]) -> dict[int, Player]:
    """The players of these watches by id."""
    return await store.players_with(watch.player_id for watch in watches if watch.player_id is not None)


def watched(watch: Watch, names: Mapping[int, str]) -> str:
    """What a watch is on, in words: "Joe Gomez", "Joe Gomez to Rovers", "everybody linked to Rovers"."""
    name = names.get(watch.player_id, "a player") if watch.player_id is not None else None
    if name is None:
        return f"everybody linked to {watch.club}"
    return f"{name} to {watch.club}" if watch.club else name


def opening(name: str) -> str:
    """The same where a sentence begins with it."""
    return f"E{name[1:]}" if name.startswith("everybody linked to ") else name


def _starts(typed: str, names: Iterable[str]) -> bool:
    """Does any word of any name start so?"""
    return any(f" {typed}" in f" {fold(name)}" for name in names)


def _words(words: Iterable[str], typed: str) -> list[Suggestion]:
    return _fitting([Suggestion(word, word) for word in words], typed)


def _fitting(every: Sequence[Suggestion], typed: str) -> list[Suggestion]:
    """Those with a word that starts as typed, else those that are like it."""
    key = fold(typed)
    if not key:
        return list(every[:_MOST])
    starting = [one for one in every if _starts(key, (one.text,)) or one.value == typed]
    if starting:
        return starting[:_MOST]
    near = process.extract(
        key, [fold(one.text) for one in every], scorer=fuzz.ratio, limit=5, score_cutoff=60
    )
    return [every[place] for _, _, place in near]
