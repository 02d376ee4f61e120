"""A platform that keeps what was posted, fails when told to, and can be asked afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.cards.card import Card
from bot.platform import PLAINLY, ChannelLost, Dispatch, Manner, PostFailed
from bot.request import Answer, Request
from bot.terminal.cards import draw
from storage.watch import Channel
from tests.bot.house import NOW


@dataclass
class Message:
    channel: Channel
    card: Card
    delivery_id: int
    mention: str | None = None


@dataclass
class FakePlatform:
    """`failures` are raised one after another by the next posts; `lost` are channels that take nothing."""

    name: str = "fake"
    messages: dict[str, Message] = field(default_factory=dict)
    answers: list[Answer] = field(default_factory=list)
    failures: list[PostFailed | ChannelLost] = field(default_factory=list)
    lost: set[Channel] = field(default_factory=set)
    tried: int = 0
    _said: asyncio.Queue[Request | None] = field(default_factory=asyncio.Queue)

    async def post(
        self,
        channel: Channel,
        card: Card,
        *,
        delivery_id: int,
        mention: str | None = None,
        manner: Manner = PLAINLY,
    ) -> str:
        self.tried += 1
        if self.failures:
            raise self.failures.pop(0)
        if channel in self.lost or channel.platform != self.name:
            raise ChannelLost("the bot may not write in this channel")
        return self._keep(channel, card, delivery_id, mention)

    def _keep(self, channel: Channel, card: Card, delivery_id: int, mention: str | None) -> str:
        reference = f"message-{delivery_id}"
        self.messages.setdefault(reference, Message(channel, card, delivery_id, mention))
        return reference

    async def edit(self, channel: Channel, message: str, card: Card, *, mention: str | None = None) -> None:
        if channel in self.lost or message not in self.messages:
            raise ChannelLost("the message is gone")
        self.messages[message].card = card
        self.messages[message].mention = mention

    async def run(self, dispatch: Dispatch) -> None:
        while (request := await self._said.get()) is not None:
            self.answers.append(await dispatch(request))

    async def close(self) -> None:
        self._said.put_nowait(None)

    def say(self, text: str, channel: Channel) -> None:
        self._said.put_nowait(Request(channel, "quill", True, NOW, text=text))

    def shown(self, channel: Channel) -> list[str]:
        """What the channel shows, message by message, then the answers."""
        cards = [message.card for message in self.messages.values() if message.channel == channel]
        lines = [[styled.plain for styled, _ in draw(card, 100, zone=NOW.tzinfo, now=NOW)] for card in cards]
        return ["\n".join(drawn) for drawn in lines] + [answer.text for answer in self.answers]
