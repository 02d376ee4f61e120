"""The door for signed HTTP: Slack's requests in, bolt's answers out.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp

from bot.platform import PlatformRefused
from bot.serving import serving
from bot.settings import BadSettings
from bot.slack.install import Installer
from bot.slack.seen import Seen

EVENTS = "/slack/events"
_LARGEST = 1024 * 1024


@asynccontextmanager
async def open_door(app: AsyncApp, listen: str, installer: Installer | None = None) -> AsyncIterator[None]:
    """Take requests at `listen` while this is open. Raises PlatformRefused where that place cannot be had."""
    served = web.Application(client_max_size=_LARGEST)
    served.router.add_post(EVENTS, _Door(app).take)
    if installer is not None:
        installer.serve(served)
    try:
        async with serving(served, listen, "DEADLINEDAY_SLACK_LISTEN"):
            yield
    except BadSettings as error:
        raise PlatformRefused(str(error)) from error


class _Door:
    def __init__(self, app: AsyncApp) -> None:
        self._app = app
        self._seen = Seen()

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One signed request. The same signature a second time is a replay: it is not run again."""
        try:
            bolt_request = await to_bolt_request(request)
        except (UnicodeDecodeError, ValueError, LookupError):
            return web.Response(status=400, text="not to be read")
        signature = request.headers.get("X-Slack-Signature", "")
        known = not self._seen.first(signature) if signature else False
        if known:
            # Only what was accepted once is kept, so a known signature is a good one.
            return web.Response(status=200)
        response = await self._app.async_dispatch(bolt_request)
        if response.status != 200:
            self._seen.forget(signature)
        return await to_aiohttp_response(response)
