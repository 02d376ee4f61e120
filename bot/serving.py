"""Serving HTTP: how a door is opened at "host:port", for those that have one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.settings import BadSettings


@asynccontextmanager
async def serving(app: web.Application, listen: str, setting: str) -> AsyncIterator[None]:
    """Serve the app at `listen` while this is open: "host:port", or ":port" for this machine alone.

    Raises BadSettings, with the name of the setting, where that place cannot be had.
    """
    host, _, port = listen.rpartition(":")
    runner = web.AppRunner(app, access_log=None)
    try:
        await runner.setup()
        try:
            await web.TCPSite(runner, host.strip("[]") or "127.0.0.1", int(port)).start()
        except (OSError, OverflowError, UnicodeError) as error:
            reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise BadSettings(f"{setting}={listen!r} cannot be used: {reason}") from error
        yield
    finally:
        await runner.cleanup()
