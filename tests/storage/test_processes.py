"""Several processes on one database: each piece of work is one's own, and nothing is decided twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest

import storage.postgres
from links.claim import Stage
from links.link import Kind
from links.player import Player
from storage.deliveries import Queued
from storage.delivery import DeliveryState, NewAlert
from storage.errors import Conflict, DatabaseUnusable
from storage.postgres import _set_up
from storage.rows import stamp
from storage.sql import by_number, load
from storage.store import Store, open_store
from tests.storage.builders import HERE, NOON, a_backlog, a_channel, a_claim, a_link, after, an_alert
from tests.storage.server import OTHERS, Server

Two = tuple[Store, Store]


@pytest.fixture
async def two(shared: Path | str) -> AsyncIterator[Two]:
    async with open_store(shared, clock=lambda: NOON) as one, open_store(shared, clock=lambda: NOON) as other:
        yield one, other


async def test_processes_that_claim_at_once_never_get_the_same_nor_the_same_channel(two: Two) -> None:
    channels = [a_channel(n) for n in range(40)]
    await a_backlog(two[0], channels, alerts=3)
    told: list[tuple[int, str]] = []

    async def work(store: Store) -> None:
        while claimed := await store.claim_deliveries(after(hours=1), 7, ["discord"]):
            mine = {d.channel for d in claimed}
            assert mine.isdisjoint(busy)
            busy.update(mine)
            await asyncio.sleep(0)
            told.extend((d.alert_id, d.channel.id) for d in claimed)
            busy.difference_update(mine)
            await store.all_sent((d.id, "m", None) for d in claimed)

    busy: set[object] = set()
    while len(told) < 120:
        await asyncio.gather(*(work(store) for store in (*two, *two)))
    assert len(told) == len(set(told)) == 120
    for channel in channels:  # and each channel in its order
        alerts = [alert for alert, address in told if address == channel.id]
        assert alerts == sorted(alerts)


async def test_what_a_dead_process_had_claimed_goes_to_another_when_its_lease_ends(two: Two) -> None:
    await a_backlog(two[0], [HERE])
    (held,) = await two[0].claim_deliveries(NOON, 9, ["terminal"], lease=timedelta(seconds=30))
    assert held.lease == after(seconds=30)
    assert await two[1].claim_deliveries(after(seconds=29), 9, ["terminal"]) == []
    (taken,) = await two[1].claim_deliveries(after(seconds=31), 9, ["terminal"])
    assert (taken.id, taken.unsure) == (held.id, True)

    await two[0].retry(held.id, after(minutes=5), "it woke up too late to say so")
    await two[0].put_back([held.id])
    await two[0].give_up(held.id, "no")
    kept = await two[1].delivery(held.id)
    assert kept is not None
    assert kept.state is DeliveryState.CLAIMED
    await two[1].sent(taken.id, "m")
    assert (await two[0].counts())[DeliveryState.SENT] == 1


async def test_a_process_that_ends_hands_back_what_is_its_own_and_no_more(two: Two) -> None:
    await a_backlog(two[0], [a_channel(1), a_channel(2)])
    (first,) = await two[0].claim_deliveries(NOON, 1, ["discord"])
    (second,) = await two[1].claim_deliveries(NOON, 1, ["discord"])
    assert await two[0].release_claims(mine=True) == 1
    assert [d.id for d in await two[1].claim_deliveries(NOON, 9, ["discord"])] == [first.id]
    assert first.id != second.id


async def test_a_feed_is_polled_by_one_process_until_it_is_saved_or_its_lease_ends(two: Two) -> None:
    feeds = [await two[0].add_feed(f"https://f.example/{n}") for n in range(6)]
    shares = await asyncio.gather(*(store.claim_feeds(NOON, 3) for store in two))
    assert sorted(feed.id for share in shares for feed in share) == [feed.id for feed in feeds]
    assert await two[0].claim_feeds(NOON, 9) == []
    await two[0].save_feed(shares[0][0])
    assert await two[1].claim_feeds(NOON, 9) == [shares[0][0]]
    assert await two[0].release_feeds(mine=True) == 2
    assert len(await two[1].claim_feeds(after(minutes=1), 9)) == 2
    assert len(await two[0].claim_feeds(after(hours=1), 9)) == 6  # the leases are over


async def test_two_reports_of_one_claim_in_the_same_second_make_one_alert(two: Two) -> None:
    player = await two[0].add_player("Ada Vale")
    pair = (player.id, "Rovers")

    async def decide(store: Store) -> bool:
        async with store.transaction():
            if await store.links([pair]):
                return False
            await store.add_alert(NewAlert(None, player.id, a_claim(), Kind.NEW, None, NOON, NOON))
            await store.save_links([a_link(*pair)])
        return True

    told = await asyncio.gather(*(decide(store) for store in two * 4))
    assert sum(told) == 1
    assert len(await two[1].alerts_of(player.id)) == 1


async def test_the_database_refuses_a_second_alert_on_the_same_state_of_a_link(two: Two) -> None:
    """What the turns above prevent is refused as well where somebody takes no turn."""
    one, other = two
    player = await one.add_player("Ada Vale")

    async def late() -> None:
        async with one.transaction():
            transaction = one._db.joined()
            assert transaction is not None
            transaction.heads[(player.id, "Rovers")] = 0  # as read before the other's alert
            news = NewAlert(None, player.id, a_claim(stage=Stage.BID), Kind.NEW, None, NOON, NOON)
            await one.add_alert(news)

    await an_alert(other, player.id)
    with pytest.raises(Conflict):
        await late()
    assert len(await one.alerts_of(player.id)) == 1


async def test_nothing_waits_for_a_channel_or_an_alert_that_is_not_there(two: Two) -> None:
    alert = await an_alert(two[0])
    await two[0].enqueue(alert.id, [(HERE, NOON, None)])
    row = "insert into deliveries (alert_id, channel_id, platform, state, due, attempts, unsure, edit)"
    for of in ({"alert": alert.id, "channel": 99}, {"alert": 99, "channel": 1}):
        with pytest.raises(Conflict):
            await two[1]._db.run(f"{row} values (:alert, :channel, 'terminal', 'waiting', 0, 0, 0, 0)", of)
    assert len(await two[0].deliveries(alert.id)) == 1
    await two[1]._db.run("delete from players", {})  # and their alerts with them
    assert sum((await two[0].counts()).values()) == 0


async def test_who_forgets_a_channel_waits_for_those_who_enqueue_and_takes_theirs_along(two: Two) -> None:
    alert = await an_alert(two[0])
    await two[0].numbers_of([HERE, a_channel(1)])
    async with two[0].transaction():
        await two[0].enqueue(alert.id, [(HERE, NOON, None), (a_channel(1), NOON, None)])
        forgetting = asyncio.create_task(two[1].forget_channel(HERE))
        await asyncio.wait([forgetting], timeout=0.2)
        assert not forgetting.done()
    assert await forgetting
    assert [d.channel for d in await two[0].deliveries(alert.id)] == [a_channel(1)]


async def test_who_enqueues_while_a_channel_is_forgotten_waits_and_keeps_nothing_for_it(two: Two) -> None:
    alert = await an_alert(two[0])
    await two[0].numbers_of([HERE])
    numbers = await two[1].numbers_of([HERE])
    async with two[0].transaction():
        assert await two[0].forget_channel(HERE)
        columns = Queued([numbers[HERE]], HERE.platform, NOON, None)
        enqueuing = asyncio.create_task(two[1]._enqueue(alert.id, [columns], {}))
        await asyncio.wait([enqueuing], timeout=0.2)
        assert not enqueuing.done()
    with contextlib.suppress(Conflict):  # what it had seen of the channel is not so any more
        assert await enqueuing == 0
    assert sum((await two[0].counts()).values()) == 0


async def test_a_process_hears_at_once_what_another_brings(two: Two) -> None:
    one, other = two
    heard = asyncio.Event()
    listening = asyncio.create_task(other.listen(lambda _topic: heard.set()))
    try:
        await asyncio.sleep(0.2)
        for bring in (a_backlog(one, [HERE]), one.add_feed("https://f.example/new")):
            heard.clear()
            await bring
            await asyncio.wait_for(heard.wait(), 5)
    finally:
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_processes_wait_in_one_line_for_a_host(two: Two) -> None:
    step = timedelta(seconds=2)
    waits = [await store.book("host f.example", NOON, step) for store in (*two, *two)]
    assert [wait.total_seconds() for wait in waits] == [0, 2, 4, 6]
    assert await two[0].book("host f.example", after(minutes=1), step) == timedelta(0)
    assert await two[0].book("host g.example", NOON, step) == timedelta(0)
    assert await two[1].forget_paces(after(seconds=30)) == 1
    assert await two[1].forget_paces(after(hours=1)) == 1


async def test_the_first_to_settle_a_fact_settles_it_for_all(two: Two) -> None:
    settled = await asyncio.gather(*(store.settle_fact("tag", f"of {n}") for n, store in enumerate(two * 3)))
    assert len(set(settled)) == 1


@pytest.fixture
def own_server() -> Iterator[Server]:
    with Server.started(safe=True) as server:
        yield server


async def test_a_server_that_restarts_costs_the_call_under_way_and_nothing_else(own_server: Server) -> None:
    url = await own_server.emptied("restarted")
    async with open_store(url) as store:
        heard = asyncio.Event()
        listening = asyncio.create_task(store.listen(lambda _topic: heard.set()))
        await store.add_feed("https://f.example/before")

        async def half() -> None:
            async with store.transaction():
                await store.add_feed("https://f.example/half")
                await asyncio.to_thread(own_server.stop, "immediate")
                await store.add_feed("https://f.example/lost")

        with pytest.raises(DatabaseUnusable) as caught:
            await half()
        assert caught.value.may_pass
        assert "\n" not in str(caught.value)
        with pytest.raises(DatabaseUnusable):
            await store.feeds()
        heard.clear()
        await asyncio.to_thread(own_server.start)
        assert [feed.url for feed in await store.feeds()] == ["https://f.example/before"]
        await store.add_feed("https://f.example/after")
        await asyncio.wait_for(heard.wait(), 20)  # it listens again, and takes it that it missed something
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


FULL = """
create function no_room() returns trigger language plpgsql as $$
begin raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$;
create trigger no_room before insert on deliveries for each statement execute function no_room();
"""
TROUBLES = {
    "cannot be written": (
        "alter system set default_transaction_read_only = on",
        "alter system reset default_transaction_read_only",
    ),
    "the disk is full": (FULL, "drop function no_room cascade"),
}


@pytest.mark.parametrize("words", TROUBLES)
async def test_a_server_that_cannot_write_keeps_nothing_of_the_call_and_takes_it_again_later(
    own_server: Server, words: str
) -> None:
    url, (begin, end) = await own_server.emptied("troubled"), TROUBLES[words]
    direct = await asyncpg.connect(url)

    async def run(sql: str) -> None:
        await direct.execute("set default_transaction_read_only = off")
        await direct.execute(sql)
        await direct.execute("select pg_reload_conf()")
        await asyncio.sleep(0.2)  # each session takes it up by itself

    async with open_store(url, clock=lambda: NOON) as store:
        player = await store.add_player("Ada Vale")
        alert = await an_alert(store, player.id)
        await run(begin)

        async def keep() -> None:
            async with store.transaction():
                await store.save_links([a_link(player_id=player.id)])
                await store.enqueue(alert.id, [(HERE, NOON, None)])

        try:
            for _ in range(3):
                with pytest.raises(DatabaseUnusable, match=words) as caught:
                    await keep()
                assert caught.value.may_pass
                assert "\n" not in str(caught.value)
        finally:
            await run(end)
        assert await store.links([(player.id, "Rovers")]) == {}
        assert await store.enqueue(alert.id, [(HERE, NOON, None)]) == 1
        assert len(await store.claim_deliveries(NOON, 5, [HERE.platform])) == 1
    await direct.close()


async def test_a_line_cut_in_the_middle_of_a_transaction_keeps_nothing_of_it_and_the_next_goes_on(
    own_server: Server,
) -> None:
    url = await own_server.emptied("cut")
    async with open_store(url) as store:

        async def half() -> None:
            async with store.transaction():
                await store.add_feed("https://f.example/half")
                direct = await asyncpg.connect(url)
                await direct.execute(OTHERS)
                await direct.close()
                await store.add_feed("https://f.example/lost")

        with pytest.raises(DatabaseUnusable) as caught:
            await half()
        assert caught.value.may_pass
        await store.add_feed("https://f.example/after")
        assert [feed.url for feed in await store.feeds()] == ["https://f.example/after"]


async def test_a_line_cut_at_the_commit_tells_that_it_was_cut(own_server: Server) -> None:
    url = await own_server.emptied("cut")
    async with open_store(url) as store:

        async def almost() -> None:
            async with store.transaction():
                await store.add_feed("https://f.example/almost")
                direct = await asyncpg.connect(url)
                await direct.execute(OTHERS)
                await direct.close()

        with pytest.raises(DatabaseUnusable) as caught:
            await almost()
        assert caught.value.may_pass
        assert await store.feeds() == []


async def test_what_one_call_leaves_behind_is_nothing_that_the_next_one_sees(own_server: Server) -> None:
    # The pool's own clearing up between two calls is left out: it would cost each of them a round trip.
    url = await own_server.emptied("left")
    async with open_store(url) as store:

        async def cut_off() -> None:
            async with store.transaction():
                await store.add_feed("https://f.example/cut")
                await asyncio.Event().wait()

        for _ in range(10):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await cut_off()
        direct = await asyncpg.connect(url)
        states = await direct.fetch(
            "select state from pg_stat_activity where datname = current_database()"
            " and pid <> pg_backend_pid() and application_name = 'deadlineday'"
        )
        locks = await direct.fetchval(
            "select count(*) from pg_locks where locktype = 'advisory' and pid <> pg_backend_pid()"
        )
        await direct.close()
        assert {row["state"] for row in states} == {"idle"}
        assert locks == 0
        assert await store.feeds() == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://bot:s3cret@127.0.0.1:1/name", "cannot be reached"),
        ("postgresql://bot:s3cret@localhost:99999999/name", "cannot be"),
        ("postgresql://bot:rt/s3cret@127.0.0.1:1/name", "127.0.0.1:1/name: its address cannot be used: / #"),
        ("postgresql://bot:rt@s3cret@127.0.0.1:1/name", "127.0.0.1:1/name: its address cannot be used: / #"),
        ("postgresql://bot:rt#s3cret@127.0.0.1:1/name", "127.0.0.1:1/name: its address cannot be used: / #"),
        ("postgresql://bot:rt?s3cret@127.0.0.1:1/name", "127.0.0.1:1/name: "),
        ("postgresql://127.0.0.1:1/name?user=bot&password=s3cret", "127.0.0.1:1/name: cannot be reached"),
        ("postgresql://bot:s3cret@127.0.0.1:1/name?sslmode=maybe", "address cannot be used: `sslmode`"),
    ],
)
async def test_a_server_that_is_not_there_is_named_without_the_password(address: str, words: str) -> None:
    with pytest.raises(DatabaseUnusable) as caught:
        async with open_store(address, patience=timedelta(seconds=2)):
            pass
    assert "s3cret" not in str(caught.value)
    assert "bot" not in str(caught.value)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("channel_binding=require", 'unrecognized configuration parameter "channel_binding": leave it out'),
        ("max_connections=5", '"max_connections" cannot be changed without restarting the server: leave it'),
        ("timezone=Nowhere", 'invalid value for parameter "TimeZone": "Nowhere": leave it out'),
        ("search_path=nowhere", "the user's search_path names no schema that is there"),
    ],
)
async def test_what_an_address_asks_for_in_vain_is_said_in_one_line(
    asked: str, words: str, server: Server
) -> None:
    url = f"{await server.create('asked')}&{asked}"
    with pytest.raises(DatabaseUnusable) as caught:
        async with open_store(url):
            pass
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_server_that_is_too_old_is_refused_in_one_line(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.postgres, "OLDEST", 99)
    with pytest.raises(DatabaseUnusable, match=r"is PostgreSQL \d+; 99 or newer is needed"):
        async with open_store(server.url()):
            pass


async def test_a_server_that_speaks_no_tls_says_so_where_it_is_asked_for() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readexactly(8)  # "SSLRequest"
        writer.write(b"N")
        await writer.drain()
        writer.close()

    listening = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    with pytest.raises(DatabaseUnusable, match="speaks no TLS, which sslmode asks for"):
        async with open_store(f"postgresql://bot:x@127.0.0.1:{port}/name?sslmode=require"):
            pass
    listening.close()


async def test_who_may_not_make_tables_is_told_which_right_is_missing_and_needs_none_when_they_are_there(
    server: Server,
) -> None:
    url = await server.create("rights")
    owner = await asyncpg.connect(url)
    await owner.execute("drop role if exists guest")
    await owner.execute("create role guest login")
    guest = url.replace("postgres@", "guest@")
    with pytest.raises(DatabaseUnusable, match="lacks a right: permission denied for schema public"):
        async with open_store(guest):
            pass
    async with open_store(url):
        pass
    await owner.execute("grant select, insert, update, delete on all tables in schema public to guest")
    await owner.execute("grant usage on all sequences in schema public to guest")
    async with open_store(guest) as store:
        await store.add_feed("https://f.example/1")
        assert await store.claim_deliveries(NOON, 1, ["terminal"]) == []
    await owner.execute("drop owned by guest")
    await owner.execute("drop role guest")
    await owner.close()


async def test_a_database_that_is_not_there_is_refused_in_one_line(server: Server) -> None:
    with pytest.raises(DatabaseUnusable, match="create it first"):
        async with open_store(server.url("nowhere")):
            pass


async def test_a_claim_reads_no_more_of_a_queue_that_has_just_become_long(server: Server) -> None:
    url = await server.emptied("long")
    direct = await asyncpg.connect(url)
    await _set_up(direct)
    claim, names = by_number(load("postgres").claim.sql, "$")
    at = 1 + stamp(NOON)
    of = {
        "platform": "discord",
        "now": at,
        "lease": at + 10**9,
        "owner": "x",
        "most": 10,
        "deep": 40,
        "ripe": 9,
    }
    await direct.execute("analyze deliveries")  # it is empty, as far as the planner knows
    async with open_store(url) as store:
        await a_backlog(store, [a_channel(n) for n in range(4000)])
    async with direct.transaction():
        assert len(await direct.fetch(claim, *(of[name] for name in names))) == 10
        read = await direct.fetchval(
            "select seq_tup_read + idx_tup_fetch from pg_stat_xact_user_tables where relname = 'deliveries'"
        )
    await direct.close()
    assert read < 400


async def test_enqueueing_reads_no_more_than_its_channels_where_the_table_was_empty(server: Server) -> None:
    url = await server.emptied("long")
    direct = await asyncpg.connect(url)
    await direct.execute("analyze deliveries, channels")
    await direct.close()
    async with open_store(url) as store:
        await a_backlog(store, [a_channel(n) for n in range(2000)])
        alert = await an_alert(store)
        async with store.transaction():
            before = await _read(store)
            await store.enqueue(alert.id, [(a_channel(n), NOON, None) for n in range(100)])
            assert await _read(store) - before < 600


async def _read(store: Store) -> int:
    """Rows of the outbox and of the channels that this transaction's connection has looked at."""
    sql = (
        "select cast(sum(seq_tup_read + idx_tup_fetch) as bigint) from pg_stat_xact_user_tables"
        " where relname in ('deliveries', 'channels')"
    )
    ((read,),) = await store._db.fetch(sql, {}, writes=True)
    return int(read)


async def test_what_two_processes_decide_crosswise_is_decided_by_both_in_turn(url: str) -> None:
    async with open_store(url) as one, open_store(url) as two:
        ada, ben = await one.add_player("Ada Vale"), await one.add_player("Ben Oakes")
        first, tries = asyncio.Barrier(2), []

        async def name_both(store: Store, players: list[Player]) -> str:
            async def work() -> str:
                tries.append(store)
                await store.save_player(replace(players[0], clubs=("Rovers",)))
                if len(tries) <= 2:
                    await first.wait()  # now each has what the other needs
                await store.save_player(replace(players[1], clubs=("Rovers",)))
                return "done"

            return await store.decide(work)

        assert await asyncio.gather(name_both(one, [ada, ben]), name_both(two, [ben, ada])) == ["done"] * 2
        assert len(tries) == 3
        assert [player.clubs for player in await one.players()] == [("Rovers",)] * 2


async def test_what_is_a_part_of_more_is_not_tried_again_alone(url: str) -> None:
    async with open_store(url) as store:
        tries = []

        async def work() -> None:
            tries.append(1)
            raise Conflict("somebody else was first")

        async def more() -> None:
            async with store.transaction():
                await store.decide(work)

        with pytest.raises(Conflict, match="somebody else"):
            await more()
        assert len(tries) == 1
        with pytest.raises(Conflict, match="somebody else"):
            await store.decide(more)
        assert len(tries) == 4


async def test_what_is_in_nobodys_way_is_not_tried_again(url: str) -> None:
    async with open_store(url) as store:
        tries = []

        async def work() -> None:
            tries.append(1)
            raise DatabaseUnusable(store.where, "the disk is full", may_pass=True)

        with pytest.raises(DatabaseUnusable, match="disk is full"):
            await store.decide(work)
        assert len(tries) == 1
