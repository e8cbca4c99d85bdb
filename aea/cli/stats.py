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
@click.option("--model", help="Only this model.")
@click.option("--timezone", metavar="ZONE", help="IANA zone that decides what a day is.")
@options.filters
@options.output
def command(output: str | None, **asked: object) -> None:
    """What sessions and commits amount to: today, 7 days, 30 days.

    Inside a repository: of that repository. What changed since the last look is read first; if that takes
    longer than 150 ms, the answer says that newer data is still to come.
    """
    request = stats.StatsRequest(output=output or "text", **asked)  # type: ignore[arg-type]
    click.echo(stats.show(request))
