"""Merge rows of another aea database, by the same rules as rows that were just read (aea/store/write/merges.py).

Surrogate keys differ between databases. Each reference is resolved by the natural key of the row that it refers to;
metadata that is missing here is merged first. Headers and references describe all of this, so a new table needs no
code here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from aea.store.engine import tables
from aea.store.write import merges

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aea.store.engine.db import Connection
    from aea.store.engine.tables import Table

Row = tuple[Any, ...]  # the columns of its table in order


class _UnresolvedError(Exception):
    """A reference cannot be resolved."""


class Origin(NamedTuple):
    """The source of the rows, by its key in this database, and the time of the transfer."""

    source_id: int
    read_at: int


class Transfer:
    """Merges rows of one other database. The caller holds the transaction and calls `forget` after a rollback."""

    def __init__(self, connection: Connection, parents: dict[str, dict[int, Row]]) -> None:
        """`parents`: the rows that others refer to, by table and surrogate key in the other database."""
        self._connection = connection
        self._parents = parents
        self.forget()

    def forget(self) -> None:
        """Drop the resolved keys: some may belong to rows that were rolled back."""
        self._keys: dict[tuple[str, int], int | None] = {}

    def write_facts(self, facts: dict[str, list[Row]], source_id: int, now: int) -> None:
        """Merge the facts of one source, given by table."""
        origin = Origin(source_id, now)
        for table in tables.list_facts():
            rows = self._localise(table, facts.get(table.name, ()), origin)
            if rows and table.merge == "last":
                self._connection.execute(
                    f"DELETE FROM {table.name} WHERE {table.belonging_to(tables.CURSORS)}",
                    (source_id,),
                )
            if rows:
                self._connection.executemany(merges.statement(table.name), rows)

    def write_metadata(self, name: str, now: int) -> None:
        """Merge all rows of a table to which facts refer by name, such as branches."""
        table = tables.find(name)
        rows = self._localise(table, self._parents.get(name, {}).values(), Origin(0, now))
        if rows:
            self._connection.executemany(merges.statement(name), rows)

    def _localise(self, table: Table, rows: Iterable[Row], origin: Origin) -> list[Row]:
        """The rows with the keys of this database, without those that have an unresolved reference."""
        found = []
        for row in rows:
            try:
                found.append(self._local_row(table, row, origin))
            except _UnresolvedError:
                continue
        return found

    def _local_row(self, table: Table, row: Row, origin: Origin) -> Row:
        values = dict(zip(table.columns, row, strict=True))
        for column, target in table.references.items():
            if target == tables.CURSORS:
                values[column] = origin.source_id
            elif values[column] is not None:
                values[column] = self._key(target, values[column], origin)
        if "ingested_at" in values:
            values["ingested_at"] = origin.read_at
        return tuple(values[name] for name in table.content)

    def _key(self, name: str, other_key: int, origin: Origin) -> int:
        """The key in this database of a row that is referred to."""
        if (name, other_key) not in self._keys:
            self._keys[name, other_key] = self._find(name, other_key, origin)
        key = self._keys[name, other_key]
        if key is None:
            raise _UnresolvedError
        return key

    def _find(self, name: str, other_key: int, origin: Origin) -> int | None:
        table, row = tables.find(name), self._parents.get(name, {}).get(other_key)
        if row is None:
            return None
        local = self._local_row(table, row, origin)
        if table.layer == "metadata":
            self._connection.execute(merges.statement(name), local)
        values = dict(zip(table.content, local, strict=True))
        query = f"SELECT id FROM {name} WHERE " + " AND ".join(
            f"{table.indexed(column)} = {'coalesce(?, 0)' if column in table.nullable else '?'}"
            for column in table.key
        )
        parameters = [values[column] for column in table.key]
        if table.layer == "fact":  # another source that has the same fact has its parts as well
            query += f" AND {table.belonging_to(tables.CURSORS)}"
            parameters.append(origin.source_id)
        key = self._connection.execute(query, parameters).get
        return None if key is None else int(key)
