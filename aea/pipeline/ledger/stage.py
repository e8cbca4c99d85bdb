"""Refresh the line ledger of each commit of the trunk that arrived or whose lines changed owners.

A new commit costs the lines that it changes: nothing is stored for lines that stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.ledger import queries
from aea.pipeline.ledger.trace import Tracer

if TYPE_CHECKING:
    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection


def refresh(connection: Connection, dirty: DirtyKeys) -> None:
    """Compute the arrivals and deaths of every dirty commit of the trunk."""
    now = clock.now_ms()
    if not queries.has_session_lines(connection):
        return  # most of an old history
    commit_ids = {commit_id for (commit_id,) in dirty["dirty_ledger"]}
    commit_ids |= queries.list_concerned(connection, dirty["dirty_ledger_file"])
    reader = queries.TrunkReader(connection)
    tracer = Tracer(reader)
    keys = [(commit_id,) for commit_id in sorted(commit_ids)]
    for (commit_id,) in dirty.take("dirty_ledger", keys):
        commit = queries.find_trunk_commit(connection, commit_id)
        if commit is not None:
            is_ours = reader.touches_session_lines(commit)
            arrivals = tracer.find_arrivals(commit) if is_ours else ()
            deaths = tracer.find_deaths(commit) if is_ours else ()
            queries.write_arrivals(connection, commit, arrivals, now)
            queries.write_deaths(connection, commit, deaths, now)
