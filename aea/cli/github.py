"""`aea github`: sync, status, token."""

from __future__ import annotations

import click

from aea.cli import forges
from aea.forge import github


@click.group("github")
def command() -> None:
    """Pull requests as GitHub knows them: optional, off until you give a token and call sync."""


forges.add_commands(command, github)
