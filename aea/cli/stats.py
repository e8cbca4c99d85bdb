"""`aea stats`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.reports import dimensions, stats


@click.command(
    "stats",
    epilog=options.examples(
        "aea stats",
        "aea stats --group-by model --since 2026-01-01",
        "aea stats --all-projects --json",
        "aea stats --estimated --since 2026-01-01",
    ),
)
@click.option(
    "--group-by", type=click.Choice(dimensions.names_of("stats")), help="Print one row per value."
)
@click.option("--since", metavar="DATE", help="First local day to include, YYYY-MM-DD.")
@click.option("--until", metavar="DATE", help="Last local day to include, YYYY-MM-DD.")
@options.model
@click.option(
    "--estimated",
    is_flag=True,
    help="Show estimated output tokens where the log has no final count.",
)
@click.option("--timezone", metavar="ZONE", help="IANA time zone that defines local days.")
@options.filters
@options.output
def command(output: str | None, **parameters: object) -> None:
    """Show sessions, tokens, lines and commits of recent days.

    Without --since and --until it covers today, the last 7 days and the last 30 days. Inside a repository, it covers
    that repository. It reads what is new first; if that takes longer than 150 ms, the last line says what is left to read.
    """
    request = stats.StatsRequest(output=output or "text", **parameters)  # type: ignore[arg-type]
    console.write(stats.show(request))
