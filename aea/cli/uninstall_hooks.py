"""aea uninstall-hooks: remove our git hooks and put back what was there."""

from __future__ import annotations

import click

from aea.cli.install_hooks import describe
from aea.git.hook import uninstall, uninstall_global


@click.command("uninstall-hooks")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option("--global", "is_global", is_flag=True, help="Those in your git configuration.")
def command(path: str, is_global: bool) -> None:
    """Remove aea's hooks from the repository at PATH; earlier hooks come back as they were."""
    for change in uninstall_global() if is_global else uninstall(path):
        click.echo(describe(change))
