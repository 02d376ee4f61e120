"""What can go wrong with the database, by what the caller can do about it. Each is one clear line."""

from __future__ import annotations

CROSSED = "was changed by another process at the same moment"
"""The reason where two processes were in each other's way and this one gave way: it may try again at once."""


class DatabaseError(Exception):
    """Any failure of the storage."""


class DatabaseUnusable(DatabaseError):
    """The database cannot be worked with, and nothing of the failed call was kept.

    `may_pass` is True where the same call may work later without anybody's help (another program
    holds the file, the disk is full), False where the owner has to act (no permission, not a database).
    """

    def __init__(self, where: str, reason: str, *, may_pass: bool = False) -> None:
        super().__init__(f"database {where}: {reason}")
        self.where = where
        self.reason = reason
        self.may_pass = may_pass


class DatabaseTooNew(DatabaseError):
    """The database was written by a newer version of the program; this one would damage it."""

    def __init__(self, where: str, *, found: int, known: int) -> None:
        super().__init__(
            f"database {where}: it has schema {found} and this program knows up to {known}: "
            "install the newer version that wrote it, or use another database"
        )
        self.where = where
        self.found = found
        self.known = known


class Conflict(DatabaseError):
    """What was to be written contradicts what is there: it names a thing that is gone, or breaks a rule.

    The call (or its whole transaction) was rolled back. Load again and decide again.
    """


class RolledBack(DatabaseError):
    """A call inside a transaction failed, the failure was swallowed, and then a commit was asked for.

    A transaction is kept whole or not at all, so it was rolled back.
    """


def gave_way(error: DatabaseError) -> bool:
    """Whether two processes were in each other's way: the same may be done again at once, from what is kept
    by then."""
    return isinstance(error, Conflict) or (isinstance(error, DatabaseUnusable) and error.reason == CROSSED)
