"""Bring the database up to date: everything, or what a time budget allows."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from aea import clock, paths
from aea.errors import AeaError, BusyError, DamagedError
from aea.ingest import signature, survey
from aea.sources.registry import SOURCES
from aea.store.engine import db, schema
from aea.store.engine.lock import writer_lock
from aea.store.write import calendar, cursors

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.ingest.session import Ingest
    from aea.ingest.survey import Survey
    from aea.store.engine.db import Connection

Progress = "Callable[[str, int, int], None]"  # (what, done, of)


_MEND_SECONDS = 2.0  # a report's patience with whoever writes, when it met damage
_LARGE_BYTES = 20_000_000  # about 20,000 commits


class Outcome(NamedTuple):
    """What a run brought and what it left."""

    file_count: int
    byte_count: int
    commit_count: int
    pending_file_count: int
    pending_repository_count: int
    is_locked: bool  # another process is at it
    failures: tuple[str, ...]  # repositories that could not be read, and why

    def is_complete(self) -> bool:
        """Whether the numbers are of now."""
        return not (self.is_locked or self.pending_file_count or self.pending_repository_count)


NOTHING_NEW = Outcome(0, 0, 0, 0, 0, False, ())


def open_current() -> Connection:
    """A writer on a database with this version's schema: restored, made, migrated, defined anew as needed.

    The caller holds the writer lock.
    """
    _mend()
    connection = db.open_writer()
    try:
        schema.apply(connection, _back_up, _recompute)
        _cover_today(connection)
        _salvage(connection)
        _forget_outdated(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _back_up(name: str) -> None:
    from aea.store.recovery import snapshots  # before a migration

    snapshots.take(clock.now_ms(), name)


def _recompute(connection: Connection, layers: frozenset[str]) -> None:
    from aea.pipeline import refresh  # 16 ms: after an upgrade

    refresh.recompute(connection, layers)


def may_be_damage(error: Exception) -> bool:
    """Whether a damaged database may be behind a failure: a bad page can make anything of a value."""
    is_known = isinstance(error, (AeaError, OSError, *db.ENVIRONMENT))
    return not is_known or isinstance(error, DamagedError)


def mend() -> bool:
    """After a failure: look at every page; whether the database was damaged, and is replaced."""
    with writer_lock(_MEND_SECONDS):
        return _mend(is_suspected=True)


def _mend(*, is_suspected: bool = False) -> bool:
    from aea.store.recovery import rescue  # never needed while nothing is new

    note = rescue.ensure_usable(is_suspected=is_suspected)
    _tell(note)
    return bool(note)


def _salvage(connection: Connection) -> None:
    from aea.store.recovery import rescue

    for damaged in rescue.list_unsalvaged():
        from aea.ingest.salvage import take_over

        count = take_over(connection, damaged)
        _tell(
            f"{count} sources that are gone were read from it, as far as it can be read."
            if count
            else ""
        )
        rescue.settle()


def _forget_outdated(connection: Connection) -> None:
    found = (
        cursors.list_outdated(connection, source.NAME, source.PARSER_VERSION) for source in SOURCES
    )
    if any(found):
        from aea.ingest import outdated  # imports msgspec, 20 ms: only after an upgrade

        outdated.forget_all(connection)


def _tell(note: str) -> None:
    if note:
        start = "\r\x1b[K" if sys.stderr.isatty() else ""  # there may be a progress line
        sys.stderr.write(f"{start}Note: {note}\n")


def _cover_today(connection: Connection) -> None:
    zone, now = calendar.local_zone(), clock.now_ms()
    if not calendar.covers(connection, zone, now):
        with db.transaction(connection):
            calendar.extend(connection, zone, now)


def look(connection: Connection) -> Survey | None:
    """What there is to do, by one look at every source; None when the database must be made ready."""
    is_ready = schema.is_current(connection) and calendar.covers(
        connection, calendar.local_zone(), clock.now_ms()
    )
    return survey.survey(connection) if is_ready else None


def catch_up(
    *,
    budget_seconds: float | None = None,
    directory: str | None = None,
    since_ms: int | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    found: Survey | None = None,
) -> Outcome:
    """Read what is new, the newest first. With a budget, stop when it is spent and say what is left.

    `directory` is looked at as well, so that a repository becomes known by running aea inside it.
    `found` is a survey made just before: a hint that saves making it again, since cursors decide.
    """
    started = clock.monotonic()
    deadline = None if budget_seconds is None else started + budget_seconds
    try:
        with writer_lock(30.0 if budget_seconds is None else budget_seconds / 3):
            return _mending(_Limits(deadline, directory, since_ms, progress), found)
    except BusyError:
        if budget_seconds is None:
            raise
        return NOTHING_NEW._replace(is_locked=True)


class _Limits(NamedTuple):
    deadline: float | None
    directory: str | None
    since_ms: int | None
    progress: Callable[[str, int, int], None] | None

    def is_over(self) -> bool:
        return self.deadline is not None and clock.monotonic() >= self.deadline


def _mending(limits: _Limits, found: Survey | None) -> Outcome:
    """Damage that a run meets is repaired, and the run begins again, once."""
    try:
        return _locked(limits, found)
    except Exception as error:
        if not (may_be_damage(error) and _mend(is_suspected=True)):
            raise
    return _locked(limits, None)


def _locked(limits: _Limits, found: Survey | None) -> Outcome:
    with closing(open_current()) as connection:
        outcome = _run(connection, limits, found)
        if limits.deadline is None:
            _look_after(connection)
    return outcome


def _look_after(connection: Connection) -> None:
    """What is worth its time where nobody waits for an answer."""
    from aea.store.recovery import snapshots

    connection.execute("PRAGMA optimize").fetchall()
    db.checkpoint(connection)
    snapshots.take_if_due(connection, clock.now_ms())


def _run(connection: Connection, limits: _Limits, found: Survey | None) -> Outcome:
    from aea.ingest import notices
    from aea.ingest.session import Ingest

    run = Ingest(connection)
    found = found or survey.survey(connection)
    _mark_missing(run, found)
    notices.read_notices(run)
    failures = _meet(run, limits.directory) if limits.directory else []
    files, byte_count = _read_files(run, found, limits)
    commits, pending = _read_repositories(run, limits, failures, is_late=files > 0)
    _cover_today(connection)
    left = len(found.files) - files
    return Outcome(files, byte_count, commits, left, pending, False, tuple(failures))


def _meet(run: Ingest, directory: str) -> list[str]:
    """Make the repository around a directory known; what git says when it cannot be read."""
    with run.transaction():
        known = run.identities.roots.repository_of(directory)
    if known is None:
        from aea.git.discover import find_repository

        try:
            find_repository(directory)
        except AeaError as error:
            return [_failure(directory, error)]
    return []


def _failure(place: str, error: AeaError) -> str:
    return f"{place}: {error.message}" + (f"\nTry: {error.hint}" if error.hint else "")


def _mark_missing(run: Ingest, found: Survey) -> None:
    if found.missing:
        with run.transaction():
            for provider, path in found.missing:
                cursors.mark_missing(run.connection, provider, [path])


def _read_files(run: Ingest, found: Survey, limits: _Limits) -> tuple[int, int]:
    from aea.ingest.readers import registry  # imports msgspec, 20 ms

    total = sum(file.byte_size for file in found.files)
    seen = taken = count = 0
    for file in found.files:
        if count and limits.is_over():  # a slow machine, too, comes forward with each call
            break
        taken += registry.read(run, file.source, file.path, limits.deadline)
        count += 1
        seen += file.byte_size
        if limits.progress:
            limits.progress("sessions", seen, total)
    run.flush()
    return count, taken


def _read_repositories(
    run: Ingest, limits: _Limits, failures: list[str], *, is_late: bool
) -> tuple[int, int]:
    moved = survey.list_moved(run.connection)
    if not moved:
        return 0, 0
    from aea.ingest.commits import ingest_repository  # 10 ms: only when a ref moved

    commits = pending = 0
    for root, is_new in moved:
        is_over = is_late and limits.is_over()
        if is_over or (is_new and limits.deadline is not None and _is_large(root)):
            pending += 1
            continue
        is_late = True
        try:
            gained = ingest_repository(
                run,
                root,
                since_ms=limits.since_ms,
                deadline=limits.deadline,
                prefer_command=limits.deadline is not None,
                progress=_named(limits, root),
            )
        except AeaError as error:
            failures.append(_failure(root, error))
            continue
        if gained:
            commits += gained.commit_count
            pending += not gained.is_complete
            if gained.fault:
                failures.append(f"{root}: {gained.fault}")
    return commits, pending


def _is_large(root: str) -> bool:
    """Whether even listing the history of a new repository may take longer than any budget."""
    common_dir = signature.common_dir(root)
    return common_dir is not None and signature.pack_bytes(common_dir) > _LARGE_BYTES


def _named(limits: _Limits, root: str) -> Callable[[int, int], None] | None:
    report = limits.progress
    if report is None:
        return None
    return lambda done, total: report(f"commits of {root}", done, total)


def database_exists() -> bool:
    """Whether anything was ever ingested here."""
    return paths.database().exists()
