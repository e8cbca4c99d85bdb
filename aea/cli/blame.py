"""`aea blame`."""

from __future__ import annotations

import click

from aea.reports import blame


@click.command("blame")
@click.argument("path", metavar="FILE")
@click.option("--at", "revision", metavar="COMMIT", help="The file as it was at a commit.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(path: str, revision: str | None, *, is_json: bool) -> None:
    """Show each line of a file with its commit and the session that wrote it.

    A line without a session is unattributed: nobody is known, which does not mean that a person wrote it.
    """
    click.echo(blame.show(path, revision, is_json=is_json))
