"""What every platform must do, as tests that run over each of them.

A platform joins with a class that inherits `PlatformContract` and a fixture `stage` that gives a `Stage`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest

from bot.cards.card import Text, alert_card
from bot.platform import ChannelLost, Platform
from bot.request import Answer, Request
from storage.watch import Channel
from tests.bot.house import an_alert


@dataclass
class Stage:
    """A platform with a place to post in, and what can be seen of it from outside.

    `shown()` is all that the channel shows now, one text for each message in order. `say(text)` is
    what a person types or calls there, None where the platform takes nothing in this set-up.
    """

    platform: Platform
    channel: Channel
    lost: Channel
    shown: Callable[[], Sequence[str]]
    say: Callable[[str], None] | None = None
    answered: list[Request] = field(default_factory=list)

    async def dispatch(self, request: Request) -> Answer:
        self.answered.append(request)
        return Answer(text=f"You said {request.text}.")


class PlatformContract:
    """The tests; each gets a fresh stage."""

    async def test_its_name_is_that_of_its_channels(self, stage: Stage) -> None:
        assert stage.platform.name == stage.channel.platform

    async def test_a_posted_card_shows_what_matters(self, stage: Stage) -> None:
        alert = an_alert(fee="£18m", from_club="Liverpool")
        await stage.platform.post(stage.channel, alert_card(alert), delivery_id=1)
        (message,) = stage.shown()
        words = " ".join(message.split())
        told = ("Ada Vale", "Liverpool", "Crystal Palace", "talks", "bid", "£18m", "Daily Herald")
        assert [word for word in (*told, alert.quote, alert.link) if word not in words] == []

    async def test_cards_stand_in_the_order_of_their_posting(self, stage: Stage) -> None:
        for number in range(1, 4):
            card = alert_card(an_alert(id=number, player=f"Player {number}"))
            await stage.platform.post(stage.channel, card, delivery_id=number)
        assert ["Player 1" in stage.shown()[0], "Player 3" in stage.shown()[2]] == [True, True]

    async def test_the_same_delivery_twice_makes_one_message(self, stage: Stage) -> None:
        card = alert_card(an_alert())
        first = await stage.platform.post(stage.channel, card, delivery_id=5)
        assert await stage.platform.post(stage.channel, card, delivery_id=5) == first
        assert len(stage.shown()) == 1

    async def test_two_deliveries_have_two_references(self, stage: Stage) -> None:
        card = alert_card(an_alert())
        one = await stage.platform.post(stage.channel, card, delivery_id=1)
        assert one != await stage.platform.post(stage.channel, card, delivery_id=2)

    async def test_an_edit_shows_what_was_added(self, stage: Stage) -> None:
        alert = an_alert()
        message = await stage.platform.post(stage.channel, alert_card(alert), delivery_id=1)
        await stage.platform.edit(stage.channel, message, alert_card(replace(alert, also=("The Echo",))))
        assert "lso reported by The Echo" in "\n".join(stage.shown())

    async def test_a_lost_channel_is_told_in_words(self, stage: Stage) -> None:
        with pytest.raises(ChannelLost) as lost:
            await stage.platform.post(stage.lost, alert_card(an_alert()), delivery_id=1)
        assert len(lost.value.reason) > 5
        assert stage.shown() == []

    async def test_a_card_of_any_size_and_any_text_can_be_posted(self, stage: Stage) -> None:
        alert = an_alert(
            player="Ada \x1b[31m[bold]`*_<@1>\u202e" * 20,
            quote="@everyone <!channel> [x](https://evil.example) ```" * 400,
            sources=tuple(f"Source {n}" * 20 for n in range(80)),
            also=tuple(f"Outlet {n}" * 20 for n in range(200)),
        )
        card = replace(alert_card(alert), note="n" * 9000)
        card = replace(card, parts=(*card.parts, *(Text(f"part {n}") for n in range(300))))
        await stage.platform.post(stage.channel, card, delivery_id=1)
        (message,) = stage.shown()
        assert "\x1b" not in message
        assert "\u202e" not in message

    async def test_an_empty_card_can_be_posted(self, stage: Stage) -> None:
        await stage.platform.post(
            stage.channel, replace(alert_card(an_alert()), parts=(), buttons=()), delivery_id=1
        )
        assert len(stage.shown()) == 1

    async def test_what_a_person_says_is_answered_where_it_was_said(self, stage: Stage) -> None:
        if stage.say is None:
            pytest.skip("nothing is taken in here")
        running = asyncio.create_task(stage.platform.run(stage.dispatch))
        stage.say("latest Ada Vale")
        async with asyncio.timeout(5):
            while not any("You said latest Ada Vale." in message for message in stage.shown()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)  # what is seen from outside wakes nobody
        await stage.platform.close()
        await asyncio.wait_for(running, 5)
        (request,) = stage.answered
        assert (request.channel, request.now.tzinfo is not None) == (stage.channel, True)

    async def test_closing_ends_the_run_and_may_be_done_twice(self, stage: Stage) -> None:
        running = asyncio.create_task(stage.platform.run(stage.dispatch))
        await asyncio.sleep(0)
        await stage.platform.close()
        await stage.platform.close()
        await asyncio.wait_for(running, 5)
