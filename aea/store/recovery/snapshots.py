"""Snapshots of the database in backups/: when one is due, how many are kept, how much they may hold.

Kept are three: the newest, one on its way, and one that is older than a week as soon as there can be one.
They hold at most four times the database's own size. A database that was replaced is kept beside them for 30
days, one damaged and one other. Providers delete what lay still for 30 days, so what they delete is in every
snapshot; a source that was read after the newest and is gone already makes the next one due within the hour.
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
ASIDE_MS = 30 * DAY_MS
KEPT = 3
CEILING = 4  # times the size of the database
_SNAPSHOT = ("snapshot", "schema")
_ASIDE = ("damaged", "replaced")
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
    kind: str  # snapshot; schema: before a migration; damaged, replaced: set aside
    made_at: int  # UTC milliseconds
    byte_size: int  # with its log


def take_if_due(connection: Connection, now_ms: int, *, is_asked: bool = False) -> Stored | None:
    """A snapshot, when the newest is a day old and something was read since, or holds less than it must.

    `is_asked`: after what no source tells again, such as an alias. None when none is due, or the disk has no
    room: the next try is an hour later. DamagedError, or an error of db.DAMAGE, when the database turns out to
    be damaged. The caller holds the writer lock, and is in no transaction.
    """
    try:
        _sweep()
        if not (is_asked or _is_due(connection, now_ms)):
            return None
        note(_TRIED, str(now_ms))
        _require_room(connection, db_copy.RESERVE_BYTES)
        return take(now_ms)
    except (DamagedError, *db.DAMAGE):
        raise
    except (StoreError, OSError, db.Error):
        return None


def take(now_ms: int, name: str = "snapshot") -> Stored:
    """A snapshot now; StoreError when the disk has no room, DamagedError when there is nothing sound to copy."""
    target = place(name, now_ms)
    with closing(db.open_reader()) as source:  # its own: what is copied stays in a reader's cache
        try:
            _require_room(source)
            db_copy.write(source, target)
        except db.DAMAGE as error:
            raise db_copy.is_damaged(str(error)) from error
        thin(now_ms, db_copy.byte_size(source))
    with suppress(FileNotFoundError):
        os.unlink(paths.backups() / _TRIED)
    return Stored(target, name.partition("-")[0], now_ms, os.stat(target).st_size)


def make_folder() -> Path:
    """The directory of snapshots, readable by its owner only."""
    folder = paths.backups()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def list_snapshots(now_ms: int) -> list[Stored]:
    """Snapshots, the newest first. One from the future was taken before the clock was set back: last."""
    found = [stored for stored in _scan() if stored.kind in _SNAPSHOT]
    return sorted(found, key=lambda one: (one.made_at <= now_ms, one.made_at), reverse=True)


def list_aside() -> list[Stored]:
    """Databases that were replaced, the latest first."""
    found = [stored for stored in _scan() if stored.kind in _ASIDE]
    return sorted(found, key=lambda one: one.made_at, reverse=True)


def place(name: str, now_ms: int) -> Path:
    """Where a database of a kind lies in backups/."""
    return make_folder() / f"{name}-{now_ms}.db"


def set_aside(database: Path, aside: Path) -> None:
    """Move a database with its log out of the way; of its kind only this one is kept."""
    os.rename(database, aside)  # first: a log without a database is known to belong to nothing
    for old, new in zip(db_copy.companions(database), db_copy.companions(aside), strict=True):
        with suppress(FileNotFoundError):
            os.rename(old, new)
    kind = aside.name.partition("-")[0]
    for one in list_aside():
        if one.kind == kind and one.path != aside:
            _remove(one)


def thin(now_ms: int, database_bytes: int) -> None:
    """Remove what is more than is kept; the newest snapshot stays, whatever its size."""
    for one in list_aside():
        if now_ms - one.made_at > ASIDE_MS:
            _remove(one)
    kept = list_snapshots(now_ms)
    while len(kept) > KEPT:
        _remove(kept.pop(_surplus(kept, now_ms)))
    while len(kept) > 1 and _total(kept) > CEILING * max(database_bytes, kept[0].byte_size):
        _remove(kept.pop(_surplus(kept, now_ms)))


def _total(stored: list[Stored]) -> int:
    return sum(one.byte_size for one in stored)


def _surplus(kept: list[Stored], now_ms: int) -> int:
    """Which one goes: the oldest when the next is old enough for its place, else the second newest."""
    is_old = len(kept) < 3 or now_ms - kept[-2].made_at >= WEEK_MS
    return len(kept) - 1 if is_old else 1


def _remove(stored: Stored) -> None:
    db_copy.discard(stored.path)


def _scan() -> list[Stored]:
    found = []
    with suppress(FileNotFoundError, NotADirectoryError):
        for entry in os.scandir(paths.backups()):
            kind, _, rest = entry.name.partition("-")
            made_at = rest.removesuffix(".db").rpartition("-")[2]  # schema-<version>-<time>.db
            if kind in (*_SNAPSHOT, *_ASIDE) and rest.endswith(".db") and made_at.isdecimal():
                path = Path(entry.path)
                found.append(Stored(path, kind, int(made_at), _byte_size(path)))
    return found


def _byte_size(path: Path) -> int:
    total = 0
    for name in (path, *db_copy.companions(path)):
        with suppress(OSError):
            total += os.stat(name).st_size
    return total


def _sweep() -> None:
    """Remove copies that a kill left half-written."""
    with suppress(FileNotFoundError):
        for name in os.listdir(paths.backups()):
            if db_copy.PART in name and name.startswith((*_SNAPSHOT, *_ASIDE)):
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


def note(name: str, text: str) -> None:
    """A small private file in backups/ that outlives a kill."""
    handle = os.open(
        make_folder() / name, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600
    )
    with open(handle, "w", encoding="utf-8") as file:
        file.write(text)


def _content(connection: Connection) -> tuple[object, ...]:
    return tuple(connection.execute(_CONTENT).fetchone() or ())


def _content_of(stored: Stored) -> tuple[object, ...] | None:
    """What a snapshot holds; None when it cannot be read: then it counts for nothing."""
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
            f"a copy needs {_megabytes(size)} and the disk has {_megabytes(free)} left: none was made",
            "free some disk space; aea backup FILE copies to another disk",
        )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
