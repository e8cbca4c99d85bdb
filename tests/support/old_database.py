"""Databases of earlier releases as text: what `aea` must still be able to open.

Before a release that adds a migration, write one with the code of the release before:

    python -m tests.support.old_database DATABASE > tests/data/schema_N.sql

Left out is what is made again whatever it says: views that no trigger stands on, event rows, the
calendar. The events of that
database are in the JSON file beside it, as `dump_events()` gave them.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import apsw

from aea import paths
from aea.store.engine import db

DATA = Path(__file__).resolve().parents[1] / "data"
_LEFT_OUT = ("metadata_calendar", "dirty_", "event_", "sqlite_")


def dump(path: Path) -> str:
    """The statements that make the database again."""
    connection = apsw.Connection(str(path))
    connection.execute("BEGIN")  # never committed
    objects = connection.execute(
        "SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
        " ORDER BY type = 'trigger', type = 'view', type = 'index', name"
    ).fetchall()
    lines = [f"PRAGMA user_version = {connection.pragma('user_version')};"]
    for kind, name, sql in (map(str, row) for row in objects):
        if kind != "view" or name.startswith("dirty_"):
            lines.append(" ".join(re.sub(r"--.*", "", sql).split()) + ";")
        if kind == "table" and not name.startswith(_LEFT_OUT):
            if name == "schema_definition":  # the times of its files
                connection.execute("UPDATE schema_definition SET file_stamp = ''")
            rows = connection.execute(f"SELECT * FROM {name}").fetchall()
            values = [",".join(map(apsw.format_sql_value, row)) for row in rows]
            if values:
                lines.append(f"INSERT INTO {name} VALUES\n(" + "),\n(".join(values) + ");")
    return "\n".join(lines) + "\n"


def restore(version: int) -> None:
    """Make the database of a schema version the one of this home."""
    connection = db.open_writer(paths.database())
    connection.pragma("foreign_keys", False)
    with db.transaction(connection):
        connection.execute((DATA / f"schema_{version}.sql").read_text()).fetchall()
    connection.close()


if __name__ == "__main__":
    sys.stdout.write(dump(Path(sys.argv[1])))
