"""Whole copies of a database: made beside their place, proved, made durable, then given their name.

No copy is ever half there under its name: a kill leaves a `.part`, which the next copy to that place removes.
"""

from __future__ import annotations

import os
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import apsw

from aea.errors import DamagedError, NewerError, StoreError
from aea.store.engine import db, sqlfiles

if TYPE_CHECKING:
    from pathlib import Path

    from aea.store.engine.db import Connection

PART = ".part"
COMPANIONS = ("-wal", "-shm", "-journal")
RESERVE_BYTES = 64 * 1024 * 1024
_TABLES = "SELECT count(*) FROM sqlite_schema WHERE name IN ('ingest_cursor', 'schema_migration')"


def write(source: Connection, target: Path) -> None:
    """A copy of the open database as it is now; others may write meanwhile. 0600.

    DamagedError when the fault is in the database already, StoreError when it came with copying.
    """
    try:
        part = stage(source, target)
    except DamagedError as error:
        if fault := first_fault(source):
            raise is_damaged(fault) from None
        raise StoreError(error.message, "check the disk, then try again") from None
    try:
        publish(part, target)
    except BaseException:
        discard(part)
        raise


def is_damaged(fault: str) -> DamagedError:
    """The error for a database that is not worth a copy; the next writer looks at every page."""
    db.suspect()
    return DamagedError(f"the database is damaged: {fault}", "aea ingest")


def stage(source: Connection, target: Path) -> Path:
    """A proved copy beside its place, under the name of one that is not ready."""
    part = part_of(target)
    discard(part)
    try:
        db.backup(source, part)
        prove(part)
    except BaseException:
        discard(part)
        raise
    return part


def part_of(target: Path) -> Path:
    """Where a copy is made that will be `target`."""
    return target.with_name(target.name + PART)


def publish(part: Path, target: Path) -> None:
    """Give the copy its name, in one step that lasts."""
    _sync(part)
    os.replace(part, target)
    sync_folder(target.parent)


def discard(path: Path) -> None:
    """Remove a copy with what SQLite may have left beside it."""
    for name in (path, *companions(path)):
        with suppress(FileNotFoundError):
            os.unlink(name)


def companions(path: Path) -> list[Path]:
    """The files that SQLite keeps beside a database."""
    return [path.with_name(path.name + suffix) for suffix in COMPANIONS]


def prove(path: Path) -> int:
    """The schema version of a sound aea database that nobody writes to; StoreError when it is none."""
    try:
        with closing(open_still(path)) as connection:
            return _prove(connection, path)
    except db.DAMAGE as error:
        raise DamagedError(f"{path} is damaged: {error}", _ANOTHER) from error
    except apsw.Error as error:
        raise StoreError(f"{path} cannot be read: {error}", _ANOTHER) from error


_ANOTHER = "choose another file: aea backup --list"


def open_still(path: Path) -> Connection:
    """A reader. A file with a log beside it is read with its log, any other one takes no lock."""
    has_log = os.path.exists(f"{path}-wal")
    uri = path.absolute().as_uri() + ("?mode=ro" if has_log else "?mode=ro&immutable=1")
    return apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)


def _prove(connection: Connection, path: Path) -> int:
    version = int(connection.pragma("user_version"))
    if version > sqlfiles.count_migrations():
        raise NewerError(
            f"{path} was written by a newer aea (schema {version}): nothing was touched",
            "upgrade aea: pipx upgrade ai-engineering-analytics",
        )
    finding = first_fault(connection)
    if finding:
        raise DamagedError(f"{path} is damaged: {finding}", _ANOTHER)
    if not version or connection.execute(_TABLES).get != 2:
        raise StoreError(f"{path} is no aea database", _ANOTHER)
    return version


def first_fault(connection: Connection) -> str:
    """What is wrong with pages, records, indexes or references; empty when all is sound."""
    try:
        found = str(connection.execute("PRAGMA integrity_check(1)").get)
        if found != "ok":
            return found.splitlines()[-1]
        for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
            return f"{table} names a row that is not in {parent}"
    except db.ENVIRONMENT:
        raise
    except (apsw.Error, UnicodeDecodeError) as error:
        return str(error)
    return ""


def free_bytes(folder: Path) -> int:
    """Room on the disk for this user."""
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize


def byte_size(connection: Connection) -> int:
    """How long a whole copy is."""
    return int(connection.pragma("page_count")) * int(connection.pragma("page_size"))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder last; some file systems cannot be asked."""
    with suppress(OSError):
        _sync(folder)
