"""`aea check`."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import click

from aea.errors import AeaError
from aea.pipeline.check import check
from aea.reports.render import as_json
from aea.store.engine import db, schema
from aea.store.recovery import db_copy

if TYPE_CHECKING:
    from aea.reports.query import Row


@click.command("check")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(*, is_json: bool) -> int:
    """Verify that all stored numbers follow from the facts.

    Checks the integrity of the database, recomputes every derived and event table, and checks the cursors. Lists the keys
    that differ and exits with 1 if something is wrong.
    """
    with closing(db.open_reader()) as connection:
        if fault := db_copy.first_fault(connection):
            raise db_copy.damaged_error(fault)
        if not schema.is_current(connection):
            raise AeaError("the database was made by an older aea", "aea ingest")
        if waiting := schema.count_waiting(connection):
            raise AeaError(
                f"{waiting} rows of an interrupted run are still to be computed", "aea ingest"
            )
        found = check(connection)
    if is_json:
        rows: list[Row] = [difference._asdict() for difference in found]
        click.echo(as_json(rows))
    elif found:
        for subject, key, finding in found:
            click.echo(f"{subject}: {key}: {finding}")
        click.echo("Try: aea rebuild", err=True)
    else:
        click.echo("No differences: all stored numbers follow from the facts.")
    return 1 if found else 0
