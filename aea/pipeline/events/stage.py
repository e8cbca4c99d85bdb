"""Refresh the event rows whose facts changed, by key.

One statement per key with a bound parameter: a join with the dirty table would scan all facts (79 ms against
0.02 ms a key at 500,000 facts).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.store.engine import definitions

if TYPE_CHECKING:
    from aea.store.engine.db import Connection
    from aea.store.engine.definitions import Scope


def refresh(connection: Connection) -> int:
    """Bring the rows of every dirty session and commit up to date; returns the number of keys."""
    return sum(_refresh_scope(connection, scope) for scope in definitions.list_scopes())


def _refresh_scope(connection: Connection, scope: Scope) -> int:
    keys = connection.execute(f"SELECT {scope.key} FROM {scope.dirty_table}").fetchall()
    if not keys:
        return 0
    for event in definitions.list_events(scope.name):
        connection.executemany(definitions.evict_statement(scope, event), keys)
        connection.executemany(definitions.fill_statement(scope, event), keys)
    connection.execute(f"DELETE FROM {scope.dirty_table}")
    return len(keys)
