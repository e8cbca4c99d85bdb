"""Refresh what changed, or compute a whole layer again: the stages in order, inside one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.stages import STAGES
from aea.store.engine import db, definitions, schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.pipeline.stages import Stage
    from aea.store.engine.db import Connection


def refresh(connection: Connection) -> int:
    """Bring every dirty key up to date; the caller holds the transaction. Returns the number of event keys."""
    count = 0
    for stage in STAGES:
        count = stage.refresh(connection)
    return count


def rebuild(connection: Connection) -> int:
    """Compute derived tables and events again from facts, in one transaction. Returns the number of event keys."""
    with db.transaction(connection):
        return recompute(connection, schema.ALL_LAYERS)


def recompute(connection: Connection, layers: frozenset[str]) -> int:
    """Empty the tables of these layers and fill them again; the caller holds the transaction."""
    if "derived" in layers:
        empty_derived(connection)
        mark_all(connection, STAGES)
    elif "event" in layers:
        mark_all(connection, STAGES[-1:])
    if "event" in layers:
        for scope in definitions.list_scopes():
            for event in definitions.list_events(scope.name):
                connection.execute(f"DELETE FROM {event.name}")
    return refresh(connection)


def empty_derived(connection: Connection) -> None:
    """Delete every derived row and forget which keys that made dirty."""
    for stage in reversed(STAGES):
        for table in stage.writes():
            connection.execute(f"DELETE FROM {table.name}")
    for stage in STAGES:
        for dirty in stage.dirty():
            connection.execute(f"DELETE FROM {dirty.name}")


def mark_all(connection: Connection, stages: Iterable[Stage]) -> None:
    """Mark every key of these stages as dirty."""
    for stage in stages:
        for dirty in stage.dirty():
            if dirty.list_all:
                connection.execute(
                    f"INSERT OR IGNORE INTO {dirty.name} ({dirty.key}) {dirty.list_all}"
                )
