"""`aea delivery`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import dimensions


@click.command(
    "delivery",
    epilog=options.examples(
        "aea delivery",
        "aea delivery --group-by model --since 2026-01-01",
        "aea delivery --task ABC-12 --json",
    ),
)
@options.outcome(dimensions.names_of("delivery"))
@options.evidence
@options.filters
@options.output
def command(output: str | None, **parameters: object) -> None:
    """Show what shipped: AI share, mainline reach, lead time.

    Covers reachable commits, excluding merges, and their pull requests. Without --group-by it prints one scorecard;
    `aea settings` lists its bands. By provider or model, a commit is split among its sessions by their lines.
    """
    options.show_outcomes("delivery", output, parameters)
