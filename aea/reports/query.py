"""Run a report's SQL with its parameters; rows are dicts by column name."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from aea.store.engine import db, metrics, sqlfiles

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


def grouped_report(
    connection: Connection,
    name: str,
    metric_names: str,
    group_by: str | None,
    parameters: dict[str, Any],
) -> list[Row]:
    """The same for a report with metrics and groups; marks without names stand for `metric_names`."""
    text = sqlfiles.read("report", name).text
    if group_by is not None:
        from aea.reports import dimensions  # not on the path of `aea stats`

        text = dimensions.expand(text, group_by)
    return select(connection, metrics.expand(text, metric_names), parameters)


def utc_text(milliseconds: int) -> str:
    """An instant in the format of events: ISO 8601, UTC, whole seconds."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(milliseconds // 1000))
