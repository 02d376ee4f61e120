"""One bot at a time on a SQLite file."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from filelock import FileLock, Timeout

from bot.roles import Roles
from bot.settings import Settings
from storage.errors import DatabaseUnusable


@contextlib.contextmanager
def alone(settings: Settings, roles: Roles) -> Iterator[None]:
    """Hold the file against a second `run` of the same parts, which would post what this one is posting.

    Raises DatabaseUnusable where another holds it. The lock ends with the process, however it ends.
    """
    name = settings.database.name
    locks = [settings.database.with_name(f"{name}.{role}.lock") for role in roles.names]
    if not roles.only:
        locks.append(settings.database.with_name(f"{name}.lock"))
    lock = locks[0]
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.ExitStack() as held:
            for lock in locks:
                held.enter_context(FileLock(lock, timeout=0))
            yield
    except Timeout as error:
        raise DatabaseUnusable(str(settings.database), "another `deadlineday run` works on it") from error
    except OSError as error:
        raise DatabaseUnusable(str(settings.database), f"{error.strerror}: {lock}") from error
