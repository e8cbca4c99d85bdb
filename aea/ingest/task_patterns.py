"""Apply changes of git config aea.taskPattern. Messages are read again, because they are not stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.git import messages
from aea.keys import key64
from aea.records import Problem
from aea.store.write import cursors, task_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aea.git.discover import Repository
    from aea.store.engine.db import Connection

_PLACE = -2 - (
    key64("aea.taskPattern") & ((1 << 62) - 1)
)  # a hash instead of an offset, as for notes


def apply_patterns(
    connection: Connection,
    found: Repository,
    repository_id: int,
    source_id: int,
    now: int,
) -> None:
    """Apply the changed patterns of a clone. The caller holds the transaction."""
    task_names.write_patterns(connection, repository_id, found.task_patterns)
    cursors.clear_problem(connection, source_id, _PLACE)
    if faults := describe_faults(found.task_patterns):
        cursors.write_problems(connection, source_id, [Problem(_PLACE, faults)], now)
    dates = task_names.list_dates(connection, repository_id)
    for sha, mentions in messages.read_mentions(found, list(dates)):
        task_names.write_mentions(
            connection, repository_id, source_id, sha, mentions, dates[sha], now
        )


def describe_faults(patterns: Sequence[str]) -> str:
    """Return the errors in the patterns as one line, or ""."""
    _, faults = messages.compile_task_rules(tuple(patterns))
    return f"git config aea.taskPattern: {'; '.join(faults)}" if faults else ""
