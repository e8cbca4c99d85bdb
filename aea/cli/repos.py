"""`aea repos` and `aea repos alias`."""

from __future__ import annotations

import os

import click

from aea import console
from aea.cli import options
from aea.reports import repos


@click.group(
    "repos",
    invoke_without_command=True,
    epilog=options.examples("aea repos", "aea repos alias /old/path/shop ~/work/shop"),
)
@options.output
@click.pass_context
def command(ctx: click.Context, output: str | None) -> None:
    """List known repositories, or add an alias for a moved one.

    The list includes directories with sessions that belong to no repository.
    """
    if ctx.invoked_subcommand is None:
        console.write(repos.show(output or "text"))


@command.command("alias")
@click.argument("old_path")
@click.argument("repository")
def alias(old_path: str, repository: str) -> None:
    """Assign everything recorded at or below OLD_PATH to REPOSITORY.

    Use it for moved clones, dev containers and paths of other machines and systems, also of Windows.
    REPOSITORY is a path, key or name.
    """
    target = os.path.realpath(repository) if os.path.isdir(repository) else repository
    console.write(repos.alias(old_path, target))
