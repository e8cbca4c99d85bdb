"""Free questions: any read-only SQL, and what there is to ask about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aea.errors import AeaError
from aea.reports import render
from aea.store import db, sqlfiles

if TYPE_CHECKING:
    from aea.reports.query import Row

_LAYERS = ("view", "event", "fact", "metadata", "ingest")


def sql(statement: str, output: str) -> str:
    """The rows of one statement; AeaError when it is wrong or writes."""
    connection = db.open_reader()
    try:
        names, rows = db.select(connection, statement)
    except db.Error as error:
        raise AeaError(f"the query fails: {error}", "aea tables lists what there is") from error
    finally:
        connection.close()
    return _shown([dict(zip(names, row, strict=True)) for row in rows], names, output)


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
    if output == "json":
        return render.as_json([{k: _plain(v) for k, v in row.items()} for row in rows])
    if output == "csv":
        return render.as_csv(rows)
    body = [["" if v is None else str(_plain(v)) for v in row.values()] for row in rows]
    return render.as_table(names, body, left)


def _plain(value: object) -> object:
    return value.hex() if isinstance(value, bytes) else value
