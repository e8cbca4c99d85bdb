"""Bring a database to the schema of this version.

metadata_*, fact_* and ingest_* move forward by migrations, each in one transaction with its record, after
a backup. event_*, dirty_*, build_* and view_* are definitions: they are made anew whenever a file changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea import clock
from aea.errors import NewerError
from aea.store import db, sqlfiles

if TYPE_CHECKING:
    from aea.store.db import Connection
    from aea.store.sqlfiles import SqlFile

_DEFINITION = "SELECT content_hash, file_stamp FROM schema_definition"
_RECORDS = """
CREATE TABLE IF NOT EXISTS schema_migration (
    migration_name TEXT PRIMARY KEY,     -- file below sql/migrations
    content_hash TEXT NOT NULL,          -- SHA-256 of the file as applied
    applied_at INTEGER NOT NULL          -- UTC milliseconds
) STRICT;
CREATE TABLE IF NOT EXISTS schema_definition (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    content_hash TEXT NOT NULL,          -- of all event and view files as applied
    file_stamp TEXT NOT NULL             -- their names, sizes and times: the same, so are they
) STRICT;
"""


def is_current(connection: Connection) -> bool:
    """Whether the database has exactly this version's schema; NewerError when it is newer."""
    version = int(connection.pragma("user_version"))
    latest = sqlfiles.count_migrations()
    if version > latest:
        raise NewerError(
            f"the database has schema {version}, this aea knows only {latest}: nothing was touched",
            "upgrade aea: pipx upgrade ai-engineering-analytics",
        )
    if version < latest:
        return False
    for content_hash, file_stamp in db.rows(connection, _DEFINITION):
        if file_stamp == sqlfiles.stamp():
            return True  # 1.5 ms less than reading every file, on each `aea stats`
        return bool(content_hash == sqlfiles.digest(_definitions()))
    return False


def _definitions() -> list[SqlFile]:
    from aea.store import metrics  # not on the path of a report

    return metrics.definitions()


def apply(connection: Connection) -> bool:
    """Migrate and re-create what changed. True when definitions changed: events must be rebuilt."""
    if is_current(connection):
        return False
    migrations = sqlfiles.list_layer("migrations")
    _back_up_before(connection, migrations)
    with db.transaction(connection):
        _run(connection, _RECORDS)
    for number, migration in enumerate(migrations, 1):
        _migrate(connection, number, migration)
    with db.transaction(connection):
        return _define(connection)


def _back_up_before(connection: Connection, migrations: list[SqlFile]) -> None:
    version = int(connection.pragma("user_version"))
    if 0 < version < len(migrations):
        from aea.store import snapshots  # not on the path of a report

        snapshots.take(clock.now_ms(), f"schema-{version}")


def _migrate(connection: Connection, number: int, migration: SqlFile) -> None:
    with db.transaction(connection):
        if int(connection.pragma("user_version")) >= number:
            return  # another process was faster
        _drop_derived(connection)  # a migration may change what views and triggers name
        _run(connection, migration.text)
        connection.execute(
            "INSERT INTO schema_migration VALUES (?, ?, ?)",
            (migration.name, sqlfiles.digest([migration]), clock.now_ms()),
        )
        connection.pragma("user_version", number)


def _define(connection: Connection) -> bool:
    files = _definitions()
    wanted = sqlfiles.digest(files)
    if [row[0] for row in db.rows(connection, _DEFINITION)] == [wanted]:
        return False
    _drop_derived(connection)
    for file in files:
        _run(connection, file.text)
    stamp = sqlfiles.stamp()
    connection.execute("INSERT INTO schema_definition VALUES (1, ?, ?)", (wanted, stamp))
    _prove_views(connection)
    return True


def _drop_derived(connection: Connection) -> None:
    rows = connection.execute(
        "SELECT type, name FROM sqlite_schema WHERE type IN ('view', 'trigger') OR type = 'table'"
        " AND (name GLOB 'event_*' OR name GLOB 'dirty_*')"
        " ORDER BY type = 'table', name"
    ).fetchall()
    for kind, name in rows:
        connection.execute(f'DROP {kind} "{name}"')
    connection.execute("DELETE FROM schema_definition")


def first_fault(connection: Connection) -> str:
    """What is wrong with the definitions of this version; empty when all is well, or of another version."""
    try:
        if is_current(connection):
            _prove_views(connection)
    except db.ENVIRONMENT:
        raise
    except (db.Error, UnicodeDecodeError) as error:
        return str(error)
    return ""


def _prove_views(connection: Connection) -> None:
    """SQLite accepts a view over tables that do not exist and fails only when it is read."""
    names = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'view'").fetchall()
    for (name,) in names:
        connection.execute(f'SELECT * FROM "{name}" LIMIT 0').fetchall()


def _run(connection: Connection, script: str) -> None:
    connection.execute(script).fetchall()  # unread, a script stops at its first row
