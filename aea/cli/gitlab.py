"""`aea gitlab`: sync, status, token."""

from __future__ import annotations

import click

from aea.cli import forges
from aea.forge import gitlab


@click.group("gitlab")
def command() -> None:
    """Fetch merge requests from GitLab, only on request.

    No request is sent until you provide a token and run `aea gitlab sync`.
    """


forges.add_commands(command, gitlab)
