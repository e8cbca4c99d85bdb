"""`aea tasks`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import dimensions


@click.command(
    "tasks",
    epilog=options.examples(
        "aea tasks", "aea tasks --since 2026-01-01 --csv", "aea tasks --task ABC-12"
    ),
)
@options.outcome(dimensions.names_of("tasks"), has_author=False)
@click.option(
    "--with-fallback",
    is_flag=True,
    help="Include commits without a task, under their shared branch.",
)
@options.filters
@options.output
def command(output: str | None, **parameters: object) -> None:
    """Show what each task took, and whether it shipped.

    Tasks are found in branch names, commit messages and trailers. A session counts with the share of its lines that is in
    the commits of the task. Tasks with sessions come first, the newest of them on top.
    """
    options.show_outcomes("tasks", output, parameters)
