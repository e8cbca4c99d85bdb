"""`aea quality`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import dimensions


@click.command(
    "quality",
    epilog=options.examples(
        "aea quality",
        "aea quality --group-by week",
        "aea quality --all-projects --model claude-opus-4-6",
    ),
)
@options.outcome(dimensions.names_of("quality"))
@options.evidence
@options.filters
@options.output
def command(output: str | None, **parameters: object) -> None:
    """Show what held up: churn, bug fixes and reverts.

    Compares heavy commits, most of whose lines AI sessions wrote, with all others. Churn and bugs exclude commits whose
    window is still open; their number is printed below. Without --group-by it prints one scorecard; `aea settings`
    lists its bands.
    """
    options.show_outcomes("quality", output, parameters)
