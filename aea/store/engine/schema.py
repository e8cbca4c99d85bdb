"""Bring a database to the schema of this version.

The tables metadata_*, fact_* and ingest_* change by migrations, each in one transaction with its entry in
schema_migration, after a snapshot. Everything else is a definition: derived_*, dirty_*, build_*, event_* and view_*
are created again whenever a file of their layer changes, and the rows of derived_* and event_* are recomputed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from aea import clock
from aea.errors import NewerError
from aea.store.engine import db, sqlfiles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aea.store.engine.db import Connection
    from aea.store.engine.sqlfiles import SqlFile

_DEFINITIONS = "SELECT layer_name, content_hash, file_stamp FROM schema_definition"
_RECORDS = """
CREATE TABLE IF NOT EXISTS schema_migration (
    migration_name TEXT PRIMARY KEY,     -- file below sql/migrations
    content_hash TEXT NOT NULL,          -- SHA-256 of the file as applied
    applied_at INTEGER NOT NULL          -- UTC milliseconds
) STRICT;
DROP TABLE IF EXISTS schema_definition;
CREATE TABLE schema_definition (
    layer_name TEXT PRIMARY KEY,         -- derived, event, view
    content_hash TEXT NOT NULL,          -- of the definitions of this layer as applied
    file_stamp TEXT NOT NULL             -- names, sizes and times of all definition files as applied
) STRICT;
"""
ALL_LAYERS = frozenset({"derived", "event", "view"})


def is_current(connection: Connection) -> bool:
    """Whether the database has the schema of this version. NewerError if it has a newer one."""
    version = int(connection.pragma("user_version"))
    latest = sqlfiles.count_migrations()
    if version > latest:
        raise NewerError(
            f"the database has schema {version}, this aea knows only {latest}: nothing was touched",
            "upgrade aea: pipx upgrade ai-engineering-analytics",
        )
    if version < latest:
        return False
    stored = db.rows(connection, _DEFINITIONS)
    stamp = sqlfiles.stamp()
    if len(stored) == len(ALL_LAYERS) and all(row[2] == stamp for row in stored):
        return True  # saves `aea stats` 1.5 ms: the files need not be read
    return {layer: content for layer, content, _ in stored} == _digests(_definitions())


def _definitions() -> dict[str, list[SqlFile]]:
    from aea.store.engine import metrics  # not imported by a report

    return metrics.definitions()


def _digests(definitions: dict[str, list[SqlFile]]) -> dict[str, str]:
    """By layer. Derived rows are computed again also when other changes mark them than before."""
    from aea.store.engine import triggers  # not imported by a report

    files = definitions | {"derived": [*definitions["derived"], triggers.make("derived")]}
    return {layer: sqlfiles.digest(found) for layer, found in files.items()}


def apply(
    connection: Connection,
    back_up: Callable[[str], None],
    restart: Callable[[Connection, frozenset[str]], None],
) -> bool:
    """Run the pending migrations and create the layers again whose definitions changed. Returns whether any did.

    `back_up` is called with a name before the first migration of an existing database. `restart` is called with
    the layers whose tables are now empty, in the same transaction, to mark what must be computed.
    """
    if is_current(connection):
        _write_stamp(connection)
        return False
    migrations = sqlfiles.list_layer("migrations")
    version = int(connection.pragma("user_version"))
    if 0 < version < len(migrations):
        back_up(f"schema-{version}")
    if version < len(migrations):
        with db.transaction(connection):
            _run(connection, _RECORDS)
    for number, migration in enumerate(migrations, 1):
        _migrate(connection, number, migration)
    with db.transaction(connection):
        changed = _define(connection)
        if changed:
            restart(connection, changed)
    return bool(changed)


def _write_stamp(connection: Connection) -> None:
    """After files were installed again without a change: readers compare stamps and need not read the files."""
    stamp = sqlfiles.stamp()
    if any(row[2] != stamp for row in db.rows(connection, _DEFINITIONS)):
        connection.execute("UPDATE schema_definition SET file_stamp = ?", (stamp,))


def _migrate(connection: Connection, number: int, migration: SqlFile) -> None:
    with db.transaction(connection):
        if int(connection.pragma("user_version")) >= number:
            return  # another process ran it
        _drop(connection, ALL_LAYERS)  # views and triggers may refer to what the migration changes
        _run(connection, migration.text)
        connection.execute(
            "INSERT INTO schema_migration VALUES (?, ?, ?)",
            (migration.name, sqlfiles.digest([migration]), clock.now_ms()),
        )
        connection.pragma("user_version", number)


def _define(connection: Connection) -> frozenset[str]:
    """Create the definitions. Returns the layers whose tables are now empty."""
    stored = {layer: content for layer, content, _ in db.rows(connection, _DEFINITIONS)}
    definitions = _definitions()
    wanted = _digests(definitions)
    changed = {layer for layer in wanted if stored.get(layer) != wanted[layer]}
    if not changed:
        return frozenset()
    if _has_dirty_keys(connection):
        changed.add("derived")  # the keys are lost with their tables
    if "derived" in changed:
        changed.add("event")  # events are computed from derived rows
    _drop(connection, frozenset(changed))
    for statement in sorted(_statements(definitions, changed), key=_is_trigger):
        _run(connection, statement)  # triggers last: they name tables of later layers
    stamp = sqlfiles.stamp()
    connection.execute("DELETE FROM schema_definition")
    connection.executemany(
        "INSERT INTO schema_definition VALUES (?, ?, ?)",
        [(layer, content, stamp) for layer, content in wanted.items()],
    )
    _check_views(connection)
    return frozenset(changed)


def _has_dirty_keys(connection: Connection) -> bool:
    query = (
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'dirty@_%' ESCAPE '@'"
    )
    tables = [name for (name,) in db.rows(connection, query)]
    return any(connection.execute(f'SELECT 1 FROM "{name}" LIMIT 1').get for name in tables)


def _statements(definitions: dict[str, list[SqlFile]], changed: set[str]) -> Iterator[str]:
    """The statements of every definition, without the tables of the layers that did not change."""
    for layer, files in definitions.items():
        for file in files:
            is_emptied = layer in changed or file.layer == "dirty"
            for statement in re.split(r"^(?=CREATE )", file.text, flags=re.MULTILINE)[1:]:
                if is_emptied or not statement.startswith(("CREATE TABLE", "CREATE INDEX")):
                    yield statement


def _is_trigger(statement: str) -> bool:
    return statement.startswith("CREATE TRIGGER")


def _drop(connection: Connection, layers: frozenset[str]) -> None:
    """Drop every view, trigger and dirty table, and the tables of these layers."""
    doomed = {"dirty"}.union(layers)
    derived = {file.name for file in sqlfiles.list_layer("derived")}
    rows = db.rows(connection, "SELECT type, name FROM sqlite_schema ORDER BY type = 'table', name")
    for kind, name in rows:
        layer = "derived" if name in derived else name.partition("_")[0]
        if kind in ("view", "trigger") or (kind == "table" and layer in doomed):
            connection.execute(f'DROP {kind} IF EXISTS "{name}"')  # a view takes its triggers along


def count_waiting(connection: Connection) -> int:
    """The number of keys that earlier transactions left."""
    return int(connection.execute("SELECT coalesce(sum(key_count), 0) FROM dirty_waiting").get)


def first_fault(connection: Connection) -> str:
    """A fault in views or triggers; empty if there is none, or if the database has another version's schema."""
    try:
        if is_current(connection):
            _check_views(connection)
    except db.ENVIRONMENT:
        raise
    except (db.Error, UnicodeDecodeError) as error:
        return str(error)
    return ""


def _check_views(connection: Connection) -> None:
    """Query every view: SQLite accepts a view over missing tables and fails only when it is read."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall()
    for (name,) in names:
        connection.execute(f'SELECT * FROM "{name}" LIMIT 0').fetchall()


def _run(connection: Connection, script: str) -> None:
    connection.execute(script).fetchall()  # a script stops at its first row unless that is fetched
