"""`aea settings`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import settings


@click.command("settings")
@click.argument("name", required=False)
@click.argument("value", type=float, required=False)
@click.option("--default", "is_default", is_flag=True, help="Set it back to what is shipped.")
@options.output
def command(name: str | None, value: float | None, output: str | None, *, is_default: bool) -> None:
    """List the numbers that rules and bands use, or change one: aea settings churn_window_days 21.

    A rule that changes makes the events it concerns anew.
    """
    if name is not None and (is_default or value is not None):
        click.echo(settings.change(name, value, is_default=is_default))
    else:
        click.echo(settings.show(name, output or "text"))
