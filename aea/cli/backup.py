"""`aea backup`."""

from __future__ import annotations

from pathlib import Path

import click

from aea.errors import UsageError
from aea.reports import backups


@click.command("backup")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Write over FILE if it is there.")
@click.option("--list", "is_list", is_flag=True, help="Show the snapshots there are.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(file: Path | None, *, force: bool, is_list: bool, is_json: bool) -> None:
    """Copy the whole database: a snapshot now, or a copy to FILE.

    Snapshots are taken by themselves once a day; three are kept, one of them older than a week. The copy is
    one file, proved before it gets its name, and may be made while aea is at work.
    """
    if is_list and (file or force):
        raise UsageError("--list takes no file", "aea backup --list")
    if force and not file:
        raise UsageError("--force is for a file", "aea backup --force FILE")
    output = "json" if is_json else "text"
    if is_list:
        click.echo(backups.show(output))
    elif file:
        click.echo(backups.copy_to(file, output, is_forced=force))
    else:
        click.echo(backups.snapshot(output))
