"""`aea sql`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import adhoc_sql


@click.command("sql")
@click.argument("query")
@options.output
def command(query: str, output: str | None) -> None:
    """Ask the database, read-only: aea sql "SELECT * FROM view_usage_by_model"."""
    click.echo(adhoc_sql.sql(query, output or "text"))
