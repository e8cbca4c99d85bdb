"""`aea uninstall`."""

from __future__ import annotations

import sys

import click

from aea import console, paths
from aea.cli import options
from aea.console import visible
from aea.errors import UsageError
from aea.service.take_back import take_back


@click.command("uninstall", epilog=options.examples("aea uninstall", "aea uninstall --data --yes"))
@click.option("--data", "with_data", is_flag=True, help="Delete the data directory, too.")
@click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
def command(*, with_data: bool, yes: bool) -> int:
    """Take back the service, hooks and completions, and the data.

    Stops and removes the service and the daemon, removes the hooks of every known repository and restores what they
    replaced, and deletes shell completions in your home directory. The data is kept, unless --data is given. Whatever is
    left for you to do is printed, and the exit code is 1 then. It can be repeated.
    """
    directory = paths.data_dir()
    if with_data and not yes:
        if not sys.stdin.isatty():
            hint = "aea uninstall --data --yes"
            raise UsageError("cannot ask for confirmation without a terminal", hint)
        console.confirm(f"Delete everything of aea in {directory}, including snapshots?")
    steps = []
    for step in take_back(with_data=with_data):
        steps.append(step)
        if step.is_left:
            console.note(f"Left: {step.text}")
        else:
            console.write(visible(step.text))
    if not steps:
        console.write("Nothing of aea is installed.")
    if not with_data and directory.exists():
        console.write(
            visible(f"The data is kept in {directory}. To delete it: aea uninstall --data")
        )
    console.write(
        "The program is left: pipx uninstall ai-engineering-analytics, or as you installed it."
    )
    return 1 if any(step.is_left for step in steps) else 0
