"""The daemon's hold on the database: one connection, looked at again before every turn.

Another process may have written, replaced, migrated or deleted the database since the last turn; nothing
that was known then is trusted without a look.
"""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aea import clock, paths
from aea.errors import DamagedError
from aea.ingest import catch_up, signature
from aea.ingest.session import Ingest
from aea.store.engine import db, schema
from aea.store.engine.lock import writer_lock
from aea.store.recovery import snapshots
from aea.store.write import calendar, cursors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.sources.base import Source
    from aea.store.engine.db import Connection

_CACHE_KIB = 4 * 1024  # a long-lived process keeps what it once took
_CHECKPOINT_PAGES = 1_000  # 4 MiB: a checkpoint must not delay an answer


class Collector:
    """Reads sources into the database, some at a time. Not thread-safe."""

    def __init__(self) -> None:
        self.openings = 0  # a change means: nothing known of the database before holds any more
        self._run: Ingest | None = None
        self._identity: tuple[int, int] | None = None
        self._data_version = 0

    def is_ready(self) -> bool:
        """Whether there is a database with this version's schema: else a backlog run makes it."""
        if self._run is not None and not self._is_replaced():
            return True
        if not paths.database().exists():
            return False
        connection = db.open_reader()
        try:
            now = clock.now_ms()
            is_covered = calendar.covers(connection, calendar.local_zone(), now)
            return schema.is_current(connection) and is_covered
        except (db.Error, DamagedError):
            return False
        finally:
            connection.close()

    @contextmanager
    def turn(self, wait_seconds: float) -> Iterator[Ingest]:
        """The writer lock and a run to read with; what was read is committed at the end.

        BusyError when another process keeps the lock. After any other failure the connection is opened
        anew at the next turn.
        """
        with writer_lock(wait_seconds):
            try:
                run = self._current()
                yield run
                run.flush()
                self._data_version = _data_version(run.connection)
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """Let go of the database."""
        run, self._run = self._run, None
        if run is not None:
            db.roll_back(run.connection)
            run.connection.close()

    def settle(self) -> None:
        """After work: a snapshot when one is due, a short write-ahead log, memory given back."""
        with self.turn(0.0) as run:
            snapshots.take_if_due(run.connection, clock.now_ms())
            db.checkpoint(run.connection)
            run.connection.pragma("shrink_memory")

    def _current(self) -> Ingest:
        if self._run is not None and self._is_replaced():
            self.close()
        if self._run is None:
            self._run = self._open()
        elif _data_version(self._run.connection) != self._data_version:
            self._run.identities.forget()
            if not schema.is_current(self._run.connection):
                self.close()
                self._run = self._open()
        return self._run

    def _is_replaced(self) -> bool:
        return _identity() != self._identity

    def _open(self) -> Ingest:
        connection = catch_up.open_current()
        connection.pragma("cache_size", -_CACHE_KIB)
        connection.pragma("wal_autocheckpoint", _CHECKPOINT_PAGES)
        self._identity = _identity()
        self._data_version = _data_version(connection)
        self.openings += 1
        return Ingest(connection)


def _identity() -> tuple[int, int] | None:
    try:
        found = os.stat(paths.database())
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _data_version(connection: Connection) -> int:
    """Changes when another process has committed."""
    return int(connection.pragma("data_version"))


def read_session(run: Ingest, source: Source, path: str, deadline: float) -> bool:
    """Read everything that is new in a session file. False if the deadline passed before its end.

    A removed file is marked as missing. An unchanged file costs two look-ups.
    """
    from aea.ingest.readers import registry  # imports msgspec, 20 ms

    seen = cursors.seen(run.connection, source.NAME, paths.storable(path))
    try:
        found = os.lstat(path)
    except OSError:
        if seen is not None:
            with run.step(0):
                cursors.mark_missing(run.connection, source.NAME, [paths.storable(path)])
        return True
    now = (found.st_ino, found.st_size, found.st_mtime_ns, source.PARSER_VERSION, 0)
    if not stat.S_ISREG(found.st_mode) or seen == now:
        return True
    if not registry.read(run, source, path, deadline):
        return True
    seen = cursors.seen(run.connection, source.NAME, paths.storable(path))
    return seen is not None and seen.byte_size >= found.st_size


def read_repository(run: Ingest, root: str, deadline: float) -> bool:
    """Read what one repository has gained. False: the deadline passed before its end; GitError."""
    from aea.ingest.commits import ingest_repository

    common_dir = signature.common_dir(root)
    if common_dir is None:
        return True
    cursor = cursors.find(run.connection, cursors.GIT, common_dir)
    if cursor and bytes(cursor.head_hash).decode() == signature.of_repository(common_dir):
        return True
    # the command, not the library: 25 MB less in a process that stays
    gained = ingest_repository(run, root, deadline=deadline, prefer_command=True)
    return gained is None or gained.is_complete
