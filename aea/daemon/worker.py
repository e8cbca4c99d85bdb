"""Reads queued work, several pieces per turn in one transaction. A failed piece is postponed."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aea import clock
from aea.daemon.work_queue import FIGURES, NOTICES, Work, WorkQueue
from aea.errors import AeaError, BusyError, StoreError
from aea.ingest.one_source import read_repository, read_session
from aea.ingest.scan import Scan, scan_sources
from aea.ingest.writer_handle import WriterHandle
from aea.store.engine import db
from aea.store.engine.schema import count_waiting

if TYPE_CHECKING:
    from aea.daemon.health import Health
    from aea.daemon.watch_list import WatchList
    from aea.ingest.run import IngestRun

TURN_SECONDS = 0.03  # callers are answered between turns
_STEP_SECONDS = 0.2  # for one long file or history
_BUSY_SECONDS = 0.02
_LONG_BUSY_SECONDS = 10.0
_POSTPONE_SECONDS = 60.0
_log = logging.getLogger("aea.daemon")


class Worker:
    """Does the reading of the loop between two waits."""

    def __init__(self, queue: WorkQueue, health: Health, watch_list: WatchList) -> None:
        self._queue = queue
        self._health = health
        self._watch_list = watch_list
        self._handle = WriterHandle()
        self._generation = 0
        self._busy_since: float | None = None
        self._roots: set[str] = set()
        self.retry_at = 0.0
        self.wants_scan = False

    def may_try(self, now: float) -> bool:
        """Return True if the back-off after the last failure is over."""
        return now >= self.retry_at

    def is_ready(self) -> bool | None:
        """Return True if the database can be written, False if a backlog run must create it.

        None means that it cannot be used at all.
        """
        try:
            return self._handle.is_ready()
        except AeaError as error:  # written by a newer aea
            self._fail(error)
            return None

    def scan(self) -> Scan | None:
        """Watch new directories and scan all sources. Returns None on failure."""
        try:
            with self._handle.acquire(0.0) as run:
                run.identities.forget()  # otherwise the cache would grow as long as the daemon runs
                self._watch_list.refresh(run.connection)
                found = scan_sources(run.connection)
        except Exception as error:
            self._fail(error)
            return None
        self._succeed()
        self.wants_scan = False
        return found

    def add(self, found: Scan) -> None:
        """Queue the findings of a scan."""
        now = clock.monotonic()
        for file in found.files:
            self._queue.add(Work("session", file.path), now)
        for _, path in found.missing:
            self._queue.add(Work("session", path), now)
        for moved in found.repositories:
            self._queue.add(Work("repository", moved.root), now)
        if found.unread_spool_bytes:
            self._queue.add(NOTICES, now)
        if found.waiting_key_count:
            self._queue.add(FIGURES, now)

    def read_due(self) -> list[Work]:
        """Read what is due, for one turn. Returns the work that was read and committed."""
        work = self._queue.pop_due(clock.monotonic())
        if work is None:
            return []
        taken: dict[Work, float] = {work: 0.0}
        try:
            with self._handle.acquire(0.0) as run:
                self._read_some(run, taken)
        except Exception as error:
            now = clock.monotonic()
            for piece in taken:
                self._queue.add(piece, now)
            self._fail(error, list(taken)[-1])
            return []
        self._succeed()
        return self._finish(taken)

    def _read_some(self, run: IngestRun, taken: dict[Work, float]) -> None:
        """Add to `taken` the work read and its seconds, negative if it was not read to its end."""
        started = before = clock.monotonic()
        work: Work | None = next(iter(taken))
        while work is not None:
            taken[work] = 0.0
            is_whole = self._read(run, work, before + _STEP_SECONDS)
            now = clock.monotonic()
            taken[work] = (now - before) if is_whole else before - now
            before = now
            work = self._queue.pop_due(now) if now - started < TURN_SECONDS else None
        run.flush()
        if count_waiting(run.connection):
            self._queue.add(FIGURES, now)
        share = (clock.monotonic() - before) / len(taken)
        for piece, seconds in taken.items():
            taken[piece] = seconds + share if seconds >= 0 else seconds

    def _finish(self, taken: dict[Work, float]) -> list[Work]:
        now = clock.monotonic()
        for piece, seconds in taken.items():
            if seconds < 0:
                self._queue.add(piece, now)
            else:
                self._queue.cool_down(piece, seconds, now)
                if self._health.clear(piece.place):
                    _log.info("%s can be read again", piece.place)
        return [piece for piece, seconds in taken.items() if seconds >= 0]

    def _read(self, run: IngestRun, work: Work, deadline: float) -> bool:
        if work == NOTICES:
            self._read_notices(run)
            return True
        if work == FIGURES:
            return run.refresh_waiting(deadline) == 0
        if work.kind == "repository":
            return read_repository(run, work.place, deadline)
        source = self._watch_list.find_source(work.place)
        return source is None or read_session(run, source, work.place, deadline)

    def _read_notices(self, run: IngestRun) -> None:
        from aea.ingest.notices import read_notices

        run.identities.roots.forget()  # a directory may have become a repository
        for directory in read_notices(run):
            self._register(run, directory)

    def register(self, directory: str) -> None:
        """Register the repository that contains a directory, if it is new."""
        if directory in self._roots:
            return
        try:
            with self._handle.acquire(0.0) as run:
                self._register(run, directory)
        except Exception as error:
            self._fail(error)

    def _register(self, run: IngestRun, directory: str) -> None:
        with run.transaction():
            found = run.identities.roots.repository_of(directory)
        if found is None:
            return
        if found[1] not in self._roots:
            self._roots.add(found[1])
            self.wants_scan = True  # to watch its refs; its history may be a backlog
        self._queue.add(Work("repository", found[1]), clock.monotonic())

    def run_maintenance(self) -> None:
        """Once idle, checkpoint the write-ahead log and release memory."""
        try:
            self._handle.run_maintenance()
        except Exception as error:
            self._fail(error)

    def back_off(self) -> None:
        """Wait before the next attempt."""
        self.retry_at = clock.monotonic() + self._health.record_failure()

    def close(self) -> None:
        """Close the database."""
        self._handle.close()

    def _succeed(self) -> None:
        self._health.record_success()
        self._busy_since = None
        if self._health.clear("database"):
            _log.info("the database is writable again")
            self.wants_scan = True
        if self._handle.generation != self._generation:
            self._generation = self._handle.generation
            self.wants_scan = True  # a restored database may lack what was read before

    def _fail(self, error: Exception, work: Work | None = None) -> None:
        """Back off from the database, or postpone one source, depending on the error."""
        now = clock.monotonic()
        if isinstance(error, BusyError):
            self._busy_since = self._busy_since or now
            self.retry_at = now + _BUSY_SECONDS
            if now - self._busy_since > _LONG_BUSY_SECONDS:
                self._health.report("database", f"waiting: {error.message}")
            return
        if isinstance(error, OSError | StoreError | db.Error) or work is None:
            known = error if isinstance(error, AeaError) else db.explain(error)
            text = known.message if known else f"{type(error).__name__}: {error}"
            if self._health.report("database", text):
                _log.error("%s", text, exc_info=None if known else error)
            self.back_off()
            return
        self._queue.postpone(work, now + _POSTPONE_SECONDS)
        text = error.message if isinstance(error, AeaError) else f"bug: {type(error).__name__}"
        if self._health.report(work.place, text):
            _log.error("%s: %s", work.place, text, exc_info=not isinstance(error, AeaError))
