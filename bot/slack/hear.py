"""Hearing what people do on Slack: commands, buttons, modals, mentions, messages, the Home tab.

Every payload is acknowledged before anything is looked up, so that Slack's three seconds are kept whatever
the load; the two that must answer at once (a search, a submitted modal) have a limit of their own.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.call import Call
from bot.clock import Clock
from bot.commands.about import about
from bot.commands.desk import Desk
from bot.commands.words import read_words
from bot.platform import Dispatch
from bot.request import Answer
from bot.slack import modal, mrkdwn
from bot.slack.answer import Answerer, Where
from bot.slack.asker import Asker, Askers
from bot.slack.files import FileUnread, download
from bot.slack.home import Homes, page_of
from bot.slack.payload import Body, action_of, file_of, person_of, place_of, team_of, value_of
from bot.slack.rights import Rights
from bot.slack.seen import Once, Seen, key_of
from bot.slack.turns import Turns
from bot.slack.web import WebError
from bot.slack.windows import Windows
from bot.slack.workspaces import Workspace, Workspaces

log = logging.getLogger(__name__)

COMMAND = "/deadline"
SHORTCUT = "who_is_this"

_PATIENCE = 1.5
_STARTING = 0.05
"""Seconds in which bolt starts the listener of what was let through: by tasks of its own."""
_OLD = Answer.refused("That button is from another version of the bot. Type /deadline help")
_HELLO = frozenset({"", "hi", "hello", "hey"})

Ack = Callable[..., Awaitable[Any]]


class Hearer:
    """Turns what Slack sends into requests, and gives the answers back."""

    def __init__(
        self,
        workspaces: Workspaces,
        desk: Desk,
        answerer: Answerer,
        rights: Rights,
        once: Once,
        clock: Clock,
    ) -> None:
        self._workspaces = workspaces
        self._desk = desk
        self._answerer = answerer
        self._rights = rights
        self._clock = clock
        self._askers = Askers(workspaces, desk, rights, clock)
        self._homes = Homes(desk, rights, clock)
        self._seen = Seen()
        self._ending = self._over = False
        self._begun: dict[asyncio.Future[None], asyncio.Task[Any]] = {}
        self._turns = Turns()
        self._once = once
        self._windows = Windows(desk, self._askers, answerer, once, clock, desk.answer)
        self._windows.on_refused = self._seen.forget
        self.on_change: Callable[[], None] = lambda: None

    @property
    def dispatch(self) -> Dispatch:
        """Where requests are answered."""
        return self._windows.dispatch

    @dispatch.setter
    def dispatch(self, dispatch: Dispatch) -> None:
        self._windows.dispatch = dispatch

    def listen(self, app: AsyncApp) -> None:
        """Put our listeners into the app."""
        app.use(self._pass_once)
        app.command(COMMAND)(self._act(self._command))
        app.message_shortcut(SHORTCUT)(self._act(self._shortcut))
        app.action("search")(_nothing)
        app.action("channel")(_nothing)
        app.action(re.compile(r"^home:"))(self._act(self._home_button))
        app.action(re.compile(r"^(call|turn|pick|menu):"))(self._act(self._pressed))
        app.action(re.compile(r""))(self._act(self._old))
        app.options("search")(self._act(self._windows.search))
        app.view(re.compile(r""))(self._act(self._submitted))
        app.event("app_mention")(self._on(self._mentioned))
        app.event("message")(self._on(self._message))
        app.event("app_home_opened")(self._on(self._home_opened))
        app.event("member_joined_channel")(self._on(self._joined))
        app.event(re.compile(r"^(channel|group)_unarchive$"))(self._on(self._unarchived))
        app.event(re.compile(r"^(app_uninstalled|tokens_revoked)$"))(self._on(self._uninstalled))
        app.event(re.compile(r""))(_nothing)

    async def finish(self, within: timedelta) -> None:
        """Let what was begun come to its end: it was acknowledged, and Slack does not send it again. What has
        not by then is given up, for the database is closed next.
        """
        self._ending = True
        try:
            async with asyncio.timeout(within.total_seconds()):
                await asyncio.sleep(_STARTING)
                while self._begun:
                    await asyncio.wait(self._begun)
                    await asyncio.sleep(_STARTING)
        except TimeoutError:
            pass
        self._over = True
        late = list(self._begun.values())
        if late:
            log.warning("Slack: the bot stops before %d answers were given", len(late))
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        await self._once.finish()

    def _act(self, handler: Callable[[Ack, Body], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """For what a person does: acknowledged first, and a window is opened at once, while its trigger is
        good (three seconds). What is answered in words takes its turn in the handler."""

        async def heard(ack: Ack, body: Body) -> None:
            with self._beginning():
                if not self._over:
                    await handler(ack, body)

        return heard

    def _on(self, handler: Callable[[Body, Body], Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """For events, which bolt has acknowledged."""

        async def heard(body: Body, event: Body) -> None:
            with self._beginning():
                if not self._over:
                    async with self._turns.turn(team_of(body) or ""):
                        await handler(body, event)

        return heard

    @contextmanager
    def _beginning(self) -> Iterator[None]:
        end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.current_task()
        if task is not None:
            self._begun[end] = task
        try:
            yield
        finally:
            self._begun.pop(end, None)
            end.set_result(None)

    async def _pass_once(self, req: AsyncBoltRequest, next: Callable[[], Awaitable[Any]]) -> Any:
        """Let through what this process has not seen yet; acknowledge the rest. What comes at the end is not
        acknowledged: Slack brings it again, to whoever listens then."""
        if self._ending:
            return BoltResponse(status=503, body="")
        key = key_of(req.body)
        if key is not None and not self._seen.first(key):
            return BoltResponse(status=200, body="")
        return await next()

    async def _command(self, ack: Ack, body: Body) -> None:
        await ack()
        asker = await self._askers.find(person_of(body), team_of(body), body.get("channel_id"))
        if asker is None or not await self._once.first(body):
            return
        where = Where(asker.channel, asker.person, str(body.get("response_url") or ""))
        text = mrkdwn.typed(str(body.get("text") or "")).strip()
        trigger = str(body.get("trigger_id") or "")
        if await self._opens(asker, trigger, text):
            return
        async with self._turns.turn(asker.workspace.team):
            await self._patiently(asker, where, self._answer(asker, text or "help"))

    async def _opens(self, asker: Asker, trigger: str, text: str) -> bool:
        """Open the window that this command has; False where it has none, or Slack opens none."""
        if not text:
            return await self._windows.open_watch(asker, trigger)
        call = read_words(text, self._desk.commands)
        if call == Call("settings"):
            return await self._windows.open_settings(asker, trigger)
        if isinstance(call, Call) and call.command == modal.IMPORT and await self._askers.may_run(asker):
            return await self._windows.open_import(asker, trigger)
        return False

    async def _answer(self, asker: Asker, text: str, file: bytes | None = None) -> Answer:
        """What is said to typed words."""
        request = await self._askers.request(asker, text=text)
        return await self.dispatch(replace(request, file=file) if file is not None else request)

    async def _shortcut(self, ack: Ack, body: Body) -> None:
        await ack()
        channel = (body.get("channel") or {}).get("id")
        asker = await self._askers.find(person_of(body), team_of(body), channel)
        if asker is None or not await self._once.first(body):
            return
        text = mrkdwn.typed(str((body.get("message") or {}).get("text") or ""))
        work = about(text, self._desk, self._clock())
        trigger = str(body.get("trigger_id") or "")
        await self._windows.open_answer(asker, trigger, work, _where(body, asker), "Who is this about?")

    async def _pressed(self, ack: Ack, body: Body) -> None:
        """A button or a menu of a message, a modal or the Home tab."""
        await ack()
        action = action_of(body)
        container = body.get("container") or {}
        in_view = container.get("type") == "view"
        channel = place_of(action) if in_view else (body.get("channel") or {}).get("id")
        asker = await self._askers.find(person_of(body), team_of(body), channel)
        if asker is None or not await self._once.first(body):
            return
        call = Call.decode(value_of(action))
        trigger = str(body.get("trigger_id") or "")
        if in_view and call == Call("settings") and await self._windows.open_settings(asker, trigger):
            return
        async with self._turns.turn(asker.workspace.team):
            await self._answer_press(asker, body, call)

    async def _answer_press(self, asker: Asker, body: Body, call: Call | None) -> None:
        action, container = action_of(body), body.get("container") or {}
        answer = _OLD if call is None else await self.dispatch(await self._askers.request(asker, call=call))
        if container.get("type") == "view":
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
                await self._windows.open(asker.workspace, str(body.get("trigger_id") or ""), shown)
            await self._homes.publish(asker, page_of(view))
            return
        try:
            await asker.workspace.web.call("views.update", view_id=view.get("id"), view=shown)
        except WebError as error:
            log.info("a modal could not be drawn anew: %s", error)
            await self._answerer.give(asker.workspace, Where(asker.person, asker.person), answer)

    async def _old(self, ack: Ack, body: Body) -> None:
        """Something pressed that this version does not have."""
        await ack()
        channel = (body.get("channel") or {}).get("id")
        asker = await self._askers.find(person_of(body), team_of(body), channel)
        if asker is not None and body.get("response_url"):
            await self._answerer.give(asker.workspace, _where(body, asker), _OLD)

    async def _mentioned(self, body: Body, event: Body) -> None:
        """ "@bot what's the latest on …?": answered in a thread under the question."""
        if event.get("bot_id") or event.get("edited"):
            return
        asker = await self._askers.find(event.get("user"), team_of(body), event.get("channel"))
        if asker is None or not await self._once.first(body):
            return
        text = re.sub(
            rf"<@{re.escape(asker.workspace.bot_user)}(\|[^>]*)?>", " ", str(event.get("text") or "")
        )
        thread = str(event.get("thread_ts") or event.get("ts") or "") or None
        await self._say(asker, event, mrkdwn.typed(text), Where(asker.channel, asker.person, thread=thread))

    async def _message(self, body: Body, event: Body) -> None:
        """A direct message; anything else that looks like one is none."""
        plain = event.get("subtype") in (None, "file_share", "thread_broadcast")
        if event.get("channel_type") != "im" or event.get("bot_id") or not plain or not event.get("user"):
            return
        asker = await self._askers.find(event.get("user"), team_of(body), event.get("channel"))
        if asker is not None and await self._once.first(body):
            where = Where(asker.channel, asker.person, thread=event.get("thread_ts"))
            await self._say(asker, event, mrkdwn.typed(str(event.get("text") or "")), where)

    async def _say(self, asker: Asker, event: Body, text: str, where: Where) -> None:
        """Answer what was said to the bot; a file that came with it is read where the command takes one."""
        said = text.strip(" ,:")
        file = file_of(event)
        if text.strip(" ,:!.").casefold() in _HELLO:
            said = modal.IMPORT if file else "help"
        call = read_words(said, self._desk.commands)
        content = None
        if file and isinstance(call, Call) and call.command == modal.IMPORT:
            try:
                content = await download(asker.workspace, file)
            except FileUnread as error:
                await self._answerer.give(asker.workspace, where, Answer.refused(str(error)))
                return
        await self._answerer.give(asker.workspace, where, await self._answer(asker, said, content))

    async def _home_opened(self, body: Body, event: Body) -> None:
        asker = await self._askers.find(event.get("user"), team_of(body), event.get("user"))
        if asker is not None and event.get("tab") == "home":
            await self._homes.publish(asker, page_of(event.get("view") or {}))

    async def _home_button(self, ack: Ack, body: Body) -> None:
        await ack()
        person = person_of(body)
        asker = await self._askers.find(person, team_of(body), person)
        action = action_of(body)
        if asker is None:
            return
        if action.get("action_id") == "home:watch":
            page = page_of(body.get("view") or {})
            await self._windows.open_watch(asker, str(body.get("trigger_id") or ""), home=page)
            return
        async with self._turns.turn(asker.workspace.team):
            await self._homes.publish(asker, page_of(body.get("view") or {}, action))

    async def _submitted(self, ack: Ack, body: Body) -> None:
        """A window that was sent off; the Home tab behind it is drawn anew."""
        await self._windows.submitted(ack, body)
        page = modal.home_of(body.get("view") or {})
        person = person_of(body)
        asker = await self._askers.find(person, team_of(body), person) if page else None
        if asker is not None and page is not None:
            async with self._turns.turn(asker.workspace.team):
                await self._homes.publish(asker, page)

    async def _joined(self, body: Body, event: Body) -> None:
        asker = await self._askers.find(event.get("user"), team_of(body), event.get("channel"))
        if asker is None:
            return
        self._rights.forget_channel(asker.workspace, asker.channel)
        if event.get("user") == asker.workspace.bot_user:
            self.on_change()

    async def _unarchived(self, body: Body, event: Body) -> None:
        self.on_change()

    async def _uninstalled(self, body: Body, event: Body) -> None:
        gone = event.get("type") == "app_uninstalled" or (event.get("tokens") or {}).get("bot")
        team = team_of(body)
        if not gone or not team:
            return
        workspace = await self._workspaces.of(team)
        if workspace is not None and await _is_in(workspace):
            log.info("workspace %s removed the app, and has installed it again since", team)
            return
        log.warning("workspace %s removed the app", team)
        await self._workspaces.forget(team, workspace.token if workspace else "")

    async def _patiently(self, asker: Asker, where: Where, work: Awaitable[Answer]) -> None:
        """Give the answer; say that it is being worked on when it takes its time."""
        task = asyncio.ensure_future(work)
        try:
            done, _ = await asyncio.wait({task}, timeout=_PATIENCE)
            if not done:
                await self._answerer.give(asker.workspace, where, Answer("One moment …"))
            await self._answerer.give(asker.workspace, where, await task)
        finally:
            task.cancel()


async def _is_in(workspace: Workspace) -> bool:
    """Does the workspace still take our token? What Slack tells can come late, and again."""
    try:
        await workspace.web.call("auth.test")
    except WebError:
        return False
    return True


async def _nothing(ack: Ack) -> None:
    """Acknowledge what needs no answer."""
    await ack()


def _where(body: Body, asker: Asker) -> Where:
    return Where(asker.channel, asker.person, str(body.get("response_url") or ""))
