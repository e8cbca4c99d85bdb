"""`aea tables`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import ask


@click.command("tables")
@options.output
def command(output: str | None) -> None:
    """Tables and views with their grain; ask them with `aea sql`."""
    click.echo(ask.tables(output or "text"))
