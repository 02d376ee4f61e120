"""The sample's feeds on loopback: what a few polite sites would answer, step by step."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from types import TracebackType

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.sample.render import page_of
from bot.sample.story import Outlet, Story, load_story

HOST = "127.0.0.1"


class SampleServer:
    """Serves each outlet of the story at `/<outlet>/rss.xml` or `/<outlet>/atom.xml`.

    `started` is when the play began (aware); all times in the feeds are reckoned from it. Bodies and
    validators depend on `started` and the step alone: a later process that is given the same two
    (and the same `port`) goes on as if it had never stopped. At step 0 each feed carries only its
    old background entry; step n shows the first n entries of the story.
    """

    def __init__(
        self, started: datetime, *, step: int = 0, port: int = 0, story: Story | None = None
    ) -> None:
        self.story = story or load_story()
        self.started = started
        self.step = 0
        self._port = port
        self._runner: web.AppRunner | None = None
        self._pages: dict[str, tuple[bytes, str, datetime]] = {}
        self.reveal(step)

    @property
    def steps(self) -> int:
        """How many steps the story has."""
        return self.story.steps

    @property
    def port(self) -> int:
        """The port that is listened on; 0 before `start` unless one was asked for."""
        return self._port

    @property
    def host(self) -> str:
        """The "host:port" that a fetcher must be allowed to ask."""
        return f"{HOST}:{self._port}"

    @property
    def urls(self) -> Mapping[str, str]:
        """Each outlet's title and the address of its feed, in the story's order. Known after `start`."""
        return {o.title: f"http://{self.host}{o.path}" for o in self.story.outlets}

    async def start(self) -> None:
        """Listen; where the port asked for is taken by somebody else, on a free one: look at `port`."""
        app = web.Application()
        for outlet in self.story.outlets:
            app.router.add_get(outlet.path, self._answer_for(outlet))
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError:
            if not self._port:
                raise
            await web.TCPSite(self._runner, HOST, 0).start()
        self._port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening. May be called twice."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> SampleServer:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def reveal(self, step: int) -> None:
        """Show the first `step` entries (0 to `steps`). What was shown is never taken back."""
        if not 0 <= step <= self.steps:
            raise ValueError(f"the story has {self.steps} steps, there is no step {step}")
        if self._pages and step <= self.step:
            return
        self.step = step
        for outlet in self.story.outlets:
            body, changed = page_of(self.story, outlet, step, self.started)
            if self._pages.get(outlet.id, (b"",))[0] != body:
                etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
                self._pages[outlet.id] = (body, etag, changed)

    def _answer_for(self, outlet: Outlet) -> Handler:
        async def answer(request: web.Request) -> web.StreamResponse:
            body, etag, changed = self._pages[outlet.id]
            headers = {
                "ETag": etag,
                "Last-Modified": format_datetime(changed, usegmt=True),
                "Cache-Control": "no-cache",
            }
            if _unchanged(request, etag, changed):
                return web.Response(status=304, headers=headers)
            headers["Content-Type"] = f"application/{outlet.format}+xml"
            return web.Response(body=body, headers=headers)

        return answer


def _unchanged(request: web.Request, etag: str, changed: datetime) -> bool:
    """Whether the client's validators are those of this page; a tag outranks a date (RFC 9110, 13.2.2)."""
    if request.if_none_match is not None:
        return any(tag.value in ("*", etag.strip('"')) for tag in request.if_none_match)
    since = request.if_modified_since
    return since is not None and changed <= since
