"""`aea stats`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import dimensions, stats


@click.command("stats")
@click.option(
    "--group-by", type=click.Choice(dimensions.names_of("stats")), help="One row per value."
)
@click.option("--since", metavar="DATE", help="First local day, YYYY-MM-DD.")
@click.option("--until", metavar="DATE", help="Last local day, YYYY-MM-DD, included.")
@options.model
@click.option("--timezone", metavar="ZONE", help="IANA zone that decides what a day is.")
@options.filters
@options.output
def command(output: str | None, **asked: object) -> None:
    """Sessions, prompts, tokens, lines and commits of today, 7 days and 30 days.

    Inside a repository it covers that repository. It catches up first; if that takes longer than 150 ms, the
    last line says what is left to read.
    """
    request = stats.StatsRequest(output=output or "text", **asked)  # type: ignore[arg-type]
    click.echo(stats.show(request))
