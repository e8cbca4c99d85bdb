"""`aea gitlab`: sync, status, token."""

from __future__ import annotations

import click

from aea.cli import forges
from aea.forge import gitlab


@click.group("gitlab")
def command() -> None:
    """Merge requests as GitLab knows them: optional, off until you give a token and call sync."""


forges.add_commands(command, gitlab)
