"""The Slack platform: slack-bolt over Socket Mode, or over signed HTTP where an address is set."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

import aiohttp
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot import clock
from bot.cards.card import Card
from bot.clock import Clock
from bot.commands.desk import Desk
from bot.platform import PLAINLY, Dispatch, Manner, PlatformRefused, PostFailed
from bot.slack.account import COPY_BOT_TOKEN, Account
from bot.slack.answer import Answerer, Draw
from bot.slack.asker import NAME
from bot.slack.hear import Hearer
from bot.slack.http import open_door
from bot.slack.install import Installed, Installer, vault_of
from bot.slack.pace import Pace
from bot.slack.post import Poster
from bot.slack.rights import Rights
from bot.slack.seen import Once
from bot.slack.web import Refused, Web, WebError, bot_scopes, open_session
from bot.slack.workspaces import OneWorkspace, Workspace, Workspaces
from storage.errors import DatabaseUnusable
from storage.watch import Channel

log = logging.getLogger(__name__)

FINISH_WITHIN = timedelta(seconds=1.5)
"""For answers under way when the bot is told to stop."""

FORGET_EVERY = timedelta(hours=6)
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds before Slack is asked again who we are: the first time, and at most."""


class Slack:
    """A Platform. `draw` gives a player's story as a PNG, None where none can be drawn.

    `ping` is the seconds between two signs of life on the socket.
    """

    name = NAME

    def __init__(
        self,
        account: Account,
        desk: Desk,
        draw: Draw,
        *,
        now: Clock = clock.now,
        pace: Pace | None = None,
        ping: float = 10.0,
    ) -> None:
        self._account = account
        self._ping = ping
        self._closed = asyncio.Event()
        self._ended = asyncio.Event()
        self._ended.set()
        self._session: aiohttp.ClientSession | None = None
        self._one = OneWorkspace()
        self._installed = None
        if account.client_id:
            self._installed = Installed(desk.store, vault_of(account.token_key), self._web, now)
        workspaces: Workspaces = self._installed or self._one
        book = partial(desk.store.book_now, "slack") if desk.store.shared else None
        self._poster = Poster(workspaces, desk.store, now, pace or Pace(book=book))
        answerer = Answerer(self._poster, draw)
        self._once = Once(desk.store, now)
        rights = Rights(account.admins, alone=self._installed.alone if self._installed else None)
        self._hearer = Hearer(workspaces, desk, answerer, rights, self._once, now)
        self._workspaces = workspaces

    async def post(
        self,
        channel: Channel,
        card: Card,
        *,
        delivery_id: int,
        mention: str | None = None,
        manner: Manner = PLAINLY,
    ) -> str:
        """Post a card; gives "channel:ts". Raises PostFailed, ChannelLost, CardRefused."""
        await self._be_known()
        return await self._poster.post(channel, card, delivery_id, mention, manner)

    async def edit(self, channel: Channel, message: str, card: Card, *, mention: str | None = None) -> None:
        """Show a card that has grown in place of the one posted."""
        await self._be_known()
        await self._poster.edit(channel, message, card, mention)

    async def run(self, dispatch: Dispatch) -> None:
        """Sign in and answer until `close`. Raises PlatformRefused where Slack does not take the account."""
        self._hearer.dispatch = dispatch
        self._ended.clear()
        try:
            if self._installed is None:
                await self._until_closed(self._sign_in())
            if not self._closed.is_set():
                forgetting = asyncio.ensure_future(self._forget())
                try:
                    await (self._serve() if self._account.listen else self._connect())
                finally:
                    forgetting.cancel()
                    await asyncio.gather(forgetting, return_exceptions=True)
        finally:
            self._ended.set()
            if self._closed.is_set():
                await self._end_session()

    @property
    def on_change(self) -> Callable[[], None]:
        """Called when a channel may take posts again: the bot was invited, a channel was opened again."""
        return self._hearer.on_change

    @on_change.setter
    def on_change(self, called: Callable[[], None]) -> None:
        self._hearer.on_change = called

    def minds(self, channel: Channel) -> bool:
        """Whether this process can say of the channel whether it takes posts: every one can ask Slack."""
        return True

    async def regained(self, channel: Channel) -> bool | None:
        """May the bot post there (again)? None for direct messages: only a try can tell."""
        facts = await self._facts(channel)
        if channel.id.startswith(("U", "W")):
            return None
        return bool(facts.get("is_member")) and not facts.get("is_archived")

    async def described(self, channel: Channel) -> str:
        """The channel as people call it: "#transfers"."""
        if channel.id.startswith(("U", "W")):
            return "direct messages"
        name = (await self._facts(channel)).get("name")
        return f"#{name}" if name else f"channel {channel.id}"

    async def told_instead(self, channel: Channel, makers: Sequence[str]) -> list[Channel]:
        """The direct messages of those who made the watches, then of the admins that are set."""
        people = dict.fromkeys([*makers, *sorted(self._account.admins)])
        return [Channel(NAME, person, channel.space) for person in people if person != channel.id]

    async def _facts(self, channel: Channel) -> dict[str, Any]:
        """What Slack says of a channel, nothing where it does not say."""
        workspace = await self._workspaces.of(channel.space)
        if workspace is None or channel.id.startswith(("U", "W")):
            return {}
        try:
            answer = await workspace.web.call("conversations.info", channel=channel.id)
        except WebError:
            return {}
        return dict(answer.get("channel") or {})

    async def close(self) -> None:
        """End `run` and what it holds open; what it has acknowledged is answered first (`FINISH_WITHIN`)."""
        self._closed.set()
        await self._ended.wait()
        await self._end_session()

    async def sign_in(self) -> Workspace:
        """Ask Slack who the bot is. Raises WebError; PlatformRefused for a token that it does not take."""
        web = self._web(self._account.bot_token)
        try:
            me, has = await web.scopes()
        except Refused as error:
            raise PlatformRefused(
                f"DEADLINEDAY_SLACK_BOT_TOKEN is not taken by Slack ({error.error}): {COPY_BOT_TOKEN}"
            ) from error
        if has and (lacking := sorted(set(bot_scopes()) - has)):
            log.warning(
                "Slack: the app lacks %s: add that under OAuth & Permissions and reinstall",
                ", ".join(lacking),
            )
        return Workspace(
            str(me.get("team_id") or ""),
            web,
            self._account.bot_token,
            str(me.get("user_id") or ""),
            str(me.get("bot_id") or ""),
            str(me.get("user") or "deadlineday"),
        )

    async def _be_known(self) -> None:
        """A post may come before `run` has signed in."""
        if self._installed is None and self._one.known is None:
            try:
                self._one.known = await self.sign_in()
            except (WebError, PlatformRefused) as error:
                raise PostFailed(str(error)) from error

    async def _sign_in(self) -> None:
        """Ask until Slack answers; say once that it does not."""
        wait = FIRST_PAUSE
        while self._one.known is None:
            try:
                self._one.known = await self.sign_in()
            except WebError as error:
                log.log(logging.WARNING if wait == FIRST_PAUSE else logging.INFO, "Slack: %s", error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, LONGEST_PAUSE)

    async def _connect(self) -> None:
        """Socket Mode until closed. The socket comes back by itself; we see to it that it can."""
        web = self._web(None)
        try:
            opened = await web.call("apps.connections.open", token=self._account.app_token)
        except Refused as error:
            raise PlatformRefused(
                f"DEADLINEDAY_SLACK_APP_TOKEN is not taken by Slack ({error.error}): it is an app-level token"
                " (xapp-...) with the scope connections:write, from the app's page “Basic Information”"
            ) from error
        handler = AsyncSocketModeHandler(
            self._app(), self._account.app_token, logger=_socket_log(), ping_interval=self._ping
        )
        handler.client.wss_uri = str(opened["url"])
        try:
            await self._until_closed(handler.connect_async())  # type: ignore[no-untyped-call]
            await self._until_closed(self._watch(handler))
        finally:
            await _let_go(handler)
        await self._hearer.finish(FINISH_WITHIN)

    async def _watch(self, handler: AsyncSocketModeHandler) -> None:
        """Say when the connection is lost and when it is back; let a stale address not be tried for ever."""
        was = True
        while True:
            await asyncio.sleep(self._ping / 2)
            connected = await handler.client.is_connected()
            if connected != was:
                log.warning("Slack: %s", "connected again" if connected else "the connection is lost")
            elif not connected:
                # The address is good for one connection within half a minute; slack_sdk keeps to it for ever.
                handler.client.wss_uri = None
            was = connected

    async def _serve(self) -> None:
        """Signed HTTP until closed."""
        installer = None
        if self._installed is not None:
            installer = Installer(self._account, self._installed, self._web(None), lambda: self.on_change())
        async with open_door(self._app(), self._account.listen, installer):
            await self._closed.wait()
            # Before the door is shut, which waits for all that is under way there.
            await self._hearer.finish(FINISH_WITHIN)

    async def _forget(self) -> None:
        """Now and then drop what is kept of workspaces that have long left, and of what was handled."""
        while True:
            try:
                await self._once.forget()
                if self._installed is not None:
                    await self._installed.forget_long_gone()
            except DatabaseUnusable as error:
                log.warning("Slack: old notes are dropped later: %s", error)
            await asyncio.sleep(FORGET_EVERY.total_seconds())

    def _app(self) -> AsyncApp:
        async def authorize(team_id: str | None) -> AuthorizeResult | None:
            """Whose token goes with a request. Asks nobody: an acknowledgement must not wait for Slack."""
            workspace = await self._workspaces.of(team_id or "")
            if workspace is None:
                log.warning("Slack: %s sent something, and the app is not installed there", team_id)
                return None
            return AuthorizeResult(
                enterprise_id=None,
                team_id=workspace.team,
                bot_token=workspace.token,
                bot_id=workspace.bot,
                bot_user_id=workspace.bot_user,
            )

        app = AsyncApp(
            name="deadlineday",
            logger=logging.getLogger("bot.slack.bolt"),
            signing_secret=self._account.signing_secret or "unset",
            authorize=authorize,  # type: ignore[arg-type] # bolt takes None for "not installed"
            client=self._web(None).client,
            user_facing_authorize_error_message="Deadline Day is not installed in this workspace.",
        )
        # It tells, as an error of its own, what `authorize` has just told.
        logging.getLogger("slack_bolt.AsyncMultiTeamsAuthorization").setLevel(logging.CRITICAL)
        self._hearer.listen(app)
        return app

    def _web(self, token: str | None) -> Web:
        if self._session is None or self._session.closed:
            self._session = open_session()
        return Web(token, base_url=self._account.api_url, session=self._session)

    async def _until_closed(self, work: Awaitable[None]) -> None:
        """Do it, or leave off when `close` is called; its fault comes out."""
        task, closed = asyncio.ensure_future(work), asyncio.ensure_future(self._closed.wait())
        try:
            await asyncio.wait({task, closed}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in (task, closed):
                one.cancel()
            ended = await asyncio.gather(task, closed, return_exceptions=True)
        for end in ended:
            if isinstance(end, Exception):
                raise end

    async def _end_session(self) -> None:
        if self._session is not None:
            await self._session.close()


async def _let_go(handler: AsyncSocketModeHandler) -> None:
    """Close the socket. slack_sdk cancels what it has running and does not wait for it: one of these may
    just be making a connection, which would be left open.
    """
    await handler.close_async()  # type: ignore[no-untyped-call]
    client = handler.client
    ours = (client.message_processor, client.current_session_monitor, client.message_receiver)
    await asyncio.gather(*(task for task in ours if task is not None), return_exceptions=True)
    if client.current_session is not None:
        await client.current_session.close()
    await client.aiohttp_client_session.close()


def _socket_log() -> logging.Logger:
    """slack_sdk tells each failed try to connect with its traceback; `_watch` tells it once."""
    quiet = logging.getLogger("slack_sdk.socket_mode.quiet")
    quiet.setLevel(logging.CRITICAL)
    return quiet
