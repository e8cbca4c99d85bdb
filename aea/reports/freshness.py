"""Readers with current data: the daemon catches up if it runs, else this process does."""

from __future__ import annotations

import sys
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar

from aea import control
from aea.errors import BusyError
from aea.ingest import catch_up
from aea.reports import repository_filter
from aea.store.engine import db, schema
from aea.store.engine.schema import count_waiting

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.ingest.catch_up import IngestResult
    from aea.store.engine.db import Connection

Report = TypeVar("Report")
BUDGET_SECONDS = 0.150
_SLACK_SECONDS = 0.020  # for the daemon's reply once the budget is spent


def reader_and_outcome() -> tuple[Connection, IngestResult]:
    """A reader, after catching up within the budget; the outcome says what is left to read."""
    root = repository_filter.current_root()
    reply = control.request(
        f"sync {int(BUDGET_SECONDS * 1000)} {root or ''}", BUDGET_SECONDS + _SLACK_SECONDS
    )
    outcome = _outcome(reply)
    return (_ready_reader(), outcome) if outcome else _catch_up(root)


def read_repaired(read: Callable[[], Report]) -> Report:
    """The result of `read`; a damaged database is repaired and read again, once."""
    try:
        return read()
    except Exception as error:
        if not (catch_up.may_be_damage(error) and catch_up.repair()):
            raise
    return read()


def reader() -> Connection:
    """A reader for a report without a footer; a note on standard error says that data is incomplete."""
    connection, outcome = reader_and_outcome()
    write_note(outcome)
    return connection


def write_note(outcome: IngestResult) -> None:
    """Say on standard error that data is incomplete, where the output has no footer for it."""
    if not outcome.is_complete():
        sys.stderr.write("Note: newer data is still being read; try again in a moment.\n")
    if outcome.failures:
        count = len(outcome.failures)
        sys.stderr.write(f"Note: {count} repositories could not be read; aea ingest says why.\n")


def _outcome(reply: str | None) -> IngestResult | None:
    """The reply of the daemon; None if no daemon runs, or if it is paused."""
    if reply is None or reply == "paused":
        return None
    if reply == "up-to-date":
        return catch_up.NOTHING_NEW
    words = reply.split()
    if words[:1] == ["behind"]:
        files, repositories, *figures = map(int, words[1:])  # an older daemon sends two counts
        return catch_up.NOTHING_NEW._replace(
            pending_file_count=files,
            pending_repository_count=repositories,
            pending_key_count=_count_waiting() if any(figures) else 0,
            is_locked=not (files or repositories or any(figures)),
        )
    return catch_up.NOTHING_NEW._replace(is_locked=True)


def _count_waiting() -> int:
    with closing(db.open_reader()) as connection:
        return count_waiting(connection)


def _catch_up(root: str | None) -> tuple[Connection, IngestResult]:
    found = None
    if catch_up.database_exists():
        connection = db.open_reader()
        try:
            found = catch_up.scan_if_ready(connection)
            is_fresh = found is not None and found.is_empty() and _is_known(connection, root)
        except BaseException:
            connection.close()
            raise
        if is_fresh:
            return connection, catch_up.NOTHING_NEW
        connection.close()
    outcome = catch_up.catch_up(budget_seconds=BUDGET_SECONDS, directory=root, found=found)
    return _ready_reader(), outcome


def _ready_reader() -> Connection:
    """A reader; BusyError while another process creates the database or its definitions."""
    if catch_up.database_exists():
        connection = db.open_reader()
        if schema.is_current(connection):
            return connection
        connection.close()
    raise BusyError("another aea process is creating the database", "try again in a moment")


def _is_known(connection: Connection, root: str | None) -> bool:
    from aea.store.write import repositories

    return root is None or repositories.find_enclosing(connection, root) is not None
