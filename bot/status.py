"""`/healthz`, `/readyz` and `/metrics` on an address of the owner's choice; off unless it is set."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot import clock, events
from bot.serving import serving
from bot.settings import BadSettings
from storage.errors import DatabaseError
from storage.store import Store

READY_WITHIN = 2.0
"""Seconds that the database may take to answer."""


@asynccontextmanager
async def open_status(store: Store, listen: str) -> AsyncIterator[None]:
    """Serve at `host:port` while this is open; "" serves nothing. Raises BadSettings.

    `/healthz` answers while the loop turns, `/readyz` while the database answers too. Nothing secret is
    shown, but the numbers are the owner's own: let only him reach it.
    """
    if not listen:
        yield
        return
    try:
        from bot.metrics import Metrics
    except ModuleNotFoundError as error:
        need = "prometheus-client: pip install 'deadlineday[metrics]'"
        raise BadSettings(f"DEADLINEDAY_STATUS_LISTEN needs {need}") from error
    metrics = Metrics(store, clock.now)

    async def healthz(_request: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def readyz(_request: web.Request) -> web.Response:
        try:
            async with asyncio.timeout(READY_WITHIN):
                version = await store.schema_version()
        except DatabaseError as error:
            return web.Response(status=503, text=f"{error}\n")
        except TimeoutError:
            return web.Response(status=503, text=f"database {store.where}: does not answer\n")
        return web.Response(text=f"ready, schema {version}\n")

    async def page(_request: web.Request) -> web.Response:
        body = await metrics.page()
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})

    app = web.Application()
    app.add_routes([web.get("/healthz", healthz), web.get("/readyz", readyz), web.get("/metrics", page)])
    unhear = events.listen(metrics.hear)
    try:
        async with serving(app, listen, "DEADLINEDAY_STATUS_LISTEN"):
            yield
    finally:
        unhear()
