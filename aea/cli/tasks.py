"""`aea tasks`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import dimensions


@click.command("tasks")
@options.outcome(dimensions.names_of("tasks"), has_author=False)
@click.option(
    "--with-fallback",
    is_flag=True,
    help="Include commits without a task, under their shared branch.",
)
@options.filters
@options.output
def command(output: str | None, **asked: object) -> None:
    """What each task took: commits, sessions, prompts, and whether it shipped and held up.

    A session weighs by the lines that it has in the commits of the task.
    """
    options.show_outcomes("tasks", output, asked)
