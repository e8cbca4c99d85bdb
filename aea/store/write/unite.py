"""Two repositories become one: the header of each table says what happens to its rows.

`-- unite: delete` is for rows that are read or computed again, `-- unite: move` for those that are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.store.engine import db, tables

if TYPE_CHECKING:
    from aea.store.engine.db import Connection
    from aea.store.engine.tables import Table


def unite(connection: Connection, gone: int, kept: int) -> None:
    """All that names the repository `gone` names `kept`; its commits are read again under it."""
    owned = tables.list_owned(tables.REPOSITORIES)
    for table in owned:
        if table.unite != "move":
            delete_rows(connection, table, gone)
    for table in owned:
        if table.unite == "move":
            _move(connection, table, gone, kept)
    connection.execute("DELETE FROM metadata_repositories WHERE id = ?", (gone,))


def delete_rows(connection: Connection, table: Table, repository_id: int) -> None:
    """Delete the rows that belong to a repository."""
    condition = table.belonging_to(tables.REPOSITORIES)
    connection.execute(f"DELETE FROM {table.name} WHERE {condition}", (repository_id,))


def _move(connection: Connection, table: Table, gone: int, kept: int) -> None:
    """Give rows to another repository; where it has the same row already, that one stands for both."""
    owner, *others = table.path_to(tables.REPOSITORIES)
    if others:
        return  # the rows follow those that they refer to
    connection.execute(
        f"UPDATE OR IGNORE {table.name} SET {owner} = ? WHERE {owner} = ?", (kept, gone)
    )
    if owner in table.key:
        references = tables.list_references(table.name)
        for old, new in _pairs(connection, table, gone, kept) if references else ():
            repoint(connection, references, old, new)
        connection.execute(f"DELETE FROM {table.name} WHERE {owner} = ?", (gone,))


def _pairs(connection: Connection, table: Table, gone: int, kept: int) -> list[tuple[int, int]]:
    """(row of `gone`, row of `kept`) that are the same."""
    (owner,) = table.path_to(tables.REPOSITORIES)
    same = " AND ".join(f"k.{name} = g.{name}" for name in table.key if name != owner)
    return db.rows(
        connection,
        f"SELECT g.id, k.id FROM {table.name} AS g INNER JOIN {table.name} AS k"
        f" ON {table.indexed(owner, 'k.')} = ? AND {same} WHERE g.{owner} = ?",
        (kept, gone),
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
    """Let rows that refer to one row refer to another; of two that are the same now one is left."""
    for table, column in references:
        connection.execute(
            f"UPDATE OR IGNORE {table.name} SET {column} = ? WHERE {column} = ?", (new, old)
        )
        if column in table.key:
            connection.execute(f"DELETE FROM {table.name} WHERE {column} = ?", (old,))
