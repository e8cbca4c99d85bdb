"""`aea settings`."""

from __future__ import annotations

import click

from aea import console
from aea.cli import options
from aea.reports import settings


@click.command(
    "settings",
    epilog=options.examples(
        "aea settings",
        "aea settings churn_window_days 21",
        "aea settings churn_window_days --default",
    ),
)
@click.argument("name", required=False)
@click.argument("value", type=float, required=False)
@click.option("--default", "is_default", is_flag=True, help="Restore the default value.")
@options.output
def command(name: str | None, value: float | None, output: str | None, *, is_default: bool) -> None:
    """List or change the thresholds of rules and ratings.

    After a change, the events that depend on the setting are recomputed.
    """
    if name is not None and (is_default or value is not None):
        console.write(settings.change(name, value, is_default=is_default))
    else:
        console.write(settings.show(name, output or "text"))
