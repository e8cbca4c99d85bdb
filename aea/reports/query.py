"""Run a report's SQL with its parameters and give rows with names."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from aea.store.engine import db, sqlfiles

if TYPE_CHECKING:
    from aea.store.engine.db import Connection

Row = dict[str, Any]


def select(connection: Connection, statement: str, parameters: object = ()) -> list[Row]:
    """The rows of any query."""
    names, rows = db.select(connection, statement, parameters)
    return [dict(zip(names, row, strict=True)) for row in rows]


def report(
    connection: Connection, name: str, parameters: dict[str, Any] | None = None
) -> list[Row]:
    """The rows of sql/report/<name>.sql."""
    return select(connection, sqlfiles.read("report", name).text, parameters or ())


def metrics_report(
    connection: Connection, name: str, metrics_of: str, parameters: dict[str, Any]
) -> list[Row]:
    """The same with metrics in it: where the file names none, those of a report such as delivery."""
    from aea.store.engine import metrics  # not on the path of `aea stats`

    return select(
        connection, metrics.expand(sqlfiles.read("report", name).text, metrics_of), parameters
    )


def utc_text(milliseconds: int) -> str:
    """An instant as the events write it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(milliseconds // 1000))
