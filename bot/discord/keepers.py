"""Who may decide for the whole bot (its feeds, what was misread), beside who manages a channel.

Feeds are the same for all whom a bot serves, so on a bot that anybody can add to his server those who manage
some channel must not change them.
"""

from __future__ import annotations

from collections.abc import Callable

import discord

from bot.discord.client import Client


class Keepers:
    """The application's owner or team, those whom a setting names, and where the bot is at home also the
    managers of its servers."""

    def __init__(self, named: frozenset[int], client: Callable[[], Client | None]) -> None:
        self._named = named
        self._client = client

    def may(self, person: int, *, manages: bool) -> bool:
        """May this person decide for the bot? `manages` says that he manages a channel of a server."""
        if person in self._named:
            return True
        client = self._client()
        if client is None or client.application is None:
            return False
        return person in owners(client.application) or (manages and at_home(client, client.application))


def owners(application: discord.AppInfo) -> frozenset[int]:
    """The numbers of those who own the application: one person, or the team's members who may do more than
    read."""
    if application.team is None:
        return frozenset({application.owner.id})
    return frozenset(
        member.id
        for member in application.team.members
        if member.membership_state is discord.TeamMembershipState.accepted
        and member.role is not discord.TeamMemberRole.read_only
    )


def at_home(client: discord.Client, application: discord.AppInfo) -> bool:
    """Is the bot among its own: can only its owner add it to servers, or is it in no more than one?"""
    return not application.bot_public or ((client.shard_count or 1) == 1 and len(client.guilds) <= 1)
