"""`aea check` finds every wrong row, also when everything that depends on it was refreshed from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from aea.pipeline.check import check
from aea.pipeline.refresh import mark_all, refresh_stage
from aea.pipeline.stages import STAGES
from aea.store.engine import db, definitions

if TYPE_CHECKING:
    from aea.store.engine.db import Connection

DERIVED = [(stage.name, table) for stage in STAGES for table in stage.writes()]
EVENTS = [
    event for scope in definitions.list_scopes() for event in definitions.list_events(scope.name)
]
ROWS = ("removed", "added", "changed", "all gone")


def test_the_world_has_rows_in_every_table(connection: Connection) -> None:
    names = [table.name for _, table in DERIVED] + [event.name for event in EVENTS]
    assert [
        name for name in names if not connection.execute(f"SELECT count(*) FROM {name}").get
    ] == []


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize(("stage", "table"), DERIVED, ids=lambda value: getattr(value, "name", ""))
def test_a_wrong_derived_row_is_found(
    stage: str, table: definitions.Derived, rows: str, connection: Connection
) -> None:
    with db.transaction(connection):
        damage(connection, table.name, table.key, rows)
        refresh_after(connection, stage)

    assert table.name in {difference.subject for difference in check(connection)}


@pytest.mark.parametrize("rows", ROWS)
def test_wrong_rows_in_all_derived_tables_are_found(rows: str, connection: Connection) -> None:
    with db.transaction(connection):
        for _, table in DERIVED:
            damage(connection, table.name, table.key, rows)
        refresh_after(connection, STAGES[-2].name)

    found = {difference.subject for difference in check(connection)}
    assert {table.name for _, table in DERIVED} <= found


@pytest.mark.parametrize("rows", ROWS)
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.name)
def test_a_wrong_event_row_is_found(
    event: definitions.Event, rows: str, connection: Connection
) -> None:
    with db.transaction(connection):
        damage(connection, event.name, event.key, rows)

    assert event.name in {difference.subject for difference in check(connection)}


def damage(connection: Connection, table: str, key: str, rows: str) -> None:
    """Remove, add or change one row of a table, or empty it."""
    if rows == "all gone":
        connection.execute(f"DELETE FROM {table}")
        return
    keys = key.split(", ")
    names = [info[1] for info in db.rows(connection, f"PRAGMA table_info({table})")]
    values = connection.execute(f"SELECT * FROM {table} ORDER BY {key} LIMIT 1").fetchone()
    row = dict(zip(names, values or (), strict=True))
    where = " AND ".join(f"{name} = :{name}" for name in keys)
    same = {name: row[name] for name in keys}
    if rows == "removed":
        connection.execute(f"DELETE FROM {table} WHERE {where}", same)
    elif rows == "added":
        new = row | {keys[-1]: another(connection, keys[-1], row[keys[-1]])}
        marks = ", ".join(f":{name}" for name in names)
        connection.execute(f"INSERT INTO {table} VALUES ({marks})", new)
    else:
        skipped = (*keys, "ingested_at")
        name = next(n for n in reversed(names) if n not in skipped and row[n] is not None)
        new = same | {"new": another(connection, name, row[name])}
        connection.execute(f"UPDATE {table} SET {name} = :new WHERE {where}", new)


def another(connection: Connection, column: str, value: Any) -> Any:
    """A value of the same type that no row has; the other session where a session is named by its number."""
    if column == "session_id" and isinstance(value, int):
        query = "SELECT id FROM metadata_sessions WHERE session_id = 's1'"
        return connection.execute(query).get
    if isinstance(value, str):
        return value + "x"
    return value + 1000 if isinstance(value, int) else value / 2 + 0.1


def refresh_after(connection: Connection, name: str) -> None:
    """Refresh every key of the stages after one from what the tables hold now."""
    at = [stage.name for stage in STAGES].index(name) + 1
    for stage in STAGES[:at]:
        for dirty in stage.dirty():
            connection.execute(f"DELETE FROM {dirty.name}")
    mark_all(connection, STAGES[at:])
    for stage in STAGES[at:]:
        refresh_stage(connection, stage)
