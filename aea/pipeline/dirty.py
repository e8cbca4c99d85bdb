"""The dirty keys: triggers mark them, the pipeline hands them to the stages (sql/dirty).

A key is refreshed in the transaction that marked it, unless that would take too long. Then it stays marked, and a later
transaction refreshes it (ADR 0018).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from aea import clock
from aea.store.engine import db

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from aea.store.engine.db import Connection

Key = TypeVar("Key")


class DirtyKeys(dict[str, list[Any]]):
    """The rows of each dirty table of a stage, and the instant until which the stage may work on them."""

    def __init__(
        self, connection: Connection, rows: dict[str, list[Any]], deadline: float | None = None
    ) -> None:
        super().__init__(rows)
        self._connection = connection
        self._deadline = deadline

    def is_over(self) -> bool:
        """Return True if the time is up: what is left must be put back."""
        return self._deadline is not None and clock.monotonic() >= self._deadline

    def put_back(self, table: str, keys: Iterable[tuple[Any, ...]]) -> None:
        """Mark keys again, for a later transaction."""
        rows = list(keys)
        if rows:
            places = ", ".join("?" * len(rows[0]))
            statement = f"INSERT INTO {table} VALUES ({places}) ON CONFLICT DO NOTHING"
            self._connection.executemany(statement, rows)

    def take(self, table: str, keys: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        """Yield keys, at least one, until the time is up. The others are put back."""
        rest = iter(keys)
        for key in rest:
            yield key
            if self.is_over():
                break
        self.put_back(table, rest)


def drain(
    connection: Connection, tables: Iterable[str], deadline: float | None = None
) -> DirtyKeys:
    """Return the rows of dirty tables and delete them. The caller holds the transaction."""
    keys = {table: db.rows(connection, f"SELECT * FROM {table}") for table in tables}
    for table, rows in keys.items():
        if rows:
            connection.execute(f"DELETE FROM {table}")
    return DirtyKeys(connection, keys, deadline)
