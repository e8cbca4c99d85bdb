"""`aea show`."""

from __future__ import annotations

import click

from aea.reports import commit


@click.command("show")
@click.argument("target", metavar="COMMIT")
@click.option("--json", "is_json", is_flag=True, help="Print JSON, one entry for each added line.")
def command(target: str, *, is_json: bool) -> None:
    """Show for each added line of a commit which session wrote it.

    COMMIT is a sha, its beginning, or a name such as HEAD in the repository around this directory. The
    stage says by what evidence a line was given to a session; docs/attribution.md explains each.
    """
    click.echo(commit.show(target, is_json=is_json))
