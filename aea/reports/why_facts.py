"""The facts about one session or one commit, whichever tables hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.reports import query
from aea.reports.why_number import Section
from aea.store.engine import sqlfiles, tables

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.engine.db import Connection
    from aea.store.engine.tables import Table

_LEFT_OUT = frozenset({"id", "repository_id", "commit_id", "source_id", "ingested_at"})
_INSTANT = "strftime('%Y-%m-%dT%H:%M:%SZ', f.{} / 1000, 'unixepoch')"


def of_session(connection: Connection, session_id: int, limit: int) -> list[Section]:
    """The first rows of each table, with the file and the byte at which their line starts."""
    return [
        Section(
            table.name,
            f"{table.name}: the first {limit}, with their source",
            _session_rows(connection, table, session_id, limit),
        )
        for table in tables.list_facts()
        if table.path_to("metadata_sessions") and "source_offset" in table.columns
    ]


def _session_rows(connection: Connection, table: Table, session_id: int, limit: int) -> list[Row]:
    key = ", ".join(f"f.{name}" for name in table.key)
    return query.select(
        connection,
        f"SELECT {key}, {_INSTANT.format('occurred_at')} AS at, c.source_path, f.source_offset AS byte_offset"
        f" FROM {table.name} AS f INNER JOIN ingest_cursor AS c ON c.id = f.source_id"
        f" WHERE f.{table.belonging_to('metadata_sessions')} ORDER BY f.occurred_at, {key} LIMIT ?",
        (session_id, limit),
    )


def of_commit(connection: Connection, commit_id: int, limit: int) -> list[Section]:
    """The rows of each table that name the commit: by its id, or in a column that ends in _sha."""
    sections = []
    for table in tables.list_facts():
        columns = [f"f.{name}" for name in table.columns if name.endswith("_sha")]
        if table.name != "fact_commit" and (columns or table.path_to("fact_commit")):
            rows = _commit_rows(connection, table, columns, commit_id, limit)
            title = f"{table.name}: {sqlfiles.read('fact', table.name).header('grain')}"
            sections.append(Section(table.name, title, rows))
    return [section for section in sections if section.rows]


def _commit_rows(
    connection: Connection, table: Table, columns: list[str], commit_id: int, limit: int
) -> list[Row]:
    if table.path_to("fact_commit"):
        condition = f"f.{table.belonging_to('fact_commit')}"
    else:
        condition = (
            "EXISTS (SELECT 1 FROM fact_commit AS c WHERE c.id = ? AND"
            f" c.repository_id = f.repository_id AND c.commit_sha IN ({', '.join(columns)}))"
        )
    shown = ", ".join(_shown(table, name) for name in table.columns if _is_readable(table, name))
    return query.select(
        connection,
        f"SELECT {shown} FROM {table.name} AS f WHERE {condition} ORDER BY f.occurred_at LIMIT ?",
        (commit_id, limit),
    )


def _is_readable(table: Table, column: str) -> bool:
    """Whether a column says something to people: hashes do not."""
    kind = table.types[column]
    is_hash = kind == "BLOB" or (kind == "INTEGER" and column.endswith("_key"))
    return not is_hash and column not in _LEFT_OUT


def _shown(table: Table, column: str) -> str:
    if table.references.get(column) == "metadata_files":
        path = column.removesuffix("_id") + "_path"
        return f"(SELECT file_path FROM metadata_files WHERE id = f.{column}) AS {path}"
    if column.endswith("_at"):
        return f"{_INSTANT.format(column)} AS {column}"
    return f"f.{column}"
