"""Refresh the event rows whose facts changed: by key, inside the transaction that changed them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.materialize.assign import assign
from aea.materialize.attribute import attribute
from aea.materialize.landing import land
from aea.materialize.ledger import keep_ledger
from aea.materialize.mainline import place_commits
from aea.store import branches, db, events

if TYPE_CHECKING:
    from aea.store.db import Connection
    from aea.store.events import Scope


def refresh(connection: Connection) -> int:
    """Bring every dirty key up to date; the caller holds the transaction. Returns the number of keys.

    One statement per key with a bound parameter: a join with the dirty table would scan all facts
    (79 ms against 0.02 ms a key at 500,000 facts).
    """
    land(connection, place_commits(connection))
    attribute(connection)
    keep_ledger(connection)
    assign(connection)
    return sum(_refresh_scope(connection, scope) for scope in events.SCOPES)


def _refresh_scope(connection: Connection, scope: Scope) -> int:
    keys = connection.execute(f"SELECT {scope.key} FROM {scope.dirty_table}").fetchall()
    if not keys:
        return 0
    for event in events.list_events(scope.name):
        connection.executemany(events.evict_statement(scope, event), keys)
        connection.executemany(events.fill_statement(scope, event), keys)
    connection.execute(f"DELETE FROM {scope.dirty_table}")
    return len(keys)


def rebuild(connection: Connection) -> int:
    """Make matches and events anew from the facts, in one transaction. Returns the number of keys."""
    with db.transaction(connection):
        connection.execute("DELETE FROM fact_commit_line_match")
        connection.execute("DELETE FROM fact_commit_mainline")
        connection.execute("DELETE FROM fact_commit_landing")
        connection.execute(
            "INSERT OR IGNORE INTO dirty_mainline SELECT repository_id FROM fact_mainline_tip"
        )
        connection.execute("INSERT OR IGNORE INTO dirty_match_commit SELECT id FROM fact_commit")
        branches.forget_derived(connection)
        for scope in events.SCOPES:
            for event in events.list_events(scope.name):
                connection.execute(f"DELETE FROM {event.name}")
            connection.execute(f"INSERT OR IGNORE INTO {scope.dirty_table} {scope.list_all}")
        return refresh(connection)
