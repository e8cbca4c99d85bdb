"""`aea sql` and `aea tables`: any read-only query, and the tables and views to query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.console import visible
from aea.errors import AeaError, UsageError
from aea.ingest import catch_up
from aea.reports import freshness, render
from aea.store.engine import db, sqlfiles

if TYPE_CHECKING:
    from aea.reports.query import Row

_LAYERS = ("view", "event", "fact", "metadata", "ingest")


def sql(statement: str, output: str) -> str:
    """The rows of one statement; AeaError if it fails or writes."""
    connection = freshness.reader() if catch_up.database_exists() else db.open_reader()
    db.forbid_other_files(connection)
    try:
        names, rows = db.select(connection, statement)
    except db.DAMAGE:
        raise  # the query is not to blame
    except db.Error as error:
        raise AeaError(f"the query failed: {error}", "aea tables lists tables and views") from error
    finally:
        connection.close()
    if not names or any(len(row) != len(names) for row in rows):
        raise UsageError("that is not one query that returns rows", 'aea sql "SELECT 1"')
    names = _distinct(names)
    return _shown([dict(zip(names, row, strict=True)) for row in rows], names, output)


def _distinct(names: list[str]) -> list[str]:
    """A second column of the same name gets a suffix, as in an SQLite view: a, a:1."""
    seen: dict[str, int] = {}
    distinct = []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        distinct.append(f"{name}:{count}" if count else name)
    return distinct


def tables(output: str) -> str:
    """Every table and view with its grain, views first."""
    rows: list[Row] = [
        {"layer": layer, "name": file.name, "grain": file.header("grain")}
        for layer in _LAYERS
        for file in sqlfiles.list_layer(layer)
        if file.name.startswith(f"{layer}_")
    ]
    return _shown(rows, ["layer", "name", "grain"], output, left=3)


def _shown(rows: list[Row], names: list[str], output: str, left: int = 1) -> str:
    rows = [{name: _plain(value) for name, value in row.items()} for row in rows]
    if output == "json":
        return render.as_json(rows)
    if output == "csv":
        return render.as_csv(rows, names)
    body = [["" if v is None else str(v) for v in row.values()] for row in rows]
    return render.as_table([visible(name) for name in names], body, left)


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
