"""`aea daemon`."""

from __future__ import annotations

import sys

import click

from aea import control
from aea.errors import AeaError

_WAIT_SECONDS = 5.0


@click.group("daemon")
def command() -> None:
    """The collector that runs by itself. `aea service install` starts it at every login."""


@command.command()
def run() -> None:
    """Collect in the foreground until interrupted; this is what the service runs."""
    from aea.daemon.run import run as run_daemon

    run_daemon(is_verbose=sys.stderr.isatty())


@command.command()
def sync() -> None:
    """Wait until everything that was written before this instant is in the numbers."""
    answer = _ask(f"sync {int(_WAIT_SECONDS * 1000)} ", _WAIT_SECONDS + 1)
    if answer != "up-to-date":
        raise AeaError("the daemon is not up to date yet", "run: aea status")
    click.echo("Up to date.")


@command.command()
def pause() -> None:
    """Read nothing until `aea daemon resume`; reports catch up by themselves meanwhile."""
    _ask("pause", _WAIT_SECONDS)
    click.echo("Paused. Go on with: aea daemon resume")


@command.command()
def resume() -> None:
    """Go on after `aea daemon pause`."""
    _ask("resume", _WAIT_SECONDS)
    click.echo("Reading again.")


@command.command()
def stop() -> None:
    """End the daemon; a service starts it again at the next login: see `aea service stop`."""
    _ask("stop", _WAIT_SECONDS)
    click.echo("The daemon stops.")


def _ask(request: str, wait_seconds: float) -> str:
    answer = control.request(request, wait_seconds, _WAIT_SECONDS)
    if answer is None:
        raise AeaError("no daemon answers", "run: aea status")
    return answer
