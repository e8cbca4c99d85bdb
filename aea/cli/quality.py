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

    Churn and bugs exclude commits whose window is still open; their number is printed below. Without --group-by
    it prints one scorecard; `aea settings` has its bands.
    """
    options.show_outcomes("quality", output, asked)
