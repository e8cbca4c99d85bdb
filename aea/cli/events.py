"""`aea events`."""

from __future__ import annotations

import click

from aea.reports import events


@click.command("events")
@click.option("--table", "tables", multiple=True, help="Only this table; may be given again.")
@click.option(
    "--since", metavar="INSTANT", help="Happened at or after: 2026-11-01[T09:30:00Z], UTC."
)
@click.option("--until", metavar="INSTANT", help="Happened before.")
@click.option(
    "--after", type=int, metavar="MS", help="Changed after: an `ingested_at` seen before."
)
@click.option("--repo", help="Only this repository: a path, a key or a name.")
@click.option("--provider", help="Only this provider, such as claude_code.")
@click.option("--limit", type=click.IntRange(min=0), help="At most so many rows.")
def command(**asked: object) -> None:
    """Stream the event rows as NDJSON: one JSON object a line, the table's name first.

    Nothing is filtered unless asked for. To go on later, give the greatest `ingested_at` of what you have
    to --after. A row that went (a commit of a repository that was united with another) is not told.
    """
    for line in events.stream(events.EventsRequest(**asked)):  # type: ignore[arg-type]
        click.echo(line)
