"""Bring the database up to date, completely or within a time budget."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from aea import clock, console, paths
from aea.errors import AeaError, BusyError, DamagedError
from aea.ingest import repository_stat, scan
from aea.sources.registry import SOURCES
from aea.store.engine import db, schema
from aea.store.engine.lock import writer_lock
from aea.store.write import calendar, cursors

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.ingest.run import IngestRun
    from aea.ingest.scan import Scan
    from aea.progress import Progress
    from aea.store.engine.db import Connection


_REPAIR_WAIT_SECONDS = 2.0  # how long a report that met damage waits for the writer lock
_LARGE_BYTES = 20_000_000  # about 20,000 commits


class IngestResult(NamedTuple):
    """The result of a run: what was read, and what remains."""

    file_count: int
    byte_count: int
    commit_count: int
    pending_file_count: int
    pending_repository_count: int
    pending_key_count: int  # rows that are still to be computed
    is_locked: bool  # another process is writing
    failures: tuple[str, ...]  # repositories that could not be read, and why

    def is_complete(self) -> bool:
        """Return True if nothing remains to be read."""
        return not (self.is_locked or any(self[3:6]))


NOTHING_NEW = IngestResult(0, 0, 0, 0, 0, 0, False, ())


def open_database(progress: Progress | None = None) -> Connection:
    """Open a writer on an up-to-date database. It is restored, created or migrated as needed.

    The caller holds the writer lock. After an upgrade, figures are computed again; a kill leaves the rest of them to
    the next ingest.
    """
    _repair()
    connection = db.open_writer()
    try:
        is_upgraded = schema.apply(connection, _back_up, _restart)
        _cover_today(connection)
        _salvage(connection)
        _forget_outdated(connection)
        if is_upgraded:
            _compute_again(connection, progress)
    except BaseException:
        connection.close()
        raise
    return connection


def _back_up(name: str) -> None:
    from aea.store.recovery import snapshots  # needed only before a migration

    snapshots.take(clock.now_ms(), name)


def _restart(connection: Connection, layers: frozenset[str]) -> None:
    from aea.pipeline import refresh  # 16 ms, needed only after an upgrade

    refresh.restart(connection, layers)


def _compute_again(connection: Connection, progress: Progress | None) -> None:
    from aea.ingest.run import IngestRun

    IngestRun(connection).refresh_waiting(progress=progress)


def may_be_damage(error: Exception) -> bool:
    """Return True if a damaged database may have caused the error. A bad page can cause any error."""
    is_known = isinstance(error, (AeaError, OSError, *db.ENVIRONMENT))
    return not is_known or isinstance(error, DamagedError)


def repair() -> bool:
    """Check every page after a failure. Returns True if the database was damaged and has been replaced."""
    with writer_lock(_REPAIR_WAIT_SECONDS):
        return _repair(is_suspected=True)


def _repair(*, is_suspected: bool = False) -> bool:
    from aea.store.recovery import rescue  # not needed by a report that finds nothing new

    note = rescue.ensure_usable(is_suspected=is_suspected)
    _print_note(note)
    return bool(note)


def _salvage(connection: Connection) -> None:
    from aea.store.recovery import rescue

    for damaged in rescue.list_unsalvaged():
        from aea.ingest.salvage import merge_damaged

        count = merge_damaged(connection, damaged)
        if count:
            _print_note(f"Recovered {count} sources that no longer exist from the damaged copy.")
        rescue.mark_salvaged()


def _forget_outdated(connection: Connection) -> None:
    found = (
        cursors.list_outdated(connection, source.NAME, source.PARSER_VERSION) for source in SOURCES
    )
    if any(found):
        from aea.ingest import outdated  # imports msgspec, 20 ms: only after an upgrade

        outdated.forget_all(connection)


def _print_note(note: str) -> None:
    if note:
        console.note(f"Note: {note}")


def _cover_today(connection: Connection) -> None:
    zone, now = calendar.local_zone(), clock.now_ms()
    if not calendar.covers(connection, zone, now):
        with db.transaction(connection):
            calendar.extend(connection, zone, now)


def scan_if_ready(connection: Connection) -> Scan | None:
    """Scan all sources, or return None if the database must be prepared first."""
    is_ready = schema.is_current(connection) and calendar.covers(
        connection, calendar.local_zone(), clock.now_ms()
    )
    return scan.scan_sources(connection) if is_ready else None


def catch_up(
    *,
    budget_seconds: float | None = None,
    directory: str | None = None,
    since_ms: int | None = None,
    progress: Progress | None = None,
    found: Scan | None = None,
) -> IngestResult:
    """Read what is new, the newest files first. With a budget, stop when it is spent.

    `directory` is checked too, so that running aea inside a repository registers it. `found` is a recent scan, reused
    as a hint; the cursors decide what is read.
    """
    started = clock.monotonic()
    deadline = None if budget_seconds is None else started + budget_seconds
    try:
        with writer_lock(30.0 if budget_seconds is None else budget_seconds / 3):
            return _with_repair(_Limits(deadline, directory, since_ms, progress), found)
    except BusyError:
        if budget_seconds is None:
            raise
        return NOTHING_NEW._replace(is_locked=True)


class _Limits(NamedTuple):
    deadline: float | None
    directory: str | None
    since_ms: int | None
    progress: Progress | None

    def is_over(self) -> bool:
        return self.deadline is not None and clock.monotonic() >= self.deadline


def _with_repair(limits: _Limits, found: Scan | None) -> IngestResult:
    """Repair damage that the run meets and start once more."""
    try:
        return _locked(limits, found)
    except Exception as error:
        if not (may_be_damage(error) and _repair(is_suspected=True)):
            raise
    return _locked(limits, None)


def _locked(limits: _Limits, found: Scan | None) -> IngestResult:
    with closing(open_database(limits.progress)) as connection:
        result = _run(connection, limits, found)
        if limits.deadline is None:
            _run_maintenance(connection)
    return result


def _run_maintenance(connection: Connection) -> None:
    """Work that is done only when nobody waits for an answer."""
    from aea.store.recovery import snapshots

    connection.execute("PRAGMA optimize").fetchall()
    db.checkpoint(connection)
    snapshots.take_if_due(connection, clock.now_ms())


def _run(connection: Connection, limits: _Limits, found: Scan | None) -> IngestResult:
    from aea.ingest import notices
    from aea.ingest.run import IngestRun

    run = IngestRun(connection)
    found = found or scan.scan_sources(connection)
    _mark_missing(run, found)
    notices.read_notices(run)
    failures = _register(run, limits.directory) if limits.directory else []
    files, byte_count = _read_files(run, found, limits)
    commits, pending = _read_repositories(run, limits, failures, is_late=files > 0)
    if files or commits:
        from aea.ingest import lost_trees

        lost_trees.conclude(run)
    waiting = run.refresh_waiting(limits.deadline, limits.progress)
    _cover_today(connection)
    left = len(found.files) - files
    return IngestResult(files, byte_count, commits, left, pending, waiting, False, tuple(failures))


def _register(run: IngestRun, directory: str) -> list[str]:
    """Register the repository that contains a directory. Returns git's error if it cannot be read."""
    with run.transaction():
        known = run.identities.roots.repository_of(directory)
    if known is None:
        from aea.git.discover import find_repository

        try:
            find_repository(directory)
        except AeaError as error:
            return [_failure(directory, error)]
    return []


def _failure(path: str, error: AeaError) -> str:
    return f"{path}: {error.message}" + (f"\nTry: {error.hint}" if error.hint else "")


def _mark_missing(run: IngestRun, found: Scan) -> None:
    if found.missing:
        with run.transaction():
            for provider, path in found.missing:
                cursors.mark_missing(run.connection, provider, [path])


def _read_files(run: IngestRun, found: Scan, limits: _Limits) -> tuple[int, int]:
    from aea.ingest.readers import registry  # imports msgspec, 20 ms

    total = sum(file.byte_size for file in found.files)
    seen = taken = count = 0
    for file in found.files:
        if count and limits.is_over():  # at least one file per call: slow machines make progress
            break
        taken += registry.read(run, file.source, file.path, limits.deadline)
        count += 1
        seen += file.byte_size
        if limits.progress:
            limits.progress("sessions", seen, total)
    run.flush()
    return count, taken


def _read_repositories(
    run: IngestRun, limits: _Limits, failures: list[str], *, is_late: bool
) -> tuple[int, int]:
    changed = scan.list_changed_repositories(run.connection)
    if not changed:
        return 0, 0
    from aea.ingest.commits import ingest_repository  # 10 ms, needed only when a ref moved

    commits = pending = 0
    for root, is_new in changed:
        is_over = is_late and limits.is_over()
        if is_over or (is_new and limits.deadline is not None and _is_large(root)):
            pending += 1
            continue
        is_late = True
        try:
            result = ingest_repository(
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
        if result:
            commits += result.commit_count
            pending += not result.is_complete
            if result.fault:
                failures.append(f"{root}: {result.fault}")
    return commits, pending


def _is_large(root: str) -> bool:
    """Return True if merely listing the history of a new repository may exceed the budget."""
    common_dir = repository_stat.find_common_dir(root)
    return common_dir is not None and repository_stat.pack_bytes(common_dir) > _LARGE_BYTES


def _named(limits: _Limits, root: str) -> Callable[[int, int], None] | None:
    report = limits.progress
    if report is None:
        return None
    return lambda done, total: report(f"commits of {root}", done, total)


def database_exists() -> bool:
    """Return True if anything was ever ingested."""
    return paths.database().exists()
