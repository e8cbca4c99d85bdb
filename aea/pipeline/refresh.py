"""Refresh what changed, or compute whole layers again: the stages in order, inside one transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.pipeline.dirty import drain
from aea.pipeline.stages import STAGES
from aea.store.engine import db, definitions, schema

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.pipeline.stages import Stage
    from aea.store.engine.db import Connection


def refresh(connection: Connection) -> int:
    """Bring every dirty key up to date. Returns the number of event keys. The caller holds the transaction."""
    counts = [refresh_stage(connection, stage) for stage in STAGES]
    return counts[-1]


def refresh_stage(connection: Connection, stage: Stage) -> int:
    """Refresh the dirty keys of one stage. Returns the number of its keys."""
    keys = drain(connection, (dirty.name for dirty in stage.dirty()))
    return stage.refresh(connection, keys) if any(keys.values()) else 0


def rebuild(connection: Connection) -> int:
    """Compute derived tables and events again from facts, in one transaction. Returns the number of event keys."""
    with db.transaction(connection):
        return recompute(connection, schema.ALL_LAYERS)


def recompute(connection: Connection, layers: frozenset[str]) -> int:
    """Empty the tables of some layers and fill them again. The caller holds the transaction."""
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
    """Delete every derived row, and the dirty keys that this marks."""
    for stage in reversed(STAGES):
        for table in stage.writes():
            connection.execute(f"DELETE FROM {table.name}")
    for stage in STAGES:
        for dirty in stage.dirty():
            connection.execute(f"DELETE FROM {dirty.name}")


def mark_all(connection: Connection, stages: Iterable[Stage]) -> None:
    """Mark every key of some stages as dirty."""
    for stage in stages:
        for dirty in stage.dirty():
            if dirty.list_all:
                connection.execute(
                    f"INSERT OR IGNORE INTO {dirty.name} ({dirty.key}) {dirty.list_all}"
                )
