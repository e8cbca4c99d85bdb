"""`aea repos` and `aea repos alias`."""

from __future__ import annotations

import os

import click

from aea.cli import options
from aea.reports import repos


@click.group("repos", invoke_without_command=True)
@options.output
@click.pass_context
def command(ctx: click.Context, output: str | None) -> None:
    """Known repositories, and the directories that belong to none."""
    if ctx.invoked_subcommand is None:
        click.echo(repos.show(output or "text"))


@command.command("alias")
@click.argument("old_path")
@click.argument("repository")
def alias(old_path: str, repository: str) -> None:
    """What was recorded at or below OLD_PATH belongs to REPOSITORY.

    For moved clones, dev containers and other machines' paths. REPOSITORY is a path, a key or a name.
    """
    target = os.path.realpath(repository) if os.path.isdir(repository) else repository
    click.echo(repos.alias(old_path, target))
