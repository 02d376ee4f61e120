"""Feeds that fail for long: whoever added one is told so in a direct message, once, with what to do.

What is to be told is kept, so that a restart forgets nobody, and that one process can poll and another post.
"""

from __future__ import annotations

import asyncio
import json
import logging
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from bot.cards.card import Card, Text, Tone
from bot.delivery.lost import Recovering
from bot.plain import line
from bot.platform import CardRefused, ChannelLost, Platform, PostFailed
from bot.rounds import go_round
from bot.terminal.platform import HERE
from feeds.errors import shown
from feeds.feed import Feed, FeedState
from storage.store import Store
from storage.watch import Channel

log = logging.getLogger(__name__)

LOOK_EVERY = 300.0
"""Seconds between two tries to tell what could not be told."""

_NOTE = "feeds.trouble"
_MOST = 200
_TOLD = "feeds.troubles_told"
"""By a feed's number, since when it failed in the trouble that was noted last."""

_MOST_TOLD = 5000


@dataclass(frozen=True, slots=True)
class Trouble:
    """A feed that fails, in words for its owner. `since` is when that began, as ISO 8601."""

    feed_id: int
    name: str
    reason: str
    advice: str
    since: str
    owner: str

    @classmethod
    def of(cls, feed: Feed, advice: str) -> Trouble:
        since = feed.error_since.isoformat() if feed.error_since else ""
        name = line(feed.title) or shown(feed.url)
        if feed.state is not FeedState.GONE:
            advice += ". It is tried again all the same, once a day at least"
        return cls(feed.id, name, feed.error or "it fails", advice, since, feed.added_by or "")


@dataclass
class Troubles:
    """What is to be told. `keepers` are ids of people who run the bot, by platform: they hear of feeds that
    nobody added in a chat.
    """

    store: Store
    platforms: Mapping[str, Platform]
    keepers: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._wake = asyncio.Event()
        self._fresh: list[Trouble] = []

    def note(self, feed: Feed, advice: str) -> None:
        """This feed fails for long; its owner is told soon."""
        self._fresh.append(Trouble.of(feed, advice))
        self._wake.set()

    async def run(self) -> None:
        """Tell what there is, and again what could not be told."""
        await go_round(self.look, self._wake, LOOK_EVERY, undone="who owns failing feeds is not told")

    async def look(self) -> None:
        """Keep what is new, and tell what this process can tell."""
        if fresh := tuple(self._fresh):
            async with self.store.transaction():
                kept = [*await self._kept(), *await self._untold(fresh)]
                await self._keep(kept[-_MOST:])
            del self._fresh[: len(fresh)]  # no more than these: others may have been noted meanwhile
        elif await self.store.fact(_NOTE) is None:
            return
        for trouble in await self._kept():
            homes = await self._homes(trouble)
            # Taken out first: two processes must not both tell it.
            if homes is None or not await self._take(trouble):
                continue
            if not await self._told(trouble, homes):
                async with self.store.transaction():
                    await self._keep([*await self._kept(), trouble])

    async def _untold(self, fresh: Sequence[Trouble]) -> list[Trouble]:
        """Those that nobody has noted: neither another process nor this one before it fell."""
        told: dict[str, str] = json.loads(await self.store.hold_fact(_TOLD) or "{}")
        untold = []
        for trouble in fresh:
            if told.pop(str(trouble.feed_id), None) != trouble.since:
                untold.append(trouble)
            told[str(trouble.feed_id)] = trouble.since
        await self.store.set_fact(_TOLD, json.dumps(dict(list(told.items())[-_MOST_TOLD:])))
        return untold

    async def _take(self, trouble: Trouble) -> bool:
        async with self.store.transaction():
            kept = await self._kept()
            if trouble not in kept:
                return False
            kept.remove(trouble)
            await self._keep(kept)
        return True

    async def _told(self, trouble: Trouble, homes: Sequence[Channel]) -> bool:
        """Tell one person; False where it may work later."""
        number = -zlib.crc32(f"feed {trouble.feed_id} {trouble.since}".encode())
        for home in homes:
            try:
                await self.platforms[home.platform].post(home, _card(trouble), delivery_id=number)
            except PostFailed as failed:
                log.info("nobody was told yet that feed %s fails: %s", trouble.name, failed)
                return False
            except (ChannelLost, CardRefused):
                continue
            return True
        log.warning("feed %s fails and nobody could be told in a chat", trouble.name)
        return True

    async def _homes(self, trouble: Trouble) -> list[Channel] | None:
        """Whose direct messages to try, in turn; None where another process speaks to them."""
        platform, _, who = trouble.owner.partition(":")
        if platform == HERE.platform:
            return [HERE] if platform in self.platforms else None
        space, _, person = who.rpartition("/")
        if person:
            one = self.platforms.get(platform)
            if not isinstance(one, Recovering):
                return None if one is None else []
            people = [person, *self.keepers.get(platform, ())]
            return await one.told_instead(Channel(platform, "", space), people)
        homes: list[Channel] = []
        for name, one in self.platforms.items():
            if isinstance(one, Recovering):
                homes += await one.told_instead(Channel(name, ""), self.keepers.get(name, ()))
        return homes if self.platforms else None

    async def _kept(self) -> list[Trouble]:
        return [Trouble(**row) for row in json.loads(await self.store.hold_fact(_NOTE) or "[]")]

    async def _keep(self, troubles: Sequence[Trouble]) -> None:
        rows = [asdict(trouble) for trouble in troubles]
        await self.store.set_fact(_NOTE, json.dumps(rows) if rows else None)


def _card(trouble: Trouble) -> Card:
    return Card(
        title=f"A feed fails: {trouble.name}",
        parts=(
            Text(f"Why: {trouble.reason}."),
            Text(f"What to do: {trouble.advice}."),
            Text("You are not told of this again."),
        ),
        label=f"Feed {trouble.feed_id}",
        tone=Tone.TROUBLE,
    )
