"""Free questions: any read-only SQL, and what there is to ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.errors import AeaError, UsageError
from aea.ingest import catch_up
from aea.reports import current, render
from aea.store.engine import db, sqlfiles

if TYPE_CHECKING:
    from aea.reports.query import Row

_LAYERS = ("view", "event", "fact", "metadata", "ingest")


def sql(statement: str, output: str) -> str:
    """The rows of one statement; AeaError when it is wrong or writes."""
    connection = current.reader() if catch_up.database_exists() else db.open_reader()
    db.forbid_other_files(connection)
    try:
        names, rows = db.select(connection, statement)
    except db.DAMAGE:
        raise  # not the query's fault
    except db.Error as error:
        raise AeaError(f"the query fails: {error}", "aea tables lists what there is") from error
    finally:
        connection.close()
    if not names or any(len(row) != len(names) for row in rows):
        raise UsageError("that is not one query with an answer", 'aea sql "SELECT 1"')
    names = _distinct(names)
    return _shown([dict(zip(names, row, strict=True)) for row in rows], names, output)


def _distinct(names: list[str]) -> list[str]:
    """A second column of the same name is told apart, as SQLite does it in a view: a, a:1."""
    seen: dict[str, int] = {}
    told = []
    for name in names:
        count = seen.get(name, 0)
        seen[name] = count + 1
        told.append(f"{name}:{count}" if count else name)
    return told


def tables(output: str) -> str:
    """Every table and view with its grain, the layer nearest to a person first."""
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
    return render.as_table(names, body, left)


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
