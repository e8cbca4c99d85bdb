"""Replace a missing or damaged database with the newest sound snapshot; ingest then catches up.

A kill between two steps does no harm: the copy is complete before the old file moves away, and the next writer
first replaces a missing database.
"""

from __future__ import annotations

import os
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import apsw

from aea import clock, paths
from aea.errors import DamagedError, NewerError, StoreError
from aea.store.engine import db, schema, sqlfiles
from aea.store.recovery import db_copy, snapshots
from aea.store.write import cursors

if TYPE_CHECKING:
    from pathlib import Path

    from aea.store.recovery.snapshots import Stored

_UNSALVAGED = "unsalvaged"


def ensure_usable(*, is_suspected: bool = False) -> str:
    """Replace the database if it is missing or damaged. Returns a note for the user, empty if it is sound.

    Checks the first page, or every page if damage is suspected. A database of a newer aea is left alone. The
    caller holds the writer lock and has no open connection.
    """
    target = paths.database()
    if not _has_content(target):
        return _restore_missing(target)
    is_suspected = is_suspected or paths.suspicion().exists()
    fault = _fault(target, is_deep=is_suspected)
    note = _replace_damaged(target, fault) if fault else ""
    if is_suspected:
        paths.suspicion().unlink(missing_ok=True)
    return note


def _has_content(target: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.stat(target).st_size > 0
    return False


def _fault(target: Path, *, is_deep: bool) -> str:
    try:
        with closing(db.open_reader(target)) as connection:
            version = int(connection.pragma("user_version"))  # reading the schema takes 0.7 ms
            if is_deep and version <= sqlfiles.count_migrations():
                return db_copy.first_fault(connection) or schema.first_fault(connection)
    except DamagedError as error:
        return error.message
    except db.DAMAGE as error:
        return str(error)
    return ""


def _restore_missing(target: Path) -> str:
    snapshot = _prepare_newest(target)
    db_copy.discard(target)  # a log without its database
    if snapshot is None:
        return ""
    db_copy.publish(db_copy.part_path(target), target)
    return f"The database was missing: {_describe(snapshot)} was put in its place."


def _replace_damaged(target: Path, fault: str) -> str:
    snapshot = _prepare_newest(target)
    damaged = snapshots.path_for("damaged", clock.now_ms())
    snapshots.write_note(_UNSALVAGED, damaged.name)  # before the move, so that it survives a kill
    snapshots.move_replaced(target, damaged)
    if snapshot is None:
        return (
            f"The database was damaged ({fault}) and no snapshot could be used: everything is read again"
            f" from its sources; what they have deleted is only in {damaged}."
        )
    db_copy.publish(db_copy.part_path(target), target)
    return (
        f"The database was damaged ({fault}): {_describe(snapshot)} was put in its place;"
        f" the damaged one is kept as {damaged}."
    )


def restore(origin: Path) -> Path | None:
    """Make a verified copy of `origin` the database. Returns the path of the replaced one, if there was any."""
    target, now = paths.database(), clock.now_ms()
    part = prepare(origin, target)
    replaced = snapshots.path_for("replaced", now) if _has_content(target) else None
    if replaced is not None:
        snapshots.move_replaced(target, replaced)
    db_copy.discard(target)
    db_copy.publish(part, target)
    paths.suspicion().unlink(missing_ok=True)
    snapshots.prune(now, os.stat(target).st_size)
    return replaced


def prepare(origin: Path, target: Path) -> Path:
    """A copy of a snapshot that only needs its final name. It reads the notices of git hooks again."""
    with closing(db_copy.open_immutable(origin)) as source:
        part = db_copy.write_part(source, target)
    with closing(apsw.Connection(str(part))) as connection:
        connection.execute(
            "UPDATE ingest_cursor SET byte_offset = 0 WHERE provider = ?", (cursors.SPOOL,)
        )
    return part


def _prepare_newest(target: Path) -> Stored | None:
    """Prepare a copy of the newest sound snapshot and return that snapshot. Deletes damaged snapshots."""
    for stored in snapshots.list_snapshots(clock.now_ms()):
        try:
            db_copy.verify(stored.path)
        except DamagedError:
            db_copy.discard(stored.path)
        except NewerError:
            raise
        except StoreError:
            continue  # unreadable, or not an aea database: the file stays
        else:
            prepare(stored.path, target)
            return stored
    return None


def list_unsalvaged() -> list[Path]:
    """The damaged database whose facts have not been merged into the new one yet."""
    try:
        name = (paths.backups() / _UNSALVAGED).read_text()
    except OSError:
        return []
    return [one.path for one in snapshots.list_replaced() if one.path.name == name]


def mark_salvaged() -> None:
    """Record that the facts of the damaged database have been merged."""
    (paths.backups() / _UNSALVAGED).unlink(missing_ok=True)
    snapshots.prune(clock.now_ms(), os.stat(paths.database()).st_size)


def _describe(snapshot: Stored) -> str:
    minutes = max(0, clock.now_ms() - snapshot.made_at) // 60_000
    age = f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
    return f"the snapshot {snapshot.path.name}, {age} old,"
