"""Bring the database up to date: everything, or what a time budget allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from aea import clock, paths
from aea.errors import AeaError, BusyError
from aea.ingest import signature, survey
from aea.materialize.refresh import rebuild
from aea.store import calendar, cursors, db, schema
from aea.store.lock import writer_lock

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.ingest.session import Ingest
    from aea.ingest.survey import Survey
    from aea.store.db import Connection

Progress = "Callable[[str, int, int], None]"  # (what, done, of)


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
    """A writer on a database with this version's schema, made, migrated or defined anew as needed."""
    connection = db.open_writer()
    if schema.apply(connection):
        rebuild(connection)
    _cover_today(connection)
    return connection


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
            return _locked(_Limits(deadline, directory, since_ms, progress), found)
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


def _locked(limits: _Limits, found: Survey | None) -> Outcome:
    from aea.ingest import notices
    from aea.ingest.session import Ingest

    connection = open_current()
    run = Ingest(connection)
    found = found or survey.survey(connection)
    _mark_missing(run, found)
    notices.read_notices(run)
    failures = _meet(run, limits.directory) if limits.directory else []
    files, byte_count = _read_files(run, found, limits)
    commits, pending = _read_repositories(run, limits, failures)
    _cover_today(connection)
    if limits.deadline is None:
        connection.execute("PRAGMA optimize").fetchall()
        db.checkpoint(connection)
    connection.close()
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
    from aea.ingest.files import ingest_file

    total = sum(file.byte_size for file in found.files)
    seen = taken = count = 0
    for file in found.files:
        if limits.is_over():
            break
        taken += ingest_file(run, file.source, file.path, limits.deadline)
        count += 1
        seen += file.byte_size
        if limits.progress:
            limits.progress("sessions", seen, total)
    run.flush()
    return count, taken


def _read_repositories(run: Ingest, limits: _Limits, failures: list[str]) -> tuple[int, int]:
    moved = survey.list_moved(run.connection)
    if not moved:
        return 0, 0
    from aea.ingest.commits import ingest_repository  # 10 ms: only when a ref moved

    commits = pending = 0
    for root, is_new in moved:
        if limits.is_over() or (is_new and limits.deadline is not None and _is_large(root)):
            pending += 1
            continue
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
