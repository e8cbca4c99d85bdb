"""`aea show`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.reports import commit


@click.command("show", epilog=options.examples("aea show HEAD", "aea show 1f4a2c9 --json"))
@click.argument("target", metavar="COMMIT")
@click.option("--json", "is_json", is_flag=True, help="Print JSON with one entry per added line.")
def command(target: str, *, is_json: bool) -> None:
    """Show which session wrote each added line of a commit.

    COMMIT is a sha or the start of one or, in a repository, whatever git takes: HEAD, main~2, v1.0, '@{u}', ':/words'. The stage column names the
    evidence for each line; docs/attribution.md explains the stages.
    """
    console.write(commit.show(target, is_json=is_json))
