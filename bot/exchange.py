"""What goes in and out as files: feeds as OPML, watches and settings as JSON, players as CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.alone import alone
from bot.polling.feed_list import listed, take_list
from bot.roles import Roles
from bot.settings import Settings
from feeds.opml import MAX_FEEDS, BadOpml
from links.claim import Stage
from links.fold import fold
from links.names import Names
from links.player import Player
from storage import backup
from storage.store import Store, open_store
from storage.watch import Channel, ChannelSettings

FORMAT = "deadlineday/watches/1"


class BadFile(Exception):
    """The file is none that can be taken in; the message says why in one line. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was taken in, in one line, and a line for each part that was not."""

    text: str
    faults: tuple[str, ...] = ()


async def migrate(settings: Settings) -> str:
    """Bring the database up to date; says what it is now."""
    async with open_store(settings.where) as store:
        return f"{store.where} is at schema {await store.schema_version()}"


async def back_up(settings: Settings, file: Path) -> str:
    """Write a backup while the bot runs; says what it is."""
    size = await backup.back_up(settings.where, file)
    return f"{file}: {size / 1e6:.1f} MB, whole"


async def restore(settings: Settings, file: Path, *, replace: bool) -> str:
    """Bring a backup back, while no bot runs; says into what."""
    with alone(settings, Roles()) if settings.database_url is None else nullcontext():
        await backup.restore(settings.where, file, replace=replace)
    return f"{file} is restored; {await migrate(settings)}"


async def export(settings: Settings, what: str) -> str:
    """ "feeds" as OPML, "watches" as JSON with each channel's settings."""
    async with open_store(settings.where) as store:
        if what == "feeds":
            return (await listed(store, secrets=True)).content
        return json.dumps(await watches_as_json(store), ensure_ascii=False, indent=2) + "\n"


async def bring_in(settings: Settings, content: bytes) -> Report:
    """Take in a file of any of the three kinds, told apart by its content. Raises BadFile."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if not start:
        raise BadFile("the file is empty")
    async with open_store(settings.where) as store, store.transaction():
        if start == b"<":
            return await _feeds(store, content)
        if start == b"{":
            return await watches_from_json(store, content)
        return await _players(store, content)


async def watches_as_json(store: Store) -> dict[str, Any]:
    """All watches and settings, by channel; players by name, so that another database takes them."""
    channels: dict[Channel, dict[str, Any]] = {}
    for channel, settings in await store.all_channel_settings():
        _channel(channels, channel)["settings"] = settings.as_json()
    for watch, player in await store.export_watches():
        _channel(channels, watch.channel)["watches"].append(
            {
                "player": player.name if player else None,
                "aliases": list(player.aliases) if player else [],
                "clubs": list(player.clubs) if player else [],
                "club": watch.club,
                "from_stage": watch.from_stage.word,
                "by": watch.by,
                "mention": watch.mention,
                "paused": watch.paused,
            }
        )
    return {"format": FORMAT, "channels": list(channels.values())}


def _channel(channels: dict[Channel, dict[str, Any]], channel: Channel) -> dict[str, Any]:
    blank = {
        "platform": channel.platform,
        "id": channel.id,
        "space": channel.space,
        "settings": {},
        "watches": [],
    }
    return channels.setdefault(channel, blank)


async def watches_from_json(store: Store, content: bytes) -> Report:
    """Take in what `watches_as_json` wrote; a watch that is there already is only updated."""
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise BadFile(f"not JSON: {error}") from error
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise BadFile(f"no file of watches: its format is not {FORMAT!r}")
    names, taken, faults = Names.load(), 0, list[str]()
    channels = data.get("channels") or []
    if not isinstance(channels, list):
        raise BadFile("no file of watches: its channels are no list")
    for number, raw in enumerate(channels, start=1):
        try:
            channel = Channel(str(raw["platform"]), str(raw["id"]), str(raw.get("space") or ""))
            settings = ChannelSettings.from_json(raw.get("settings") or {})
            await store.save_channel_settings(channel, settings)
            for watch in raw.get("watches") or []:
                await _watch(store, channel, watch, names)
                taken += 1
        except KeyError as error:
            faults.append(f"channel {number} cannot be used: it has no {error.args[0]}")
        except (TypeError, ValueError, AttributeError) as error:
            faults.append(f"channel {number} cannot be used: {error}")
    return Report(_taken(taken, "watch", "watches"), tuple(faults))


async def _watch(store: Store, channel: Channel, raw: Mapping[str, Any], names: Names) -> None:
    stage = Stage.of(str(raw.get("from_stage") or "interest"))
    club = names.club(str(raw["club"])) if raw.get("club") else None
    if raw.get("club") and club is None:
        raise ValueError(f"no club is called {str(raw['club'])[:60]!r}")
    player = None
    if raw.get("player"):
        aliases, clubs = (tuple(map(str, raw.get(field) or ())) for field in ("aliases", "clubs"))
        player = await _player(store, str(raw["player"]), aliases, clubs)
    watch = await store.add_watch(
        channel,
        player.id if player else None,
        club,
        from_stage=stage,
        by=str(raw.get("by") or ""),
        mention=str(raw["mention"]) if raw.get("mention") else None,
    )
    if raw.get("paused"):
        await store.pause_watch(watch.id, str(raw["paused"]))


async def _player(
    store: Store, name: str, aliases: tuple[str, ...] = (), clubs: tuple[str, ...] = ()
) -> Player:
    for player in await store.players_named([name]):
        fuller = replace(
            player,
            aliases=tuple(dict.fromkeys((*player.aliases, *aliases))),
            clubs=tuple(dict.fromkeys((*player.clubs, *clubs))),
        )
        if fuller != player:
            await store.save_player(fuller)
        return fuller
    return await store.add_player(name, aliases=aliases, clubs=clubs)


async def _feeds(store: Store, content: bytes) -> Report:
    try:
        taken = await take_list(store, content, by=None, most=MAX_FEEDS)
    except BadOpml as error:
        raise BadFile(f"no usable list of feeds (OPML): {error}") from error
    return Report(f"{_taken(taken.new, 'feed', 'feeds')}, {taken.known} known before")


async def _players(store: Store, content: bytes) -> Report:
    """A CSV with the columns name, and if wanted aliases and clubs, each parted by "|"."""
    text = content.decode("utf-8-sig", errors="replace")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    try:
        if "name" not in (rows.fieldnames or []):
            raise BadFile("neither OPML, nor JSON, nor a CSV with a column called name")
        read = [(rows.line_num, row) for row in rows]
    except csv.Error as error:
        raise BadFile(f"neither OPML, nor JSON, nor a usable CSV: {error}") from error
    names, taken, faults = Names.load(), 0, []
    for number, row in read:
        name = (row.get("name") or "").strip()
        if not fold(name) or len(name) > 100:
            faults.append(f"line {number}: no usable name")
            continue
        clubs = [names.club(club) or "" for club in _parts(row.get("clubs"))]
        await _player(store, name, tuple(_parts(row.get("aliases"))), tuple(filter(None, clubs)))
        taken += 1
    return Report(_taken(taken, "player", "players"), tuple(faults))


def _taken(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many} taken in"


def _parts(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split("|") if part.strip()]
