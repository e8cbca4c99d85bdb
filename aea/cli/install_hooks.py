"""`aea install-hooks`."""

from __future__ import annotations

import click

from aea.cli import options
from aea.git.hook import HookChange, install, install_global
from aea.git.spool import create_spool, write_notice


@click.command(
    "install-hooks",
    epilog=options.examples("aea install-hooks", "aea install-hooks ~/work/shop"),
)
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--global", "is_global", is_flag=True, help="Install for all repositories (git 2.54 or newer)."
)
def command(path: str, is_global: bool) -> None:
    """Install git hooks that notify aea of new commits.

    The hooks are installed in the repository that contains PATH. They append one line to a file and never fail or delay
    git. An existing hook is kept and still runs.
    """
    changes = install_global() if is_global else install(path)
    if is_global:
        create_spool()  # a hook does not create it
    else:
        write_notice(path)  # so that the next scan reads the repository's history
    for change in changes:
        click.echo(describe(change))
    if any(change.action == "manual" for change in changes):
        click.echo(
            "aea never changes a tracked or shared file, so please add these lines yourself."
        )
    click.echo("Next: aea ingest reads the history; from then on, reports stay up to date.")


def describe(change: HookChange) -> str:
    """Describe the change of one hook in one or two lines."""
    line = f"{change.hook}: {change.action}, {change.path}"
    return f"{line}\n    {change.note}" if change.note else line
