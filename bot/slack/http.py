"""The door for signed HTTP: Slack's requests in, bolt's answers out.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

import logging
from types import TracebackType

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.platform import PlatformRefused
from bot.slack.account import place_of
from bot.slack.install import Installer
from bot.slack.seen import Seen

log = logging.getLogger(__name__)

EVENTS = "/slack/events"
_LARGEST = 1024 * 1024


class Door:
    """A server on `listen` ("host:port"); a context. Raises PlatformRefused where it cannot be opened."""

    def __init__(self, app: AsyncApp, listen: str, installer: Installer | None = None) -> None:
        self._app = app
        self._installer = installer
        self._listen = listen
        self._seen = Seen()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Door:
        host, port = place_of(self._listen)
        served = web.Application(client_max_size=_LARGEST)
        served.router.add_post(EVENTS, self._event)
        if self._installer is not None:
            self._installer.serve(served)
        self._runner = web.AppRunner(served, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise PlatformRefused(f"DEADLINEDAY_SLACK_LISTEN={self._listen!r}: {error.strerror}") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    async def _event(self, request: web.Request) -> web.StreamResponse:
        """One signed request. The same signature a second time is a replay: it is not run again."""
        try:
            bolt_request = await to_bolt_request(request)
        except (UnicodeDecodeError, ValueError, LookupError):
            return web.Response(status=400, text="not to be read")
        response = None
        signature = request.headers.get("X-Slack-Signature", "")
        known = not self._seen.first(signature) if signature else False
        if known:
            # Only what was accepted once is kept, so a known signature is a good one.
            return web.Response(status=200)
        response = await self._app.async_dispatch(bolt_request)
        if response.status == 401:
            self._seen.forget(signature)
        return await to_aiohttp_response(response)
