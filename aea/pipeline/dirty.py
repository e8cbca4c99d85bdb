"""The dirty keys of a transaction: triggers mark them, the pipeline hands them to the stages (sql/dirty)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.engine.db import Connection

DirtyKeys = Mapping[str, list[Any]]  # the rows of each dirty table of a stage


def drain(connection: Connection, tables: Iterable[str]) -> DirtyKeys:
    """Return the rows of dirty tables and delete them. The caller holds the transaction."""
    keys = {table: db.rows(connection, f"SELECT * FROM {table}") for table in tables}
    for table, rows in keys.items():
        if rows:
            connection.execute(f"DELETE FROM {table}")
    return keys
