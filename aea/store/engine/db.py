"""Open the database, and the one way to write: a transaction that takes the write lock at once."""

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
CHECKPOINT_PAGES = 8_000  # 32 MiB: keys are random, so a page is rewritten many times
CACHE_KIB = 64 * 1024  # cold ingest of random keys is 4 x faster than with the default 2 MiB


def open_writer(path: Path | None = None) -> Connection:
    """A connection that may write; makes directory (0700) and file (0600) when they are not there."""
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
    """A connection that cannot write. StoreError when there is no database."""
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
    """Who cannot write cannot take back what a killed process left half done: a writer does it first."""
    connection = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READONLY)
    if not os.path.exists(f"{target}-journal"):
        return connection
    connection.close()
    with suppress(apsw.Error):  # a disk that is read-only: the reader's own error tells it
        writer = apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READWRITE)
        writer.set_busy_timeout(BUSY_TIMEOUT_MS)
        writer.pragma("user_version")
        writer.close()
    return apsw.Connection(str(target), flags=apsw.SQLITE_OPEN_READONLY)


def forbid_other_files(connection: Connection) -> None:
    """No statement may attach or make another file (VACUUM INTO attaches one)."""
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
    # a plan does not depend on the key: else SQLite compiles the statement anew for each, 12 x slower
    connection.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)


DAMAGE = (apsw.NotADBError, apsw.CorruptError)
ENVIRONMENT = (apsw.FullError, apsw.IOError, apsw.BusyError, apsw.ReadOnlyError, apsw.CantOpenError)
_MEND = "aea ingest (takes the newest sound snapshot and reads on)"
_HINTS: dict[type[Exception], str] = {
    apsw.NotADBError: _MEND,
    apsw.CorruptError: _MEND,
    apsw.FullError: "free some disk space and try again; nothing was lost",
    apsw.IOError: "check disk space and disk, then try again; nothing was lost",
    apsw.ReadOnlyError: "check the permissions, or set AEA_HOME to another directory",
    apsw.CantOpenError: "check the permissions, or set AEA_HOME to another directory",
    apsw.PermissionsError: "check the permissions, or set AEA_HOME to another directory",
    apsw.BusyError: "another program holds the database: try again in a moment",
}


def explain(error: Exception) -> StoreError | None:
    """What a database error means to its user; None when it is a mistake of ours.

    Damage is noted, so that the next writer looks at every page and not only at the first.
    """
    if isinstance(error, DAMAGE):
        suspect()
    return _unusable(paths.database(), error) if type(error) in _HINTS else None


def suspect() -> None:
    """Note that the database may be damaged."""
    with suppress(OSError):
        os.close(os.open(paths.suspicion(), os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))


def _unusable(path: Path, error: Exception) -> StoreError:
    hint = _HINTS.get(type(error), "check the permissions, or set AEA_HOME to another directory")
    kind = DamagedError if isinstance(error, DAMAGE) else StoreError
    return kind(f"the database {path} cannot be used: {error}", hint)


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """Everything inside is written together or not at all. BusyError when another process writes."""
    begin(connection)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        roll_back(connection)
        raise


def begin(connection: Connection) -> None:
    """Take the write lock at once: a lock taken later would fail without waiting."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except apsw.BusyError as error:
        raise BusyError("another aea process is writing", "try again in a moment") from error


def roll_back(connection: Connection) -> None:
    """Undo the open transaction, if SQLite has not done so itself."""
    if connection.in_transaction:
        connection.execute("ROLLBACK")


def checkpoint(connection: Connection) -> None:
    """Move the write-ahead log into the database, as far as readers allow."""
    with suppress(apsw.BusyError):  # a reader holds on to it: the next run does it
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)


def backup(connection: Connection, path: Path) -> None:
    """A whole copy of the database as it is now, readable by its owner only, without a log of its own.

    One step: a copy in several begins again whenever another process writes. The caller makes it durable.
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
            copy.finish()  # it is this call that says what went wrong
        target.pragma("locking_mode", "exclusive")  # no shared memory: works on a network disk
        target.pragma("journal_mode", "delete")  # one file that can be read anywhere
    finally:
        target.close(True)


def private_copy(connection: Connection) -> Connection:
    """A copy of the database as it is now, for this process only: in memory, on disk when it is large.

    It takes no lock and is gone when it is closed. The caller may change it.
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
    """(column names, rows) of a query, the names also when it has no row."""
    names: list[str] = []

    def note(cursor: apsw.Cursor, _: str, __: object) -> bool:
        names[:] = [column[0] for column in cursor.get_description()]
        return True

    cursor = connection.cursor()
    cursor.exec_trace = note
    rows = cursor.execute(statement, parameters).fetchall()  # type: ignore[arg-type]
    return names, rows


def rows(connection: Connection, statement: str, parameters: Any = ()) -> list[Any]:
    """The rows of a query of ours, whose types we know better than the library."""
    return connection.execute(statement, parameters).fetchall()
