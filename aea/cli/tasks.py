"""`aea tasks`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.reports import dimensions


@click.command("tasks")
@options.outcome(dimensions.names_of("tasks"), has_author=False)
@click.option("--with-fallback", is_flag=True, help="Also commits that no task is known for.")
@options.filters
@options.output
def command(output: str | None, **asked: object) -> None:
    """What each task took: commits, sessions, prompts, and whether it shipped and held up.

    Sessions weigh by the lines they have in the commits of the task.
    """
    options.show_outcomes("tasks", output, asked)
