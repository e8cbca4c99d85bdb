"""`aea uninstall-hooks`."""

from __future__ import annotations

import click

from aea import console
from aea.cli.install_hooks import describe
from aea.git.hook import uninstall, uninstall_global


@click.command("uninstall-hooks")
@click.argument("path", default=".", type=click.Path(exists=True, file_okay=False))
@click.option(
    "--global", "is_global", is_flag=True, help="Remove the hooks from your git configuration."
)
def command(path: str, is_global: bool) -> None:
    """Remove the git hooks and restore the previous ones.

    The hooks are removed from the repository that contains PATH.
    """
    for change in uninstall_global() if is_global else uninstall(path):
        console.write(describe(change))
