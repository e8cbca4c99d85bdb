"""`aea session`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import sessions


@click.command("session")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True)
@options.scope
@options.output
def command(
    limit: int, repo: str | None, provider: str | None, output: str | None, *, all_projects: bool
) -> None:
    """List sessions, the latest first."""
    click.echo(sessions.show(limit, repo, provider, output or "text", all_projects=all_projects))
