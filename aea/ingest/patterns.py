"""When git config aea.taskPattern changed, names and messages are read again: messages are not stored."""

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
)  # as of notes: a repository has no bytes to count


def read_patterns(
    connection: Connection,
    found: Repository,
    repository_id: int,
    source_id: int,
    now: int,
) -> None:
    """Apply the patterns of a clone, which are not those it had; the caller holds the transaction."""
    task_names.write_patterns(connection, repository_id, found.task_patterns)
    cursors.clear_problem(connection, source_id, _PLACE)
    if faults := fault_of(found.task_patterns):
        cursors.write_problems(connection, source_id, [Problem(_PLACE, faults)], now)
    dates = task_names.list_dates(connection, repository_id)
    for sha, named in messages.read_mentions(found, list(dates)):
        task_names.write_mentions(connection, repository_id, source_id, sha, named, dates[sha], now)


def fault_of(patterns: Sequence[str]) -> str:
    """What is wrong with the patterns, in one line; empty when nothing is."""
    _, faults = messages.task_rules(tuple(patterns))
    return f"git config aea.taskPattern: {'; '.join(faults)}" if faults else ""
