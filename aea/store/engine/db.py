"""Connections to the database, and transactions that take the write lock at once."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import apsw

from aea import paths
from aea.errors import BusyError, DamagedError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Connection = apsw.Connection
Error = apsw.Error
BUSY_TIMEOUT_MS = 5_000
CHECKPOINT_PAGES = 8_000  # 32 MiB: keys are random, so the same pages are written again and again
CACHE_KIB = (
    64 * 1024
)  # makes a first ingest 4 x faster than the default of 2 MiB, since keys are random


def identity() -> tuple[int, int] | None:
    """(device, inode) of the database file: another pair after it was replaced. None if there is none."""
    try:
        found = os.stat(paths.database())
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def open_writer(path: Path | None = None) -> Connection:
    """A connection that can write. Creates the directory (0700) and the file (0600) if they are missing."""
    target = path or paths.database()
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not target.exists():
            os.close(os.open(target, os.O_CREAT | os.O_WRONLY, 0o600))
        connection = apsw.Connection(str(target))
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        connection.create_scalar_function("canonical_model", _canonical_model, 1)
        _tune(connection)
    except (OSError, apsw.Error) as error:
        raise _unusable(target, error) from error
    return connection


def open_reader(path: Path | None = None) -> Connection:
    """A connection that cannot write. StoreError if there is no database."""
    target = path or paths.database()
    try:
        connection = _open_readonly(target)
        connection.set_busy_timeout(BUSY_TIMEOUT_MS)
        connection.pragma("query_only", True)
    except apsw.CantOpenError as error:
        raise StoreError(f"there is no database at {target}", "aea ingest") from error
    except apsw.Error as error:
        raise _unusable(target, error) from error
    return connection


def _open_readonly(target: Path) -> Connection:
    """A read-only connection cannot roll back a hot journal, so a writer does that first."""
    connection = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READONLY)
    if not os.path.exists(f"{target}-journal"):
        return connection
    connection.close()
    with suppress(apsw.Error):  # on a read-only disk the reader's own error follows
        writer = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)
        writer.set_busy_timeout(BUSY_TIMEOUT_MS)
        writer.pragma("user_version")
        writer.close()
    return apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READONLY)


def forbid_other_files(connection: Connection) -> None:
    """Deny statements that attach or create another file, such as VACUUM INTO."""
    connection.authorizer = _deny_attach


def _deny_attach(action: int, *_: object) -> int:
    return apsw.SQLITE_DENY if action == apsw.SQLITE_ATTACH else apsw.SQLITE_OK


def _canonical_model(*names: Any) -> str:
    """For migrations: a rule that changes is applied to the known models by the next one."""
    from aea.models import canonical_model

    return canonical_model(*names)


def _tune(connection: Connection) -> None:
    connection.pragma("journal_mode", "wal")
    connection.pragma("synchronous", "normal")
    connection.pragma("foreign_keys", True)
    connection.pragma("cache_size", -CACHE_KIB)
    connection.pragma("temp_store", "memory")
    connection.pragma("journal_size_limit", 64 * 1024 * 1024)
    connection.pragma("wal_autocheckpoint", CHECKPOINT_PAGES)
    # plans do not depend on bound values: otherwise SQLite prepares a statement again for each, 12 x slower
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)


DAMAGE = (apsw.NotADBError, apsw.CorruptError)
ENVIRONMENT = (apsw.FullError, apsw.IOError, apsw.BusyError, apsw.ReadOnlyError, apsw.CantOpenError)
_REPAIR = "aea ingest (restores the newest sound snapshot and catches up)"
_HINTS: dict[type[Exception], str] = {
    apsw.NotADBError: _REPAIR,
    apsw.CorruptError: _REPAIR,
    apsw.FullError: "free some disk space and try again; nothing was lost",
    apsw.IOError: "check disk space and disk, then try again; nothing was lost",
    apsw.ReadOnlyError: "check the permissions, or set AEA_HOME to another directory",
    apsw.CantOpenError: "check the permissions, or set AEA_HOME to another directory",
    apsw.PermissionsError: "check the permissions, or set AEA_HOME to another directory",
    apsw.BusyError: "another program holds the database: try again in a moment",
}


def explain(error: Exception) -> StoreError | None:
    """The error to show for a database error; None if it is a bug in aea.

    If it is damage, the next writer checks every page, not only the first.
    """
    if isinstance(error, DAMAGE):
        suspect()
    return _unusable(paths.database(), error) if type(error) in _HINTS else None


def suspect() -> None:
    """Record that the database may be damaged."""
    with suppress(OSError):
        os.close(os.open(paths.suspicion(), os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))


def _unusable(path: Path, error: Exception) -> StoreError:
    hint = _HINTS.get(type(error), "check the permissions, or set AEA_HOME to another directory")
    kind = DamagedError if isinstance(error, DAMAGE) else StoreError
    return kind(f"the database {path} cannot be used: {error}", hint)


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Commit the block, or roll it back if it raises. BusyError if another process is writing."""
    begin(connection)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def begin(connection: Connection) -> None:
    """Take the write lock now: upgrading a read transaction later would fail without waiting."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except apsw.BusyError as error:
        raise BusyError("another aea process is writing", "try again in a moment") from error


def roll_back(connection: Connection) -> None:
    """Roll back the open transaction, unless SQLite has done so itself."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def checkpoint(connection: Connection) -> None:
    """Copy the write-ahead log into the database and truncate it, unless a reader needs it."""
    with suppress(apsw.BusyError):  # the next run does it
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)


def backup(connection: Connection, path: Path) -> None:
    """Copy the whole database to one file, mode 0600, without a write-ahead log. The caller syncs it to disk.

    In a single step: a backup in several steps starts over whenever another process writes.
    """
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    target = apsw.Connection(str(path))
    try:
        target.pragma("synchronous", "off")
        target.pragma("journal_mode", "off")
        copy = target.backup("main", connection, "main")
        try:
            copy.step(-1)
        finally:
            copy.finish()  # raises the error of a failed step
        target.pragma(
            "locking_mode", "exclusive"
        )  # without shared memory: works on network file systems
        target.pragma("journal_mode", "delete")  # a single file
    finally:
        target.close(True)


def private_copy(connection: Connection) -> Connection:
    """A temporary copy of the database that the caller may change: in memory, or on disk if it is large.

    It holds no lock on the database. Closing it deletes it.
    """
    target = apsw.Connection("")
    with target.backup("main", connection, "main") as copy:
        copy.step(-1)
    target.pragma("foreign_keys", True)
    target.pragma("cache_size", -CACHE_KIB)
    target.pragma("temp_store", "memory")
    target.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    return target


def select(
    connection: Connection, statement: str, parameters: object = ()
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """(column names, rows) of a query; the names even if there are no rows."""
    names: list[str] = []

    def note(cursor: apsw.Cursor, _: str, __: object) -> bool:
        names[:] = [column[0] for column in cursor.get_description()]
        return True

    cursor = connection.cursor()
    cursor.exec_trace = note
    rows = cursor.execute(statement, parameters).fetchall()  # type: ignore[arg-type]
    return names, rows


def rows(connection: Connection, statement: str, parameters: Any = ()) -> list[Any]:
    """The rows of a query. Typed as Any, since only the query determines their types."""
    return connection.execute(statement, parameters).fetchall()
