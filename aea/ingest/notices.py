"""The spool of the git hooks: its notices say where to look, nothing more."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from aea import clock
from aea.git.spool import make_spool, parse_spool
from aea.ingest.survey import spool_files
from aea.store.write import cursors

if TYPE_CHECKING:
    from aea.ingest.session import Ingest

ROTATE_BYTES = 256 * 1024
_SETTLE_SECONDS = 60  # a hook that opened the spool before it was put aside has written by then


def read_notices(run: Ingest) -> set[str]:
    """The directories that unread notices name; every one is a place to look at once."""
    aside, current = spool_files()
    if not os.path.exists(current):
        make_spool()  # a hook makes no directory
    named = _read(run, aside) | _read(run, current)
    _rotate(run, aside, current)
    return named


def _read(run: Ingest, path: str) -> set[str]:
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
        named = {notice.directory for notice in notices}
        for directory in named:
            run.identities.roots.repository_of(directory)  # a repository first heard of here
        after = cursor._replace(byte_offset=cursor.byte_offset + consumed, byte_size=len(data))
        cursors.advance(run.connection, after, now)
    return named


def _rotate(run: Ingest, aside: str, current: str) -> None:
    """Put a long spool aside; remove the one before it when nobody can write to it any more."""
    if os.path.exists(aside):
        age = clock.now_ms() / 1000 - os.stat(aside).st_mtime
        if age > _SETTLE_SECONDS and _is_read(run, aside):
            os.unlink(aside)
            _forget(run, aside)
    elif (
        os.path.exists(current)
        and os.stat(current).st_size > ROTATE_BYTES
        and _is_read(run, current)
    ):
        os.rename(current, aside)
        make_spool()  # private from the start: a hook would make it with the user's umask
        with run.transaction():
            run.connection.execute(
                "UPDATE ingest_cursor SET source_path = ? WHERE provider = ? AND source_path = ?",
                (aside, cursors.SPOOL, current),
            )


def _is_read(run: Ingest, path: str) -> bool:
    cursor = cursors.find(run.connection, cursors.SPOOL, path)
    return cursor is not None and cursor.byte_offset >= os.stat(path).st_size


def _forget(run: Ingest, path: str) -> None:
    with run.transaction():
        run.connection.execute(
            "DELETE FROM ingest_cursor WHERE provider = ? AND source_path = ?",
            (cursors.SPOOL, path),
        )
