"""Polling and posting, with feeds and a platform at the other end of a socket: a program to be killed.

    python program.py DATABASE ADDRESS LEASE [POINT]

At a named point it kills itself as kill -9 would: nothing is closed, flushed or handed back.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import aiohttp

import bot.deliver
import bot.poll
from bot import clock
from bot.card import Card
from bot.deliver import Courier
from bot.platform import PLAINLY, Dispatch, Manner, PostFailed
from bot.poll import Poller
from feeds.entry import Entry
from feeds.fetch import open_session
from feeds.turns import Turns
from links.claim import Claim, Stage
from links.read import Reading
from storage.store import Store, open_store
from storage.watch import Channel

POINTS = (
    "before the page is kept",
    "before the commit",
    "after the commit",
    "after the claim",
    "before the post",
    "after the post",
    "before the note",
    "after the note",
)
"""Where the program can be told to die: on both sides of whatever is kept or told."""


class Silent:
    """Names of which no source is rated."""

    def source_tier(self, _name: str) -> int | None:
        return None


def read(entry: Entry, _names: object) -> Reading:
    """Titles are "Player | Club": what a reader makes of articles is no matter here."""
    player, _, club = entry.title.partition(" | ")
    return Reading((Claim(player, club, Stage.TALKS, quote=entry.title),))


class Far:
    """A platform at the other end of a socket, which can be asked what it has."""

    name = "far"

    def __init__(self, session: aiohttp.ClientSession, address: str, die: Callable[[str], None]) -> None:
        self._session, self._address, self._die = session, address, die

    async def post(
        self,
        channel: Channel,
        card: Card,
        *,
        delivery_id: int,
        mention: str | None = None,
        manner: Manner = PLAINLY,
    ) -> str:
        self._die("before the post")
        message = {"delivery": delivery_id, "channel": channel.id, "text": card.summary}
        try:
            if manner.unsure:
                async with self._session.get(f"{self._address}/posts/{delivery_id}") as answer:
                    if answer.status == 200:
                        return await answer.text()
                    if answer.status != 404:
                        raise PostFailed("it does not say what it has", unsure=True)
            async with self._session.post(f"{self._address}/posts", json=message) as answer:
                if answer.status != 200:
                    raise PostFailed(f"it answers {answer.status}", retry_after=timedelta(seconds=0.05))
                reference = await answer.text()
        except aiohttp.ClientError as error:
            raise PostFailed("the line was cut", unsure=True) from error
        self._die("after the post")
        return reference

    async def edit(self, channel: Channel, message: str, card: Card) -> None: ...
    async def run(self, dispatch: Dispatch) -> None: ...
    async def close(self) -> None: ...


def mine(store: Store, die: Callable[[str], None]) -> None:
    """Lay the points into what is called on the way."""

    def around(holder: Any, name: str, before: str | None, after: str | None) -> None:
        inner: Callable[..., Coroutine[Any, Any, Any]] = getattr(holder, name)

        async def outer(*values: Any, **named: Any) -> Any:
            if before:
                die(before)
            result = await inner(*values, **named)
            if after and (result or result is None):
                die(after)
            return result

        setattr(holder, name, outer)

    around(bot.poll, "take_in", "before the page is kept", "before the commit")
    around(store, "claim_deliveries", None, "after the claim")
    around(store, "sent", "before the note", "after the note")


async def main(where: str, address: str, lease: float, point: str) -> None:
    def die(at: str) -> None:
        if at == point:
            os.kill(os.getpid(), signal.SIGKILL)

    bot.poll.read = read  # type: ignore[assignment]
    bot.poll.REFILL = 0.05
    bot.deliver.FIRST_WAIT = bot.deliver.LONGEST_WAIT = timedelta(seconds=0.1)
    async with (
        open_store(where) as store,
        open_session(user_agent="crash", allow_private=True) as session,
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as own,
    ):
        mine(store, die)
        if not store.shared:
            await store.release_claims()
        held = timedelta(seconds=lease)
        courier = Courier(store, {"far": Far(own, address, die)}, clock.now, lease=held)

        def news() -> None:
            die("after the commit")
            courier.wake()

        silent: Any = Silent()
        poller = Poller(
            store, session, lambda: silent, clock.now, timedelta(seconds=0.2), on_news=news, lease=held,
            turns=Turns(at_once=4, spacing=0.0),
        )  # fmt: skip
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        soon = timedelta(seconds=0.05)
        async with asyncio.TaskGroup() as group:
            group.create_task(poller.run(soon))
            group.create_task(courier.run(soon))
            group.create_task(store.listen(lambda _topic: courier.wake()))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], float(sys.argv[3]), (sys.argv[4:] or [""])[0]))
