"""`aea tables`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.reports import adhoc_sql


@click.command("tables")
@options.output
def command(output: str | None) -> None:
    """List the tables and views with their grain.

    Query them with `aea sql`.
    """
    console.write(adhoc_sql.tables(output or "text"))
