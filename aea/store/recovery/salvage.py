"""Read from a damaged database what no source has any more: the facts of deleted sources, roots and aliases.

Each table is read from both ends and without joins, so a damaged page costs only the rows on it. The tables and their
references are those that the files in sql/ describe.
"""

from __future__ import annotations

import json
import os
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from aea.errors import StoreError
from aea.sources import twins
from aea.store.engine import db, sqlfiles, tables
from aea.store.write import cursors

if TYPE_CHECKING:
    from pathlib import Path

    from aea.store.engine.db import Connection
    from aea.store.engine.tables import Table
    from aea.store.write.transfer import Row

_UNREADABLE = (db.Error, UnicodeDecodeError, MemoryError, OverflowError)
Known = dict[tuple[str, str], int]  # (provider, path) of a source: when it was last read


class Root(NamedTuple):
    """A directory that is the root of a repository."""

    path: str
    repository_key: str
    resolved_by: str


class LostSource(NamedTuple):
    """A deleted session file or git directory, with the facts that were read from it."""

    provider: str
    path: str
    facts: dict[str, list[Row]]  # by table


class Remains(NamedTuple):
    """Everything that was read."""

    roots: list[Root]
    sources: list[LostSource]
    parents: dict[str, dict[int, Row]]  # by table and surrogate key: the rows that facts refer to


NOTHING = Remains([], [], {})


def read(path: Path, known: Known) -> Remains:
    """The facts that the `known` sources no longer provide. NOTHING if the file is unreadable or has another schema."""
    try:
        with closing(db.open_reader(path)) as connection:
            if int(connection.pragma("user_version")) != sqlfiles.count_migrations():
                return NOTHING
            return _read(connection, known)
    except (StoreError, *_UNREADABLE):
        return NOTHING


def _read(connection: Connection, known: Known) -> Remains:
    parents = {
        table.name: {row[0]: row for row in _rows(connection, table)}
        for table in tables.list_tables()
        if table.layer == "metadata" and table.has_id
    }
    lost = _list_lost(connection, known)
    sources = {key: LostSource(*place, {}) for key, place in lost.items()}
    for table in tables.list_facts():
        _read_facts(connection, table, sources, parents)
    return Remains(
        _list_roots(parents), [source for source in sources.values() if source.facts], parents
    )


def _list_lost(connection: Connection, known: Known) -> dict[int, tuple[str, str]]:
    """(provider, path) of each source that was read after `known` and is not on disk any more."""
    table = tables.find(tables.CURSORS)
    found = {}
    for row in _rows(connection, table):
        values = dict(zip(table.columns, row, strict=True))
        provider, path = values["provider"], values["source_path"]
        if not (isinstance(provider, str) and isinstance(path, str) and os.path.isabs(path)):
            continue  # a row of another table, on a page of this one
        is_known = known.get((provider, path)) == values["ingested_at"]
        if not is_known and provider != cursors.SPOOL and not twins.exists(path):
            found[values["id"]] = (provider, path)
    return found


def _read_facts(
    connection: Connection,
    table: Table,
    sources: dict[int, LostSource],
    parents: dict[str, dict[int, Row]],
) -> None:
    """Add the facts of one table to their sources, and to the parents if other facts refer to them."""
    column, *rest = table.path_to(tables.CURSORS) or ("",)
    if not column:
        return
    is_parent = any(table.name in other.references.values() for other in tables.list_facts())
    above = parents.get(table.references[column], {}) if rest else dict.fromkeys(sources)
    place = table.columns.index(column)
    for row in _rows(connection, table, column, list(above)):
        source = _source_of(table.references[column], row[place], parents) if rest else row[place]
        sources[source].facts.setdefault(table.name, []).append(row)
        if is_parent:
            parents.setdefault(table.name, {})[row[0]] = row


def _source_of(name: str, key: int, parents: dict[str, dict[int, Row]]) -> int:
    table = tables.find(name)
    column, *rest = table.path_to(tables.CURSORS)
    value: int = parents[name][key][table.columns.index(column)]
    return _source_of(table.references[column], value, parents) if rest else value


def _list_roots(parents: dict[str, dict[int, Row]]) -> list[Root]:
    directories, repositories = (
        [dict(zip(tables.find(name).columns, row, strict=True)) for row in parents[name].values()]
        for name in ("metadata_directories", "metadata_repositories")
    )
    keys = {row["id"]: row["repository_key"] for row in repositories}
    return [
        Root(row["directory_path"], keys[row["repository_id"]], row["resolved_by"])
        for row in directories
        if row["is_root"] == 1 and row["repository_id"] in keys
    ]


def _rows(
    connection: Connection, table: Table, column: str = "", keys: list[int] | None = None
) -> list[Any]:
    """The readable rows of a table, optionally only those with one of `keys` in a column."""
    condition = f" WHERE {column} IN (SELECT value FROM json_each(?))" if column else ""
    found: dict[Any, None] = {}
    for direction in ("ASC", "DESC"):
        order = ", ".join(
            f"{name} {direction}" for name in (("id",) if table.has_id else table.key)
        )
        query = f"SELECT {', '.join(table.columns)} FROM {table.name}{condition} ORDER BY {order}"
        try:
            for row in connection.execute(query, (json.dumps(keys),) if column else ()):
                found[row] = None
        except _UNREADABLE:
            continue
        break
    return list(found)
