"""A reader whose numbers are of now: through the daemon when one runs, by our own hands when none does."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, TypeVar

from aea import control
from aea.errors import BusyError
from aea.ingest import catch_up
from aea.reports import scope
from aea.store.engine import db, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from aea.ingest.catch_up import Outcome
    from aea.store.engine.db import Connection

Answer = TypeVar("Answer")
BUDGET_SECONDS = 0.150
_SLACK_SECONDS = 0.020  # for the answer that says what is left when the budget is spent


def up_to_date() -> tuple[Connection, Outcome]:
    """A reader, after the changes that fit into the budget were taken in; the outcome says what is left."""
    root = scope.current_root()
    told = control.ask(
        f"sync {int(BUDGET_SECONDS * 1000)} {root or ''}", BUDGET_SECONDS + _SLACK_SECONDS
    )
    outcome = _outcome(told)
    return (_ready_reader(), outcome) if outcome else _by_hand(root)


def mended(answer: Callable[[], Answer]) -> Answer:
    """An answer; damage that is met on the way to it is repaired, once."""
    try:
        return answer()
    except Exception as error:
        if not (catch_up.may_be_damage(error) and catch_up.mend()):
            raise
    return answer()


def reader() -> Connection:
    """The same for a report without a place for it: what is left is said on the error stream."""
    connection, outcome = up_to_date()
    if not outcome.is_complete():
        sys.stderr.write("Note: newer data is still coming in; ask again in a moment.\n")
    return connection


def _outcome(told: str | None) -> Outcome | None:
    """What the daemon says; None when there is none, or when it leaves the work to us."""
    if told is None or told == "paused":
        return None
    if told == "up-to-date":
        return catch_up.NOTHING_NEW
    words = told.split()
    if words[:1] == ["behind"]:
        files, repositories = int(words[1]), int(words[2])
        return catch_up.NOTHING_NEW._replace(
            pending_file_count=files,
            pending_repository_count=repositories,
            is_locked=not (files or repositories),
        )
    return catch_up.NOTHING_NEW._replace(is_locked=True)


def _by_hand(root: str | None) -> tuple[Connection, Outcome]:
    found = None
    if catch_up.database_exists():
        connection = db.open_reader()
        try:
            found = catch_up.look(connection)
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
    """A reader; BusyError while another process makes the database or its definitions."""
    if catch_up.database_exists():
        connection = db.open_reader()
        if schema.is_current(connection):
            return connection
        connection.close()
    raise BusyError("another aea process is making the database", "try again in a moment")


def _is_known(connection: Connection, root: str | None) -> bool:
    from aea.store.write import repositories

    return root is None or repositories.holding(connection, root) is not None
