"""Look into the database that a test made."""

from __future__ import annotations

import os
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from aea import clock, paths
from aea.ingest import catch_up
from aea.pipeline.check import check
from aea.reports import query
from aea.store.engine import db, definitions, sqlfiles, tables

Row = dict[str, Any]
_TIME_OF_READING = ("ingested_at",)
_USUAL = (clock.now_ms, paths.shipped, sqlfiles.list_layer)


def ingest(**limits: Any) -> catch_up.IngestResult:
    """Read everything that is new. A new database begins as a copy of an empty one."""
    if _is_usual() and not paths.data_dir().exists():
        paths.data_dir().mkdir(mode=0o700, parents=True)
        handle = os.open(paths.database(), os.O_CREAT | os.O_WRONLY, 0o600)
        with open(handle, "wb") as file:
            file.write(_empty_database(sqlfiles.stamp()))
    return catch_up.catch_up(**limits)


def _is_usual() -> bool:
    """Whether the time, its zone and the SQL files are those with which the empty database was made."""
    is_now = "AEA_NOW_MS" not in os.environ and os.environ.get("TZ") == "UTC"
    return is_now and (clock.now_ms, paths.shipped, sqlfiles.list_layer) == _USUAL


@cache
def _empty_database(_stamp: str) -> bytes:
    """Its bytes: to create the schema takes 0.1 s, which a thousand tests would wait for."""
    with TemporaryDirectory(prefix="aea-empty-") as place, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AEA_HOME", place)
        catch_up.open_database().close()
        return paths.database().read_bytes()


def select(statement: str, *parameters: object) -> list[Row]:
    """The rows of a query."""
    connection = db.open_reader()
    try:
        return query.select(connection, statement, parameters)
    finally:
        connection.close()


def dump_events() -> dict[str, list[Row]]:
    """Every event table without the time of reading: what two histories must agree on."""
    connection = db.open_reader()  # one: to learn the schema takes longer than to read the rows
    try:
        return {
            event.name: _timeless(connection, f"SELECT * FROM {event.name} ORDER BY {event.key}")
            for scope in definitions.list_scopes()
            for event in definitions.list_events(scope.name)
        }
    finally:
        connection.close()


def _timeless(connection: db.Connection, statement: str) -> list[Row]:
    rows = query.select(connection, statement)
    for row in rows:
        for name in _TIME_OF_READING:
            del row[name]
    return rows


def dump_facts(*names: str) -> dict[str, list[str]]:
    """Fact tables, all of them when none is named, without surrogate keys and the time of reading."""
    connection = db.open_reader()
    try:
        return {
            table.name: sorted(map(str, _natural_rows(connection, table)))
            for table in tables.list_facts()
            if table.name in names or not names
        }
    finally:
        connection.close()


def _natural_rows(connection: db.Connection, table: tables.Table) -> list[Row]:
    """Rows in which what they refer to stands instead of its surrogate key."""
    rows = query.select(connection, f"SELECT {', '.join(table.columns)} FROM {table.name}")
    known = {name: _natural_keys(connection, name) for name in table.references.values()}
    for row in rows:
        for column, name in table.references.items():
            row[column] = known[name].get(row[column])
        for name in ("id", *_TIME_OF_READING):
            row.pop(name, None)
    return rows


def _natural_keys(connection: db.Connection, name: str) -> dict[int, tuple[Any, ...]]:
    table = tables.find(name)
    rows = db.rows(connection, f"SELECT id, {', '.join(table.key)} FROM {name}")
    above = [
        _natural_keys(connection, table.references[key]) if key in table.references else None
        for key in table.key
    ]
    return {
        key: tuple(
            value if keys is None else keys.get(value)
            for value, keys in zip(values, above, strict=True)
        )
        for key, *values in rows
    }


def assert_consistent() -> None:
    """What `aea check` proves."""
    connection = db.open_reader()
    try:
        assert check(connection) == []
    finally:
        connection.close()
