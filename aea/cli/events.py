"""`aea events`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.reports import events


@click.command(
    "events",
    epilog=options.examples(
        "aea events --since 2026-01-01 > events.ndjson",
        "aea events --table event_commit_outcome --limit 10",
    ),
)
@click.option("--table", "tables", multiple=True, help="Limit to a table; repeatable.")
@click.option(
    "--since", metavar="INSTANT", help="First UTC time to include: 2026-11-01[T09:30:00Z]."
)
@click.option("--until", metavar="INSTANT", help="First UTC time to exclude.")
@click.option("--after", type=int, metavar="MS", help="Only rows with a greater `ingested_at`.")
@click.option("--repo", help="Limit to a repository: a path, key or name.")
@click.option("--provider", help="Limit to a provider, such as claude_code.")
@click.option("--limit", type=click.IntRange(min=0), help="Maximum number of rows.")
def command(**parameters: object) -> None:
    """Stream event rows as JSON, one object per line.

    Each object begins with the name of its table. Without options, all rows are printed. To continue later, pass the
    greatest `ingested_at` received so far to --after. Deleted rows are not reported; a row is deleted when, for example,
    its repository is merged with another.
    """
    for line in events.stream(events.EventsRequest(**parameters)):  # type: ignore[arg-type]
        console.write(line)
