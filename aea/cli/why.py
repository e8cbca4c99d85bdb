"""`aea why`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.reports import why


@click.command(
    "why",
    epilog=options.examples(
        "aea why churn", 'aea why "first change"', "aea why 3f0c1d52", "aea why HEAD"
    ),
)
@click.argument("target")
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=10,
    show_default=True,
    help="Maximum number of rows.",
)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(target: str, limit: int, *, is_json: bool) -> None:
    """Explain a number, or trace a session or commit.

    TARGET is a metric (churn, "first change"), a count of `aea stats` (tokens, commits), the beginning of a session id, or
    a commit: a sha or the start of one or, in a repository, whatever git takes (HEAD, main~2, v1.0). For a metric it prints the definition, the value, the rows behind it and commands to drill down;
    for a session or commit, its event rows, its facts and the bytes they were read from.
    """
    console.write(why.show(target, limit, is_json=is_json))
