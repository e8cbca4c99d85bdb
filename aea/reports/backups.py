"""`aea backup` and `aea restore`: list, take and restore copies of the database."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from aea import clock, paths
from aea.errors import AeaError, UsageError
from aea.reports import query, render
from aea.store.engine import db
from aea.store.engine.lock import writer_lock
from aea.store.recovery import db_copy, rescue, snapshots

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.recovery.snapshots import Stored

_LOCK_SECONDS = 30


def show(output: str) -> str:
    """Every snapshot and every database that was set aside, newest first."""
    now = clock.now_ms()
    stored = [*snapshots.list_snapshots(now), *snapshots.list_replaced()]
    if output == "json":
        return render.as_json([_row(one) for one in stored])
    if not stored:
        return "There is no snapshot yet.\nTry: aea backup"
    body = [[str(one.path), one.kind, _age(one, now), _megabytes(one.byte_size)] for one in stored]
    return render.as_table(["File", "Kind", "Age", "Size"], body, left=2)


def snapshot(output: str) -> str:
    """Take a snapshot now."""
    with writer_lock(_LOCK_SECONDS):
        taken = snapshots.take(clock.now_ms())
    return _copied(taken.path, taken.byte_size, output)


def copy_to(file: Path, output: str, *, is_forced: bool) -> str:
    """Copy the whole database to a file of the user."""
    target = Path(os.path.realpath(file))  # behind a link, so that the link stays
    _require_free_place(target, is_forced=is_forced)
    with closing(db.open_reader()) as connection:
        try:
            db_copy.write(connection, target)
        except (OSError, *db.ENVIRONMENT) as error:
            reason = getattr(error, "strerror", None) or error
            raise AeaError(
                f"{target} cannot be written: {reason}", "choose another place: aea backup FILE"
            ) from error
    return _copied(target, os.stat(target).st_size, output)


def _require_free_place(target: Path, *, is_forced: bool) -> None:
    own = paths.database()
    if any(_is_same(target, one) for one in (own, *db_copy.companions(own))):
        raise UsageError(f"{target} is the database itself", "choose another file")
    if target.is_dir():
        raise UsageError(f"{target} is a directory", "name a file in it: aea backup FILE")
    if target.exists() and not target.is_file():  # as root, the copy would replace /dev/null
        raise UsageError(f"{target} is not a regular file", "choose another file")
    if not target.parent.is_dir():
        raise UsageError(f"there is no directory {target.parent}", "make it, or choose another")
    if os.path.lexists(target) and not is_forced:
        raise AeaError(f"{target} is there already", "aea backup --force FILE")


def _is_same(one: Path, other: Path) -> bool:
    return os.path.realpath(one) == os.path.realpath(other)


def origin(file: Path | None) -> Path:
    """The verified copy to restore: a file of the user, or the newest snapshot."""
    if file is not None:
        if _is_same(file, paths.database()):
            raise UsageError(f"{file} is the database itself", "choose another file")
        if not file.is_file():
            raise UsageError(f"there is no file {file}", "aea backup --list shows what there is")
        chosen = file.absolute()
    else:
        stored = snapshots.list_snapshots(clock.now_ms())
        if not stored:
            raise AeaError("there is no snapshot", "aea ingest reads what sources still hold")
        chosen = stored[0].path
    db_copy.verify(chosen)
    return chosen


def restore(chosen: Path) -> str:
    """Replace the database by a verified copy."""
    with writer_lock(_LOCK_SECONDS):
        aside = rescue.restore(chosen)
    kept = f" The one before it is kept as {aside}." if aside else ""
    return (
        f"The database is now {chosen}.{kept}\n"
        "The next aea ingest, or the daemon, reads what sources have gained since."
    )


def _copied(path: Path, byte_size: int, output: str) -> str:
    if output == "json":
        return render.as_json({"path": str(path), "byte_size": byte_size})
    return f"Copied {_megabytes(byte_size)} to {path}"


def _row(stored: Stored) -> Row:
    return {
        "path": str(stored.path),
        "kind": stored.kind,
        "made_at": query.utc_text(stored.made_at),
        "byte_size": stored.byte_size,
    }


def _age(stored: Stored, now: int) -> str:
    return render.minutes((now - stored.made_at) / 60_000) if stored.made_at <= now else "unknown"


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
