"""`aea backup`."""

from __future__ import annotations

from pathlib import Path

import click

from aea import console
from aea.cli import options
from aea.errors import UsageError
from aea.reports import backups


@click.command(
    "backup",
    epilog=options.examples("aea backup", "aea backup --list", "aea backup /mnt/usb/aea.db"),
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@click.option("--list", "is_list", is_flag=True, help="List the existing copies.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(file: Path | None, *, force: bool, is_list: bool, is_json: bool) -> None:
    """Copy the database, or list the existing copies.

    Without FILE it takes a snapshot. Snapshots are also taken once a day; three are kept, one of them older than a week. A
    copy is a single file, verified before it gets its name, and can be made while aea is working.
    """
    if is_list and (file or force):
        raise UsageError("--list cannot be combined with FILE or --force", "aea backup --list")
    if force and not file:
        raise UsageError("--force requires FILE", "aea backup --force FILE")
    output = "json" if is_json else "text"
    if is_list:
        console.write(backups.show(output))
    elif file:
        console.write(backups.copy_to(file, output, is_forced=force))
    else:
        console.write(backups.snapshot(output))
