"""Hearing what people do on Slack: commands, buttons, modals, mentions, messages, the Home tab.

Every payload is acknowledged before anything is looked up, so that Slack's three seconds are kept whatever
the load; the two that must answer at once (a search, a submitted modal) have a limit of their own.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.about import about
from bot.call import Call
from bot.clock import Clock
from bot.commands.desk import Desk
from bot.commands.words import read_words
from bot.platform import Dispatch
from bot.request import Answer, Request
from bot.slack import modal, mrkdwn
from bot.slack.answer import Answerer, Where
from bot.slack.asker import Asker, Askers
from bot.slack.home import Homes
from bot.slack.rights import Rights
from bot.slack.seen import Seen, key_of
from bot.slack.web import WebError
from bot.slack.workspaces import Workspace, Workspaces

log = logging.getLogger(__name__)

COMMAND = "/deadline"
SHORTCUT = "who_is_this"

AT_ONCE = 2.0
"""Seconds within which a search or a modal is answered; Slack gives three."""

_PATIENCE = 1.5
_OLD = Answer.refused("That button is from another version of the bot. Type /deadline help")
_HELLO = frozenset({"", "hi", "hello", "hey"})

Body = dict[str, Any]
Ack = Callable[..., Awaitable[Any]]


class Hearer:
    """Turns what Slack sends into requests, and gives the answers back."""

    def __init__(
        self, workspaces: Workspaces, desk: Desk, answerer: Answerer, rights: Rights, clock: Clock
    ) -> None:
        self._workspaces = workspaces
        self._desk = desk
        self._answerer = answerer
        self._rights = rights
        self._clock = clock
        self._askers = Askers(workspaces, desk, rights, clock)
        self._homes = Homes(desk, rights, clock)
        self._seen = Seen()
        self.dispatch: Dispatch = desk.answer
        self.on_change: Callable[[], None] = lambda: None

    def listen(self, app: AsyncApp) -> None:
        """Put our listeners into the app."""
        app.use(self._once)
        app.command(COMMAND)(self._command)
        app.message_shortcut(SHORTCUT)(self._shortcut)
        app.action("search")(_nothing)
        app.action("channel")(_nothing)
        app.action(re.compile(r"^home:"))(self._home_button)
        app.action(re.compile(r"^(call|turn|pick|menu):"))(self._pressed)
        app.action(re.compile(r""))(self._old)
        app.options("search")(self._search)
        app.view(modal.WATCH)(self._submitted)
        app.view(modal.SETTINGS)(self._submitted)
        app.view(re.compile(r""))(_nothing)
        app.event("app_mention")(self._mentioned)
        app.event("message")(self._message)
        app.event("app_home_opened")(self._home_opened)
        app.event("member_joined_channel")(self._joined)
        app.event(re.compile(r"^(channel|group)_unarchive$"))(self._unarchived)
        app.event(re.compile(r"^(app_uninstalled|tokens_revoked)$"))(self._uninstalled)
        app.event(re.compile(r""))(_nothing)

    async def _once(self, req: AsyncBoltRequest, next: Callable[[], Awaitable[Any]]) -> Any:
        """Let through what was not handled yet; acknowledge the rest."""
        key = key_of(req.body)
        if key is not None and not self._seen.first(key):
            return BoltResponse(status=200, body="")
        return await next()

    async def _command(self, ack: Ack, body: Body) -> None:
        await ack()
        asker = await self._askers.find(body.get("user_id"), body.get("team_id"), body.get("channel_id"))
        if asker is None:
            return
        where = Where(asker.channel, asker.person, str(body.get("response_url") or ""))
        text = mrkdwn.typed(str(body.get("text") or "")).strip()
        trigger = str(body.get("trigger_id") or "")
        if not text and await self._open_watch(asker, trigger):
            return
        if read_words(text, self._desk.commands) == Call("settings") and await self._open_settings(
            asker, trigger
        ):
            return
        await self._patiently(
            asker, where, self.dispatch(await self._askers.request(asker, text=text or "help"))
        )

    async def _shortcut(self, ack: Ack, body: Body) -> None:
        await ack()
        channel = (body.get("channel") or {}).get("id")
        asker = await self._askers.find((body.get("user") or {}).get("id"), _team(body), channel)
        if asker is None:
            return
        text = mrkdwn.typed(str((body.get("message") or {}).get("text") or ""))
        answer = await about(text, self._desk.names, self._clock())
        view = modal.said_view(answer, place=asker.place.id, title="Who is this about?")
        if not await self._open(asker.workspace, str(body.get("trigger_id") or ""), view):
            await self._answerer.give(asker.workspace, _where(body, asker), answer)

    async def _pressed(self, ack: Ack, body: Body) -> None:
        """A button or a menu of a message, a modal or the Home tab."""
        await ack()
        action = (body.get("actions") or [{}])[0]
        container = body.get("container") or {}
        in_view = container.get("type") == "view"
        channel = _place(action) if in_view else (body.get("channel") or {}).get("id")
        asker = await self._askers.find((body.get("user") or {}).get("id"), _team(body), channel)
        if asker is None:
            return
        value = action.get("value") or (action.get("selected_option") or {}).get("value") or ""
        call = Call.decode(str(value))
        answer = _OLD if call is None else await self.dispatch(await self._askers.request(asker, call=call))
        if in_view:
            await self._answer_in_view(asker, body, answer)
            return
        kind = str(action.get("action_id") or "").partition(":")[0]
        own = bool(container.get("is_ephemeral")) or asker.channel.startswith("D")
        instead = answer.ok and kind in ("turn", "pick") and own
        await self._answerer.give(asker.workspace, _where(body, asker), answer, instead=instead)

    async def _answer_in_view(self, asker: Asker, body: Body, answer: Answer) -> None:
        """In a modal the answer takes its place; on the Home tab it opens one, and the tab is drawn anew."""
        view = body.get("view") or {}
        shown = modal.said_view(answer, place=asker.place.id)
        if view.get("type") == "home":
            if answer.cards or answer.choices or not answer.ok:
                await self._open(asker.workspace, str(body.get("trigger_id") or ""), shown)
            await self._homes.publish(asker)
            return
        try:
            await asker.workspace.web.call("views.update", view_id=view.get("id"), view=shown)
        except WebError as error:
            log.info("a modal could not be drawn anew: %s", error)
            await self._answerer.give(asker.workspace, Where(asker.person, asker.person), answer)

    async def _old(self, ack: Ack, body: Body) -> None:
        """Something pressed that this version does not have."""
        await ack()
        asker = await self._askers.find(
            (body.get("user") or {}).get("id"), _team(body), (body.get("channel") or {}).get("id")
        )
        if asker is not None and body.get("response_url"):
            await self._answerer.give(asker.workspace, _where(body, asker), _OLD)

    async def _search(self, ack: Ack, body: Body) -> None:
        """Names while somebody types into a modal's search."""
        typed = str(body.get("value") or "")
        wanted = "club" if body.get("block_id") == "club" else "player"
        command = self._desk.command("watch")
        option = command.option(wanted) if command else None
        asker = await self._askers.find((body.get("user") or {}).get("id"), _team(body), None)
        found: list[dict[str, Any]] = []
        if command and option and asker:
            request = Request(asker.home, asker.person, True, self._clock(), home=asker.home)
            try:
                async with asyncio.timeout(AT_ONCE):
                    suggested = await self._desk.suggest(request, command, option, typed)
            except TimeoutError:
                suggested = []
            found = modal.options(suggested, typed, free=wanted == "player")
        await ack(options=found)

    async def _submitted(self, ack: Ack, body: Body) -> None:
        """A modal that was sent off: what came of it is shown in its place."""
        view = body.get("view") or {}
        command = self._desk.command(str(view.get("callback_id")))
        if command is None:
            await ack()
            return
        filled = modal.filled_watch(view) if command.name == "watch" else modal.filled_settings(view, command)
        person = (body.get("user") or {}).get("id")
        asker = await self._askers.find(person, _team(body), filled.channel or person)
        if asker is None:
            await ack()
            return
        work = asyncio.create_task(self._filled(asker, filled))
        done, _ = await asyncio.wait({work}, timeout=AT_ONCE)
        if done:
            shown = modal.said_view(work.result(), place=asker.place.id)
            await ack(response_action="update", view=shown)
            return
        await ack(response_action="update", view=modal.busy_view())
        answer = await work
        shown = modal.said_view(answer, place=asker.place.id)
        try:
            await asker.workspace.web.patiently("views.update", view_id=view.get("id"), view=shown)
        except WebError:
            await self._answerer.give(asker.workspace, Where(asker.person, asker.person), answer)

    async def _filled(self, asker: Asker, filled: modal.Filled) -> Answer:
        if not filled.call.values and filled.call.command == "settings":
            return Answer("Nothing changed.")
        return await self.dispatch(await self._askers.request(asker, call=filled.call, named=True))

    async def _mentioned(self, body: Body, event: Body) -> None:
        """ "@bot what's the latest on …?": answered in a thread under the question."""
        if event.get("bot_id") or event.get("edited"):
            return
        asker = await self._askers.find(event.get("user"), body.get("team_id"), event.get("channel"))
        if asker is None:
            return
        text = re.sub(
            rf"<@{re.escape(asker.workspace.bot_user)}(\|[^>]*)?>", " ", str(event.get("text") or "")
        )
        thread = str(event.get("thread_ts") or event.get("ts") or "") or None
        await self._say(asker, mrkdwn.typed(text), Where(asker.channel, asker.person, thread=thread))

    async def _message(self, body: Body, event: Body) -> None:
        """A direct message; anything else that looks like one is none."""
        plain = event.get("subtype") in (None, "file_share", "thread_broadcast")
        if event.get("channel_type") != "im" or event.get("bot_id") or not plain or not event.get("user"):
            return
        asker = await self._askers.find(event.get("user"), body.get("team_id"), event.get("channel"))
        if asker is not None:
            where = Where(asker.channel, asker.person, thread=event.get("thread_ts"))
            await self._say(asker, mrkdwn.typed(str(event.get("text") or "")), where)

    async def _say(self, asker: Asker, text: str, where: Where) -> None:
        said = "help" if text.strip(" ,:!.").casefold() in _HELLO else text.strip(" ,:")
        answer = await self.dispatch(await self._askers.request(asker, text=said))
        await self._answerer.give(asker.workspace, where, answer)

    async def _home_opened(self, body: Body, event: Body) -> None:
        asker = await self._askers.find(event.get("user"), body.get("team_id"), event.get("user"))
        if asker is not None and event.get("tab") == "home":
            await self._homes.publish(asker)

    async def _home_button(self, ack: Ack, body: Body) -> None:
        await ack()
        person = (body.get("user") or {}).get("id")
        asker = await self._askers.find(person, _team(body), person)
        action = (body.get("actions") or [{}])[0]
        if asker is None:
            return
        if action.get("action_id") == "home:watch":
            await self._open_watch(asker, str(body.get("trigger_id") or ""))
        await self._homes.publish(asker)

    async def _joined(self, body: Body, event: Body) -> None:
        asker = await self._askers.find(event.get("user"), body.get("team_id"), event.get("channel"))
        if asker is None:
            return
        self._rights.forget_channel(asker.workspace, asker.channel)
        if event.get("user") == asker.workspace.bot_user:
            self.on_change()

    async def _unarchived(self, body: Body, event: Body) -> None:
        self.on_change()

    async def _uninstalled(self, body: Body, event: Body) -> None:
        gone = event.get("type") == "app_uninstalled" or (event.get("tokens") or {}).get("bot")
        if gone and body.get("team_id"):
            log.warning("workspace %s removed the app", body["team_id"])
            await self._workspaces.forget(str(body["team_id"]))

    async def _patiently(self, asker: Asker, where: Where, work: Awaitable[Answer]) -> None:
        """Give the answer; say that it is being worked on when it takes its time."""
        task = asyncio.ensure_future(work)
        done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
        if not done:
            await self._answerer.give(asker.workspace, where, Answer("One moment …"))
        await self._answerer.give(asker.workspace, where, await task)

    async def _open_watch(self, asker: Asker, trigger: str) -> bool:
        command = self._desk.command("watch")
        if command is None:
            return False
        room = None if asker.place == asker.home else asker.channel
        return await self._open(asker.workspace, trigger, modal.watch_view(command, channel=room))

    async def _open_settings(self, asker: Asker, trigger: str) -> bool:
        command = self._desk.command("settings")
        if command is None:
            return False
        settings = await self._desk.store.channel_settings(asker.place)
        return await self._open(
            asker.workspace, trigger, modal.settings_view(command, settings, channel=asker.place.id)
        )

    async def _open(self, workspace: Workspace, trigger: str, view: Mapping[str, Any]) -> bool:
        """Open a modal; False where its trigger is too old, or Slack does not take it."""
        if not trigger:
            return False
        try:
            await workspace.web.call("views.open", trigger_id=trigger, view=dict(view))
        except WebError as error:
            log.info("a modal could not be opened: %s", error)
            return False
        return True


async def _nothing(ack: Ack) -> None:
    """Acknowledge what needs no answer."""
    await ack()


def _team(body: Body) -> str:
    """The workspace where it was pressed; in a shared channel the one where the app is installed."""
    view = body.get("view") or {}
    team = body.get("team") or {}
    return str(
        view.get("app_installed_team_id") or team.get("id") or (body.get("user") or {}).get("team_id") or ""
    )


def _place(action: Mapping[str, Any]) -> str:
    """The channel that a button of a view acts on: "at:C123:4"."""
    kind, _, rest = str(action.get("block_id") or "").partition(":")
    return rest.rpartition(":")[0] if kind == "at" else ""


def _where(body: Body, asker: Asker) -> Where:
    return Where(asker.channel, asker.person, str(body.get("response_url") or ""))
