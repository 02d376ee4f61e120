"""What every platform can do for us, and the ways in which a post can fail."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.cards.card import Card
from bot.request import Answer, Request
from storage.watch import Channel

Dispatch = Callable[[Request], Awaitable[Answer]]
"""What a platform hands every request to; it never raises for what a person did wrong."""


class PostFailed(Exception):
    """The post did not come through; the same post may next time.

    `retry_after` is how long the platform asks us to wait, None where it did not say. `unsure` is True
    where the post may have arrived all the same (the line was cut before the answer).
    """

    def __init__(self, reason: str, *, retry_after: timedelta | None = None, unsure: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after
        self.unsure = unsure


class CardRefused(Exception):
    """The platform takes posts here but not this card, and will not next time: give up this one alone."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ChannelLost(Exception):
    """The channel cannot be posted to and trying again will not help: pause its watches.

    `reason` is in words for the one who made the watch ("the bot may not write in this channel").
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class PlatformRefused(Exception):
    """The platform does not take our account (a wrong token, say); the line says what to do.

    Comes out of `run`; trying again does not help, so the bot stops with this line.
    """


@dataclass(frozen=True, slots=True)
class Manner:
    """How a card is to be posted, beside what it says.

    `thread` names the thread of the channel into which it goes, None for the channel itself; cards with
    the same name go into the same thread. `publish` passes it on to the followers of an announcement
    channel. `unsure` says that an earlier try may have arrived: ask first, where it can be asked; no try was
    made before `since` (aware, UTC; None: not known).
    `story` is the same for all cards of one player, whatever the channel chose; `threads` is what it chose,
    None where it left that to the platform. `aloud` is set for a change that the channel wants to see
    outside the thread as well.
    A platform passes over what it has nothing for.
    """

    thread: str | None = None
    publish: bool = False
    unsure: bool = False
    since: datetime | None = None
    story: str = ""
    threads: bool | None = None
    aloud: bool = False


PLAINLY = Manner()


class Platform(Protocol):
    """A place where cards are posted and commands are given."""

    @property
    def name(self) -> str:
        """The word in `Channel.platform`."""
        ...

    async def post(
        self,
        channel: Channel,
        card: Card,
        *,
        delivery_id: int,
        mention: str | None = None,
        manner: Manner = PLAINLY,
    ) -> str:
        """Post a card and give the platform's reference of the message, for `edit`.

        The same `delivery_id` twice in a short time makes one message. `mention` calls one person
        or role, several parted by spaces; whatever else the card says calls nobody.
        Raises PostFailed where another try may help, ChannelLost where it will not, CardRefused where
        only this card cannot be posted.
        """
        ...

    async def edit(self, channel: Channel, message: str, card: Card, *, mention: str | None = None) -> None:
        """Show a card that has grown in place of the one posted; raises as `post` does.

        `mention` is whom the post called: it goes on showing so, and calls nobody again.
        """
        ...

    async def run(self, dispatch: Dispatch) -> None:
        """Take commands and answer them until `close`, or until the platform itself ends."""
        ...

    async def close(self) -> None:
        """Stop taking commands; may be called twice."""
        ...
