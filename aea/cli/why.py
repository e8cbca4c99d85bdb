"""`aea why`."""

from __future__ import annotations

import click

from aea.reports import why


@click.command("why")
@click.argument("target")
@click.option("--limit", type=click.IntRange(min=1), default=10, show_default=True)
@click.option("--json", "is_json", is_flag=True, help="Print JSON.")
def command(target: str, limit: int, *, is_json: bool) -> None:
    """Walk from a number, session or commit down to its source.

    TARGET is a line of `aea stats` (tokens, commits, "no output" ...), the start of a session id, or the
    start of a commit's sha. Shown are the view, the event rows, the facts and the bytes they were read from.
    """
    click.echo(why.show(target, limit, is_json=is_json))
