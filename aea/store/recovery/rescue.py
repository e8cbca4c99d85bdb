"""A database that is missing or damaged is replaced by the newest sound snapshot; ingest then reads on.

The order of steps makes a kill at any point harmless: the copy is whole before the old file moves away, and
a missing database is what the next writer repairs first.
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
    """Replace the database if it is missing or damaged. What was done, in one line; empty when all is well.

    A look at the first page, unless damage is suspected: then at every page. The caller holds the writer lock
    and no connection. A database of a newer aea is neither damaged nor touched.
    """
    target = paths.database()
    if not _has_content(target):
        return _fill(target)
    is_suspected = is_suspected or paths.suspicion().exists()
    fault = _fault(target, is_deep=is_suspected)
    note = _replace(target, fault) if fault else ""
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
            version = int(connection.pragma("user_version"))  # to read the schema costs 0.7 ms
            if is_deep and version <= sqlfiles.count_migrations():
                return db_copy.first_fault(connection) or schema.first_fault(connection)
    except DamagedError as error:
        return error.message
    except db.DAMAGE as error:
        return str(error)
    return ""


def _fill(target: Path) -> str:
    """A missing or empty database: what is left of its log belongs to nothing."""
    chosen = _choose(target)
    db_copy.discard(target)
    if chosen is None:
        return ""
    db_copy.publish(db_copy.part_of(target), target)
    return f"The database was missing: {_origin(chosen)} was put in its place."


def _replace(target: Path, fault: str) -> str:
    chosen = _choose(target)
    aside = snapshots.place("damaged", clock.now_ms())
    snapshots.note(_UNSALVAGED, aside.name)  # first: a kill must not forget it
    snapshots.set_aside(target, aside)
    if chosen is None:
        return (
            f"The database was damaged ({fault}) and no snapshot could be used: everything is read again"
            f" from its sources; what they have deleted is only in {aside}."
        )
    db_copy.publish(db_copy.part_of(target), target)
    return (
        f"The database was damaged ({fault}): {_origin(chosen)} was put in its place;"
        f" the damaged one is kept as {aside}."
    )


def restore(origin: Path) -> Path | None:
    """Make a proved copy the database; where the one before it is kept, None when there was none."""
    target, now = paths.database(), clock.now_ms()
    part = stage(origin, target)
    aside = snapshots.place("replaced", now) if _has_content(target) else None
    if aside is not None:
        snapshots.set_aside(target, aside)
    db_copy.discard(target)
    db_copy.publish(part, target)
    paths.suspicion().unlink(missing_ok=True)
    snapshots.thin(now, os.stat(target).st_size)
    return aside


def stage(origin: Path, target: Path) -> Path:
    """A copy of a snapshot that is ready to be the database: waiting notices are read once more."""
    with closing(db_copy.open_still(origin)) as source:
        part = db_copy.stage(source, target)
    with closing(apsw.Connection(str(part))) as connection:
        connection.execute(
            "UPDATE ingest_cursor SET byte_offset = 0 WHERE provider = ?", (cursors.SPOOL,)
        )
    return part


def _choose(target: Path) -> Stored | None:
    """The newest snapshot that can be used, copied beside the database; damaged ones are removed."""
    for stored in snapshots.list_snapshots(clock.now_ms()):
        try:
            db_copy.prove(stored.path)
        except DamagedError:
            db_copy.discard(stored.path)
        except NewerError:
            raise
        except StoreError:
            continue  # cannot be read, or is none of ours: it stays
        else:
            stage(stored.path, target)
            return stored
    return None


def list_unsalvaged() -> list[Path]:
    """The damaged database that nobody has looked through for what it alone knows."""
    try:
        name = (paths.backups() / _UNSALVAGED).read_text()
    except OSError:
        return []
    return [one.path for one in snapshots.list_aside() if one.path.name == name]


def settle() -> None:
    """The damaged database was looked through."""
    (paths.backups() / _UNSALVAGED).unlink(missing_ok=True)
    snapshots.thin(clock.now_ms(), os.stat(paths.database()).st_size)


def _origin(chosen: Stored) -> str:
    minutes = max(0, clock.now_ms() - chosen.made_at) // 60_000
    age = f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
    return f"the snapshot {chosen.path.name}, {age} old,"
