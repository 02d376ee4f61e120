"""Posting cards: into the thread of a player's story, once, at Slack's pace."""

from __future__ import annotations

import logging
import uuid
from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any

from bot.cards.card import Card
from bot.clock import Clock
from bot.platform import PLAINLY, ChannelLost, Manner, PostFailed
from bot.slack import blocks
from bot.slack.faults import NO_ROOT, TOKEN, TOO_MUCH, end_of
from bot.slack.lookup import Lookup, Message
from bot.slack.pace import Pace
from bot.slack.web import Limited, Refused, WebError
from bot.slack.workspaces import Notes, Workspace, Workspaces
from storage.watch import Channel

log = logging.getLogger(__name__)

EVENT = "deadlineday_alert"
"""The type of the metadata that every alert carries, by which it is found again."""

QUIET_STORY = timedelta(days=60)
"""A story that was silent for so long begins a thread of its own."""

LOOK_BACK = timedelta(days=2)
"""How far back a message is looked for that another process, or this one before a restart, may have sent."""

SKEW = timedelta(minutes=5)
"""How much Slack's clock and ours may differ."""

_REMEMBERED = 2000
_SOON = timedelta(seconds=2)


class Poster:
    """Posts and edits cards in Slack's channels; raises what `bot.platform` says.

    Slack keeps no key by which a post could be repeated safely. So a post whose end is not known is looked
    for in the channel, by its metadata, before it is tried again.
    """

    def __init__(self, workspaces: Workspaces, notes: Notes, clock: Clock, pace: Pace) -> None:
        self._workspaces = workspaces
        self._notes = notes
        self._clock = clock
        self._pace = pace
        self._house = ""
        self._posted: OrderedDict[int, str] = OrderedDict()
        self._unsure: dict[int, datetime] = {}
        self._looks: OrderedDict[int, Lookup] = OrderedDict()
        self._direct: dict[tuple[str, str], str] = {}

    async def post(
        self, channel: Channel, card: Card, delivery_id: int, mention: str | None, manner: Manner = PLAINLY
    ) -> str:
        """Post the card once; gives "channel:ts" as Slack names the message."""
        if delivery_id in self._posted:
            return self._posted[delivery_id]
        workspace = await self._workspace(channel)
        begun = self._clock() - (LOOK_BACK if manner.unsure else SKEW)
        try:
            address = await self.address(workspace, channel.id)
            story = _Story(self._notes, channel, manner, self._clock)
            root = await story.root()
            if manner.unsure or delivery_id in self._unsure:
                found = await self._look_for(workspace, address, root, delivery_id)
                if found is not None:
                    if root is None:
                        await story.begin(found)
                    return self._remember(delivery_id, f"{address}:{found}")
            ts = await self._post(workspace, address, card, delivery_id, mention, story, root)
        except WebError as error:
            end = await self._end(workspace, channel, error, delivery_id, asked=manner.unsure)
            if isinstance(end, PostFailed) and end.unsure:
                self._unsure.setdefault(delivery_id, begun)
            raise end from error
        return self._remember(delivery_id, f"{address}:{ts}")

    async def edit(self, channel: Channel, message: str, card: Card, mention: str | None = None) -> None:
        """Show the card in place of the one that was posted, and whom that one called."""
        workspace = await self._workspace(channel)
        address, _, ts = message.rpartition(":")
        text, drawn = blocks.message((card,), mention=mention)
        try:
            await workspace.web.call("chat.update", channel=address, ts=ts, text=text, blocks=drawn)
        except Refused as error:
            if error.error in TOKEN:
                raise await self._end(workspace, channel, error, 0, asked=False) from error
            raise ChannelLost(f"the message cannot be edited: {error.error}") from error
        except WebError as error:
            raise end_of(error, several=self._workspaces.several) from error

    async def say(self, workspace: Workspace, channel: str, content: dict[str, Any]) -> bool:
        """Say something that is no alert (an answer to a mention); False where that cannot be.

        Raises Refused where it is the content that Slack does not take.
        """
        for last in (False, True):
            await self._pace.turn((workspace.team, channel))
            try:
                await workspace.web.call("chat.postMessage", channel=channel, **_QUIETLY, **content)
            except Limited as limited:
                self._pace.hold((workspace.team, channel), limited.retry_after)
                if last:
                    log.warning("an answer could not be given in %s: %s", channel, limited)
            except WebError as error:
                if isinstance(error, Refused) and error.error in TOO_MUCH:
                    raise
                log.warning("an answer could not be given in %s: %s", channel, error)
                return False
            else:
                return True
        return False

    async def address(self, workspace: Workspace, channel: str) -> str:
        """Slack's id of the conversation: a person's direct one is asked for once. Raises WebError."""
        if not channel.startswith(("U", "W")):
            return channel
        key = (workspace.team, channel)
        if key not in self._direct:
            opened = await workspace.web.call("conversations.open", users=channel)
            self._direct[key] = str(opened["channel"]["id"])
        return self._direct[key]

    async def _workspace(self, channel: Channel) -> Workspace:
        workspace = await self._workspaces.of(channel.space)
        if workspace is not None:
            return workspace
        if self._workspaces.several:
            raise ChannelLost("the app is not installed in this workspace")
        raise PostFailed("Slack has not answered yet who the bot is", retry_after=_SOON)

    async def _post(
        self,
        workspace: Workspace,
        address: str,
        card: Card,
        delivery_id: int,
        mention: str | None,
        story: _Story,
        root: str | None,
    ) -> str:
        text, drawn = blocks.message((card,), mention=mention)
        label = await self._label(delivery_id)
        drawn[0] = {**drawn[0], "block_id": _mark(label)}
        content: dict[str, Any] = {"text": text, "blocks": drawn, "metadata": label}
        joined = False
        while True:
            await self._pace.turn((workspace.team, address))
            thread: dict[str, Any] = (
                {"thread_ts": root, "reply_broadcast": story.aloud or None} if root else {}
            )
            try:
                answer = await workspace.web.call(
                    "chat.postMessage", channel=address, **_QUIETLY, **thread, **content
                )
            except Refused as error:
                if error.error in NO_ROOT and root:
                    root = None
                elif error.error in TOO_MUCH and "blocks" in content:
                    log.error("Slack took a card by its words only: %s", error)
                    del content["blocks"]
                elif error.error == "not_in_channel" and not joined:
                    await self._join(workspace, address, error)
                    joined = True
                else:
                    raise
                continue
            ts = str(answer["ts"])
            await story.said(root, ts)
            return ts

    async def _join(self, workspace: Workspace, address: str, why: Refused) -> None:
        """Go into a public channel. Raises what kept us out of it where that cannot be."""
        try:
            await workspace.web.call("conversations.join", channel=address)
        except Refused as error:
            raise error if error.error in (*TOKEN, "is_archived") else why from error

    async def _label(self, delivery_id: int) -> dict[str, Any]:
        """The metadata of a delivery. `house` tells this database's deliveries from another's."""
        if not self._house:
            self._house = await self._notes.settle_fact("slack:house", uuid.uuid4().hex)
        return {"event_type": EVENT, "event_payload": {"delivery": delivery_id, "house": self._house}}

    async def _look_for(
        self, workspace: Workspace, address: str, root: str | None, delivery_id: int
    ) -> str | None:
        """The ts of this delivery's message, None if it is surely not there. Raises WebError."""
        wanted = await self._label(delivery_id)

        def ours(message: Message) -> bool:
            ids = {block.get("block_id") for block in message.get("blocks") or []}
            return message.get("metadata") == wanted or _mark(wanted) in ids

        oldest = self._unsure.get(delivery_id) or self._clock() - LOOK_BACK
        look = self._looks.setdefault(delivery_id, Lookup(address, root, oldest))
        while len(self._looks) > _REMEMBERED:
            self._looks.popitem(last=False)
        found = await look.find(workspace.web, ours)
        self._looks.pop(delivery_id, None)
        return found

    async def _end(
        self, workspace: Workspace, channel: Channel, error: WebError, delivery_id: int, *, asked: bool
    ) -> Exception:
        """How the post ends; what follows from it for the workspace and for the next try."""
        end = end_of(error, several=self._workspaces.several)
        if isinstance(error, Limited):
            place = self._direct.get((workspace.team, channel.id), channel.id)
            self._pace.hold((workspace.team, place), error.retry_after)
        if isinstance(error, Refused) and error.error in TOKEN:
            log.error("workspace %s takes our token no more: %s", workspace.team, error)
            await self._workspaces.forget(workspace.team, workspace.token)
            if self._workspaces.several and await self._workspaces.of(workspace.team) is not None:
                return PostFailed("the app was installed again meanwhile", retry_after=_SOON)
        if isinstance(end, PostFailed):
            looked = delivery_id in self._unsure or asked
            if end.unsure or (looked and error.method != "chat.postMessage"):
                end.unsure = True
        if (
            isinstance(end, ChannelLost)
            and workspace.name not in end.reason
            and "/invite the bot" in end.reason
        ):
            return ChannelLost(end.reason.replace("/invite the bot", f"/invite @{workspace.name}"))
        return end

    def _remember(self, delivery_id: int, message: str) -> str:
        self._unsure.pop(delivery_id, None)
        self._posted[delivery_id] = message
        while len(self._posted) > _REMEMBERED:
            self._posted.popitem(last=False)
        return message


def _mark(label: dict[str, Any]) -> str:
    """A delivery as a block's id: it stands in the message itself, should Slack not give the metadata."""
    payload = label["event_payload"]
    return f"{EVENT}:{payload['house']}:{payload['delivery']}"


_QUIETLY: dict[str, Any] = {
    "unfurl_links": False,
    "unfurl_media": False,
    "link_names": False,
    "parse": "none",
}


class _Story:
    """The thread of one player's story in one channel: the root's ts and the last change's, in a note."""

    def __init__(self, notes: Notes, channel: Channel, manner: Manner, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock
        self.aloud = manner.aloud
        # Threads are what Slack's channels are made for: they are used unless the channel said no.
        self._wanted = bool(manner.story) and manner.threads is not False
        self._key = f"slack:thread:{channel.space}:{channel.id}:{manner.story}"

    async def root(self) -> str | None:
        """The ts of the message that the thread begins with, None where a new one begins now."""
        if not self._wanted:
            return None
        root, _, last = (await self._notes.fact(self._key) or "").partition(" ")
        if not root or not last:
            return None
        silent = self._clock().timestamp() - float(last)
        return None if silent > QUIET_STORY.total_seconds() else root

    async def begin(self, ts: str) -> None:
        """This message begins the thread."""
        await self.said(None, ts)

    async def said(self, root: str | None, ts: str) -> None:
        """A change was posted, under this root or as a new one."""
        if self._wanted:
            await self._notes.set_fact(self._key, f"{root or ts} {ts}")
