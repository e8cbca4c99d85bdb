"""Unite two repositories. The header of each table says what happens to its rows.

`-- unite: delete` is for rows that will be read again, `-- unite: move` for rows that will not. Derived rows are
deleted with the facts and metadata that they refer to (ON DELETE CASCADE).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.store.engine import db, tables

if TYPE_CHECKING:
    from aea.store.engine.db import Connection
    from aea.store.engine.tables import Table


def unite(connection: Connection, old: int, new: int) -> None:
    """Dissolve the repository `old` in `new`. The next ingest reads its commits again."""
    owned = tables.list_owned(tables.REPOSITORIES)
    for table in owned:
        if table.unite == "delete":
            delete_rows(connection, table, old)
    for table in owned:
        if table.unite == "move":
            _move(connection, table, old, new)
    connection.execute("DELETE FROM metadata_repositories WHERE id = ?", (old,))


def delete_rows(connection: Connection, table: Table, repository_id: int) -> None:
    """Delete the rows that belong to a repository."""
    condition = table.belonging_to(tables.REPOSITORIES)
    connection.execute(f"DELETE FROM {table.name} WHERE {condition}", (repository_id,))


def _move(connection: Connection, table: Table, old: int, new: int) -> None:
    """Move the rows of a repository to another one. Where both have the same row, that of `new` stays."""
    owner, *others = table.path_to(tables.REPOSITORIES)
    if others:
        return  # they follow the rows that they refer to
    connection.execute(
        f"UPDATE OR IGNORE {table.name} SET {owner} = ? WHERE {owner} = ?", (new, old)
    )
    if owner in table.key:
        references = tables.list_references(table.name)
        for duplicate, row in _duplicates(connection, table, old, new) if references else ():
            repoint(connection, references, duplicate, row)
        connection.execute(f"DELETE FROM {table.name} WHERE {owner} = ?", (old,))


def _duplicates(connection: Connection, table: Table, old: int, new: int) -> list[tuple[int, int]]:
    """(row of `old`, row of `new` with the same key)."""
    (owner,) = table.path_to(tables.REPOSITORIES)
    same = " AND ".join(f"n.{name} = o.{name}" for name in table.key if name != owner)
    return db.rows(
        connection,
        f"SELECT o.id, n.id FROM {table.name} AS o INNER JOIN {table.name} AS n"
        f" ON {table.indexed(owner, 'n.')} = ? AND {same} WHERE o.{owner} = ?",
        (new, old),
    )


def list_session_references(target: str) -> list[tuple[Table, str]]:
    """(table, column) of the references to `target` from rows that belong to no repository."""
    return [
        (table, column)
        for table, column in tables.list_references(target)
        if not table.path_to(tables.REPOSITORIES)
    ]


def repoint(
    connection: Connection, references: list[tuple[Table, str]], old: int, new: int
) -> None:
    """Change references from one row to another. Of two rows that then have the same key, one is deleted."""
    for table, column in references:
        connection.execute(
            f"UPDATE OR IGNORE {table.name} SET {column} = ? WHERE {column} = ?", (new, old)
        )
        if column in table.key:
            connection.execute(f"DELETE FROM {table.name} WHERE {column} = ?", (old,))
