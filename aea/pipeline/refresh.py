"""Refresh what changed, or compute whole layers again: the stages in order, in transactions of bounded length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import clock
from aea.pipeline.dirty import drain
from aea.pipeline.stages import STAGES
from aea.store.engine import db, definitions, schema
from aea.store.engine.schema import count_waiting

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aea.pipeline.stages import Stage
    from aea.store.engine.db import Connection

TRANSACTION_SECONDS = 1.0  # other writers wait at most that long; one commit may take longer


def refresh(connection: Connection, seconds: float | None = None) -> None:
    """Bring dirty keys up to date, stage by stage. The caller holds the transaction.

    When `seconds` have passed, the keys that are left stay dirty for a later transaction. Each call gets ahead.
    """
    deadline = None if seconds is None else clock.monotonic() + seconds
    for stage in STAGES:
        refresh_stage(connection, stage, deadline)
        if _is_waiting(connection, stage):
            return  # later stages read what this one writes


def refresh_stage(connection: Connection, stage: Stage, deadline: float | None = None) -> None:
    """Refresh the dirty keys of one stage, until the deadline."""
    keys = drain(connection, (dirty.name for dirty in stage.dirty()), deadline)
    if any(keys.values()):
        stage.refresh(connection, keys)


def refresh_waiting(connection: Connection) -> Iterator[int]:
    """Refresh the keys that earlier transactions left. Yields the number of keys left after each transaction."""
    waiting = count_waiting(connection)
    while waiting:
        with db.transaction(connection):
            refresh(connection, TRANSACTION_SECONDS)
        waiting = count_waiting(connection)
        yield waiting


def rebuild(connection: Connection) -> None:
    """Compute derived tables and events again from facts."""
    with db.transaction(connection):
        restart(connection, schema.ALL_LAYERS)
    for _ in refresh_waiting(connection):
        pass


def restart(connection: Connection, layers: frozenset[str]) -> None:
    """Empty the tables of some layers and mark every key of theirs. The caller holds the transaction."""
    if "derived" in layers:
        empty_derived(connection)
        mark_all(connection, STAGES)
    elif "event" in layers:
        mark_all(connection, STAGES[-1:])
    if "event" in layers:
        for scope in definitions.list_scopes():
            for event in definitions.list_events(scope.name):
                connection.execute(f"DELETE FROM {event.name}")


def _is_waiting(connection: Connection, stage: Stage) -> bool:
    tables = (dirty.name for dirty in stage.dirty())
    return any(connection.execute(f"SELECT 1 FROM {table} LIMIT 1").get for table in tables)


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
