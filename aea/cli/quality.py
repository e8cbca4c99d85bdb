"""`aea quality`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import dimensions


@click.command("quality")
@options.outcome(dimensions.names_of("quality"))
@options.filters
@options.output
def command(output: str | None, **asked: object) -> None:
    """Did it hold up: churn, bugs after merge and reverts of heavy commits, beside those of others.

    A commit whose window is still open is left out of churn and bugs and counted apart. Without --group-by one
    scorecard; its bands are in aea settings.
    """
    options.show_outcomes("quality", output, asked)
