"""`aea delivery`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import dimensions


@click.command("delivery")
@options.outcome(dimensions.names_of("delivery"))
@options.filters
@options.output
def command(output: str | None, **asked: object) -> None:
    """Did it ship: AI share, mainline reach, lead time, pull requests.

    Covers reachable commits, excluding merges. Without --group-by it prints one scorecard; `aea settings` has
    its bands. By provider or model a commit is split among its sessions by their lines.
    """
    options.show_outcomes("delivery", output, asked)
