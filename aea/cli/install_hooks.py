"""aea install-hooks: make git tell aea about new commits."""

from __future__ import annotations

import click

from aea.git.hook import HookChange, install, install_global
from aea.git.spool import create_spool, write_notice


@click.command("install-hooks")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--global", "is_global", is_flag=True, help="For all repositories (git 2.54 or newer)."
)
def command(path: str, is_global: bool) -> None:
    """Let git notify aea after each commit in the repository at PATH."""
    changes = install_global() if is_global else install(path)
    if is_global:
        create_spool()  # a hook makes no directory
    else:
        write_notice(path)  # so that the next look takes this repository's history
    for change in changes:
        click.echo(describe(change))
    if any(change.action == "manual" for change in changes):
        click.echo("aea changes no tracked or shared file: those lines are for you to add.")
    click.echo("Next: aea ingest takes the history; from then on aea stats is up to date.")


def describe(change: HookChange) -> str:
    """One line for one hook."""
    line = f"{change.hook}: {change.action}, {change.path}"
    return f"{line}\n    {change.note}" if change.note else line
