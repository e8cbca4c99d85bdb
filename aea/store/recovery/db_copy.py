"""Copies of a whole database: written beside the target, verified, synced to disk, then renamed.

A copy never has its final name before it is complete. A kill leaves a `.part` file, which the next copy to the same
target removes.
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
_HINT = "choose another file: aea backup --list"


def write(source: Connection, target: Path) -> None:
    """Copy the open database as it is now, mode 0600. Other processes may write meanwhile.

    DamagedError if the database itself is damaged, StoreError if copying went wrong.
    """
    try:
        part = write_part(source, target)
    except DamagedError as error:
        if fault := first_fault(source):
            raise damaged_error(fault) from None
        raise StoreError(error.message, "check the disk, then try again") from None
    try:
        publish(part, target)
    except BaseException:
        discard(part)
        raise


def damaged_error(fault: str) -> DamagedError:
    """The error for a damaged database. Makes the next writer check every page."""
    db.suspect()
    return DamagedError(f"the database is damaged: {fault}", "aea ingest")


def write_part(source: Connection, target: Path) -> Path:
    """A verified copy beside the target, still under its temporary name."""
    part = part_path(target)
    discard(part)
    try:
        db.backup(source, part)
        verify(part)
    except BaseException:
        discard(part)
        raise
    return part


def part_path(target: Path) -> Path:
    """The temporary name of a copy."""
    return target.with_name(target.name + PART)


def publish(part: Path, target: Path) -> None:
    """Rename a synced copy to its final name, atomically and durably."""
    _sync(part)
    os.replace(part, target)
    sync_folder(target.parent)


def discard(path: Path) -> None:
    """Remove a database and the files that SQLite keeps beside it."""
    for name in (path, *companions(path)):
        with suppress(FileNotFoundError):
            os.unlink(name)


def companions(path: Path) -> list[Path]:
    """The files that SQLite keeps beside a database."""
    return [path.with_name(path.name + suffix) for suffix in COMPANIONS]


def verify(path: Path) -> int:
    """The schema version of an aea database that nobody writes to. StoreError if the file is not a sound one."""
    try:
        with closing(open_immutable(path)) as connection:
            return _verify(connection, path)
    except db.DAMAGE as error:
        raise DamagedError(f"{path} is damaged: {error}", _HINT) from error
    except apsw.Error as error:
        raise StoreError(f"{path} cannot be read: {error}", _HINT) from error


def open_immutable(path: Path) -> Connection:
    """A reader that takes no lock; if there is a write-ahead log, an ordinary reader."""
    has_log = os.path.exists(f"{path}-wal")
    uri = path.absolute().as_uri() + ("?mode=ro" if has_log else "?mode=ro&immutable=1")
    return apsw.Connection(uri, flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)


def _verify(connection: Connection, path: Path) -> int:
    version = int(connection.pragma("user_version"))
    if version > sqlfiles.count_migrations():
        raise NewerError(
            f"{path} was written by a newer aea (schema {version}): nothing was touched",
            "upgrade aea: pipx upgrade ai-engineering-analytics",
        )
    fault = first_fault(connection)
    if fault:
        raise DamagedError(f"{path} is damaged: {fault}", _HINT)
    if not version or connection.execute(_TABLES).get != 2:
        raise StoreError(f"{path} is not an aea database", _HINT)
    return version


def first_fault(connection: Connection) -> str:
    """The first fault in pages, records, indexes or references; empty if there is none."""
    try:
        found = str(connection.execute("PRAGMA integrity_check(1)").get)
        if found != "ok":
            return found.splitlines()[-1]
        for table, _, parent, _ in connection.execute("PRAGMA foreign_key_check"):
            return f"{table} refers to a row that is not in {parent}"
    except db.ENVIRONMENT:
        raise
    except (apsw.Error, UnicodeDecodeError) as error:
        return str(error)
    return ""


def free_bytes(folder: Path) -> int:
    """Free disk space for this user."""
    stat = os.statvfs(folder)
    return stat.f_bavail * stat.f_frsize


def byte_size(connection: Connection) -> int:
    """The size of a copy of the database."""
    return int(connection.pragma("page_count")) * int(connection.pragma("page_size"))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make the renames in a folder durable, where the file system supports it."""
    with suppress(OSError):
        _sync(folder)
