"""The dirty tables: keys that triggers marked in this transaction, for a stage to refresh (sql/dirty)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aea.store.engine import db

if TYPE_CHECKING:
    from aea.store.engine.db import Connection


def drain(connection: Connection, table: str) -> list[Any]:
    """Return the rows of a dirty table and delete them. The caller holds the transaction."""
    rows = db.rows(connection, f"SELECT * FROM {table}")
    connection.execute(f"DELETE FROM {table}")
    return rows
