"""`aea restore`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from aea import console
from aea.cli import options
from aea.errors import UsageError
from aea.reports import backups


@click.command(
    "restore", epilog=options.examples("aea restore", "aea restore /mnt/usb/aea.db --yes")
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def command(file: Path | None, *, yes: bool) -> None:
    """Replace the database with a copy.

    Without FILE it restores the newest snapshot. The copy is verified first, and the replaced database is kept. The next
    `aea ingest`, or the daemon, reads what sources have gained since the copy was made.
    """
    origin = backups.origin(file)
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError("cannot ask for confirmation without a terminal", "aea restore --yes")
        console.confirm(f"Replace the database with {origin}?")
    console.write(backups.restore(origin))
