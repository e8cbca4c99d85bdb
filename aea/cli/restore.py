"""`aea restore`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aea.errors import UsageError
from aea.reports import backups


@click.command("restore")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask.")
def command(file: Path | None, *, yes: bool) -> None:
    """Put a copy in the place of the database: FILE, or the newest snapshot.

    The copy is proved first, and the database of now is kept. What sources have gained since the copy was made
    is read by the next `aea ingest`, or by the daemon.
    """
    origin = backups.origin(file)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("nobody can be asked here", "aea restore --yes")
        click.confirm(f"Replace the database by {origin}?", abort=True)
    click.echo(backups.restore(origin))
