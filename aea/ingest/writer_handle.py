"""The database handle of a long-running process. It checks the database before every turn.

Since the last turn, another process may have written, replaced, migrated or deleted the database. In that case
the handle drops its caches or reopens the connection.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from aea import clock, paths
from aea.errors import DamagedError
from aea.ingest import catch_up, lost_trees
from aea.ingest.run import IngestRun
from aea.store.engine import db, schema
from aea.store.engine.lock import writer_lock
from aea.store.recovery import snapshots
from aea.store.write import calendar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.db import Connection

_CACHE_KIB = 4 * 1024  # a long-running process does not give its page cache back
_CHECKPOINT_PAGES = 1_000  # 4 MiB: a checkpoint must not delay an answer


class WriterHandle:
    """A writer that reopens the database when necessary. Not thread-safe."""

    def __init__(self) -> None:
        self.generation = 0  # increases when the database is reopened
        self._run: IngestRun | None = None
        self._identity: tuple[int, int] | None = None
        self._data_version = 0

    def is_ready(self) -> bool:
        """Return True if the database has the current schema. Otherwise a backlog run prepares it."""
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
    def acquire(self, wait_seconds: float) -> Iterator[IngestRun]:
        """Take the writer lock and provide a run. What it reads is committed at the end.

        Raises BusyError if another process keeps the lock. After any other failure the next turn reopens the database.
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
        """Close the database."""
        run, self._run = self._run, None
        if run is not None:
            db.roll_back(run.connection)
            run.connection.close()

    def run_maintenance(self) -> None:
        """Place lost directories, take a snapshot if one is due, checkpoint the write-ahead log, and release memory."""
        with self.acquire(0.0) as run:
            lost_trees.conclude(run)
            snapshots.take_if_due(run.connection, clock.now_ms())
            db.checkpoint(run.connection)
            run.connection.pragma("shrink_memory")

    def _current(self) -> IngestRun:
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
        return db.identity() != self._identity

    def _open(self) -> IngestRun:
        connection = catch_up.open_database()
        connection.pragma("cache_size", -_CACHE_KIB)
        connection.pragma("wal_autocheckpoint", _CHECKPOINT_PAGES)
        self._identity = db.identity()
        self._data_version = _data_version(connection)
        self.generation += 1
        return IngestRun(connection)


def _data_version(connection: Connection) -> int:
    """Return a number that changes when another process commits."""
    return int(connection.pragma("data_version"))
