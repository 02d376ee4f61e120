"""A backup taken at work is whole, and comes back on either engine."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest

from storage.backup import back_up, restore
from storage.errors import DatabaseTooNew, DatabaseUnusable
from storage.sqlite import Sqlite
from storage.store import Store, open_store
from tests.storage.builders import HERE, NOON, a_backlog, a_channel, a_link, an_alert, an_entry
from tests.storage.server import Server


async def filled(store: Store) -> None:
    feed = await store.add_feed("https://f.example/1", title="Evening Post")
    await store.save_entries(feed.id, [an_entry(f"k{n}") for n in range(30)], NOON)
    player = await store.add_player("Ada Vale", aliases=["A. Vale"], clubs=["City"])
    await store.add_watch(HERE, player.id, mention="@ann")
    await store.save_links([a_link(player.id)])
    alert = await an_alert(store, player.id)
    await store.enqueue(alert.id, [(HERE, NOON, None), (a_channel(1), NOON, None)])
    await store.add_feedback(alert.id, "ann", "player")
    await store.set_fact("a note", "kept")
    gone = await store.add_player("Nobody")
    await store._db.run("delete from players where id = :id", {"id": gone.id})


async def everything(where: Path | str) -> dict[str, list[tuple[object, ...]]]:
    async with open_store(where) as store:
        found = {}
        for table in sorted(await store._db.tables() - {"migrations", "sqlite_sequence"}):
            rows = await store._db.fetch(f"select * from {table} order by 1, 2", {}, writes=False)
            found[table] = [tuple(row) for row in rows]
        return found


@pytest.mark.parametrize("to", ["file", "postgres"])
async def test_what_was_backed_up_comes_back_on_either_engine(
    shared: Path | str, to: str, server: Server, tmp_path: Path
) -> None:
    async with open_store(shared, clock=lambda: NOON) as store:
        await filled(store)
        assert await back_up(shared, tmp_path / "copy.db") > 10_000  # while it is open
    target = tmp_path / "new" / "other.db" if to == "file" else await server.create("restored")
    await restore(target, tmp_path / "copy.db")
    assert await everything(target) == await everything(shared)
    async with open_store(target) as store:
        assert (await store.add_player("Ben Oakes")).id == 3  # the second one is gone, and so is his number
        assert len(await store.claim_deliveries(NOON, 9, ["terminal", "discord"])) == 2


async def test_a_backup_taken_while_others_write_is_of_one_moment(shared: Path | str, tmp_path: Path) -> None:
    async with open_store(shared) as store:

        async def write() -> None:
            for _ in range(30):
                await a_backlog(store, [a_channel(n) for n in range(5)])

        await asyncio.gather(write(), back_up(shared, tmp_path / "copy.db"))
    async with open_store(tmp_path / "copy.db") as copy:
        for player in await copy.players():
            for alert in await copy.alerts_of(player.id):
                assert len(await copy.deliveries(alert.id)) in (0, 5)
        assert await copy.damage() is None


async def test_what_is_there_is_not_lost_by_a_restore(shared: Path | str, tmp_path: Path) -> None:
    async with open_store(shared, clock=lambda: NOON) as store:
        await filled(store)
    await back_up(shared, tmp_path / "copy.db")
    with pytest.raises(DatabaseUnusable, match="--replace"):
        await restore(shared, tmp_path / "copy.db")
    async with open_store(shared) as store:
        await store.add_feed("https://f.example/2")
    await restore(shared, tmp_path / "copy.db", replace=True)
    async with open_store(shared) as store:
        assert [feed.url for feed in await store.feeds()] == ["https://f.example/1"]
    if isinstance(shared, Path):
        async with open_store(shared.with_name(f"{shared.name}.replaced")) as store:
            assert len(await store.feeds()) == 2
    with pytest.raises(DatabaseUnusable, match="there already"):
        await back_up(shared, tmp_path / "copy.db")


async def test_what_was_put_aside_before_is_still_there_after_another_restore(
    file: Path, tmp_path: Path
) -> None:
    for number in range(3):
        async with open_store(file) as store:
            await store.add_feed(f"https://f.example/{number}")
        if number == 0:
            await back_up(file, tmp_path / "copy.db")
        else:
            await restore(file, tmp_path / "copy.db", replace=True)
    for end, url in (("", "https://f.example/1"), ("-2", "https://f.example/2")):
        async with open_store(file.with_name(f"{file.name}.replaced{end}")) as store:
            assert [feed.url for feed in await store.feeds()] == ["https://f.example/0", url]


async def test_a_backup_that_cannot_be_made_names_what_is_in_the_way(file: Path, tmp_path: Path) -> None:
    async with open_store(file) as store:
        await store.save_entries(None, [an_entry(f"k{n}", text="x" * 900) for n in range(200)], NOON)
    await asyncio.to_thread(scribble, file)
    copy = tmp_path / "copy.db"
    for source, target, words in (
        (file, copy, f"{file}: is damaged"),
        (tmp_path / "missing.db", copy, f"{tmp_path / 'missing.db'}: is not there"),
        (tmp_path, copy, f"{tmp_path}: is no file"),
        (file, tmp_path / "nowhere" / "copy.db", "copy.db: its directory is not there"),
    ):
        with pytest.raises(DatabaseUnusable, match=re.escape(words)):
            await back_up(source, target)
    assert not any("copy" in name for name in os.listdir(tmp_path))


async def test_what_is_no_backup_is_refused_in_one_line(file: Path, tmp_path: Path) -> None:
    async with open_store(file) as store:
        await filled(store)
    copy = tmp_path / "copy.db"
    await back_up(file, copy)
    whole = await asyncio.to_thread(copy.read_bytes)
    diary = tmp_path / "diary"
    await asyncio.to_thread(diary.write_bytes, b"Dear diary, " * 999)
    broken = tmp_path / "broken.db"
    await asyncio.to_thread(broken.write_bytes, whole[: len(whole) // 2])
    newer = tmp_path / "newer.db"
    await asyncio.to_thread(newer.write_bytes, whole)
    database = await Sqlite.open(newer)
    await database.run("insert into migrations values (999, 'later', 0)", {})
    await database.close()
    before = await everything(file)
    for lost in (diary, broken, tmp_path / "missing"):
        with pytest.raises(DatabaseUnusable) as caught:
            await restore(file, lost, replace=True)
        assert "\n" not in str(caught.value)
    with pytest.raises(DatabaseTooNew):
        await restore(file, newer, replace=True)
    assert await everything(file) == before


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which nobody may write")
async def test_a_place_where_nothing_can_be_written_is_not_called_a_fault_of_the_database(file: Path) -> None:
    async with open_store(file):
        pass
    with pytest.raises(DatabaseUnusable, match=re.escape("/proc/copy.db: cannot be written")):
        await back_up(file, Path("/proc/copy.db"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://bot:s3cret@127.0.0.1:1/name", "cannot be reached"),
        ("postgresql://bot:rt/s3cret@127.0.0.1:1/name", "its address cannot be used: / #"),
        ("postgresql://bot:s3cret@127.0.0.1:s3cret/name", "its address cannot be used: / #"),
    ],
)
async def test_a_server_to_which_nothing_can_be_restored_is_named_in_one_line(
    address: str, words: str, file: Path, tmp_path: Path
) -> None:
    async with open_store(file):
        pass
    await back_up(file, tmp_path / "copy.db")
    with pytest.raises(DatabaseUnusable) as caught:
        await restore(address, tmp_path / "copy.db")
    assert words in str(caught.value)
    assert "s3cret" not in str(caught.value)


def scribble(file: Path) -> None:
    content = bytearray(file.read_bytes())
    middle = len(content) // 2 // 4096 * 4096
    content[middle : middle + 4096] = b"\xa5" * 4096
    file.write_bytes(content)


async def test_damage_in_a_file_is_seen(file: Path) -> None:
    async with open_store(file) as store:
        await store.save_entries(None, [an_entry(f"k{n}", text="x" * 900) for n in range(200)], NOON)
        assert await store.damage() is None

    await asyncio.to_thread(scribble, file)
    async with open_store(file) as store:
        damage = await store.damage()
    assert damage is not None
    assert "restore it from a backup" in damage
