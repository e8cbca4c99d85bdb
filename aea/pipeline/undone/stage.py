"""Count the undone lines of every dirty file of a session. The writes of a session are read once."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.undone import queries, rules

if TYPE_CHECKING:
    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection


def refresh(connection: Connection, dirty: DirtyKeys) -> None:
    """Count for every dirty key, session by session, until the time is up."""
    now = clock.now_ms()
    sessions = groupby(sorted(dirty["dirty_undone"]), itemgetter(0))
    for session_id, keys in sessions:
        writes = queries.list_writes(connection, session_id, [file_id for _, file_id in keys])
        found = {file_id: rules.count_undone(one) for file_id, one in writes.items()}
        queries.write_undone(connection, session_id, found, now)
        if dirty.is_over():
            break
    dirty.put_back("dirty_undone", [key for _, keys in sessions for key in keys])
