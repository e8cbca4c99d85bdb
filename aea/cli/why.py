"""`aea why`."""

from __future__ import annotations

import click

from aea.reports import why


@click.command("why")
@click.argument("target")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(target: str, limit: int, *, is_json: bool) -> None:
    """Explain a number, or show what is known of a session or commit.

    TARGET is a metric (churn, "first change"), a count of `aea stats` (tokens, commits), the start of a session
    id, or the start of a commit's sha. A metric is shown with its definition, its value, its rows and the
    commands that lead further down; a session or commit with its event rows, facts and source bytes.
    """
    click.echo(why.show(target, limit, is_json=is_json))
