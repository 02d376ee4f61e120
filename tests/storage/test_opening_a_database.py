"""A start that cannot go well is refused in one clear line."""

import asyncio
import os
import resource
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from storage.errors import DatabaseError, DatabaseTooNew, DatabaseUnusable
from storage.migrate import migrations
from storage.store import open_store
from tests.storage.builders import NOON, an_entry

DIARY = b"Dear diary, " * 400
BRIEFLY = timedelta(milliseconds=50)


async def refused(path: Path) -> DatabaseError:
    with pytest.raises(DatabaseError) as caught:
        async with open_store(path, patience=BRIEFLY):
            raise AssertionError("it opened")
    line = str(caught.value)
    assert "\n" not in line
    assert str(path) in line
    return caught.value


async def test_a_new_database_is_made_with_its_directory(tmp_path: Path) -> None:
    path = tmp_path / "new" / "place" / "deadlineday.db"
    async with open_store(path) as store:
        assert await store.schema_version() == len(migrations())
    assert path.exists()


async def test_what_was_kept_is_there_at_the_next_start(file: Path) -> None:
    async with open_store(file) as store:
        feed = await store.add_feed("https://f.example/1")
    async with open_store(str(file)) as store:
        assert await store.feeds() == [feed]
    assert sqlite3.connect(file).execute("pragma journal_mode").fetchone() == ("wal",)


async def test_a_database_of_a_newer_version_is_refused_and_left_as_it_is(file: Path) -> None:
    async with open_store(file) as store:
        await store.add_feed("https://f.example/1")
    known = len(migrations())
    with sqlite3.connect(file) as connection:
        connection.execute("insert into migrations values (?, 'later', 0)", (known + 1,))
    connection.close()
    error = await refused(file)
    assert isinstance(error, DatabaseTooNew)
    assert (error.found, error.known) == (known + 1, known)
    assert "newer version" in str(error)


async def test_a_file_that_is_no_database_is_refused_and_left_as_it_is(file: Path) -> None:
    await asyncio.to_thread(file.write_bytes, DIARY)
    error = await refused(file)
    assert isinstance(error, DatabaseUnusable)
    assert error.reason == "is not a database"
    assert await asyncio.to_thread(file.read_bytes) == DIARY


def test_a_refused_start_leaves_no_thread_behind_that_cries_out(file: Path) -> None:
    file.write_bytes(DIARY)
    for _ in range(20):
        asyncio.run(refused(file))
    assert [thread for thread in threading.enumerate() if thread is not threading.main_thread()] == []


async def test_a_database_of_another_program_is_refused(file: Path) -> None:
    for number, tables in enumerate(["create table recipes (name)", "create table migrations (name)"]):
        path = file.with_name(f"{number}.db")
        connection = sqlite3.connect(path)
        connection.execute(tables)
        connection.close()
        assert "another program" in str(await refused(path))


async def test_a_directory_in_the_files_place_is_refused(tmp_path: Path) -> None:
    assert "is a directory" in str(await refused(tmp_path))


async def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    assert "its directory cannot be made" in str(await refused(tmp_path / "file" / "deadlineday.db"))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
async def test_a_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    closed.chmod(0o500)
    error = await refused(closed / "deadlineday.db")
    assert "writable" in str(error)


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
async def test_a_file_that_cannot_be_written_is_refused(file: Path) -> None:
    async with open_store(file):
        pass
    os.chmod(file, 0o400)
    assert "cannot be written" in str(await refused(file))


async def test_a_database_that_another_program_holds_may_pass(file: Path) -> None:
    async with open_store(file):
        pass
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("begin immediate")
    error = await refused(file)
    holder.close()
    assert isinstance(error, DatabaseUnusable)
    assert error.may_pass
    assert "another program" in str(error)
    async with open_store(file, patience=BRIEFLY):
        pass


async def test_a_call_that_another_program_blocks_fails_whole_and_works_later(file: Path) -> None:
    async with open_store(file, patience=BRIEFLY) as store:
        holder = sqlite3.connect(file, isolation_level=None)
        holder.execute("begin immediate")
        with pytest.raises(DatabaseUnusable) as caught:
            async with store.transaction():
                await store.add_feed("https://f.example/1")
        assert caught.value.may_pass
        assert await store.feeds() == []  # reading goes on meanwhile
        holder.close()
        await store.add_feed("https://f.example/1")
        assert len(await store.feeds()) == 1


def damage(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[100:4096] = b"\xa5" * 3996
    file.write_bytes(content)


async def test_a_damaged_database_is_refused(file: Path) -> None:
    async with open_store(file) as store:
        await store.save_entries(None, [an_entry(f"k{n}", text="x" * 900) for n in range(50)], NOON)
    await asyncio.to_thread(damage, file)
    assert "damaged" in str(await refused(file))


@contextmanager
def files_no_longer_than(length: int) -> Iterator[None]:
    """What a full disk does to a program, done to this one: writing beyond fails."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


async def test_a_full_disk_fails_the_call_whole_and_works_again_with_room(file: Path) -> None:
    async with open_store(file) as store:
        feed = await store.add_feed("https://f.example/1")
        big = [an_entry(f"k{n}", text="x" * 10_000) for n in range(300)]

        async def write() -> None:
            async with store.transaction():
                await store.add_player("Ada Vale")
                await store.save_entries(feed.id, big, NOON)

        with files_no_longer_than(600_000), pytest.raises(DatabaseUnusable) as caught:
            await write()
        assert caught.value.may_pass
        assert "disk" in str(caught.value)
        assert await store.players() == []
        assert await store.known(["k0"]) == {}
        await store.save_entries(feed.id, big, NOON)
        assert len(await store.known(entry.key for entry in big)) == 300
