"""Compute every derived table a second time, from facts alone, and compare it with the stored rows.

The second computation runs in a private copy of the database, so it holds no lock, and a wrong stored row cannot
affect it. `ingested_at`, the time of the computation, is not compared.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from aea.pipeline.refresh import empty_derived, mark_all, refresh_stage
from aea.pipeline.stages import STAGES
from aea.store.engine import db, definitions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from aea.store.engine.db import Connection

LIMIT = 20


class Difference(NamedTuple):
    """One key whose row differs from its definition, or that breaks another promise."""

    subject: str  # table or cursor
    key: str
    finding: str


def compare(connection: Connection) -> list[Difference]:
    """Every difference in derived tables. If there is any, also those in events, compared with the right rows."""
    with closing(db.private_copy(connection)) as copy:
        tables = [table for stage in STAGES for table in stage.writes()]
        for table in tables:
            copy.execute(f"CREATE TEMP TABLE stored_{table.name} AS SELECT * FROM {table.name}")
        with db.transaction(copy):
            empty_derived(copy)
            mark_all(copy, STAGES[:-1])
            for stage in STAGES[:-1]:
                refresh_stage(copy, stage)
        found = [row for table in tables for row in _derived(copy, table)]
        return found + list(compare_events(copy)) if found else found


def _derived(copy: Connection, table: definitions.Derived) -> Iterator[Difference]:
    columns = ", ".join(name for name in table.columns() if name != "ingested_at")
    stored = f"SELECT {columns} FROM stored_{table.name}"
    computed = f"SELECT {columns} FROM {table.name}"
    yield from differing(copy, table, f"{stored} EXCEPT {computed}", "does not follow from facts")
    yield from differing(
        copy, table, f"{computed} EXCEPT {stored}", "follows from facts and is missing"
    )


def compare_events(connection: Connection) -> Iterator[Difference]:
    """The event rows that the definition does not give, and those that are missing."""
    for scope in definitions.list_scopes():
        for event in definitions.list_events(scope.name):
            columns = event.columns().removesuffix(", ingested_at")
            stored = f"SELECT {columns} FROM {event.name}"
            defined = f"SELECT {columns} FROM build_{event.name}"
            yield from differing(
                connection, event, f"{stored} EXCEPT {defined}", "not in the definition"
            )
            yield from differing(
                connection, event, f"{defined} EXCEPT {stored}", "not in the table"
            )


def differing(
    connection: Connection,
    table: definitions.Derived | definitions.Event,
    query: str,
    finding: str,
) -> Iterator[Difference]:
    """The first keys of the rows that a query finds."""
    for row in db.rows(connection, f"SELECT {table.key} FROM ({query}) LIMIT {LIMIT}"):
        yield Difference(table.name, " ".join(map(str, row)), finding)
