"""`aea settings`: list, change and reset the numbers that rules and bands read."""

from __future__ import annotations

import math
from contextlib import closing
from typing import TYPE_CHECKING

from aea.errors import UsageError
from aea.ingest.catch_up import open_database
from aea.ingest.run import IngestRun
from aea.progress import Bar
from aea.reports import freshness, query, render
from aea.store.engine.lock import writer_lock

if TYPE_CHECKING:
    from aea.reports.query import Row
    from aea.store.engine.db import Connection

_LOCK_SECONDS = 30
_READ = (
    "SELECT setting_name, setting_value, default_value, unit, meaning FROM metadata_settings"
    " WHERE ? IN (setting_name, '') ORDER BY setting_name"
)


def show(name: str | None, output: str) -> str:
    """Every setting, or one of them."""
    with closing(freshness.reader()) as connection:
        rows = _read(connection, name)
    if output == "json":
        return render.as_json(rows)
    if output == "csv":
        return render.as_csv(rows)
    header = ["Setting", "Value", "Default", "Unit", "Meaning"]
    return _upright(header, rows)


def _upright(header: list[str], rows: list[Row]) -> str:
    body = [
        [
            row["setting_name"],
            f"{row['setting_value']:g}",
            f"{row['default_value']:g}",
            row["unit"],
            row["meaning"],
        ]
        for row in rows
    ]
    return render.as_table(header, body, left=5)


def _read(connection: Connection, name: str | None) -> list[Row]:
    rows = query.select(connection, _READ, (name or "",))
    if not rows:
        raise UsageError(f"there is no setting {name!r}", "aea settings lists them")
    return rows


def change(name: str, value: float | None, *, is_default: bool) -> str:
    """Set a value, or reset it, and refresh what depends on it. A kill leaves the rest of that to the next ingest."""
    if is_default and value is not None:
        raise UsageError("--default and a value exclude each other", "give one of them")
    with writer_lock(_LOCK_SECONDS), closing(open_database()) as connection:
        (row,) = _read(connection, name)
        chosen = row["default_value"] if value is None else value
        _require_sound(row, chosen)
        run = IngestRun(connection)
        with run.transaction():
            statement = "UPDATE metadata_settings SET setting_value = ? WHERE setting_name = ?"
            connection.execute(statement, (chosen, name))
        run.refresh_waiting(progress=Bar())
    return (
        f"{name} is {chosen:g} ({row['unit']}; shipped: {row['default_value']:g}). {row['meaning']}"
    )


def _require_sound(row: Row, value: float) -> None:
    highest = 1.0 if row["unit"] == "share" else 100_000.0
    if not (math.isfinite(value) and 0 <= value <= highest):
        raise UsageError(
            f"{row['setting_name']} cannot be {value:g}",
            f"give 0 to {highest:g} ({row['unit']})",
        )
