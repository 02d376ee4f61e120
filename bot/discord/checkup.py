"""What `deadlineday doctor` finds out about Discord: token, gateway, commands, permissions, the invite."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Sequence

import discord

from bot.commands.command import Command
from bot.discord.client import INTENTS
from bot.discord.commands import payload
from bot.discord.faults import EXPECTED, fault
from bot.discord.places import NAME, invite, number_of, person_of, silenced
from bot.finding import Finding
from storage.store import Store
from storage.watch import Channel

_FEW_STARTS = 20
"""Sessions that are left today when it is time to say so; Discord allows a thousand and then
takes the token away. https://docs.discord.com/developers/events/gateway#session-start-limit-object"""

_FAULTS_SHOWN = 20


async def examine(token: str, store: Store, commands: Sequence[Command]) -> AsyncIterator[Finding]:
    """Look at the account, a line for each thing; nothing is changed or posted."""
    client = discord.Client(intents=INTENTS)
    try:
        try:
            await client.login(token)
        except discord.LoginFailure:
            yield Finding(
                False, "Discord: the token is not taken; make a new one in the developer portal (Bot)"
            )
            return
        except EXPECTED as error:
            yield Finding(False, f"{fault(error)}: {discord.http.Route.BASE} (DISCORD_API_BASE)")
            return
        async for finding in _account(client, commands):
            yield finding
        async for finding in _channels(client, store):
            yield finding
        yield Finding(True, f"Discord: to add the bot to a server: {invite(client.application_id or 0)}")
    finally:
        await client.close()


async def _account(client: discord.Client, commands: Sequence[Command]) -> AsyncIterator[Finding]:
    assert client.user is not None
    yield Finding(True, f"Discord: the token is that of {client.user}")
    application = await client.application_info()
    yield _feeds_are_for(application)
    if application.interactions_endpoint_url:
        yield Finding(
            False,
            "Discord: commands go to an Interactions Endpoint URL, not to this bot;"
            " clear it in the developer portal (General Information)",
        )
    try:
        shards, _, starts = await client.http.get_bot_gateway()
        left = starts["remaining"]
        yield Finding(
            left >= _FEW_STARTS,
            f"Discord: the gateway wants {shards} shard{'s' * (shards > 1)}; {left} starts are left today"
            + ("" if left >= _FEW_STARTS else ": do not restart the bot until tomorrow"),
        )
        known = await client.http.get_global_commands(client.application_id or 0)
    except EXPECTED as error:
        yield Finding(False, f"Discord: {fault(error)}; try again later")
        return
    missing = {command["name"] for command in payload(commands)} - {command["name"] for command in known}
    if not missing:
        yield Finding(True, f"Discord: {len(known)} commands are synced")
    else:
        yield Finding(
            True, f"Discord: not synced yet: {', '.join(sorted(missing))}; `deadlineday run` does that"
        )


def _feeds_are_for(application: discord.AppInfo) -> Finding:
    whose = f"the team {application.team.name}" if application.team else str(application.owner)
    if not application.bot_public:
        return Finding(True, f"Discord: feeds are for {whose} and the managers of its servers (private bot)")
    return Finding(
        True,
        f"Discord: feeds are for {whose} and DEADLINEDAY_DISCORD_ADMINS; anybody may add this public bot to a"
        " server, so managers of servers may change them only while it is in no more than one",
    )


async def _channels(client: discord.Client, store: Store) -> AsyncIterator[Finding]:
    """Whether the bot may post in every channel that is watched."""
    spaces: dict[str, set[Channel]] = defaultdict(set)
    for watch in await store.all_watches():
        if watch.channel.platform == NAME and person_of(watch.channel) is None:
            spaces[watch.channel.space].add(watch.channel)
    faults = 0
    for space, channels in spaces.items():
        async for channel, trouble in _troubles(client, space, channels):
            faults += 1
            if faults <= _FAULTS_SHOWN:
                yield Finding(False, f"Discord: channel {channel.id} of server {space}: {trouble}")
    watched = sum(map(len, spaces.values()))
    if faults > _FAULTS_SHOWN:
        yield Finding(False, f"Discord: {faults - _FAULTS_SHOWN} channels more cannot be posted to")
    yield Finding(True, f"Discord: {watched - faults} of {watched} watched channels can be posted to")


async def _troubles(
    client: discord.Client, space: str, channels: set[Channel]
) -> AsyncIterator[tuple[Channel, str]]:
    assert client.user is not None
    try:
        guild = await client.fetch_guild(int(space), with_counts=False)
        me = await guild.fetch_member(client.user.id)
        known = {channel.id: channel for channel in await guild.fetch_channels()}
    except (*EXPECTED, ValueError):
        for channel in channels:
            yield channel, "the bot is no member of that server; it is invited anew by the address below"
        return
    for channel in channels:
        number = number_of(channel) or 0
        found, thread = known.get(number), False
        if found is None:
            try:
                fetched = await client.fetch_channel(number)
            except EXPECTED:
                fetched = None
            thread = isinstance(fetched, discord.Thread)
            found = known.get(fetched.parent_id) if isinstance(fetched, discord.Thread) else None
        trouble = (
            silenced(found.permissions_for(me), thread=thread)
            if found is not None
            else "it was deleted, or the bot cannot see it"
        )
        if trouble:
            yield channel, trouble
