"""Hosts are spared: few requests at a time, spaced."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feeds.feed import Feed
from feeds.turns import Turns, host_of


def feeds(*hosts: str) -> list[Feed]:
    return [Feed(id=n, url=f"https://{host}/{n}.xml") for n, host in enumerate(hosts, 1)]


def test_feeds_of_different_hosts_may_all_go_at_once() -> None:
    turns = Turns(at_once=1, spacing=5)
    turns.add(feeds("a.example", "b.example", "c.example"), 0)
    assert [feed.id for _ in range(3) if (feed := turns.take(0))] == [1, 2, 3]
    assert turns.take(0) is None


def test_two_requests_to_one_host_begin_apart() -> None:
    turns = Turns(at_once=2, spacing=5)
    turns.add(feeds("a.example", "www.a.example", "a.example"), 0)
    first = turns.take(0)
    assert first is not None
    assert turns.take(4.9) is None
    assert turns.wait(3) == 2
    second = turns.take(5)
    assert second is not None
    assert turns.take(60) is None, "two are under way"
    assert turns.wait(60) is None
    turns.done(first, 60)
    assert turns.take(60) is not None


def test_the_spacing_holds_over_rounds() -> None:
    turns = Turns(at_once=1, spacing=10)
    one, two = feeds("a.example", "a.example")
    turns.add([one], 0)
    assert turns.take(0) is one
    turns.done(one, 1)
    assert not len(turns)
    turns.add([two], 2)
    assert turns.take(2) is None
    assert turns.take(10) is two


def test_feeds_of_a_held_host_are_given_out_at_once_to_be_put_off() -> None:
    turns = Turns(spacing=5)
    turns.add(feeds("a.example", "a.example", "b.example"), 0)
    first = turns.take(0)
    assert first is not None
    turns.hold(host_of(first.url), 30)
    assert turns.held("a.example", 10) == 20
    turns.done(first, 1)
    assert [feed.id for _ in range(2) if (feed := turns.take(1))] == [3, 2]
    assert turns.held("a.example", 30) == 0


def test_a_feed_that_waits_already_is_not_taken_up_twice() -> None:
    turns = Turns()
    turns.add(feeds("a.example") * 2, 0)
    assert len(turns) == 1
    assert 1 in turns


def test_the_last_feed_of_a_host_is_known_for_it() -> None:
    turns = Turns(spacing=0)
    turns.add(feeds("a.example", "a.example"), 0)
    first = turns.take(0)
    assert first is not None
    assert not turns.is_last(first)
    second = turns.take(0)
    assert second is not None
    turns.done(first, 0)
    assert turns.is_last(second)


@given(
    st.lists(st.sampled_from(["a", "b", "c"]), max_size=25),
    st.integers(1, 3),
    st.sampled_from([0.0, 0.5, 2.0]),
    st.randoms(use_true_random=False),
)
def test_every_feed_gets_its_turn_within_the_limits(
    hosts: list[str], at_once: int, spacing: float, dice
) -> None:  # type: ignore[no-untyped-def]
    turns, now, running, starts, seen = Turns(at_once=at_once, spacing=spacing), 0.0, [], {}, []
    turns.add(feeds(*(f"{host}.example" for host in hosts)), now)
    for _ in range(1000):
        if not len(turns):
            break
        feed = turns.take(now)
        if feed is not None:
            host = host_of(feed.url)
            running.append(feed)
            seen.append(feed.id)
            assert sum(host_of(other.url) == host for other in running) <= at_once
            assert now - starts.get(host, -spacing) >= spacing
            starts[host] = now
        elif running and dice.random() < 0.6:
            turns.done(running.pop(dice.randrange(len(running))), now)
        else:
            now += turns.wait(now) or 0.25
    assert sorted(seen) == list(range(1, len(hosts) + 1))
