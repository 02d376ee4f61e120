"""Windows (modals): opening them, what is found while somebody types, and what was filled in."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.clock import Clock
from bot.commands.desk import Desk
from bot.commands.guard import guarded
from bot.plain import clip
from bot.platform import Dispatch
from bot.request import Answer, Request
from bot.slack import modal
from bot.slack.answer import Answerer, Where
from bot.slack.asker import Asker, Askers
from bot.slack.files import FileUnread, download
from bot.slack.payload import Body, person_of, team_of
from bot.slack.seen import Once, key_of
from bot.slack.web import WebError
from bot.slack.workspaces import Workspace

log = logging.getLogger(__name__)

AT_ONCE = 2.0
"""Seconds within which a search is answered, with nothing if need be; Slack gives three."""

SOON = 0.8
"""Seconds after which a window that was sent off says that it is being worked on. Not near to Slack's three:
under load as much again goes by before and after."""

OLD = Answer.refused("That window is from another version of the bot. Type /deadline to open a new one.")

_ERROR, _REFUSED = 300, 1000

Ack = Callable[..., Awaitable[Any]]


class Windows:
    """Opens windows and takes what is filled in. `dispatch` answers, as in the Hearer that holds this.

    `on_refused` is called with what (`key_of`) may be sent off once more as it is.
    """

    def __init__(
        self, desk: Desk, askers: Askers, answerer: Answerer, once: Once, clock: Clock, dispatch: Dispatch
    ) -> None:
        self._desk = desk
        self._askers = askers
        self._answerer = answerer
        self._once = once
        self._clock = clock
        self.dispatch = dispatch
        self.on_refused: Callable[[str], None] = lambda key: None
        self._refused: OrderedDict[str, tuple[Answer, str]] = OrderedDict()

    async def search(self, ack: Ack, body: Body) -> None:
        """Names while somebody types into a window's search."""
        typed = str(body.get("value") or "")
        wanted = "club" if body.get("block_id") == "club" else "player"
        command = self._desk.command("watch")
        option = command.option(wanted) if command else None
        asker = await self._askers.find(person_of(body), team_of(body), None)
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

    async def submitted(self, ack: Ack, body: Body) -> None:
        """A window that was sent off: what came of it is shown in its place."""
        view = body.get("view") or {}
        filled = modal.filled(view, self._desk)
        if filled is None:
            await ack(response_action="update", view=modal.said_view(OLD, place=""))
            return
        person = person_of(body)
        asker = await self._askers.find(person, team_of(body), filled.channel or person)
        if asker is None:
            await ack()
            return
        work = asyncio.create_task(self._filled(asker, filled, body))
        try:
            await self._show(ack, asker, view, work)
        finally:
            work.cancel()

    async def _show(
        self, ack: Ack, asker: Asker, view: Body, work: asyncio.Task[tuple[Answer | None, str]]
    ) -> None:
        """Acknowledge a window with what came of it, or with a word and then what comes of it."""
        done, _ = await asyncio.wait({work}, timeout=SOON)
        if not done:
            await ack(response_action="update", view=modal.busy_view())
        answer, field = await work
        if answer is None:  # it was sent off before, and answered then
            if done:
                await ack()
            return
        if field and done:
            await ack(response_action="errors", errors={field: clip(answer.text, _ERROR)})
            return
        shown = modal.said_view(answer, place=asker.place.id)
        if done:
            await ack(response_action="update", view=shown)
            return
        try:
            await asker.workspace.web.patiently("views.update", view_id=view.get("id"), view=shown)
        except WebError:
            await self._answerer.give(asker.workspace, Where(asker.person, asker.person), answer)

    async def _filled(self, asker: Asker, filled: modal.Filled, body: Body) -> tuple[Answer | None, str]:
        """The answer, None where it was given before, and the field of the window that it is about."""
        key = key_of(body) or ""
        if not await self._once.first(body):
            return self._refused.get(key, (None, ""))
        if not filled.call.values and filled.call.command == "settings":
            return Answer("Nothing changed."), ""
        request = await self._askers.request(asker, call=filled.call, named=True)
        answer = await self._read_and_done(asker, filled, request)
        field = modal.field_of(filled.call.command, answer)
        if field:
            # The window stays, and can be sent off as it is once more.
            self._refused[key] = answer, field
            while len(self._refused) > _REFUSED:
                self._refused.popitem(last=False)
            self.on_refused(key)
        return answer, field

    async def _read_and_done(self, asker: Asker, filled: modal.Filled, request: Request) -> Answer:
        if filled.file is not None:
            try:
                request = replace(request, file=await download(asker.workspace, filled.file))
            except FileUnread as error:
                return Answer.refused(str(error))
        return await self.dispatch(request)

    async def open_watch(self, asker: Asker, trigger: str, *, home: int | None = None) -> bool:
        """Ask whom to watch; False where the window could not be opened. `home` as in `modal.watch_view`."""
        command = self._desk.command("watch")
        if command is None:
            return False
        room = None if asker.place == asker.home else asker.channel
        return await self.open(asker.workspace, trigger, modal.watch_view(command, channel=room, home=home))

    async def open_settings(self, asker: Asker, trigger: str) -> bool:
        """Show how this channel is told, to be changed."""
        command = self._desk.command("settings")
        if command is None:
            return False
        settings = await self._desk.store.channel_settings(asker.place)
        return await self.open(
            asker.workspace, trigger, modal.settings_view(command, settings, channel=asker.place.id)
        )

    async def open_import(self, asker: Asker, trigger: str) -> bool:
        """Ask for the file of feeds."""
        return await self.open(asker.workspace, trigger, modal.import_view(asker.place.id))

    async def open_answer(
        self, asker: Asker, trigger: str, work: Awaitable[Answer], where: Where, title: str
    ) -> None:
        """Show in a window what comes of the work; filled in later where that outlasts the trigger.
        Where no window opens, it is said."""
        task = asyncio.ensure_future(guarded(work, "That", asker.place))
        try:
            done, _ = await asyncio.wait({task}, timeout=SOON)
            busy = None if done else await self._opened(asker.workspace, trigger, modal.busy_view())
            answer = await task
        finally:
            task.cancel()
        shown = modal.said_view(answer, place=asker.place.id, title=title)
        try:
            if busy is not None:
                await asker.workspace.web.patiently("views.update", view_id=busy, view=shown)
                return
        except WebError as error:
            log.info("a modal could not be filled: %s", error)
        if not done or not await self.open(asker.workspace, trigger, shown):
            await self._answerer.give(asker.workspace, where, answer)

    async def open(self, workspace: Workspace, trigger: str, view: Mapping[str, Any]) -> bool:
        """Open a window; False where its trigger is too old, or Slack does not take it."""
        return await self._opened(workspace, trigger, view) is not None

    async def _opened(self, workspace: Workspace, trigger: str, view: Mapping[str, Any]) -> str | None:
        if not trigger:
            return None
        try:
            answer = await workspace.web.call("views.open", trigger_id=trigger, view=dict(view))
        except WebError as error:
            log.info("a modal could not be opened: %s", error)
            return None
        return str((answer.get("view") or {}).get("id") or "")
