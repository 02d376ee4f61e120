"""Whoever added a feed hears once, in a direct message, that it fails and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from bot.delivery.lost import Recovering
from bot.delivery.trouble import Trouble, Troubles
from bot.platform import PostFailed
from bot.request import Answer
from storage.watch import Channel
from tests.bot.fake_platform import FakePlatform
from tests.bot.house import words_of
from tests.bot.world import World


@dataclass
class Homely(FakePlatform):
    """With direct messages."""

    on_change: Callable[[], None] = field(default=lambda: None)

    def minds(self, channel: Channel) -> bool:
        return True

    async def regained(self, channel: Channel) -> bool | None:
        return None

    async def described(self, channel: Channel) -> str:
        return channel.id

    async def told_instead(self, channel: Channel, makers: Sequence[str]) -> list[Channel]:
        return [Channel(self.name, f"@{maker}", channel.space) for maker in makers]


async def _fails(world: World, owner: str | None) -> None:
    await world.store.add_feed(world.web.url("/herald.xml"), title="The Herald", added_by=owner)
    world.web.put("/herald.xml", "<html><title>Moved</title></html>", type="text/html")
    for _ in range(8):
        world.clock.turn(hours=2)
        await world.poll("herald")


def _told(platform: FakePlatform) -> list[tuple[str, str]]:
    messages = platform.messages.values()
    return [(message.channel.id, words_of(Answer(cards=(message.card,)))) for message in messages]


async def test_its_owner_is_told_once_with_what_to_do(world: World) -> None:
    platform = Homely()
    assert isinstance(platform, Recovering)
    troubles = Troubles(world.store, {"fake": platform})
    world.poller.on_trouble = troubles.note
    await _fails(world, "fake:T1/ann")
    for _ in range(3):
        await troubles.look()
    ((home, words),) = _told(platform)
    assert home == "@ann"
    assert "A feed fails: The Herald" in words
    assert "a web page" in words
    assert "add the site's address" in words
    assert "tried again all the same" in words


async def test_its_owner_is_told_once_by_however_many_processes_and_after_a_crash(world: World) -> None:
    platform = Homely()
    pollers = [world.poller, world.another_poller()]
    for poller in pollers:
        poller.on_trouble = Troubles(world.store, {"fake": platform}).note
    await world.store.add_feed(world.web.url("/herald.xml"), title="The Herald", added_by="fake:ann")
    world.web.put("/herald.xml", status=500)
    for n in range(12):
        if n == 10:  # what it had not written down is gone
            pollers[0] = world.another_poller()
            pollers[0].on_trouble = Troubles(world.store, {"fake": platform}).note
        world.clock.turn(hours=3)
        for poller in pollers:
            world.poller = poller
            await world.poll("herald")
            await poller.on_trouble.__self__.look()  # type: ignore[attr-defined]
    assert platform.tried == 1  # no platform has to see that it is the same
    world.show("herald")
    await world.poll("herald")
    world.web.put("/herald.xml", status=500)
    for _ in range(8):
        world.clock.turn(hours=3)
        await world.poll("herald")
        await world.poller.on_trouble.__self__.look()  # type: ignore[attr-defined]
    assert platform.tried == 2  # that was another trouble


async def test_of_a_feed_that_is_gone_nobody_says_that_it_is_tried_again(world: World) -> None:
    platform = Homely()
    troubles = Troubles(world.store, {"fake": platform})
    world.poller.on_trouble = troubles.note
    await world.store.add_feed(world.web.url("/herald.xml"), title="The Herald", added_by="fake:ann")
    world.web.put("/herald.xml", status=410)
    await world.poll("herald")
    await world.poller.poll_due()
    await troubles.look()
    ((_, words),) = _told(platform)
    assert "gone for good (410)" in words
    assert "not asked again" in words
    assert "tried again" not in words
    world.clock.turn(days=3)
    assert await world.poller.poll_due() == 0


async def test_what_could_not_be_told_is_told_after_a_restart(world: World) -> None:
    platform = Homely(failures=[PostFailed("the line was cut")])
    troubles = Troubles(world.store, {"fake": platform})
    world.poller.on_trouble = troubles.note
    await _fails(world, "fake:ann")
    await troubles.look()
    assert _told(platform) == []
    await Troubles(world.store, {}).look()  # one that posts nothing itself
    await Troubles(world.store, {"fake": platform}).look()
    assert [home for home, _ in _told(platform)] == ["@ann"]


async def test_of_a_feed_that_nobody_added_those_hear_who_run_the_bot(world: World) -> None:
    platform = Homely()
    troubles = Troubles(world.store, {"fake": platform}, {"fake": ["keeper"]})
    world.poller.on_trouble = troubles.note
    await _fails(world, None)
    await troubles.look()
    assert [home for home, _ in _told(platform)] == ["@keeper"]


async def test_one_who_takes_no_messages_is_passed_over(world: World) -> None:
    platform = Homely(lost={Channel("fake", "@ann")})
    troubles = Troubles(world.store, {"fake": platform}, {"fake": ["keeper"]})
    await _fails(world, "fake:ann")
    (feed,) = await world.store.feeds()
    troubles.note(replace(feed, error="gone"), "remove it")
    await troubles.look()
    assert [home for home, _ in _told(platform)] == ["@keeper"]


async def test_a_feed_whose_trouble_comes_while_others_are_being_noted_is_told_of_too(world: World) -> None:
    late = ["fake:bob"]

    class Interrupted(Troubles):
        async def _keep(self, troubles: Sequence[Trouble]) -> None:
            await super()._keep(troubles)
            if late:
                self.note(replace(feed, id=feed.id + 1, added_by=late.pop()), "look")

    platform = Homely()
    await _fails(world, "fake:ann")
    (feed,) = await world.store.feeds()
    troubles = Interrupted(world.store, {"fake": platform})
    troubles.note(feed, "look")
    await troubles.look()
    await troubles.look()
    assert [home for home, _ in _told(platform)] == ["@ann", "@bob"]
