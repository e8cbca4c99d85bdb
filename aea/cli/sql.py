"""`aea sql`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.reports import adhoc_sql


@click.command(
    "sql",
    epilog=options.examples(
        'aea sql "SELECT * FROM view_usage_by_model"',
        'aea sql --csv "SELECT * FROM event_commit_outcome" > commits.csv',
    ),
)
@click.argument("query")
@options.output
def command(query: str, output: str | None) -> None:
    """Run a read-only SQL query.

    `aea tables` lists the tables and views.
    """
    console.write(adhoc_sql.sql(query, output or "text"))
