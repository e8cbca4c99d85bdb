"""`aea github`: sync, status, token."""

from __future__ import annotations

import click

from aea.cli import forges
from aea.forge import github


@click.group("github")
def command() -> None:
    """Fetch pull requests from GitHub, only on request.

    No request is sent until you provide a token and run `aea github sync`.
    """


forges.add_commands(command, github)
