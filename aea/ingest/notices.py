"""Read the notices that git hooks append to the spool. They only tell where to look."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea import clock
from aea.git.spool import create_spool, parse_spool
from aea.ingest.scan import spool_files
from aea.store.write import cursors

if TYPE_CHECKING:
    from aea.ingest.run import IngestRun

ROTATE_BYTES = 256 * 1024
_SETTLE_SECONDS = 60  # by then, every hook that opened the spool before its rotation has ended


def read_notices(run: IngestRun) -> set[str]:
    """Return the directories named by new notices, to be read at once."""
    rotated, current = spool_files()
    if not os.path.exists(current):
        create_spool()  # a hook does not create it
    directories = _read(run, rotated) | _read(run, current)
    _rotate(run, rotated, current)
    return directories


def _read(run: IngestRun, path: str) -> set[str]:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return set()
    cursor = cursors.find(run.connection, cursors.SPOOL, path)
    if len(data) == (cursor.byte_offset if cursor else 0):
        return set()
    now = clock.now_ms()
    with run.transaction():
        if cursor is None or cursor.byte_offset > len(data):
            cursor = cursors.start(run.connection, cursors.SPOOL, path, now)
        notices, consumed = parse_spool(data[cursor.byte_offset :])
        directories = {notice.directory for notice in notices}
        for directory in directories:
            run.identities.roots.repository_of(directory)  # registers a new repository
        after = cursor._replace(byte_offset=cursor.byte_offset + consumed, byte_size=len(data))
        cursors.advance(run.connection, after, now)
    return directories


def _rotate(run: IngestRun, rotated: str, current: str) -> None:
    """Rotate a large spool. The rotated file is removed when it is read and no hook can write to it."""
    if os.path.exists(rotated):
        age = clock.now_ms() / 1000 - os.stat(rotated).st_mtime
        if age > _SETTLE_SECONDS and _is_read(run, rotated):
            os.unlink(rotated)
            _forget(run, rotated)
    elif (
        os.path.exists(current)
        and os.stat(current).st_size > ROTATE_BYTES
        and _is_read(run, current)
    ):
        os.rename(current, rotated)
        create_spool()  # private from the start; a hook would create it with the user's umask
        with run.transaction():
            run.connection.execute(
                "UPDATE ingest_cursor SET source_path = ? WHERE provider = ? AND source_path = ?",
                (rotated, cursors.SPOOL, current),
            )


def _is_read(run: IngestRun, path: str) -> bool:
    cursor = cursors.find(run.connection, cursors.SPOOL, path)
    return cursor is not None and cursor.byte_offset >= os.stat(path).st_size


def _forget(run: IngestRun, path: str) -> None:
    with run.transaction():
        run.connection.execute(
            "DELETE FROM ingest_cursor WHERE provider = ? AND source_path = ?",
            (cursors.SPOOL, path),
        )
