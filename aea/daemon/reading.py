"""Work becomes rows: some pieces a turn, in one transaction; what fails is postponed, the rest goes on."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from aea import clock
from aea.daemon.pending import NOTICES, Pending, Work
from aea.errors import AeaError, BusyError, StoreError
from aea.ingest.collector import Collector, read_repository, read_session
from aea.ingest.survey import Survey, survey
from aea.store.engine import db

if TYPE_CHECKING:
    from aea.daemon.health import Health
    from aea.daemon.places import Places
    from aea.ingest.session import Ingest

TURN_SECONDS = 0.03  # between two turns callers are heard
_STEP_SECONDS = 0.2  # of one long file or history
_BUSY_SECONDS = 0.02
_LONG_BUSY_SECONDS = 10.0
_POSTPONE_SECONDS = 60.0
_log = logging.getLogger("aea.daemon")


class Reading:
    """What the loop does between two waits."""

    def __init__(self, pending: Pending, health: Health, places: Places) -> None:
        self._pending = pending
        self._health = health
        self._places = places
        self._collector = Collector()
        self._openings = 0
        self._busy_since: float | None = None
        self._roots: set[str] = set()
        self.retry_at = 0.0
        self.wants_look = False

    def may_try(self, now: float) -> bool:
        """Whether the last failure is long enough ago."""
        return now >= self.retry_at

    def is_ready(self) -> bool | None:
        """Whether there is a database to read into, else a backlog run makes it; None: it is refused."""
        try:
            return self._collector.is_ready()
        except AeaError as error:  # a newer aea wrote it
            self._fail(error)
            return None

    def look(self) -> Survey | None:
        """What every source has gained, everything new being watched; None when it failed."""
        try:
            with self._collector.turn(0.0) as run:
                run.identities.forget()  # a long life must not hold every key it ever met
                self._places.refresh(run.connection)
                found = survey(run.connection)
        except Exception as error:
            self._fail(error)
            return None
        self._succeed()
        self.wants_look = False
        return found

    def add(self, found: Survey) -> None:
        """Make work of a survey."""
        now = clock.monotonic()
        for file in found.files:
            self._pending.add(Work("session", file.path), now)
        for _, path in found.missing:
            self._pending.add(Work("session", path), now)
        for moved in found.repositories:
            self._pending.add(Work("repository", moved.root), now)
        if found.spool_bytes:
            self._pending.add(NOTICES, now)

    def take(self) -> list[Work]:
        """Read what is due, for one turn; what was read and committed."""
        work = self._pending.take(clock.monotonic())
        if work is None:
            return []
        taken: dict[Work, float] = {work: 0.0}
        try:
            with self._collector.turn(0.0) as run:
                self._read_some(run, taken)
        except Exception as error:
            now = clock.monotonic()
            for piece in taken:
                self._pending.add(piece, now)
            self._fail(error, list(taken)[-1])
            return []
        self._succeed()
        return self._finish(taken)

    def _read_some(self, run: Ingest, taken: dict[Work, float]) -> None:
        """Fill `taken` with what was read and the seconds it took; negative: not to its end."""
        started = before = clock.monotonic()
        work: Work | None = next(iter(taken))
        while work is not None:
            taken[work] = 0.0
            is_whole = self._read(run, work, before + _STEP_SECONDS)
            now = clock.monotonic()
            taken[work] = (now - before) if is_whole else before - now
            before = now
            work = self._pending.take(now) if now - started < TURN_SECONDS else None
        run.flush()
        share = (clock.monotonic() - before) / len(taken)
        for piece, seconds in taken.items():
            taken[piece] = seconds + share if seconds >= 0 else seconds

    def _finish(self, taken: dict[Work, float]) -> list[Work]:
        now = clock.monotonic()
        for piece, seconds in taken.items():
            if seconds < 0:
                self._pending.add(piece, now)
            else:
                self._pending.rest(piece, seconds, now)
                if self._health.clear(piece.place):
                    _log.info("%s can be read again", piece.place)
        return [piece for piece, seconds in taken.items() if seconds >= 0]

    def _read(self, run: Ingest, work: Work, deadline: float) -> bool:
        if work == NOTICES:
            self._read_notices(run)
            return True
        if work.kind == "repository":
            return read_repository(run, work.place, deadline)
        source = self._places.source_of(work.place)
        return source is None or read_session(run, source, work.place, deadline)

    def _read_notices(self, run: Ingest) -> None:
        from aea.ingest.notices import read_notices

        run.identities.roots.forget()  # a directory that was nothing may be a repository now
        for directory in read_notices(run):
            self._meet(run, directory)

    def meet(self, directory: str) -> None:
        """Make the repository around a directory known, when it is not yet."""
        if directory in self._roots:
            return
        try:
            with self._collector.turn(0.0) as run:
                self._meet(run, directory)
        except Exception as error:
            self._fail(error)

    def _meet(self, run: Ingest, directory: str) -> None:
        with run.transaction():
            found = run.identities.roots.repository_of(directory)
        if found is None:
            return
        if found[1] not in self._roots:
            self._roots.add(found[1])
            self.wants_look = True  # its refs are to be watched, its history may be long
        self._pending.add(Work("repository", found[1]), clock.monotonic())

    def settle(self) -> None:
        """After work, in silence: a small log, little memory."""
        try:
            self._collector.settle()
        except Exception as error:
            self._fail(error)

    def back_off(self) -> None:
        """Something failed elsewhere: wait before the next try."""
        self.retry_at = clock.monotonic() + self._health.failed()

    def close(self) -> None:
        """Let go of the database."""
        self._collector.close()

    def _succeed(self) -> None:
        self._health.worked()
        self._busy_since = None
        if self._health.clear("database"):
            _log.info("the database can be written again")
            self.wants_look = True
        if self._collector.openings != self._openings:
            self._openings = self._collector.openings
            self.wants_look = True  # what it holds may be older than what was read before

    def _fail(self, error: Exception, work: Work | None = None) -> None:
        """Decide whether the database, a place, or another process is in the way."""
        now = clock.monotonic()
        if isinstance(error, BusyError):
            self._busy_since = self._busy_since or now
            self.retry_at = now + _BUSY_SECONDS
            if now - self._busy_since > _LONG_BUSY_SECONDS:
                self._health.note("database", f"waiting: {error.message}")
            return
        if isinstance(error, OSError | StoreError | db.Error) or work is None:
            known = error if isinstance(error, AeaError) else db.explain(error)
            text = known.message if known else f"{type(error).__name__}: {error}"
            if self._health.note("database", text):
                _log.error("%s", text, exc_info=None if known else error)
            self.back_off()
            return
        self._pending.postpone(work, now + _POSTPONE_SECONDS)
        text = error.message if isinstance(error, AeaError) else f"a bug: {type(error).__name__}"
        if self._health.note(work.place, text):
            _log.error("%s: %s", work.place, text, exc_info=not isinstance(error, AeaError))
