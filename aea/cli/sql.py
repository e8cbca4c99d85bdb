"""`aea sql`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import ask


@click.command("sql")
@click.argument("query")
@options.output
def command(query: str, output: str | None) -> None:
    """Ask the database, read-only: aea sql "SELECT * FROM view_usage_by_model"."""
    click.echo(ask.sql(query, output or "text"))
