"""Snapshots of the database in backups/: when the next one is due, how many stay, how much space they take.

Three snapshots stay: the newest, the oldest (a week old or more, once there is one), and one between them that will
take the place of the oldest. Together they take at most four times the size of the database. A replaced database
stays for 30 days, one damaged and one other.

Providers delete sessions that were idle for 30 days, so every snapshot has these sessions. If a source disappears
that was read after the newest snapshot, the next one is due within the hour.
"""

from __future__ import annotations

import os
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aea import paths
from aea.errors import DamagedError, StoreError
from aea.store.engine import db
from aea.store.recovery import db_copy

if TYPE_CHECKING:
    from aea.store.engine.db import Connection

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
WEEK_MS = 7 * DAY_MS
REPLACED_MS = 30 * DAY_MS
MAX_SNAPSHOTS = 3
MAX_SIZE_RATIO = 4  # times the size of the database
_SNAPSHOT = ("snapshot", "schema")
_REPLACED = ("damaged", "replaced")
_TRIED = "tried"
_CONTENT = (
    "SELECT count(*), max(ingested_at), sum(is_missing),"
    " (SELECT count(*) FROM metadata_directories WHERE resolved_by = 'alias')"
    " FROM ingest_cursor WHERE provider <> 'spool'"
)
_ONLY_HERE = "SELECT 1 FROM ingest_cursor WHERE is_missing = 1 AND ingested_at > ? LIMIT 1"


class Stored(NamedTuple):
    """One database in backups/."""

    path: Path
    kind: str  # snapshot; schema: taken before a migration; damaged, replaced: the database until then
    made_at: int  # UTC milliseconds
    byte_size: int  # including its write-ahead log


def take_if_due(connection: Connection, now_ms: int, *, is_forced: bool = False) -> Stored | None:
    """Take a snapshot if the newest is a day old and something was read since, or if it lacks a deleted source.

    `is_forced`: after a change that no source repeats, such as an alias. Returns None if none is due or the disk
    has no room; the next attempt is an hour later. DamagedError, or an error of db.DAMAGE, if the database is
    damaged. The caller holds the writer lock and is outside a transaction.
    """
    try:
        _remove_partial_copies()
        if not (is_forced or _is_due(connection, now_ms)):
            return None
        write_note(_TRIED, str(now_ms))
        _require_room(connection, db_copy.RESERVE_BYTES)
        return take(now_ms)
    except (DamagedError, *db.DAMAGE):
        raise
    except (StoreError, OSError, db.Error):
        return None


def take(now_ms: int, name: str = "snapshot") -> Stored:
    """Take a snapshot now. StoreError if the disk has no room, DamagedError if the database is damaged."""
    target = path_for(name, now_ms)
    with closing(
        db.open_reader()
    ) as source:  # closed afterwards: its page cache holds the copied pages
        try:
            _require_room(source)
            db_copy.write(source, target)
        except db.DAMAGE as error:
            raise db_copy.damaged_error(str(error)) from error
        prune(now_ms, db_copy.byte_size(source))
    with suppress(FileNotFoundError):
        os.unlink(paths.backups() / _TRIED)
    return Stored(target, name.partition("-")[0], now_ms, os.stat(target).st_size)


def make_folder() -> Path:
    """The directory of snapshots, readable by its owner only."""
    folder = paths.backups()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def list_snapshots(now_ms: int) -> list[Stored]:
    """Snapshots, the newest first. One from the future was taken before the clock was set back and comes last."""
    found = [stored for stored in _scan() if stored.kind in _SNAPSHOT]
    return sorted(found, key=lambda one: (one.made_at <= now_ms, one.made_at), reverse=True)


def list_replaced() -> list[Stored]:
    """Databases that were replaced, the latest first."""
    found = [stored for stored in _scan() if stored.kind in _REPLACED]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def path_for(name: str, now_ms: int) -> Path:
    """The path in backups/ for a database of a kind."""
    return make_folder() / f"{name}-{now_ms}.db"


def move_replaced(database: Path, target: Path) -> None:
    """Move a database with its log to `target` and delete the one that was moved before it, of the same kind."""
    os.rename(database, target)  # before its log: a log without its database is ignored
    for old, new in zip(db_copy.companions(database), db_copy.companions(target), strict=True):
        with suppress(FileNotFoundError):
            os.rename(old, new)
    kind = target.name.partition("-")[0]
    for one in list_replaced():
        if one.kind == kind and one.path != target:
            _remove(one)


def prune(now_ms: int, database_bytes: int) -> None:
    """Delete surplus snapshots and old replaced databases. The newest snapshot stays, whatever its size."""
    for one in list_replaced():
        if now_ms - one.made_at > REPLACED_MS:
            _remove(one)
    left = list_snapshots(now_ms)
    while len(left) > MAX_SNAPSHOTS:
        _remove(left.pop(_surplus(left, now_ms)))
    while len(left) > 1 and _total(left) > MAX_SIZE_RATIO * max(database_bytes, left[0].byte_size):
        _remove(left.pop(_surplus(left, now_ms)))


def _total(stored: list[Stored]) -> int:
    return sum(one.byte_size for one in stored)


def _surplus(left: list[Stored], now_ms: int) -> int:
    """The index to delete: the oldest if the one after it is a week old, else the second newest."""
    is_old = len(left) < 3 or now_ms - left[-2].made_at >= WEEK_MS
    return len(left) - 1 if is_old else 1


def _remove(stored: Stored) -> None:
    db_copy.discard(stored.path)


def _scan() -> list[Stored]:
    found = []
    with suppress(FileNotFoundError, NotADirectoryError):
        for entry in os.scandir(paths.backups()):
            kind, _, rest = entry.name.partition("-")
            made_at = rest.removesuffix(".db").rpartition("-")[2]  # schema-<version>-<time>.db
            if kind in (*_SNAPSHOT, *_REPLACED) and rest.endswith(".db") and made_at.isdecimal():
                path = Path(entry.path)
                found.append(Stored(path, kind, int(made_at), _byte_size(path)))
    return found


def _byte_size(path: Path) -> int:
    total = 0
    for name in (path, *db_copy.companions(path)):
        with suppress(OSError):
            total += os.stat(name).st_size
    return total


def _remove_partial_copies() -> None:
    """Remove copies that were being written when a process was killed."""
    with suppress(FileNotFoundError):
        for name in os.listdir(paths.backups()):
            if db_copy.PART in name and name.startswith((*_SNAPSHOT, *_REPLACED)):
                os.unlink(paths.backups() / name)


def _is_due(connection: Connection, now_ms: int) -> bool:
    if _was_tried_lately(now_ms):
        return False
    newest = next((one for one in list_snapshots(now_ms) if one.made_at <= now_ms), None)
    if newest is None:
        return True
    age = now_ms - newest.made_at
    if age >= DAY_MS:
        return _content(connection) != _content_of(newest)
    return age >= HOUR_MS and connection.execute(_ONLY_HERE, (newest.made_at,)).get is not None


def _was_tried_lately(now_ms: int) -> bool:
    try:
        tried_at = (paths.backups() / _TRIED).read_text()
    except (OSError, UnicodeDecodeError):
        return False
    return tried_at.isdecimal() and 0 <= now_ms - int(tried_at) < HOUR_MS


def write_note(name: str, text: str) -> None:
    """Write a small private file in backups/."""
    handle = os.open(
        make_folder() / name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600
    )
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _content(connection: Connection) -> tuple[object, ...]:
    """What must differ for a snapshot to be worth taking."""
    return tuple(connection.execute(_CONTENT).fetchone() or ())


def _content_of(stored: Stored) -> tuple[object, ...] | None:
    """The same of a snapshot; None if it cannot be read."""
    try:
        with closing(db.open_reader(stored.path)) as connection:
            return _content(connection)
    except (StoreError, db.Error):
        return None


def _require_room(connection: Connection, reserve_bytes: int = 0) -> None:
    size, free = db_copy.byte_size(connection), db_copy.free_bytes(make_folder())
    wanted = size + max(size, reserve_bytes) if reserve_bytes else size
    if free < wanted:
        raise StoreError(
            f"a copy needs {_megabytes(size)} and the disk has {_megabytes(free)} left",
            "free some disk space; aea backup FILE copies to another disk",
        )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
