"""Look into the database that a test made."""

from __future__ import annotations

from typing import Any

from aea.ingest import catch_up
from aea.pipeline.check import check
from aea.reports import query
from aea.store.engine import db, definitions

Row = dict[str, Any]
_TIME_OF_READING = ("ingested_at",)


def ingest(**limits: Any) -> catch_up.Outcome:
    """Read everything that is new."""
    return catch_up.catch_up(**limits)


def select(statement: str, *parameters: object) -> list[Row]:
    """The rows of a query."""
    connection = db.open_reader()
    try:
        return query.select(connection, statement, parameters)
    finally:
        connection.close()


def dump_events() -> dict[str, list[Row]]:
    """Every event table without the time of reading: what two histories must agree on."""
    tables = {}
    for scope in definitions.list_scopes():
        for event in definitions.list_events(scope.name):
            rows = select(f"SELECT * FROM {event.name} ORDER BY {event.key}")
            for row in rows:
                for name in _TIME_OF_READING:
                    del row[name]
            tables[event.name] = rows
    return tables


def dump_evidence() -> list[str]:
    """What other tools recorded, without keys of this database and the time of reading."""
    rows = select("SELECT * FROM fact_commit_evidence")
    for row in rows:
        for name in ("repository_id", "source_id", *_TIME_OF_READING):
            del row[name]
    return sorted(map(str, rows))


def assert_consistent() -> None:
    """What `aea check` proves."""
    connection = db.open_reader()
    try:
        assert check(connection) == []
    finally:
        connection.close()
