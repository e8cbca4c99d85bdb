"""Refresh the event rows of each session and commit whose facts or derived rows changed.

One statement per key with a bound parameter: a join with the dirty table would scan all facts (79 ms against
0.02 ms a key at 500,000 facts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.store.engine import definitions

if TYPE_CHECKING:
    from typing import Any

    from aea.pipeline.dirty import DirtyKeys
    from aea.store.engine.db import Connection
    from aea.store.engine.definitions import Scope


def refresh(connection: Connection, dirty: DirtyKeys) -> int:
    """Replace the rows of every dirty session and commit. Returns the number of keys."""
    for scope in definitions.list_scopes():
        if keys := dirty[scope.dirty_table]:
            _refresh_scope(connection, scope, keys)
    return sum(len(keys) for keys in dirty.values())


def _refresh_scope(connection: Connection, scope: Scope, keys: list[Any]) -> None:
    for event in definitions.list_events(scope.name):
        connection.executemany(definitions.evict_statement(scope, event), keys)
        connection.executemany(definitions.fill_statement(scope, event), keys)
