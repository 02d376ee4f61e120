"""What PostgreSQL and its driver complain of, in words for the one who can mend it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from urllib.parse import urlsplit

import asyncpg

from storage.errors import CROSSED, Conflict, DatabaseUnusable

DRIVER = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)
"""What the driver raises; TimeoutError is an OSError."""
LOST = "the connection was lost"
_UNREADABLE = "its address cannot be used: / # ? @ : % in the password are written as %2F %23 %3F %40 %3A %25"
_SETTINGS = (
    asyncpg.UndefinedObjectError,
    asyncpg.CantChangeRuntimeParamError,
    asyncpg.InvalidParameterValueError,
)
"""What a server says to whatever an address has behind its "?" that the driver does not know itself."""
_REASONS: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, bool], ...] = (
    (asyncpg.InvalidCatalogNameError, "there is no such database: create it first", False),
    (
        (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError),
        "does not take this user name and password",
        False,
    ),
    (asyncpg.InsufficientPrivilegeError, "the user lacks a right: %s", False),
    (asyncpg.InvalidSchemaNameError, "the user's search_path names no schema that is there: %s", False),
    (asyncpg.ReadOnlySQLTransactionError, "cannot be written: the server is a read-only copy", True),
    (asyncpg.DiskFullError, "the disk is full", True),
    (asyncpg.TooManyConnectionsError, "takes no more connections", True),
    (asyncpg.CannotConnectNowError, "is starting up or shutting down", True),
    (
        (asyncpg.DataCorruptedError, asyncpg.IndexCorruptedError),
        "is damaged: restore it from a backup",
        False,
    ),
    (
        (
            asyncpg.DeadlockDetectedError,
            asyncpg.SerializationError,
            asyncpg.LockNotAvailableError,
            asyncpg.InvalidCachedStatementError,  # a newer version has brought up the schema
        ),
        CROSSED,
        True,
    ),
    (asyncpg.QueryCanceledError, "took too long to answer", True),
    (
        (
            asyncpg.PostgresConnectionError,
            asyncpg.OperatorInterventionError,
            asyncpg.InternalClientError,
            asyncpg.InterfaceError,
            OSError,
            TimeoutError,
        ),
        LOST,
        True,
    ),
)


@contextlib.contextmanager
def telling(where: str) -> Iterator[None]:
    """Turn the driver's errors into ours; what is a mistake in our own SQL goes through as it is."""
    try:
        yield
    except asyncpg.IntegrityConstraintViolationError as error:
        raise Conflict(f"database {where}: {error}") from error
    except DRIVER as error:
        for kinds, reason, may_pass in _REASONS:
            if isinstance(error, kinds):
                reason = reason.replace("%s", _said(error))
                raise DatabaseUnusable(where, reason, may_pass=may_pass) from error
        raise


@contextlib.contextmanager
def reaching(url: str) -> Iterator[None]:
    """The same for a server's first answer, where what is wrong may be its address."""
    where = named(url)
    if "@" in urlsplit(url).path or urlsplit(url).netloc.count("@") > 1:
        raise DatabaseUnusable(where, _UNREADABLE)
    try:
        with telling(where):
            yield
    except (ValueError, OverflowError) as error:
        raise DatabaseUnusable(where, _UNREADABLE) from error
    except _SETTINGS as error:
        raise DatabaseUnusable(where, f"its address cannot be used: {_said(error)}: leave it out") from error
    except DatabaseUnusable as error:
        if error.reason != LOST:
            raise
        raise DatabaseUnusable(where, _unreached(error.__cause__), may_pass=True) from error


def named(url: str) -> str:
    """The database as a person may see it: its address without user and password.

    What a sign such as / or # in a password cuts off from it may stand anywhere before the last @.
    """
    parts = urlsplit(f"postgresql://{url.partition('://')[2].rpartition('@')[2]}")
    try:
        host, port = parts.hostname or "local", f":{parts.port}" if parts.port else ""
    except ValueError:
        host, port = parts.netloc.partition(":")[0], ""
    return f"postgresql://{host}{port}{parts.path}"


def _unreached(error: BaseException | None) -> str:
    """Why a server did not answer the first time, by what there is to do."""
    if isinstance(error, asyncpg.ClientConfigurationError):
        return f"its address cannot be used: {_said(error)}"
    if isinstance(error, ConnectionError) and "SSL" in str(error):
        return "speaks no TLS, which sslmode asks for"
    return "cannot be reached: check that the server runs, and its address"


def _said(error: BaseException) -> str:
    """The server's or the driver's own words, one line of them; neither puts a password there."""
    return str(error).partition("\n")[0]
