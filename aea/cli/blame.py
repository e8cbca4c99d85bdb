"""`aea blame`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.reports import blame


@click.command(
    "blame",
    epilog=options.examples("aea blame src/cart.py", "aea blame src/cart.py --at v1.2"),
)
@click.argument("path", metavar="FILE")
@click.option("--at", "revision", metavar="COMMIT", help="Use the file as of this commit.")
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(path: str, revision: str | None, *, is_json: bool) -> None:
    """Show which session and commit wrote each line of a file.

    A line without a session is unattributed: its author is unknown, which does not mean that a person wrote it.
    """
    console.write(blame.show(path, revision, is_json=is_json))
