"""Who may what: members of a channel decide for it, the workspace's admins for the whole of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable, Callable, Collection
from datetime import timedelta

from bot.slack.web import Refused, WebError
from bot.slack.workspaces import Workspace

log = logging.getLogger(__name__)

GOOD_FOR = timedelta(minutes=5)
_PAGES, _PAGE = 20, 999
"""How far lists of Slack are read; it gives at most 999 at once, and an error for 1000."""


class Rights:
    """Asks Slack who somebody is, and remembers it for five minutes.

    `admins` are people who may decide beside the workspace's own admins and owners. `alone` says whether the
    bot serves no other workspace.
    """

    def __init__(
        self,
        admins: Collection[str] = (),
        clock: Callable[[], float] = time.monotonic,
        alone: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self._admins = frozenset(admins)
        self._alone = alone
        self._clock = clock
        self._known: dict[tuple[str, ...], tuple[float, bool]] = {}

    async def keeper(self, workspace: Workspace, person: str) -> bool:
        """May this person decide what holds for everybody whom the bot serves: its feeds, what was misread?

        The admins of the only workspace may. Where there are several, each of them could undo what the others
        rely on, so it is those who are named.
        """
        if person in self._admins:
            return True
        if self._alone is not None and not await self._alone():
            return False
        return await self._admin(workspace, person)

    async def _admin(self, workspace: Workspace, person: str) -> bool:
        """Is this person an admin of the workspace? False also where Slack did not say."""
        key = ("admin", workspace.team, person)
        if (known := self._recall(key)) is not None:
            return known
        try:
            answer = await workspace.web.call("users.info", user=person)
        except WebError:
            return False
        user = answer.get("user") or {}
        return self._keep(key, any(user.get(role) for role in ("is_admin", "is_owner", "is_primary_owner")))

    async def member(self, workspace: Workspace, channel: str, person: str) -> bool:
        """Is this person in the channel? False also where Slack did not say."""
        key = ("member", workspace.team, channel, person)
        if (known := self._recall(key)) is not None:
            return known
        cursor = None
        for _ in range(_PAGES):
            try:
                page = await workspace.web.call(
                    "conversations.members", channel=channel, limit=_PAGE, cursor=cursor
                )
            except WebError:
                return False
            if person in page.get("members", []):
                return self._keep(key, True)
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return self._keep(key, False)

    async def rooms(self, workspace: Workspace, person: str) -> frozenset[str]:
        """The channels that this person is in; of the private ones those that the bot is in too.

        Nothing where Slack did not say. Asked each time: who looks at a list wants it as it is.
        """
        found: set[str] = set()
        cursor = None
        for _ in range(_PAGES):
            try:
                page = await workspace.web.call(
                    "users.conversations", user=person, types="public_channel,private_channel",
                    exclude_archived=True, limit=_PAGE, cursor=cursor,
                )  # fmt: skip
            except WebError as error:
                log.info("the channels of %s are not known: %s", person, error)
                break
            found |= {str(channel.get("id")) for channel in page.get("channels", [])}
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                break
        return frozenset(found)

    async def silenced(self, workspace: Workspace, channel: str, *, join: bool = True) -> str:
        """Why the bot cannot post in this channel, "" where it can; with `join` it goes into a public one by
        itself.

        Also "" where Slack did not say: then the first post tells.
        """
        key = ("inside", workspace.team, channel)
        if self._recall(key):
            return ""
        invite = f"type /invite @{workspace.name} in it, then try again"
        try:
            answer = await workspace.web.call("conversations.info", channel=channel)
            facts = answer.get("channel") or {}
            if facts.get("is_archived"):
                return "the channel is archived"
            if facts.get("is_member") or facts.get("is_im"):
                self._keep(key, True)
                return ""
            if facts.get("is_private") or facts.get("is_mpim"):
                return f"the bot is not in this conversation; {invite}"
            if not join:
                return ""
            await workspace.web.call("conversations.join", channel=channel)
        except Refused as error:
            if error.error in (
                "channel_not_found",
                "not_in_channel",
                "method_not_supported_for_channel_type",
            ):
                return f"the bot is not in this private channel; {invite}"
            return (
                f"the bot may not join this channel ({error.error}); {invite}"
                if "join" in error.method
                else ""
            )
        except WebError:
            return ""
        self._keep(key, True)
        return ""

    def forget_channel(self, workspace: Workspace, channel: str) -> None:
        """Somebody came or went: ask again."""
        stale = [key for key in self._known if key[1:3] == (workspace.team, channel)]
        for key in stale:
            del self._known[key]

    def _recall(self, key: tuple[str, ...]) -> bool | None:
        at, known = self._known.get(key, (0.0, False))
        return known if key in self._known and self._clock() - at < GOOD_FOR.total_seconds() else None

    def _keep(self, key: tuple[str, ...], value: bool) -> bool:
        if len(self._known) > 20_000:
            self._known.clear()
        self._known[key] = (self._clock(), value)
        return value
